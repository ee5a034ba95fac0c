/// Seeded sensor noise: what lies between the truth of a pixel and its number in the file.
struct SensorNoise: Sendable {
    /// The standard deviation of reflectance noise in darkness.
    let floor: Float
    /// What the noise grows by per unit of reflectance.
    let slope: Float
    /// The standard deviation of temperature noise, kelvin.
    let thermal: Float
    /// No noise is larger than this many standard deviations.
    static let limit: Float = 3.4642

    private let noise: ValueNoise

    init(seed: UInt64, floor: Float, slope: Float, thermal: Float = 0) {
        self.floor = floor
        self.slope = slope
        self.thermal = thermal
        noise = ValueNoise(seed: seed, stream: 31)
    }

    /// Noise of mean 0 and standard deviation 1: the sum of four uniform numbers.
    @inline(__always)
    private func deviate(_ key: UInt64, _ channel: UInt64) -> Float {
        let bits = ValueNoise.mix(key &+ channel &* 0x9E37_79B9_7F4A_7C15)
        let sum =
            ValueNoise.unit(bits, group: 0) + ValueNoise.unit(bits, group: 1) + ValueNoise.unit(bits, group: 2)
            + ValueNoise.unit(bits, group: 3)
        return (sum - 2) * 1.732_050_8
    }

    /// The random bits of one pixel, by its place on the ground grid.
    @inline(__always)
    func key(_ column: Int, _ row: Int) -> UInt64 { noise.bits(column, row) }

    /// Reflectance as the sensor sees it; every band is a channel of its own.
    ///
    /// A dark band (`isFlat`) has the noise of darkness at any brightness.
    @inline(__always)
    func reflectance(_ truth: Float, key: UInt64, channel: UInt64, isFlat: Bool = false) -> Float {
        let sigma = isFlat ? floor : floor + slope * abs(truth)
        return truth + sigma * deviate(key, channel)
    }

    /// Temperature as the sensor sees it, kelvin.
    @inline(__always)
    func temperature(_ truth: Float, key: UInt64, channel: UInt64) -> Double {
        Double(truth + thermal * deviate(key, channel))
    }
}
