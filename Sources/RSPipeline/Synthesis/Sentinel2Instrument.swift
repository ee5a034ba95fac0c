/// The processing level of a Sentinel-2 product.
public enum Sentinel2Level: String, Sendable, Hashable, CaseIterable {
    /// Level-1C: reflectance at the top of the atmosphere.
    case l1c
    /// Level-2A: reflectance at the ground.
    case l2a

    /// As it stands in the names of products.
    var code: String { self == .l1c ? "L1C" : "L2A" }
}

/// One pass of Sentinel-2A over tile 39TTE: names, bands and constants as its metadata states them.
enum Sentinel2Instrument {
    /// One spectral band; its place in the list is its `bandId`.
    struct Band: Sendable {
        /// As file names have it.
        let name: String
        /// As the metadata calls it.
        let physicalName: String
        /// Metres.
        let resolution: Int
        /// Its lane in a ``Spectrum``; nil for the cirrus band.
        let lane: Int?
        /// Nanometres.
        let range: (minimum: Int, maximum: Int)
        let centre: String
        /// The sun's irradiance outside the atmosphere, W m-2 um-1.
        let irradiance: String
    }

    /// Ranges and irradiances: Sentinel-2A, as in every product of these years.
    static let bands = [
        Band(
            name: "B01", physicalName: "B1", resolution: 60, lane: SpectralLane.coastal, range: (412, 456),
            centre: "442.7",
            irradiance: "1884.69"),
        Band(
            name: "B02", physicalName: "B2", resolution: 10, lane: SpectralLane.blue, range: (456, 533),
            centre: "492.7",
            irradiance: "1959.66"),
        Band(
            name: "B03", physicalName: "B3", resolution: 10, lane: SpectralLane.green, range: (538, 583),
            centre: "559.8",
            irradiance: "1823.24"),
        Band(
            name: "B04", physicalName: "B4", resolution: 10, lane: SpectralLane.red, range: (646, 684), centre: "664.6",
            irradiance: "1512.06"),
        Band(
            name: "B05", physicalName: "B5", resolution: 20, lane: SpectralLane.rededge1, range: (695, 714),
            centre: "704.1",
            irradiance: "1424.64"),
        Band(
            name: "B06", physicalName: "B6", resolution: 20, lane: SpectralLane.rededge2, range: (731, 749),
            centre: "740.5",
            irradiance: "1287.61"),
        Band(
            name: "B07", physicalName: "B7", resolution: 20, lane: SpectralLane.rededge3, range: (769, 797),
            centre: "782.8",
            irradiance: "1162.08"),
        Band(
            name: "B08", physicalName: "B8", resolution: 10, lane: SpectralLane.nir, range: (760, 907), centre: "832.8",
            irradiance: "1041.63"),
        Band(
            name: "B8A", physicalName: "B8A", resolution: 20, lane: SpectralLane.nir08, range: (837, 881),
            centre: "864.7",
            irradiance: "955.32"),
        Band(
            name: "B09", physicalName: "B9", resolution: 60, lane: SpectralLane.nir09, range: (932, 958),
            centre: "945.1",
            irradiance: "812.92"),
        Band(
            name: "B10", physicalName: "B10", resolution: 60, lane: nil, range: (1337, 1412), centre: "1373.5",
            irradiance: "367.15"),
        Band(
            name: "B11", physicalName: "B11", resolution: 20, lane: SpectralLane.swir16, range: (1539, 1682),
            centre: "1613.7", irradiance: "245.59"),
        Band(
            name: "B12", physicalName: "B12", resolution: 20, lane: SpectralLane.swir22, range: (2078, 2320),
            centre: "2202.4", irradiance: "85.25"),
    ]

    /// The resolutions of the files, metres.
    static let resolutions = [10, 20, 60]

    /// The places in ``bands`` of the bands that a product has at a resolution, in the order of its list of files.
    ///
    /// Level-1C has each band as it was measured. Level-2A adds coarser copies of all but B08, has B01 at 20 m too, and
    /// leaves out B10, which never sees the ground.
    static func bandIDs(_ level: Sentinel2Level, resolution: Int) -> [Int] {
        switch (level, resolution) {
        case (.l1c, _): bands.indices.filter { bands[$0].resolution == resolution }
        case (.l2a, 10): [1, 2, 3, 7]
        case (.l2a, 20): [0, 1, 2, 3, 4, 5, 6, 8, 11, 12]
        case (.l2a, _): [0, 1, 2, 3, 4, 5, 6, 8, 9, 11, 12]
        }
    }

    // MARK: Numbers in the files

    /// `reflectance = (DN + offset) / quantification` (processing baseline 04.00 and later).
    static let quantification = 10_000.0
    static let offset = -1000.0
    static let saturated: UInt16 = 65_535
    /// Brighter reflectance counts as saturated.
    static let brightest: Float = 1.4
    /// The inverse square of the sun's distance, by ESA's formula: `d = 1 - 0.01673 cos(0.0172 (t - 2))`, t in days since
    /// 1950-01-01.
    static let distanceFactor = "0.967835046529718"

    // MARK: Names

    static let tile = "T39TTE"
    static let baseline = "05.10"
    static let orbit = "A047379"
    static let datatakeTime = "20240718T072621"
    static let datastripTime = "20240718T073123"
    static let datatakeStart = "2024-07-18T07:26:21.024Z"
    static let sensingTime = "2024-07-18T07:39:12.000000Z"

    private static var baselineDigits: String { baseline.filter(\.isNumber) }

    /// When the product was made, as names have it.
    static func generated(_ level: Sentinel2Level) -> String { level == .l1c ? "20240718T100000" : "20240718T113000" }

    /// When the product was made, as metadata has it.
    static func generationTime(_ level: Sentinel2Level) -> String {
        level == .l1c ? "2024-07-18T10:00:00.000000Z" : "2024-07-18T11:30:00.000000Z"
    }

    /// The product's folder: mission, level, datatake, baseline, relative orbit, tile and time of making.
    static func productName(_ level: Sentinel2Level) -> String {
        "S2A_MSI\(level.code)_\(datatakeTime)_N\(baselineDigits)_R049_\(tile)_\(generated(level)).SAFE"
    }

    static func granuleName(_ level: Sentinel2Level) -> String { "\(level.code)_\(tile)_\(orbit)_\(datastripTime)" }

    static func granuleID(_ level: Sentinel2Level) -> String {
        "S2A_OPER_MSI_\(level.code)_TL_2APS_\(generated(level))_\(orbit)_\(tile)_N\(baseline)"
    }

    static func datastripID(_ level: Sentinel2Level) -> String {
        "S2A_OPER_MSI_\(level.code)_DS_2APS_\(generated(level))_S\(datastripTime)_N\(baseline)"
    }

    /// An image file below the granule's folder, without `.jp2`.
    static func imageName(_ level: Sentinel2Level, _ name: String, resolution: Int) -> String {
        let file = "\(tile)_\(datatakeTime)_\(name)"
        return level == .l1c ? "IMG_DATA/\(file)" : "IMG_DATA/R\(resolution)m/\(file)_\(resolution)m"
    }
}
