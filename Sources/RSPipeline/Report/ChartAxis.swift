/// A straight axis: round numbers that enclose the data, and where they lie.
struct ChartAxis: Sendable, Hashable {
    /// Between neighbouring marks.
    let step: Double
    /// The first and the last mark.
    let low: Double
    /// See ``low``.
    let high: Double
    /// Decimals that the marks need.
    let decimals: Int

    /// Chooses marks 1, 2 or 5 times a power of ten apart, about as many as asked for.
    ///
    /// - Parameters:
    ///   - values: what must lie within; numbers that are not finite do not count.
    ///   - includingZero: whether the axis begins at 0 at the latest.
    init(enclosing values: [Double], includingZero: Bool, marks: Int = 5) {
        let known = values.filter(\.isFinite) + (includingZero ? [0] : [])
        let (least, most) = (known.min() ?? 0, known.max() ?? 1)
        let span = most > least ? most - least : max(most.magnitude, 1)
        let wanted = span / Double(max(marks, 1))
        var power = 1.0
        var places = 0
        while power > wanted && places < 12 {
            power /= 10
            places += 1
        }
        while power * 10 <= wanted { power *= 10 }
        step = power * (wanted > 5 * power ? 10 : wanted > 2 * power ? 5 : wanted > power ? 2 : 1)
        low = (least / step).rounded(.down) * step
        let top = (most / step).rounded(.up) * step
        high = top > low ? top : low + step
        decimals = step >= 1 ? 0 : step == power * 10 ? max(places - 1, 0) : places
    }

    /// The marks.
    var marks: [Double] {
        let count = Int(((high - low) / step).rounded())
        return (0...max(min(count, 50), 1)).map { low + Double($0) * step }
    }

    /// Where a value lies between the ends, 0...1.
    func position(_ value: Double) -> Double { (value - low) / (high - low) }
}
