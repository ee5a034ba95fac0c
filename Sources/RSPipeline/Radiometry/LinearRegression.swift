/// The straight line through pairs of numbers by least squares, whatever the order and the parts they come in.
///
/// Sums are exact to 2^-44 and their order does not show: each term is cut to a multiple of that, and whole numbers are
/// added. Pairs with NaN, or beyond -512...512, are passed over.
struct LinearRegression: Sendable, Hashable {
    /// `y = intercept + gradient * x`.
    struct Line: Sendable, Hashable {
        var intercept: Double
        var gradient: Double
        /// The share of the variance of `y` that the line explains, 0...1.
        var determination: Double
    }

    private(set) var count = 0
    private var x = FixedSum()
    private var y = FixedSum()
    private var xx = FixedSum()
    private var xy = FixedSum()
    private var yy = FixedSum()

    /// Adds a pair.
    mutating func add(_ first: Float, _ second: Float) {
        // NaN fails the comparisons.
        guard abs(first) < 512, abs(second) < 512 else { return }
        let (a, b) = (Double(first), Double(second))
        count += 1
        x.add(a)
        y.add(b)
        xx.add(a * a)
        xy.add(a * b)
        yy.add(b * b)
    }

    /// Adds all pairs of another.
    mutating func merge(_ other: LinearRegression) {
        count += other.count
        x.merge(other.x)
        y.merge(other.y)
        xx.merge(other.xx)
        xy.merge(other.xy)
        yy.merge(other.yy)
    }

    /// The variance of `x` about its mean; 0 without pairs.
    var variance: Double {
        if count == 0 { return 0 }
        let mean = x.value / Double(count)
        return max(0, xx.value / Double(count) - mean * mean)
    }

    /// The line; nil for fewer than two pairs or when all have one `x`.
    var line: Line? {
        guard count > 1, variance > 0 else { return nil }
        let size = Double(count)
        let (meanX, meanY) = (x.value / size, y.value / size)
        let covariance = xy.value / size - meanX * meanY
        let gradient = covariance / variance
        let spread = yy.value / size - meanY * meanY
        let explained = spread > 0 ? min(1, gradient * covariance / spread) : 0
        return Line(intercept: meanY - gradient * meanX, gradient: gradient, determination: explained)
    }
}

/// A sum of numbers below 2^18, each cut to a multiple of 2^-44: 128 bits, so that nothing is lost in any order.
private struct FixedSum: Sendable, Hashable {
    private static let scale = 17_592_186_044_416.0  // 2^44
    private var high: Int64 = 0
    private var low: UInt64 = 0

    mutating func add(_ number: Double) {
        let whole = Int64(number * Self.scale)
        let (sum, carries) = low.addingReportingOverflow(UInt64(bitPattern: whole))
        low = sum
        high &+= (whole >> 63) &+ (carries ? 1 : 0)
    }

    mutating func merge(_ other: FixedSum) {
        let (sum, carries) = low.addingReportingOverflow(other.low)
        low = sum
        high &+= other.high &+ (carries ? 1 : 0)
    }

    var value: Double {
        if high < 0 {
            // Two's complement: of the positive number, the high digits are small.
            let (negated, borrows) = UInt64(0).subtractingReportingOverflow(low)
            return 0 - (Double(0 &- high &- (borrows ? 1 : 0)) * 18_446_744_073_709_551_616.0 + Double(negated))
                / Self.scale
        }
        return (Double(high) * 18_446_744_073_709_551_616.0 + Double(low)) / Self.scale
    }
}
