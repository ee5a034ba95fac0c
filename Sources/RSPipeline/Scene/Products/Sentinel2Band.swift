/// One band of the MultiSpectral Instrument of Sentinel-2.
struct Sentinel2Band: Sendable, Hashable {
    /// As in file names, for example `B02` or `B8A`.
    let name: String
    let role: BandRole
    /// Its position in the lists of the metadata (`bandId`, `band_id`): B8A is 8, so that B9 is 9 and B12 is 12.
    let id: Int
    /// The side of a pixel as the sensor takes it, in metres.
    let resolution: Int

    /// The name without a leading zero, as in `physicalBand` of the metadata: `B2`; nil where it is the same.
    var shortName: String? { name.hasPrefix("B0") ? "B" + name.dropFirst(2) : nil }

    /// All bands, in the order of ``id``.
    ///
    /// Source: ESA, Sentinel-2 product specification document, table of spectral bands and `Spectral_Information`.
    static let all: [Sentinel2Band] = table.enumerated().map { id, entry in
        Sentinel2Band(name: entry.name, role: entry.role, id: id, resolution: entry.resolution)
    }

    private static let table: [(name: String, role: BandRole, resolution: Int)] = [
        ("B01", .coastal, 60), ("B02", .blue, 10), ("B03", .green, 10), ("B04", .red, 10), ("B05", .rededge1, 20),
        ("B06", .rededge2, 20), ("B07", .rededge3, 20), ("B08", .nir, 10), ("B8A", .nir08, 20), ("B09", .nir09, 60),
        ("B10", .cirrus, 60), ("B11", .swir16, 20), ("B12", .swir22, 20),
    ]

    /// The band that a number in options means: 8 is B08, never B8A.
    static func name(ofNumber number: Int) -> String? {
        let name = (number < 10 ? "B0" : "B") + "\(number)"
        return all.contains { $0.name == name } ? name : nil
    }
}
