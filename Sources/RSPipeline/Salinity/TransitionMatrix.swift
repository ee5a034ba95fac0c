/// The hectares that went from each class of an earlier map to each class of a later one.
///
/// Only pixels that have a class in both maps can be compared; the others are kept apart. The hectares are sums of the areas of
/// pixels, so the errors of both maps are in them: two maps that are each right at 80 of 100 places, independently, differ at
/// up to 36 of 100 where nothing has changed.
public struct TransitionMatrix: Sendable, Hashable, Codable {
    /// Which way a pixel went.
    public enum Direction: Int, Sendable, Hashable, CaseIterable {
        /// To a lower class.
        case lower = 1
        /// It kept its class.
        case same = 2
        /// To a higher class.
        case higher = 3

        /// The way from one class to another, by number.
        init(from before: Int, to after: Int) { self = after < before ? .lower : after > before ? .higher : .same }

        /// What that is called: of classes of salinity lower is better, of others it is only lower.
        public func word(ofSalinity: Bool) -> String {
            switch self {
            case .lower: ofSalinity ? "improved" : "lower"
            case .same: ofSalinity ? "unchanged" : "same"
            case .higher: ofSalinity ? "worsened" : "higher"
            }
        }
    }

    /// The names of the classes, lowest first.
    public let classes: [String]
    /// `hectares[before][after]` of pixels with a class in both maps.
    public let hectares: [[Double]]
    /// By class, hectares that have it before and none after.
    public let onlyBefore: [Double]
    /// By class, hectares that have it after and none before.
    public let onlyAfter: [Double]
    /// Hectares without a class in either map.
    public let neither: Double

    /// Makes a matrix of hectares by the number of the class, 0 for none.
    ///
    /// - Parameter areas: `areas[before][after]`, one more than there are classes each way.
    init(classes: [String], areas: [[Double]]) {
        precondition(areas.count == classes.count + 1 && areas.allSatisfy { $0.count == areas.count })
        self.classes = classes
        hectares = areas.dropFirst().map { Array($0.dropFirst()) }
        onlyBefore = areas.dropFirst().map { $0[0] }
        onlyAfter = Array(areas[0].dropFirst())
        neither = areas[0][0]
    }

    /// Hectares with a class in both maps.
    public var compared: Double { hectares.joined().reduce(0, +) }

    /// Hectares that went one way.
    public func hectares(_ direction: Direction) -> Double {
        var sum = 0.0
        for (before, row) in hectares.enumerated() {
            for (after, area) in row.enumerated() where Direction(from: before, to: after) == direction { sum += area }
        }
        return sum
    }

    /// Hectares of each class in the earlier map, where the later one has a class too.
    public var before: [Double] { hectares.map { $0.reduce(0, +) } }

    /// Hectares of each class in the later map, where the earlier one has a class too.
    public var after: [Double] { classes.indices.map { column in hectares.reduce(0) { $0 + $1[column] } } }
}
