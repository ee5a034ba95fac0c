/// The pixels of a synthetic Landsat scene: landscape, sky and sensor put together, any rows on request.
struct SyntheticScene: Sendable {
    let size: Int
    let pixelSize: Double
    private let landscape: SyntheticLandscape
    private let sky: SyntheticSky
    private let sensor: OLISensor

    init(size: Int, seed: UInt64, pixelSize: Double, cloudPercent: Double) {
        self.size = size
        self.pixelSize = pixelSize
        landscape = SyntheticLandscape(seed: seed)
        sky = SyntheticSky(seed: seed, cloudPercent: cloudPercent, halfExtent: Double(size) * pixelSize / 2)
        sensor = OLISensor(seed: seed)
    }

    /// Makes some whole rows.
    func strip(rows: Range<Int>, withTruth: Bool) -> SyntheticStrip {
        var strip = SyntheticStrip(pixelCount: rows.count * size, withTruth: withTruth)
        let half = Double(size) / 2
        var index = 0
        for row in rows {
            var cursor = SyntheticLandscape.Cursor()
            let downward = Double(row) + 0.5 - half
            for column in 0..<size {
                defer { index += 1 }
                let across = Double(column) + 0.5 - half
                if !SyntheticFrame.isInside(across / half, -downward / half) {
                    strip.counts[SyntheticStrip.qualityLayer][index] = SyntheticQuality.fill
                    continue
                }
                // The middle of column size / 2, row size / 2 is the origin of the ground, for odd and even sizes.
                let x = Double(column - size / 2) * pixelSize
                let y = Double(size / 2 - row) * pixelSize
                let surface = landscape.surface(x, y, &cursor)
                // Noise belongs to the ground, so a small scene is the middle of a large one, noise included.
                let key = sensor.key(column - size / 2, row - size / 2)
                put(surface, sky.state(x, y), key: key, withTruth: withTruth, at: index, of: &strip)
            }
        }
        return strip
    }

    @inline(__always)
    private func put(
        _ surface: SyntheticSurface, _ state: SyntheticSky.State, key: UInt64, withTruth: Bool, at index: Int,
        of strip: inout SyntheticStrip
    ) {
        let kind = Self.classify(surface, state)
        let spectrum = Self.topOfAtmosphere(surface, state, key: key)
        var saturation: UInt16 = 0
        for lane in 0..<7 {
            let counts = sensor.counts(spectrum[lane], key: key, channel: UInt64(lane + 1))
            if counts >= 65535 {
                saturation |= 1 << UInt16(lane)
                strip.tally.saturated[lane] += 1
            }
            strip.counts[lane][index] = UInt16(min(max(counts, 1), 65535))
        }
        let cirrusBand =
            Spectra.cirrusBandClear + (Spectra.cirrusBandCloud - Spectra.cirrusBandClear) * state.cloud
            + Spectra.cirrusBandVeil * state.cirrus
        strip.counts[7][index] = UInt16(min(max(sensor.counts(cirrusBand, key: key, channel: 9), 1), 65535))
        for (layer, band) in OLICalibration.thermalConstants.enumerated() {
            // TIRS band 11 sees more water vapour: colder, and the more so above hot ground.
            let kelvin = layer == 0 ? spectrum[7] : spectrum[7] - 0.6 - 0.04 * max(spectrum[7] - 285, 0)
            let counts = sensor.thermalCounts(
                kelvin, key: key, channel: UInt64(band.band), k1: band.k1, k2: band.k2)
            strip.counts[8 + layer][index] = UInt16(min(max(counts, 1), 65535))
        }
        strip.counts[SyntheticStrip.qualityLayer][index] = SyntheticQuality.word(
            surface: surface, state: state, kind: kind)
        strip.counts[SyntheticStrip.saturationLayer][index] = saturation
        strip.tally.filled += 1
        if kind == .cloud { strip.tally.cloudy += 1 }
        if surface.water < 0.5 {
            strip.tally.land += 1
            if kind == .cloud { strip.tally.cloudyLand += 1 }
        }
        guard withTruth else { return }
        for lane in 0..<7 { strip.reflectance[lane][index] = Int16((spectrum[lane] * 10_000).rounded()) }
        if surface.water < 0.5 { strip.salinity[index] = surface.salinity }
        strip.classes[index] = kind.rawValue
    }

    private static func classify(_ surface: SyntheticSurface, _ state: SyntheticSky.State) -> SyntheticClass {
        if state.cloud >= 0.5 { return .cloud }
        if state.shadow >= 0.5 { return .shadow }
        if surface.water >= 0.5 { return .water }
        if surface.crust >= 1.0 / 3 { return .saltCrust }
        return surface.cover >= 0.3 ? .crop : .bareSoil
    }

    /// What space sees: the ground through shadow, air, cirrus and cloud, with a few glints that saturate.
    @inline(__always)
    private static func topOfAtmosphere(
        _ surface: SyntheticSurface, _ state: SyntheticSky.State, key: UInt64
    ) -> Spectrum {
        let lit = Spectrum(repeating: 1) - (Spectrum(repeating: 1) - Spectra.skylight) * state.shadow
        var spectrum = surface.spectrum * lit
        spectrum[7] -= 2.5 * state.shadow
        spectrum = Spectra.airLight + spectrum * Spectra.transmission + Spectra.cirrusVeil * state.cirrus
        var brightness = Spectrum(repeating: 0.62 + 0.46 * state.depth + 0.05 * ValueNoise.unit(key, group: 3))
        brightness[7] = 1.03 - 0.05 * state.depth
        spectrum += (Spectra.cloud * brightness - spectrum) * state.cloud
        let chance = key & 0xFFFF
        if (state.cloud >= 1 && chance < 120) || (surface.crust > 0.6 && state.cloud < 0.5 && chance < 30) {
            // Sunlit cloud edges and wet crust mirror the sun: beyond the scale in the visible, near it beyond.
            var glint = Spectrum(1.42, 1.44, 1.43, 1.45, 1.38, 1.02, 0.74, 0)
            glint[7] = spectrum[7]
            spectrum = glint
        }
        return spectrum
    }
}
