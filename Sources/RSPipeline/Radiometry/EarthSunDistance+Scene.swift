extension EarthSunDistance {
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
