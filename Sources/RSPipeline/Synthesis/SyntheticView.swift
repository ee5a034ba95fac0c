/// What lies in one pixel of a synthetic scene, and what of it the satellite sees.
struct SyntheticSample: Sendable {
    var surface: SyntheticSurface
    var state: SyntheticSky.State
    /// Noise-free reflectance and temperature: at the top of the atmosphere, or without the air.
    var spectrum: Spectrum

    /// What the pixel is taken for in the truth.
    var kind: SyntheticClass {
        if state.cloud >= 0.5 { return .cloud }
        if state.shadow >= 0.5 { return .shadow }
        if surface.water >= 0.5 { return .water }
        if surface.crust >= 1.0 / 3 { return .saltCrust }
        return surface.cover >= 0.3 ? .crop : .bareSoil
    }

    /// Noise-free reflectance in the cirrus band (1373 nm), which never sees the ground.
    var cirrusBand: Float {
        Spectra.cirrusBandClear + (Spectra.cirrusBandCloud - Spectra.cirrusBandClear) * state.cloud
            + Spectra.cirrusBandVeil * state.cirrus
    }
}

/// One landscape under one sky, seen by one satellite: the same for every product, any point on request.
struct SyntheticView: Sendable {
    /// Whether the air's own light and its losses are in the spectrum (Level 1) or taken out of it (Level 2).
    enum Level: Sendable { case topOfAtmosphere, surface }

    let frame: SyntheticFrame
    private let level: Level
    private let landscape: SyntheticLandscape
    private let sky: SyntheticSky

    /// Makes a view.
    ///
    /// - Parameters:
    ///   - halfExtent: half the scene's side, metres.
    ///   - centre: the scene's middle, metres from the middle of the landscape.
    init(
        seed: UInt64, pixelSize: Double, cloudPercent: Double, halfExtent: Double, sun: SyntheticSun,
        frame: SyntheticFrame, level: Level = .topOfAtmosphere, centre: (x: Double, y: Double) = (0, 0)
    ) {
        self.frame = frame
        self.level = level
        landscape = SyntheticLandscape(seed: seed, pixelSize: pixelSize)
        sky = SyntheticSky(
            seed: seed, cloudPercent: cloudPercent, halfExtent: halfExtent, centre: centre, sun: sun, frame: frame)
    }

    /// The pixel at a point, metres from the middle of the landscape, x east and y north.
    ///
    /// - Parameters:
    ///   - key: random bits that belong to the pixel.
    ///   - cursor: what the last point of the row has left.
    @inline(__always)
    func sample(
        _ x: Double, _ y: Double, key: UInt64, _ cursor: inout SyntheticLandscape.Cursor
    ) -> SyntheticSample {
        let surface = landscape.surface(x, y, &cursor)
        let state = sky.state(x, y)
        return SyntheticSample(surface: surface, state: state, spectrum: seen(surface, state, key: key))
    }

    /// The ground through shadow, air, cirrus and cloud, with a few glints that saturate.
    ///
    /// A correction for the air (Level 2) leaves shadow, cirrus and cloud in the picture.
    @inline(__always)
    private func seen(_ surface: SyntheticSurface, _ state: SyntheticSky.State, key: UInt64) -> Spectrum {
        let temperature = SpectralLane.temperature
        let lit = Spectrum(repeating: 1) - (Spectrum(repeating: 1) - Spectra.skylight) * state.shadow
        var spectrum = surface.spectrum * lit
        spectrum[temperature] -= 2.5 * state.shadow
        switch level {
        case .topOfAtmosphere:
            spectrum = Spectra.airLight + spectrum * Spectra.transmission + Spectra.cirrusVeil * state.cirrus
        case .surface: spectrum += Spectra.cirrusVeil * state.cirrus
        }
        var brightness = Spectrum(repeating: 0.62 + 0.46 * state.depth + 0.05 * ValueNoise.unit(key, group: 3))
        brightness[temperature] = 1.03 - 0.05 * state.depth
        spectrum += (Spectra.cloud * brightness - spectrum) * state.cloud
        let chance = key & 0xFFFF
        if (state.cloud >= 1 && chance < 120) || (surface.crust > 0.6 && state.cloud < 0.5 && chance < 30) {
            // Sunlit cloud edges and wet crust mirror the sun.
            var glint = Spectra.glint
            glint[temperature] = spectrum[temperature]
            spectrum = glint
        }
        return spectrum
    }
}
