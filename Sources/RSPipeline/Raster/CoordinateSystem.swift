/// A coordinate reference system as a value: what a grid needs to know, with no library behind it.
public struct CoordinateSystem: Sendable, Hashable {
    /// The definition, as well-known text.
    public let wkt: String
    /// The name for people, for example `WGS 84 / UTM zone 39N`.
    public let name: String
    /// The EPSG code, where the definition carries one.
    public let epsg: Int?
    /// Whether coordinates are longitude and latitude in degrees.
    public let isGeographic: Bool
    /// Metres per map unit of a projected system; nil for a geographic one.
    public let metresPerUnit: Double?

    /// Makes a coordinate system from facts that its reader has established.
    public init(wkt: String, name: String, epsg: Int?, isGeographic: Bool, metresPerUnit: Double?) {
        self.wkt = wkt
        self.name = name
        self.epsg = epsg
        self.isGeographic = isGeographic
        self.metresPerUnit = metresPerUnit
    }

    /// Whether two systems are the same: equal EPSG codes where both carry one, otherwise equal text.
    ///
    /// Two texts that mean the same but are written differently, without a code, count as different.
    public func isSame(as other: CoordinateSystem) -> Bool {
        if let code = epsg, let otherCode = other.epsg { return code == otherCode }
        return wkt == other.wkt
    }

    /// `EPSG:32639` where there is a code, otherwise the name.
    public var label: String { epsg.map { "EPSG:\($0)" } ?? name }
}
