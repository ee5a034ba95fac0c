/// A linear scale: `value = gain * stored + offset`.
public struct LinearScale: Sendable, Hashable, Codable {
    /// Value per stored unit.
    public var gain: Double
    /// Value of a stored 0.
    public var offset: Double

    /// Makes a scale.
    public init(gain: Double, offset: Double) {
        self.gain = gain
        self.offset = offset
    }
}
