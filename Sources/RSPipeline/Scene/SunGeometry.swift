/// Where the sun stood at the centre of a scene.
public struct SunGeometry: Sendable, Hashable, Codable {
    /// Height above the horizon in degrees (not the zenith angle); negative at night.
    public var elevation: Double
    /// Direction from north through east, in degrees; nil where the product does not say.
    public var azimuth: Double?

    /// Makes a geometry from angles in degrees.
    public init(elevation: Double, azimuth: Double? = nil) {
        self.elevation = elevation
        self.azimuth = azimuth
    }

    /// Refuses a sun that gives no reflectance: at or below the horizon, or an angle that cannot be.
    ///
    /// Top-of-atmosphere reflectance divides by the sine of the elevation, so anything else would give negative or
    /// unbounded numbers without a warning.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` unless `0 < elevation <= 90`.
    public func requireDaylight() throws(SceneError) {
        if elevation > 0, elevation <= 90 { return }
        let what = elevation <= 0 ? "the sun is not above the horizon" : "no elevation is above 90 degrees"
        throw SceneError(
            code: .badMetadata,
            message: "the sun elevation is \(elevation) degrees: \(what), so reflectance is not defined; "
                + "use radiance or brightness, or correct the metadata")
    }
}

/// Where the sensor stood as seen from the centre of a scene.
public struct ViewGeometry: Sendable, Hashable, Codable {
    /// From the vertical, in degrees.
    public var zenith: Double
    /// From north through east, in degrees; nil where the product does not say.
    public var azimuth: Double?

    /// Makes a geometry from angles in degrees.
    public init(zenith: Double, azimuth: Double? = nil) {
        self.zenith = zenith
        self.azimuth = azimuth
    }
}
