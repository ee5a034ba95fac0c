/// The mean of many errors, held against what their noise allows.
///
/// Single pixels hide an error of calibration of a tenth of a percent in their noise; the mean of thousands does not.
struct MeanError {
    private var sum = 0.0
    private var variance = 0.0
    private var count = 0

    mutating func append(_ error: Double, deviation: Double) {
        sum += error
        variance += deviation * deviation
        count += 1
    }

    var mean: Double { count > 0 ? sum / Double(count) : 0 }

    /// Whether the mean lies within five standard deviations of the mean, and 5e-6 for rounding.
    var isUnbiased: Bool { abs(sum) <= 5 * variance.squareRoot() + 5e-6 * Double(count) }
}
