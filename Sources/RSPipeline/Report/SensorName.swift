/// How people call a sensor.
enum SensorName {
    /// Satellites, by the first part of a sensor's id.
    private static let satellites = [
        "spot6": "SPOT-6", "spot7": "SPOT-7 (Azersky)", "perusat1": "PeruSat-1", "pleiades1a": "Pleiades 1A",
        "pleiades1b": "Pleiades 1B",
    ]
    /// Families whose satellites have numbers or letters.
    private static let families = [
        ("landsat", "Landsat "), ("sentinel2", "Sentinel-2"), ("pleiadesneo", "Pleiades Neo "),
    ]

    /// `Landsat 8 OLI/TIRS` for `landsat8-oli-tirs`; the id itself for a sensor that is not known.
    static func text(of id: String) -> String {
        let parts = id.split(separator: "-").map(String.init)
        guard let first = parts.first else { return id }
        let family = families.first { first.hasPrefix($0.0) }
        guard let name = satellites[first] ?? family.map({ $0.1 + first.dropFirst($0.0.count).uppercased() }) else {
            return id
        }
        let instruments = parts.dropFirst().map { $0 == "hiri" ? "HiRI" : $0.uppercased() }
        return instruments.isEmpty ? name : name + " " + instruments.joined(separator: "/")
    }
}
