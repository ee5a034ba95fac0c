/// The pixels of a synthetic Landsat scene.
///
/// Layers: the bands in the order of ``SyntheticLandsat/reflective`` and ``SyntheticLandsat/thermal``, then QA_PIXEL
/// and QA_RADSAT.
struct LandsatScene: SyntheticPixels {
    let size: Int
    let rowStep = 1
    private let instrument: SyntheticLandsat
    private let pixelSize: Double
    private let view: SyntheticView
    private let noise: SensorNoise
    /// Counts of reflectance, band by band: `counts = reflectance * factor + shift`.
    private let scales: [(factor: Double, shift: Double)]

    init(instrument: SyntheticLandsat, size: Int, seed: UInt64, pixelSize: Double, cloudPercent: Double) {
        self.instrument = instrument
        self.size = size
        self.pixelSize = pixelSize
        view = SyntheticView(
            seed: seed, pixelSize: pixelSize, cloudPercent: cloudPercent, halfExtent: Double(size) * pixelSize / 2,
            sun: instrument.sun, frame: .strip)
        noise = SensorNoise(
            seed: seed, floor: instrument.noise.floor, slope: instrument.noise.slope,
            thermal: instrument.noise.thermal)
        scales = instrument.reflective.map {
            (instrument.sun.sineOfElevation / $0.reflectanceGain, -$0.reflectanceOffset / $0.reflectanceGain)
        }
    }

    private var bandCount: Int { instrument.reflective.count + instrument.thermal.count }
    /// Where QA_PIXEL lies among the layers; QA_RADSAT follows it.
    var qualityLayer: Int { bandCount }

    func emptyStrip(rowCount: Int, withTruth: Bool) -> SyntheticStrip {
        let count = rowCount * size
        return SyntheticStrip(
            layerSizes: Array(repeating: count, count: bandCount + 2),
            truthSizes: Array(repeating: count, count: instrument.truthBands.count), pixelCount: count,
            withTruth: withTruth)
    }

    func strip(rows: Range<Int>, withTruth: Bool) -> SyntheticStrip {
        var strip = emptyStrip(rowCount: rows.count, withTruth: withTruth)
        let half = Double(size) / 2
        var index = 0
        for row in rows {
            var cursor = SyntheticLandscape.Cursor()
            let downward = Double(row) + 0.5 - half
            for column in 0..<size {
                defer { index += 1 }
                let across = Double(column) + 0.5 - half
                if !view.frame.isInside(across / half, -downward / half) {
                    strip.counts[qualityLayer][index] = SyntheticQuality.fill
                    continue
                }
                // The middle of column size / 2, row size / 2 is the origin of the ground, for odd and even sizes.
                let x = Double(column - size / 2) * pixelSize
                let y = Double(size / 2 - row) * pixelSize
                // Noise belongs to the ground, so a small scene is the middle of a large one, noise included.
                let key = noise.key(column - size / 2, row - size / 2)
                let sample = view.sample(x, y, key: key, &cursor)
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
        let top = instrument.maximumCount
        var saturation: UInt16 = 0
        var truthLayer = 0
        for layer in instrument.reflective.indices {
            let band = instrument.reflective[layer]
            let isCirrus = band.lane == nil
            let truth = band.lane.map { sample.spectrum[$0] } ?? sample.cirrusBand
            let seen = noise.reflectance(truth, key: key, channel: UInt64(band.number), isFlat: isCirrus)
            let scale = scales[layer]
            let counts = Int((Double(seen) * scale.factor + scale.shift).rounded())
            if counts >= top {
                saturation |= 1 << UInt16(band.number - 1)
                strip.tally.saturated[layer] += 1
            }
            strip.counts[layer][index] = UInt16(min(max(counts, 1), top))
            if withTruth, !isCirrus {
                strip.reflectance[truthLayer][index] = SyntheticStrip.stored(truth)
                truthLayer += 1
            }
        }
        for (offset, band) in instrument.thermal.enumerated() {
            let first = sample.spectrum[SpectralLane.temperature]
            let truth = band.isSplitWindow ? first - 0.6 - 0.04 * max(first - 285, 0) : first
            let seen = noise.temperature(truth, key: key, channel: UInt64(band.number))
            // Planck's curve in the form of K1 and K2.
            let radiance = band.k1 / (Transcendental.exponential(band.k2 / seen) - 1)
            let counts = Int(((radiance - band.offset) / band.gain).rounded())
            let layer = instrument.reflective.count + offset
            if counts >= top {
                // QA_RADSAT has a bit for the thermal band of TM and none for those of TIRS.
                if band.number < 9 { saturation |= 1 << UInt16(band.number - 1) }
                strip.tally.saturated[layer] += 1
            }
            strip.counts[layer][index] = UInt16(min(max(counts, 1), top))
        }
        strip.counts[qualityLayer][index] = SyntheticQuality.word(
            surface: sample.surface, state: sample.state, kind: kind, hasCirrusBand: instrument.hasCirrusBand)
        strip.counts[qualityLayer + 1][index] = saturation
        let isLand = sample.surface.water < 0.5
        strip.tally.count(kind, isLand: isLand)
        guard withTruth else { return }
        if isLand { strip.salinity[index] = sample.surface.salinity }
        strip.classes[index] = kind.rawValue
    }
}
