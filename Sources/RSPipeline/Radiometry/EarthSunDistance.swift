public import Foundation

/// The distance between the earth and the sun.
public enum EarthSunDistance {
    /// The distance at a moment, in astronomical units.
    ///
    /// `g = 357.529 + 0.98560028 n` degrees, `d = 1.00014 - 0.01671 cos g - 0.00014 cos 2g`, where `n` is the number of
    /// days since 2000-01-01 12:00. Within 5e-5 of what products of 2013 to 2022 state.
    /// Source: The Astronomical Almanac, low-precision formulas for the sun.
    public static func astronomicalUnits(at date: Date) -> Double {
        let days = date.timeIntervalSince1970 / 86_400 + 2_440_587.5 - 2_451_545
        let anomaly = 357.529 + 0.98560028 * days
        return 1.00014 - 0.01671 * Transcendental.cosine(degrees: anomaly)
            - 0.00014 * Transcendental.cosine(degrees: 2 * anomaly)
    }

    /// The distance of a scene, in astronomical units: the product's own, or that of its date.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when the product states neither, or a distance that cannot be.
    public static func of(_ scene: Scene) throws(SceneError) -> Double {
        if let distance = scene.earthSunDistance {
            if distance > 0.98, distance < 1.02 { return distance }
            throw SceneError(
                code: .badMetadata,
                message: "scene \(scene.id): an earth-sun distance of \(distance) cannot be; it lies between 0.983 and "
                    + "1.017 astronomical units; correct the metadata")
        }
        if let date = scene.acquired { return astronomicalUnits(at: date) }
        throw SceneError(
            code: .badMetadata,
            message:
                "scene \(scene.id): the metadata give neither the earth-sun distance nor the date, and radiance and "
                + "reflectance depend on it; fetch the metadata file again")
    }
}
