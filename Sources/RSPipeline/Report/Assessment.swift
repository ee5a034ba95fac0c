public import Foundation

/// Everything that an assessment of one area says: what ``AssessmentReport`` shows and `assessment.json` holds.
///
/// Hectares are hectares on the ellipsoid, shares are 0...1. What was not determined is nil, and absent in the file. The
/// file is described in the article <doc:AssessmentDocument>; a number of the report names its place in it.
public struct Assessment: Sendable, Hashable, Codable {
    /// The layout of the file.
    public static let currentSchema = "rsproc.assessment/1"

    /// One acquisition.
    public struct Scene: Sendable, Hashable, Codable {
        /// The product's id.
        public var id: String
        /// For example `landsat8-oli-tirs`.
        public var sensor: String
        /// The day, `2021-08-14`; nil where the product does not say.
        public var date: String?
        /// The share of the scene's pixels that are cloud, as far as the chain masks it.
        public var cloudShare: Double?
    }

    /// What the classes are classes of.
    public struct Subject: Sendable, Hashable, Codable {
        /// How far its numbers may be read.
        public enum Kind: String, Sendable, Hashable, Codable {
            /// A property of the soil, calibrated with field samples or by a published equation.
            case salinity
            /// An index of reflectance, not calibrated. Its classes are never called saline.
            case index
        }

        /// How far its numbers may be read.
        public var kind: Kind
        /// `ECe`, `sqrt_GR`, ...
        public var name: String
        /// The unit, `dS/m`; empty for an index.
        public var unit: String
        /// `0-30cm`; nil where nobody has said.
        public var depth: String?
    }

    /// One class of the map.
    public struct Class: Sendable, Hashable, Codable {
        /// Its number in the class raster.
        public var number: Int
        /// Its name in its scheme.
        public var name: String
        /// The smallest value that belongs to it; nil for the lowest class.
        public var lower: Double?
        /// The smallest value that belongs to the next class; nil for the highest.
        public var upper: Double?
        /// `#rrggbb`.
        public var colour: String
        /// Whether its land counts as salt-affected.
        public var isAffected: Bool
        /// What the map shows of it.
        public var hectares: Double
        /// Of the land that has a class.
        public var share: Double
    }

    /// Land without a class, for one reason.
    public struct Exclusion: Sendable, Hashable, Codable {
        /// A ``PixelReason/name``, or `outside` for land beyond the scene.
        public var reason: String
        /// How much.
        public var hectares: Double
        /// Of all land in question.
        public var share: Double
    }

    /// How much land is in question, and how much of it has a class.
    public struct Extent: Sendable, Hashable, Codable {
        /// All of it.
        public var hectares: Double
        /// What has a class.
        public var assessed: Double
        /// `assessed / hectares`.
        public var assessedShare: Double
        /// What has none, by reason.
        public var exclusions: [Exclusion]
    }

    /// Hectares as estimated with places that were checked in the field.
    public struct EstimatedArea: Sendable, Hashable, Codable {
        /// The estimate.
        public var hectares: Double
        /// 1.96 standard errors; nil where too few places were checked.
        public var margin: Double?
        /// The ends of the 95 % interval, see ``AreaEstimate/interval(ofAnyOf:)``.
        public var low: Double?
        /// See ``low``.
        public var high: Double?
    }

    /// A share as estimated with places that were checked in the field.
    public struct EstimatedShare: Sendable, Hashable, Codable {
        /// The estimate, 0...1.
        public var share: Double
        /// Half of the 95 % interval.
        public var margin: Double?
    }

    /// Salt-affected land: all classes that count as such.
    public struct Affected: Sendable, Hashable, Codable {
        /// What the map shows.
        public var hectares: Double
        /// Of the land that has a class.
        public var share: Double
        /// What it is with the errors of the map corrected.
        public var estimate: EstimatedArea?
        /// The estimate as a share of the land that has a class.
        public var estimatedShare: Double?
    }

    /// What checked places say of one class.
    public struct ClassAccuracy: Sendable, Hashable, Codable {
        /// The hectares of the class.
        public var area: EstimatedArea
        /// What the map shows less the estimate: above 0 where counting pixels gives too much.
        public var excess: Double
        /// Places of this class on the map, by their class in the field.
        public var places: [Int]
        /// The share of the class's mapped land that is of it in the field.
        public var users: EstimatedShare?
        /// The share of the class's land in the field that the map shows as it.
        public var producers: EstimatedShare?
    }

    /// What places that were checked in the field say of the map.
    public struct Accuracy: Sendable, Hashable, Codable {
        /// How many places.
        public var places: Int
        /// The share of the area whose class is right.
        public var overall: EstimatedShare
        /// Agreement beyond chance among the places.
        public var kappa: Double?
        /// One per class, in the order of ``Assessment/classes``.
        public var classes: [ClassAccuracy]
        /// What a reader must know, in words.
        public var warnings: [String]
    }

    /// A district and what the map shows of it.
    public struct District: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// All of its land.
        public var hectares: Double
        /// What has a class.
        public var assessed: Double
        /// Of each class, in the order of ``Assessment/classes``.
        public var classes: [Double]
        /// Salt-affected land; nil for an index.
        public var affected: Double?
        /// `affected / assessed`; nil for an index, or where nothing has a class.
        public var affectedShare: Double?
    }

    /// A plot and what the map shows of it.
    public struct Plot: Sendable, Hashable, Codable {
        /// Its name.
        public var id: String
        /// The district it lies in.
        public var district: String?
        /// All of its land.
        public var hectares: Double
        /// The mean value of what has one, in the unit of the subject.
        public var mean: Double?
        /// The salt-affected share of what has a class.
        public var affectedShare: Double?
        /// The ``Class/number`` of the class that the mean lies in.
        public var meanClass: Int?
    }

    /// The plots.
    public struct Plots: Sendable, Hashable, Codable {
        /// How many there are.
        public var count: Int
        /// How many have a value.
        public var assessed: Int
        /// Those with the highest means, highest first.
        public var worst: [Plot]
        /// The name of the table that holds all.
        public var table: String?
    }

    /// Agreement of predictions with samples, in the unit of the subject.
    public struct Metrics: Sendable, Hashable, Codable {
        /// How many samples.
        public var count: Int
        /// Model efficiency, `1 - sum e^2 / sum (o - mean)^2`.
        public var efficiency: Double?
        /// Squared Pearson correlation.
        public var squaredCorrelation: Double?
        /// Root mean square error.
        public var rmse: Double
        /// Mean absolute error.
        public var mae: Double?
        /// Mean of predicted less observed.
        public var bias: Double?
        /// Standard deviation over RMSE.
        public var rpd: Double?
        /// Interquartile range over RMSE.
        public var rpiq: Double?
        /// Concordance correlation coefficient.
        public var ccc: Double?
        /// How much of a difference between samples the predictions show; below 1 where they move to the middle.
        public var slope: Double?
    }

    /// What the model needs of the scene.
    public struct Predictor: Sendable, Hashable, Codable {
        /// The plane.
        public var name: String
        /// The smallest value among the samples.
        public var minimum: Double?
        /// The largest.
        public var maximum: Double?
        /// Its coefficient, for a linear model.
        public var coefficient: Double?
    }

    /// One sample: what was found in the field and what a model says that had not seen it.
    public struct Pair: Sendable, Hashable, Codable {
        /// In the field.
        public var observed: Double
        /// By cross-validation.
        public var predicted: Double
    }

    /// How many samples are of a class in the field, and how many by cross-validated prediction.
    public struct ClassCount: Sendable, Hashable, Codable {
        /// In the field.
        public var observed: Int
        /// Predicted.
        public var predicted: Int
    }

    /// The model that made values of the subject.
    public struct Model: Sendable, Hashable, Codable {
        /// `ols`, `ridge`, `pls`, `boosted-trees`, `random-forest`, `published`.
        public var method: String
        /// The equation in words; nil for trees.
        public var formula: String?
        /// Where an equation was published.
        public var citation: String?
        /// What it needs.
        public var predictors: [Predictor]
        /// Agreement with the samples it was fitted to; flattering.
        public var fit: Metrics?
        /// Agreement with samples it had not seen.
        public var crossValidation: Metrics?
        /// How samples were left out: `loo`, `group=field`, ...
        public var scheme: String?
        /// The most days between a sample and the scene it was calibrated with; nil where nobody has said.
        public var sampleDays: Int?
        /// The samples.
        public var pairs: [Pair]
        /// One per class of the map, from ``pairs``; empty without.
        public var classCounts: [ClassCount]
        /// What a reader must know, in words.
        public var warnings: [String]
    }

    /// One bar of a histogram.
    public struct Bin: Sendable, Hashable, Codable {
        /// The smallest value that counts.
        public var lower: Double
        /// The smallest value of the next bar.
        public var upper: Double
        /// How much land.
        public var hectares: Double
    }

    /// How the values of the subject spread over the land.
    public struct Histogram: Sendable, Hashable, Codable {
        /// From low to high, touching.
        public var bins: [Bin]
        /// Half of the land has less.
        public var median: Double?
        /// The mean over the land.
        public var mean: Double?
        /// Land with values above the last bar.
        public var above: Double
    }

    /// Longitude and latitude, WGS 84 degrees.
    public struct Place: Sendable, Hashable, Codable {
        /// East of Greenwich.
        public var longitude: Double
        /// North of the equator.
        public var latitude: Double
    }

    /// The picture of the map.
    public struct Map: Sendable, Hashable, Codable {
        /// Ground metres along the middle row.
        public var width: Double
        /// Ground metres along the middle column.
        public var height: Double
        /// Where true north lies, in degrees clockwise from up, at the centre.
        public var north: Double
        /// The length of the scale bar, ground metres.
        public var scaleBar: Double
        /// Top left, top right, bottom right, bottom left.
        public var corners: [Place]
        /// The coordinate system of the raster.
        public var crs: String
    }

    /// One step of the chain.
    public struct Step: Sendable, Hashable, Codable {
        /// Its word: `surface`, `mask`, ...
        public var word: String
        /// The step as written.
        public var text: String
    }

    /// A number or a word that the method used.
    public struct Constant: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Its value, as text.
        public var value: String
    }

    /// One file that was read.
    public struct Input: Sendable, Hashable, Codable {
        /// Its name.
        public var file: String
        /// Bytes.
        public var size: Int
        /// Identifies its content.
        public var checksum: String?
    }

    /// What the numbers were made from and with.
    public struct Provenance: Sendable, Hashable, Codable {
        /// `rsproc 0.4.0`.
        public var software: String
        /// Libraries and their versions.
        public var libraries: [Constant]
        /// The chain as written.
        public var chain: String
        /// What was read.
        public var inputs: [Input]
    }

    /// ``currentSchema``.
    public var schema = Assessment.currentSchema
    /// The title; nil for the standard one.
    public var title: String?
    /// The area.
    public var place: String
    /// The scenes, by date.
    public var scenes: [Scene]
    /// What the classes are classes of.
    public var subject: Subject
    /// The id of the class scheme, `usda`; nil for thresholds of an index.
    public var scheme: String?
    /// Where the bounds of the classes come from.
    public var schemeSource: String?
    /// The classes, from low to high.
    public var classes: [Class]
    /// How much land is in question.
    public var extent: Extent
    /// Salt-affected land; nil for an index.
    public var affected: Affected?
    /// What checked places say; nil where none were.
    public var accuracy: Accuracy?
    /// The districts, by name.
    public var districts: [District] = []
    /// What of the map lies in none of the districts; nil where that is next to nothing, and where districts overlap.
    public var outsideDistricts: OutsideDistricts?
    /// The plots; nil where none were given.
    public var plots: Plots?
    /// The model; nil for an index.
    public var model: Model?
    /// How values spread.
    public var histogram: Histogram?
    /// The picture.
    public var map: Map?
    /// What was done, in order.
    public var steps: [Step] = []
    /// With which numbers.
    public var constants: [Constant] = []
    /// What deserves a word, as the steps say it.
    public var warnings: [String] = []
    /// What the analyst adds.
    public var notes: [String] = []
    /// Made from what, with what.
    public var provenance: Provenance
}

extension Assessment {
    /// `assessment.json`: sorted keys, so that equal assessments are equal bytes.
    ///
    /// - Throws: ``RunError`` of kind output that names the place of a number that is not finite.
    public func json() throws(RunError) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(self) + Data("\n".utf8) } catch EncodingError.invalidValue(_, let context) {
            let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
            throw RunError(.output, "the assessment holds a number that is not finite, at /\(path)")
        } catch { throw RunError(.output, "the assessment cannot be written as JSON: \(error)") }
    }

    /// Reads `assessment.json`.
    ///
    /// - Throws: ``RunError`` of kind input for another layout or damaged JSON.
    public init(json: Data, name: String) throws(RunError) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { self = try decoder.decode(Assessment.self, from: json) } catch {
            throw RunError(.input, "\(name): not an assessment that this version reads: \(error)")
        }
        if schema != Self.currentSchema {
            throw RunError(.input, "\(name): layout '\(schema)'; this version reads '\(Self.currentSchema)'")
        }
        if let problem = problem { throw RunError(.input, "\(name): \(problem)") }
    }

    /// What does not fit together, in words.
    var problem: String? {
        if classes.isEmpty { return "an assessment needs classes" }
        if let district = districts.first(where: { $0.classes.count != classes.count }) {
            return "district '\(district.name)' has \(district.classes.count) classes, the map \(classes.count)"
        }
        if let accuracy,
            accuracy.classes.contains(where: { $0.places.count != classes.count })
                || accuracy.classes.count != classes.count
        {
            return "the accuracy is not of \(classes.count) classes"
        }
        if let model, !model.classCounts.isEmpty, model.classCounts.count != classes.count {
            return "the counts of samples are not of \(classes.count) classes"
        }
        if let map, map.corners.count != 4 { return "a map has four corners" }
        return nil
    }
}
