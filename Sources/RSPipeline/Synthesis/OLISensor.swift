/// Turns reflectance and temperature at the top of the atmosphere into counts, with noise.
struct OLISensor: Sendable {
    /// The standard deviation of reflectance noise in darkness.
    static let noiseFloor: Float = 0.0003
    /// What the noise grows by per unit of reflectance.
    static let noiseSlope: Float = 0.003
    /// The same for B9, which is dark everywhere.
    static let cirrusNoise: Float = 0.0003
    /// The standard deviation of temperature noise, kelvin.
    static let thermalNoise: Float = 0.08
    /// No noise is larger than this many standard deviations.
    static let noiseLimit: Float = 3.4642

    private let noise: ValueNoise
    private let factor = OLISun.sineOfElevation / OLICalibration.reflectanceGain
    private let shift = -OLICalibration.reflectanceOffset / OLICalibration.reflectanceGain

    init(seed: UInt64) { noise = ValueNoise(seed: seed, stream: 31) }

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

    /// Counts of a reflective band before they are limited: `(rho sin(e) + 0.1) / 2e-5`, rounded.
    @inline(__always)
    func counts(_ reflectance: Float, key: UInt64, channel: UInt64) -> Int {
        let sigma = channel == 9 ? Self.cirrusNoise : Self.noiseFloor + Self.noiseSlope * abs(reflectance)
        let noisy = reflectance + sigma * deviate(key, channel)
        return Int((Double(noisy) * factor + shift).rounded())
    }

    /// Counts of a thermal band: the radiance of Planck's curve in the form of K1 and K2.
    @inline(__always)
    func thermalCounts(_ kelvin: Float, key: UInt64, channel: UInt64, k1: Double, k2: Double) -> Int {
        let noisy = Double(kelvin + Self.thermalNoise * deviate(key, channel))
        let radiance = k1 / (Transcendental.exponential(k2 / noisy) - 1)
        return Int(((radiance - OLICalibration.thermalOffset) / OLICalibration.thermalGain).rounded())
    }
}
