/// A number that was estimated from a sample, with how far it may be off.
public struct Estimate: Sendable, Hashable {
    /// The estimate.
    public var value: Double
    /// Its standard error, in the unit of the value; nil where the sample is too small to tell.
    public var standardError: Double?

    /// Makes an estimate.
    public init(_ value: Double, standardError: Double?) {
        self.value = value
        self.standardError = standardError
    }

    /// Standard errors to each side of the value that hold the truth in 95 of 100 samples, after the normal distribution.
    static let normalReach = 1.959_963_984_540_054

    /// Half of the width of the 95 % interval, `1.96 standardError` to three digits; nil where the error is not known.
    public var margin: Double? { standardError.map { Self.normalReach * $0 } }

    /// The estimate in another unit.
    func scaled(by factor: Double) -> Estimate {
        Estimate(value * factor, standardError: standardError.map { $0 * factor })
    }

    /// The 95 % interval, cut to the values that are possible; nil where the error is not known.
    public func interval(within limits: ClosedRange<Double>) -> ClosedRange<Double>? {
        guard let margin, margin.isFinite, value.isFinite else { return nil }
        return (value - margin...value + margin).clamped(to: limits)
    }
}
