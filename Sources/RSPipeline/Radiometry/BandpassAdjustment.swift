/// Sentinel-2 reflectance as Landsat's OLI would have seen it: `rho_OLI = gain * rho_S2 + offset`, 0...1.
///
/// The coefficients of the Harmonized Landsat Sentinel-2 project (HLS 2.0) for surface reflectance, fitted on spectra
/// for each platform. Red-edge bands and B9 have no counterpart. The near infrared is that of B8A: B8 is twice as wide
/// as OLI's. Source: NASA-IMPACT, hls-sentinel, bandpass parameters of S2A, S2B and S2C; Claverie et al. 2018.
public enum BandpassAdjustment {
    /// A platform that the coefficients are known for.
    public enum Platform: String, Sendable, Hashable, CaseIterable {
        case sentinel2a, sentinel2b, sentinel2c

        /// The platform of a scene's ``Scene/sensor``, for example `sentinel2a-msi`.
        public init?(sensor: String) {
            guard let platform = Self.allCases.first(where: { sensor.hasPrefix($0.rawValue) }) else { return nil }
            self = platform
        }
    }

    /// The adjustment of a band by its role, where there is one.
    public static func scale(of role: BandRole, on platform: Platform) -> LinearScale? {
        let all: (a: (Double, Double), b: (Double, Double), c: (Double, Double))
        switch role {
        case .coastal: all = ((0.9959, -0.0002), (0.9959, -0.0002), (1.003, 0))
        case .blue: all = ((0.9778, -0.0040), (0.9778, -0.0040), (0.9851, -0.0027))
        case .green: all = ((1.0053, -0.0009), (1.0075, -0.0008), (1.0038, -0.0009))
        case .red: all = ((0.9765, 0.0009), (0.9761, 0.0010), (0.9718, 0.0011))
        case .nir08: all = ((0.9983, -0.0001), (0.9966, 0), (0.9995, -0.0003))
        case .swir16: all = ((0.9987, -0.0011), (1, -0.0003), (0.9994, -0.0007))
        case .swir22: all = ((1.0030, -0.0012), (0.9867, 0.0004), (0.991, 0.0004))
        default: return nil
        }
        let (gain, offset) = platform == .sentinel2a ? all.a : platform == .sentinel2b ? all.b : all.c
        return LinearScale(gain: gain, offset: offset)
    }
}
