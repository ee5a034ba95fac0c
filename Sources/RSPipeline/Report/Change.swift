public import Foundation

/// What changed between two maps of one area, in numbers: what `change.json` holds.
///
/// Hectares are hectares on the ellipsoid, shares are 0...1. What was not determined is nil, and absent in the file, which the
/// article <doc:ChangeMaps> describes.
public struct Change: Sendable, Hashable, Codable {
    /// The layout of the file.
    public static let currentSchema = "rsproc.change/1"

    /// One of the dates.
    public struct Side: Sendable, Hashable, Codable {
        /// The scene that the map was made of.
        public var scene: String
        /// Its sensor.
        public var sensor: String
        /// The day, `2021-08-14`, or the first and last of a composite with a slash; nil where the file does not say.
        public var date: String?
        /// The file of the classes, by name.
        public var map: String
        /// How well the model of the map did on samples that it had not seen; nil where nobody says.
        public var error: ModelError?
    }

    /// The cross-validated error of a model.
    public struct ModelError: Sendable, Hashable, Codable {
        /// The file, by name, or the method.
        public var model: String
        /// How samples were left out, for example `block=1000m`.
        public var scheme: String
        /// How many samples.
        public var samples: Int
        /// Root mean square error, in the unit of the property.
        public var rmse: Double
        /// Whether neighbours were left out together, so that the error holds between samples too.
        public var isSpatial: Bool

        init(model: String, scheme: String, samples: Int, rmse: Double) {
            self.model = model
            self.scheme = scheme
            self.samples = samples
            self.rmse = rmse
            isSpatial = scheme.hasPrefix("block") || scheme.hasPrefix("group")
        }
    }

    /// Whether hectares are sums of pixels, with the errors of both maps in them, or corrected with checked places.
    public enum Basis: String, Sendable, Hashable, Codable {
        case unadjusted
        case adjusted
    }

    /// The hectares that went one way.
    public struct Direction: Sendable, Hashable, Codable {
        /// `improved`, `unchanged`, `worsened`; of an index `lower`, `same`, `higher`.
        public var name: String
        /// What the maps show.
        public var hectares: Double
        /// Of what has a class in both maps.
        public var share: Double
        /// Corrected with places that were checked on both dates; nil without any.
        public var estimate: Assessment.EstimatedArea?
    }

    /// The difference of the values, later less earlier, over the pixels that have both.
    public struct Difference: Sendable, Hashable, Codable {
        /// How much land has both.
        public var hectares: Double
        /// The mean over the land.
        public var mean: Double
        /// The population standard deviation over the land.
        public var deviation: Double
        /// The smallest.
        public var minimum: Double
        /// The largest.
        public var maximum: Double
    }

    /// How much of the difference can be told from the errors of the models.
    public struct Certainty: Sendable, Hashable, Codable {
        /// `sqrt(a^2 + b^2)` of the errors of both models.
        public var combinedRMSE: Double
        /// 1.96 of these: a pixel whose difference is no larger may as well not have changed.
        public var limit: Double
        /// Whether both errors come from spatial cross-validations.
        public var isSpatial: Bool
        /// Hectares that fell by more.
        public var improved: Double
        /// Hectares in between.
        public var within: Double
        /// Hectares that rose by more.
        public var worsened: Double

        enum CodingKeys: String, CodingKey {
            case combinedRMSE = "combinedRmse"
            case limit, isSpatial, improved, within, worsened
        }
    }

    /// ``currentSchema``.
    public var schema = Change.currentSchema
    /// The earlier map.
    public var before: Side
    /// The later one.
    public var after: Side
    /// What the classes are classes of.
    public var subject: Assessment.Subject
    /// How the classes were made, in both maps.
    public var rule: String
    /// From each class to each class.
    public var transitions: TransitionMatrix
    /// What the hectares of transitions are.
    public var transitionsBasis: Basis
    /// `[before][after]` as corrected with places whose class was found on both dates; nil without any.
    public var transitionEstimates: [[Assessment.EstimatedArea]]?
    /// Which way the classes went: down, the same, up.
    public var directions: [Direction]
    /// What the hectares of directions are.
    public var directionsBasis: Basis
    /// What checked places say of the map of directions; nil where none were.
    public var accuracy: Assessment.Accuracy?
    /// Nil where the values behind the classes are not there.
    public var difference: Difference?
    /// Nil where the errors are not known.
    public var certainty: Certainty?
    /// The table of zones; nil without zones.
    public var zones: String?
    /// What deserves a word.
    public var warnings: [String]
}

extension Change {
    /// `change.json`: sorted keys, so that equal changes are equal bytes.
    ///
    /// - Throws: ``RunError`` of kind output for a number that is not finite.
    public func json() throws(RunError) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(self) + Data("\n".utf8) } catch {
            throw RunError(.output, "the change cannot be written as JSON: \(error)")
        }
    }

    /// Reads `change.json`.
    ///
    /// - Throws: ``RunError`` of kind input for another layout or damaged JSON.
    public init(json: Data, name: String) throws(RunError) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { self = try decoder.decode(Change.self, from: json) } catch {
            throw RunError(.input, "\(name): not a change that this version reads: \(error)")
        }
        if schema != Self.currentSchema {
            throw RunError(.input, "\(name): layout '\(schema)'; this version reads '\(Self.currentSchema)'")
        }
    }

    /// The transitions as a table: one row per pair of classes, then what has a class in one map only, then in none.
    ///
    /// Numbers have twelve digits.
    public var table: String {
        func text(_ value: Double?) -> String { value.map { "\($0.rounded(toDigits: 12))" } ?? "" }
        let compared = transitions.compared
        var lines = CSVText.line([
            "before", "after", "change", "hectares", "share", "basis", "estimated_hectares", "margin_95",
        ])
        for (from, row) in transitions.hectares.enumerated() {
            for (to, hectares) in row.enumerated() {
                let estimate = transitionEstimates?[from][to]
                let way = TransitionMatrix.Direction(from: from, to: to).word(ofSalinity: subject.kind == .salinity)
                lines += CSVText.line([
                    transitions.classes[from], transitions.classes[to], way, text(hectares), text(hectares / compared),
                    transitionsBasis.rawValue, text(estimate?.hectares), text(estimate?.margin),
                ])
            }
        }
        var apart: [(String, String, Double)] = []
        for (name, hectares) in zip(transitions.classes, transitions.onlyBefore) { apart.append((name, "", hectares)) }
        for (name, hectares) in zip(transitions.classes, transitions.onlyAfter) { apart.append(("", name, hectares)) }
        apart.append(("", "", transitions.neither))
        for (before, after, hectares) in apart {
            lines += CSVText.line([before, after, "", text(hectares), "", Basis.unadjusted.rawValue, "", ""])
        }
        return lines
    }
}
