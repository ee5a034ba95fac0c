/// The pixels of a synthetic SPOT-7 scene.
///
/// Layers: red, green, blue and near infrared as in the image files, then 1 for cloud and 0 for anything else.
struct SPOTScene: SyntheticPixels {
    let size: Int
    let rowStep = 1
    private let view: SyntheticView
    private let noise: SensorNoise
    /// Counts of reflectance, in file order: `DN = reflectance * factor + shift`.
    private let scales: [(lane: Int, factor: Double, shift: Double)]

    /// Where the cloud flags lie among the layers.
    static let cloudLayer = SPOTInstrument.fileOrder.count

    init(size: Int, seed: UInt64, cloudPercent: Double) {
        self.size = size
        let sun = SPOTInstrument.sun
        view = SyntheticView(
            seed: seed, pixelSize: SPOTInstrument.pixelSize, cloudPercent: cloudPercent,
            halfExtent: Double(size) * SPOTInstrument.pixelSize / 2, sun: sun, frame: .strip)
        noise = SensorNoise(seed: seed, floor: 0.0006, slope: 0.004)
        // L = rho E0 sin(e) / (pi d^2) and L = DN / gain + bias.
        let illumination = sun.sineOfElevation / (Double.pi * sun.earthSunDistance * sun.earthSunDistance)
        scales = SPOTInstrument.fileOrder.map { index in
            let band = SPOTInstrument.bands[index]
            let gain = Double(band.gain) ?? .nan
            return (
                band.lane, (Double(band.irradiance) ?? .nan) * illumination * gain, -(Double(band.bias) ?? .nan) * gain
            )
        }
    }

    func emptyStrip(rowCount: Int, withTruth: Bool) -> SyntheticStrip {
        let count = rowCount * size
        return SyntheticStrip(
            layerSizes: Array(repeating: count, count: scales.count + 1),
            truthSizes: Array(repeating: count, count: scales.count), pixelCount: count, withTruth: withTruth)
    }

    func strip(rows: Range<Int>, withTruth: Bool) -> SyntheticStrip {
        var strip = emptyStrip(rowCount: rows.count, withTruth: withTruth)
        let half = Double(size) / 2
        var index = 0
        for row in rows {
            var cursor = SyntheticLandscape.Cursor()
            for column in 0..<size {
                defer { index += 1 }
                let across = Double(column) + 0.5 - half
                let downward = Double(row) + 0.5 - half
                if !view.frame.isInside(across / half, -downward / half) { continue }
                let key = noise.key(column - size / 2, row - size / 2)
                let sample = view.sample(
                    Double(column - size / 2) * SPOTInstrument.pixelSize,
                    Double(size / 2 - row) * SPOTInstrument.pixelSize, key: key, &cursor)
                put(sample, key: key, withTruth: withTruth, at: index, of: &strip)
            }
        }
        return strip
    }

    @inline(__always)
    private func put(
        _ sample: SyntheticSample, key: UInt64, withTruth: Bool, at index: Int, of strip: inout SyntheticStrip
    ) {
        let kind = sample.kind
        for (layer, scale) in scales.enumerated() {
            let truth = sample.spectrum[scale.lane]
            let seen = noise.reflectance(truth, key: key, channel: UInt64(layer + 1))
            let counts = Int((Double(seen) * scale.factor + scale.shift).rounded())
            if counts >= SPOTInstrument.saturated { strip.tally.saturated[layer] += 1 }
            strip.counts[layer][index] = UInt16(min(max(counts, 1), SPOTInstrument.saturated))
            if withTruth { strip.reflectance[layer][index] = SyntheticStrip.stored(truth) }
        }
        if kind == .cloud { strip.counts[Self.cloudLayer][index] = 1 }
        let isLand = sample.surface.water < 0.5
        strip.tally.count(kind, isLand: isLand)
        guard withTruth else { return }
        if isLand { strip.salinity[index] = sample.surface.salinity }
        strip.classes[index] = kind.rawValue
    }
}
