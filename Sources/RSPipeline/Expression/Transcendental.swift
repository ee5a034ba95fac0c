/// Exponential, logarithm, power and trigonometry in plain IEEE arithmetic, so that every CPU gives the same bits.
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

    // MARK: Trigonometry

    private static let radiansPerDegree = 0.017453292519943295
    private static let degreesPerRadian = 57.29577951308232

    /// Sine of an angle in degrees, exact at multiples of 90; NaN for NaN and infinity.
    static func sine(degrees: Double) -> Double {
        let (angle, quarter) = reduced(degrees)
        let value = quarter & 1 == 0 ? sineNearZero(angle) : cosineNearZero(angle)
        return quarter & 2 == 0 ? value : 0 - value
    }

    /// Cosine of an angle in degrees, exact at multiples of 90; NaN for NaN and infinity.
    static func cosine(degrees: Double) -> Double {
        let (angle, quarter) = reduced(degrees)
        let value = quarter & 1 == 0 ? cosineNearZero(angle) : sineNearZero(angle)
        return quarter == 0 || quarter == 3 ? value : 0 - value
    }

    /// The angle in degrees, 0...180, whose cosine is a number; NaN beyond -1...1 and for NaN.
    static func arcCosineInDegrees(_ cosine: Double) -> Double {
        guard cosine > -1 else { return cosine == -1 ? 180 : .nan }
        guard cosine <= 1 else { return .nan }
        // tan(a / 2) from cos a: 1 - x and 1 + x lose nothing where the result is small.
        let half = ((1 - cosine) / (1 + cosine)).squareRoot()
        let angle = half <= 1 ? arcTangent(half) : .pi / 2 - arcTangent(1 / half)
        return 2 * angle * degreesPerRadian
    }

    /// An angle as one of at most 45 degrees, in radians, and the quarter turns (0...3) that were taken off.
    @inline(__always)
    private static func reduced(_ degrees: Double) -> (radians: Double, quarter: Int) {
        let turn = abs(degrees) < 1e9 ? degrees : degrees.truncatingRemainder(dividingBy: 360)
        // Added to 1.5 * 2^52, a number is rounded to a whole one.
        let shift = 6_755_399_441_055_744.0
        let quarters = (turn * (1.0 / 90) + shift) - shift
        // Both are whole multiples of the last place of the angle, so nothing is lost.
        let rest = turn - quarters * 90
        guard rest == rest else { return (.nan, 0) }
        return (rest * radiansPerDegree, Int(quarters) & 3)
    }

    /// Taylor series: |x| <= pi / 4, so the term of degree 19 is below 2^-60.
    @inline(__always)
    private static func sineNearZero(_ x: Double) -> Double {
        let y = x * x
        var sum = 1.0 / 355_687_428_096_000
        sum = 0 - 1.0 / 1_307_674_368_000 + y * sum
        sum = 1.0 / 6_227_020_800 + y * sum
        sum = 0 - 1.0 / 39_916_800 + y * sum
        sum = 1.0 / 362_880 + y * sum
        sum = 0 - 1.0 / 5040 + y * sum
        sum = 1.0 / 120 + y * sum
        sum = 0 - 1.0 / 6 + y * sum
        return x + x * (y * sum)
    }

    /// Taylor series: |x| <= pi / 4, so the term of degree 18 is below 2^-58.
    @inline(__always)
    private static func cosineNearZero(_ x: Double) -> Double {
        let y = x * x
        var sum = 1.0 / 20_922_789_888_000
        sum = 0 - 1.0 / 87_178_291_200 + y * sum
        sum = 1.0 / 479_001_600 + y * sum
        sum = 0 - 1.0 / 3_628_800 + y * sum
        sum = 1.0 / 40_320 + y * sum
        sum = 0 - 1.0 / 720 + y * sum
        sum = 1.0 / 24 + y * sum
        sum = 0 - 0.5 + y * sum
        return 1 + y * sum
    }

    /// Arc tangent in radians of a number from 0 to 1.
    private static func arcTangent(_ x: Double) -> Double {
        // Two halvings of the angle leave at most tan(pi / 16).
        let first = x / (1 + (1 + x * x).squareRoot())
        let second = first / (1 + (1 + first * first).squareRoot())
        let y = second * second
        // The term of degree 25 is below 2^-60.
        var sum = 0.0
        var odd = 23.0
        while odd >= 1 {
            sum = 1 / odd - y * sum
            odd -= 2
        }
        return 4 * (second * sum)
    }
}
