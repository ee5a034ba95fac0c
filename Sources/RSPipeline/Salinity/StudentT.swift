import Foundation

/// Student's t distribution.
enum StudentT {
    /// The quantile of a share above one half, to 1e-10.
    ///
    /// - Parameter degreesOfFreedom: at least 1.
    static func quantile(_ share: Double, degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom > 0 && share > 0.5 && share < 1, "a share above one half, and degrees of freedom")
        var (low, high) = (0.0, 1.0)
        while cumulative(high, degreesOfFreedom) < share { (low, high) = (high, 2 * high) }
        for _ in 0..<200 where high - low > 1e-12 * high {
            let middle = (low + high) / 2
            if cumulative(middle, degreesOfFreedom) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The share below a value that is not negative: `1 - I_x(v/2, 1/2) / 2` with `x = v / (v + t^2)`.
    static func cumulative(_ value: Double, _ degreesOfFreedom: Int) -> Double {
        let freedom = Double(degreesOfFreedom)
        return 1 - incompleteBeta(freedom / (freedom + value * value), freedom / 2, 0.5) / 2
    }

    /// The regularised incomplete beta function (DLMF 8.17), by the continued fraction 8.17.22.
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges quickly below the mean only: DLMF 8.17.4.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(a * log(x) + b * log1p(-x) - (lgamma(a) + lgamma(b) - lgamma(a + b))) / a
        var fraction = 1.0
        for step in stride(from: 400, through: 1, by: -1) {
            let m = Double(step / 2)
            let term =
                step % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            fraction = 1 + term / fraction
        }
        return front / fraction
    }
}
