/// Sensors whose bands are so alike that a model made with one may be run on the other.
///
/// Landsat 8 and 9 carry the same imager, so do the Sentinel-2 satellites, SPOT-6 and SPOT-7, Landsat 4 and 5 (TM), and the
/// two Pleiades. Every other sensor stands for itself.
struct SensorFamily: Sendable, Hashable {
    /// The satellites, for messages.
    let name: String

    /// The family of a sensor as scenes name it, for example `landsat8-oli-tirs`.
    init(_ sensor: String) {
        let sensor = sensor.lowercased()
        let platform = sensor.prefix { $0 != "-" }
        switch platform {
        case "landsat8", "landsat9": name = "Landsat 8 and 9 (OLI)"
        case "landsat4", "landsat5":
            name = sensor.contains("mss") ? "Landsat 4 and 5 (MSS)" : "Landsat 4 and 5 (TM)"
        case "spot6", "spot7": name = "SPOT-6 and SPOT-7"
        case "pleiades1a", "pleiades1b": name = "Pleiades 1A and 1B"
        default: name = platform.hasPrefix("sentinel2") ? "Sentinel-2" : sensor
        }
    }
}
