/// Functions that give the same bits on every CPU, because they are sums and products only.
enum SteadyMath {
    /// The exponential for 0...16, to about 13 digits.
    @inline(__always)
    static func exponential(_ x: Double) -> Double {
        let t = x / 64
        // Eight terms of the series: t is at most 1/4.
        var sum = 1 + t / 8
        sum = 1 + t / 7 * sum
        sum = 1 + t / 6 * sum
        sum = 1 + t / 5 * sum
        sum = 1 + t / 4 * sum
        sum = 1 + t / 3 * sum
        sum = 1 + t / 2 * sum
        sum = 1 + t * sum
        let p2 = sum * sum
        let p4 = p2 * p2
        let p8 = p4 * p4
        let p16 = p8 * p8
        let p32 = p16 * p16
        return p32 * p32
    }
}
