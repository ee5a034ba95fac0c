/// At-sensor spectral radiance from digital numbers.
public enum Radiance {
    /// `L = gain * DN + offset`, in W m-2 sr-1 um-1.
    ///
    /// Fill must be no-data before; every other digital number has a radiance.
    /// Source: USGS, Using the USGS Landsat Level-1 Data Product.
    public static func formula(dn: Expression, scale: LinearScale) -> Expression {
        .binary(.add, .binary(.multiply, .constant(scale.gain), dn), .constant(scale.offset))
    }

    /// The radiance of a product that gives reflectance divided by the cosine of the sun zenith (Sentinel-2).
    ///
    /// `L = rho E0 cos(sun zenith) / (pi d^2)`, in W m-2 sr-1 um-1, with the sun zenith in degrees.
    /// Source: ESA, Sentinel-2 Products Specification Document (there `U` is `1 / d^2`).
    public static func formula(
        dn: Expression, reflectance: LinearScale, perReflectance: Double, sunZenith: Expression
    ) -> Expression {
        let scale = LinearScale(gain: reflectance.gain * perReflectance, offset: reflectance.offset * perReflectance)
        return .binary(.multiply, formula(dn: dn, scale: scale), .call(.cosd, [sunZenith]))
    }

    /// Whether a band could be calibrated to radiance: by a scale of its own, or by reflectance and solar irradiance.
    ///
    /// Where the metadata lack what they should have, nothing takes its place.
    public static func isPossible(for band: Band) -> Bool {
        let calibration = band.calibration
        return calibration.radiance != nil
            || (calibration.missing.isEmpty && calibration.toaReflectance != nil && calibration.solarIrradiance != nil)
    }

    /// The radiance of a reflectance of 1 under a sun in the zenith: `E0 / (pi d^2)`, in W m-2 sr-1 um-1.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when the solar irradiance cannot be (the sun gives 2100 W m-2
    ///   um-1 at most, and thousands of times that in no unit), or when there is no distance.
    public static func perReflectance(
        of band: Band, irradiance: Double, in scene: Scene
    ) throws(SceneError) -> Double {
        guard irradiance > 1, irradiance < 3000 else {
            throw SceneError(
                code: .badMetadata,
                message: "band \(band.name): a solar irradiance of \(irradiance) W m-2 um-1 cannot be; correct the "
                    + "metadata of scene \(scene.id)")
        }
        let distance = try EarthSunDistance.of(scene)
        return irradiance / (.pi * distance * distance)
    }
}
