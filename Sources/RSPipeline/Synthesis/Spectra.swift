/// What one kind of surface looks like: reflectance in the bands that any of the imitated sensors has, and the
/// brightness temperature near 11 um.
///
/// The lanes are named by ``SpectralLane``, so that a mixture of surfaces is one weighted sum.
typealias Spectrum = SIMD16<Float>

/// Where a band stands in a ``Spectrum``.
///
/// Bands of two sensors that share a lane share its truth: the difference between their responses is left out.
enum SpectralLane {
    /// 443 nm.
    static let coastal = 0
    /// 482 nm.
    static let blue = 1
    /// 561 nm.
    static let green = 2
    /// 655 nm.
    static let red = 3
    /// 865 nm, narrow.
    static let nir08 = 4
    /// 1610 nm.
    static let swir16 = 5
    /// 2200 nm.
    static let swir22 = 6
    /// Kelvin, near 11 um.
    static let temperature = 7
    /// 704 nm.
    static let rededge1 = 8
    /// 740 nm.
    static let rededge2 = 9
    /// 783 nm.
    static let rededge3 = 10
    /// 833 nm, wide.
    static let nir = 11
    /// 945 nm, in water vapour.
    static let nir09 = 12
}

/// The spectra that a synthetic landscape is mixed from.
///
/// Rounded numbers of our own: the shapes were read off spectra of the kind published in the USGS Spectral Library
/// version 7 (doi 10.3133/ds1035) and the ECOSTRESS library (doi 10.1016/j.rse.2019.05.015): chlorophyll wells and the
/// red edge, the rise of loamy soil to the short-wave infrared, the bright and flat halite crust with water bands in
/// it, turbid water dark beyond the red. Brightness temperatures are those of a hot July forenoon at 40 degrees north.
enum Spectra {
    /// A closed green canopy.
    static let vegetation = Spectrum(
        0.024, 0.030, 0.068, 0.038, 0.470, 0.215, 0.095, 302, 0.095, 0.320, 0.430, 0.455, 0.450, 0, 0, 0)
    /// Ripe or harvested cereal: dry plants, no chlorophyll.
    static let stubble = Spectrum(
        0.090, 0.112, 0.168, 0.222, 0.315, 0.372, 0.280, 314, 0.245, 0.268, 0.285, 0.300, 0.330, 0, 0, 0)
    /// Dry loam.
    static let drySoil = Spectrum(
        0.105, 0.128, 0.178, 0.228, 0.302, 0.372, 0.338, 319, 0.245, 0.262, 0.278, 0.290, 0.315, 0, 0, 0)
    /// The same soil after irrigation or above shallow groundwater.
    static let moistSoil = Spectrum(
        0.055, 0.066, 0.094, 0.124, 0.178, 0.212, 0.172, 308, 0.136, 0.148, 0.160, 0.170, 0.186, 0, 0, 0)
    /// Halite crust with some gypsum on loam.
    static let saltCrust = Spectrum(
        0.365, 0.415, 0.485, 0.535, 0.580, 0.545, 0.455, 313, 0.548, 0.560, 0.568, 0.575, 0.575, 0, 0, 0)
    /// River and canal water with silt.
    static let turbidWater = Spectrum(
        0.058, 0.072, 0.102, 0.088, 0.036, 0.009, 0.005, 298, 0.078, 0.058, 0.050, 0.042, 0.018, 0, 0, 0)
    /// Still water of ponds and drains.
    static let clearWater = Spectrum(
        0.046, 0.047, 0.052, 0.032, 0.012, 0.006, 0.004, 299, 0.026, 0.018, 0.016, 0.014, 0.008, 0, 0, 0)
    /// The top of a thick cloud, as seen from space.
    static let cloud = Spectrum(
        0.735, 0.715, 0.700, 0.715, 0.755, 0.610, 0.470, 276, 0.722, 0.730, 0.738, 0.748, 0.560, 0, 0, 0)

    /// Light scattered by the air itself: reflectance of a black ground seen from space.
    static let airLight = Spectrum(
        0.098, 0.073, 0.043, 0.028, 0.012, 0.003, 0.001, 0, 0.022, 0.019, 0.016, 0.014, 0.006, 0, 0, 0)
    /// The share of the ground's reflectance that reaches space; brightness temperature passes as it is.
    static let transmission = Spectrum(
        0.80, 0.84, 0.87, 0.91, 0.94, 0.95, 0.94, 1, 0.90, 0.905, 0.935, 0.93, 0.45, 1, 1, 1)
    /// The share of light that a cloud's shadow leaves (skylight): most in the blue; temperature passes.
    static let skylight = Spectrum(
        0.40, 0.36, 0.29, 0.24, 0.18, 0.12, 0.10, 1, 0.225, 0.21, 0.20, 0.19, 0.16, 1, 1, 1)
    /// What a thick veil of cirrus adds to each band.
    static let cirrusVeil = Spectrum(
        0.075, 0.074, 0.073, 0.073, 0.074, 0.055, 0.040, -9, 0.073, 0.073, 0.073, 0.074, 0.068, 0, 0, 0)
    /// What the mirror image of the sun sends: beyond the scale in the visible, near it beyond.
    static let glint = Spectrum(
        1.42, 1.44, 1.43, 1.45, 1.38, 1.02, 0.74, 0, 1.44, 1.43, 1.42, 1.41, 0.90, 0, 0, 0)

    /// The cirrus band (1373 nm) of everything below the water vapour of the lower air.
    static let cirrusBandClear: Float = 0.0012
    /// The cirrus band of a cumulus top.
    static let cirrusBandCloud: Float = 0.0105
    /// The cirrus band of a thick veil of cirrus.
    static let cirrusBandVeil: Float = 0.046
}
