/// A straight line from stored to physical numbers: `value = gain * stored + offset`.
public struct LinearScale: Sendable, Hashable, Codable {
    /// The factor.
    public var gain: Double
    /// What is added after multiplying.
    public var offset: Double

    /// Makes a scale.
    public init(gain: Double, offset: Double) {
        self.gain = gain
        self.offset = offset
    }
}
