/// Top-of-atmosphere reflectance from digital numbers.
public enum TOAReflectance {
    /// `rho = (gain * DN + offset) / cos(sun zenith)`, 0...1, of one sun for all pixels.
    ///
    /// Gain and offset already hold the earth-sun distance, so none is applied here. The sun elevation is the scene
    /// centre's, in degrees above the horizon: 90 degrees for products whose numbers are divided by the cosine already
    /// (``BandCalibration/isSunCorrected``). Negative values are kept.
    /// Source: USGS, Using the USGS Landsat Level-1 Data Product; ESA, Sentinel-2 Products Specification Document.
    public static func formula(dn: Expression, scale: LinearScale, sunElevation: Double) -> Expression {
        let sine = Transcendental.sine(degrees: sunElevation)
        return Radiance.formula(
            dn: dn, scale: LinearScale(gain: scale.gain / sine, offset: scale.offset / sine))
    }

    /// The same with a sun zenith, in degrees, of its own for every pixel.
    ///
    /// No-data where the sun does not stand above the horizon, and where its angle is no-data.
    public static func formula(dn: Expression, scale: LinearScale, sunZenith: Expression) -> Expression {
        let isDay = Expression.binary(.less, sunZenith, .constant(90))
        return .binary(
            .divide, Radiance.formula(dn: dn, scale: scale),
            .conditional(isDay, .call(.cosd, [sunZenith]), .noData))
    }

    /// Whether a band could be calibrated to reflectance: by a scale of its own, or by radiance and solar irradiance.
    ///
    /// Where the metadata lack what they should have, nothing takes its place.
    public static func isPossible(for band: Band) -> Bool {
        let calibration = band.calibration
        return calibration.toaReflectance != nil
            || (calibration.missing.isEmpty && calibration.radiance != nil && calibration.solarIrradiance != nil)
    }

    /// The scale of a band before division by the cosine of the sun zenith.
    ///
    /// The product's own, or `pi d^2 / E0` times that of radiance, with `E0` the product's solar irradiance and `d` the
    /// distance from the sun, see ``EarthSunDistance``.
    /// Source: AIRBUS, SPOT 6 & 7 Imagery User Guide; USGS, Using the USGS Landsat Level-1 Data Product.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names what the metadata lack.
    public static func scale(of band: Band, in scene: Scene) throws(SceneError) -> LinearScale {
        if band.calibration.toaReflectance == nil, isPossible(for: band), let radiance = band.calibration.radiance,
            let irradiance = band.calibration.solarIrradiance
        {
            let factor = 1 / (try Radiance.perReflectance(of: band, irradiance: irradiance, in: scene))
            return LinearScale(gain: radiance.gain * factor, offset: radiance.offset * factor)
        }
        return try band.requireTOAReflectance()
    }
}
