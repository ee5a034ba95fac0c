/// Count, limits, mean and spread of the stored numbers of a band.
///
/// Sums are taken tile by tile in one order of the pixels, and tiles are merged in their own order, so the result is
/// the same however the work was shared out.
struct BandStatistics: Sendable, Hashable {
    /// Numbers that are data.
    var count = 0
    /// Values that did not fit and were moved to the nearest number that does.
    var clamped = 0
    /// Values outside the range that is possible for reflectance of 0...1, before they were stored.
    var outside = 0
    var minimum = Double.infinity
    var maximum = -Double.infinity
    private(set) var mean = 0.0
    /// Sum of the squares of the distances from the mean.
    private var spread = 0.0

    init() {}

    /// Statistics from sums of distances from some number near the values, and of their squares.
    init(
        count: Int, clamped: Int, minimum: Double, maximum: Double, around shift: Double, sum: Double, squares: Double
    ) {
        self.count = count
        self.clamped = clamped
        self.minimum = minimum
        self.maximum = maximum
        if count > 0 {
            mean = shift + sum / Double(count)
            spread = max(0, squares - sum * sum / Double(count))
        }
    }

    /// The population standard deviation.
    var deviation: Double { count > 0 ? (spread / Double(count)).squareRoot() : 0 }

    /// Adds what another has seen (Chan, Golub and LeVeque 1979).
    mutating func merge(_ other: BandStatistics) {
        clamped += other.clamped
        outside += other.outside
        if other.count == 0 { return }
        let total = Double(count + other.count)
        let distance = other.mean - mean
        spread += other.spread + distance * distance * Double(count) * Double(other.count) / total
        mean += distance * Double(other.count) / total
        count += other.count
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }
}
