/// What a zone holds of one plane, or of the part of it in one tile: sums that can be merged.
///
/// Each pixel counts with the share of it that the zone covers.
struct ZoneTally: Sendable, Hashable {
    /// One class of a class map.
    struct Class: Sendable, Hashable {
        var number: Float
        /// Pixels.
        var weight: Double
        /// Hectares.
        var area: Double
    }

    /// Pixels that have a value.
    private(set) var weight = 0.0
    private(set) var mean = 0.0
    /// Sum of the weighted squares of the distances from the mean.
    private var spread = 0.0
    private(set) var minimum = Double.infinity
    private(set) var maximum = -Double.infinity
    /// Hectares that have a value.
    private(set) var area = 0.0
    /// Hectares without a value, by the code of ``PixelReason``; empty where all have one.
    private(set) var missing: [Double] = []
    /// By number.
    private(set) var classes: [Class] = []

    init() {}

    /// A tally of one window: sums of distances from some number near the values, and of their squares.
    init(
        weight: Double, around shift: Double, sum: Double, squares: Double, minimum: Float, maximum: Float, area: Double
    ) {
        if weight > 0 {
            self.weight = weight
            mean = shift + sum / weight
            spread = max(0, squares - sum * sum / weight)
            self.minimum = Double(minimum)
            self.maximum = Double(maximum)
        }
        self.area = area
    }

    /// The population standard deviation; NaN without a value.
    var deviation: Double { weight > 0 ? (spread / weight).squareRoot() : .nan }

    /// Hectares with and without a value.
    var coveredArea: Double { missing.reduce(area, +) }

    /// Hectares without a value for a reason.
    func missing(_ reason: PixelReason) -> Double {
        let code = Int(reason.rawValue)
        return missing.indices.contains(code) ? missing[code] : 0
    }

    mutating func addMissing(_ reason: UInt8, area: Double) {
        if missing.isEmpty { missing = [Double](repeating: 0, count: PixelReason.allCases.count) }
        // A code that does not exist would be a fault of the plan; the area must not get lost for it.
        let code = Int(reason) < missing.count ? Int(reason) : Int(PixelReason.undefinedResult.rawValue)
        missing[code] += area
    }

    mutating func addClass(_ number: Float, weight: Double, area: Double) {
        var index = classes.count
        while index > 0, classes[index - 1].number > number { index -= 1 }
        if index > 0, classes[index - 1].number == number {
            classes[index - 1].weight += weight
            classes[index - 1].area += area
        } else {
            classes.insert(Class(number: number, weight: weight, area: area), at: index)
        }
    }

    /// Adds what another has seen (Chan, Golub and LeVeque 1979).
    mutating func merge(_ other: ZoneTally) {
        area += other.area
        for (code, area) in other.missing.enumerated() where area != 0 { addMissing(UInt8(code), area: area) }
        for entry in other.classes { addClass(entry.number, weight: entry.weight, area: entry.area) }
        if other.weight == 0 { return }
        let total = weight + other.weight
        let distance = other.mean - mean
        spread += other.spread + distance * distance * weight * other.weight / total
        mean += distance * other.weight / total
        weight = total
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }
}
