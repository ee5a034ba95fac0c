/// What a band measures, independent of the sensor: the names that formulas use.
///
/// The set of STAC's `eo:common_name`, under the short spellings of this project; STAC's own spellings are accepted.
public enum BandRole: String, Sendable, Hashable, Codable, CaseIterable {
    case coastal, blue, green, green05, yellow, red, rededge1, rededge2, rededge3, nir, nir08, nir09
    case swir16, swir22, cirrus, pan, thermal11, thermal12

    /// Reads a role by its name, by STAC's spelling, or as `swir1` and `swir2`, whatever the case.
    public init?(name: String) {
        let lower = name.lowercased()
        if let role = BandRole(rawValue: lower) {
            self = role
            return
        }
        switch lower {
        case "rededge071": self = .rededge1
        case "rededge075": self = .rededge2
        case "rededge078": self = .rededge3
        case "swir1": self = .swir16
        case "swir2": self = .swir22
        case "lwir11": self = .thermal11
        case "lwir12": self = .thermal12
        default: return nil
        }
    }

    /// Whether the band measures emitted (thermal) rather than reflected light.
    public var isThermal: Bool { self == .thermal11 || self == .thermal12 }
}
