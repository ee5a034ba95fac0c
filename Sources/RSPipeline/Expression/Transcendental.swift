/// Exponential, logarithm and power in plain IEEE arithmetic, so that every CPU gives the same bits.
///
/// The C library chooses fused multiply-add variants by CPU; these use additions and multiplications only and agree
/// with the exact value to better than one unit in the last place of a Float.
enum Transcendental {
    private static let log2e = 1.4426950408889634
    private static let ln2High = 0.6931471803691238
    private static let ln2Low = 1.9082149292705877e-10

    /// `e^x`; infinity on overflow, 0 on underflow, NaN for NaN.
    static func exponential(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 709 { return .infinity }
        if x < -700 { return 0 }
        let k = (x * log2e).rounded()
        let r = (x - k * ln2High) - k * ln2Low
        // Taylor series: |r| <= ln 2 / 2, so the term of degree 13 is below 2^-60.
        var sum = 1.0
        var divisor = 13.0
        while divisor >= 1 {
            sum = 1.0 + r / divisor * sum
            divisor -= 1
        }
        return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
    }

    /// Natural logarithm; NaN below 0 and for NaN, minus infinity at 0.
    static func logarithm(_ x: Double) -> Double {
        if x.isNaN || x < 0 { return .nan }
        if x == 0 { return -.infinity }
        if x.isInfinite { return x }
        var exponent = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        // log m = 2 artanh((m - 1) / (m + 1)); |s| < 0.1716, so the term of degree 23 is below 2^-60.
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var sum = 0.0
        var odd = 23.0
        while odd >= 1 {
            sum = sum * square + 1 / odd
            odd -= 2
        }
        return exponent * ln2High + (2 * s * sum + exponent * ln2Low)
    }

    /// `base^exponent`; NaN outside its domain (negative base with a broken exponent, 0 to a negative power).
    static func power(_ base: Double, _ exponent: Double) -> Double {
        if base.isNaN || exponent.isNaN { return .nan }
        if exponent == 0 { return 1 }
        if base == 0 { return exponent > 0 ? 0 : .nan }
        if base > 0 { return exponential(exponent * logarithm(base)) }
        guard exponent == exponent.rounded(), abs(exponent) < 9e15 else { return .nan }
        let magnitude = exponential(exponent * logarithm(-base))
        return exponent.truncatingRemainder(dividingBy: 2) == 0 ? magnitude : -magnitude
    }
}
