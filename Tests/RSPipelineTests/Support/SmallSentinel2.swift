import Foundation

@testable import RSPipeline

/// A Sentinel-2 product of a few pixels: metadata and band files.
///
/// 12 x 12 pixels of 10 m, 6 x 6 of 20 m, 2 x 2 of 60 m.
struct SmallSentinel2 {
    var isLevel2 = true
    var baseline: String? = "05.11"
    var quantification = "10000"
    /// By band_id; nil leaves the offset elements out.
    var offsets: [Int: String]? = Dictionary(uniqueKeysWithValues: (0...12).map { ($0, "-1000") })
    /// Stored numbers by image (`B02_10m`, `B02` in Level-1C, `SCL_20m`): one for all pixels, or one for each.
    var images: [String: [Double]] = [:]
    /// Images that the metadata names and that have no file.
    var absent: [String] = []
    /// Files in `QI_DATA`, by name without ending: the numbers of each band.
    var masks: [String: [[Double]]] = [:]
    var tile = "T39TUG"
    var spacecraft = "Sentinel-2A"
    /// Changes of the finished files.
    var productEdit: (String) -> String = { $0 }
    var tileEdit: (String) -> String = { $0 }
    var hasTile = true
    /// Images that lie one pixel to the east.
    var shifted: [String] = []
    var type = SampleType.uint16

    var levelWord: String { isLevel2 ? "L2A" : "L1C" }
    var id: String { "S2A_MSI\(levelWord)_20230715T072621_N0511_R049_\(tile)_20230715T101112" }
    var granule: String { "GRANULE/\(levelWord)_\(tile)_A042100_20230715T072900" }
    var metadataName: String { "MTD_MSI\(levelWord).xml" }

    static let left = 500_000.0
    static let top = 4_400_040.0

    static func grid(_ resolution: Int, shift: Double = 0) -> Grid {
        Grid(
            width: 120 / resolution, height: 120 / resolution,
            transform: GeoTransform(
                left: left + shift * Double(resolution), top: top, pixelSize: Double(resolution)),
            crs: SmallRaster.crs)
    }

    /// The size of an image's pixels by its name.
    func resolution(of image: String) -> Int {
        let words = image.split(separator: "_")
        if words.count == 2, let size = Int(words[1].dropLast()) { return size }
        return Sentinel2Band.all.first { $0.name == image }?.resolution ?? 60
    }

    private func path(of image: String) -> String {
        let folder = isLevel2 ? "IMG_DATA/R\(resolution(of: image))m" : "IMG_DATA"
        return "\(granule)/\(folder)/\(tile)_20230715T072621_\(image)"
    }

    var productXML: String {
        let characteristics = isLevel2 ? "BOA_ADD_OFFSET" : "RADIO_ADD_OFFSET"
        let entries = (offsets ?? [:]).sorted { $0.key < $1.key }.map {
            "<\(characteristics) band_id=\"\($0.key)\">\($0.value)</\(characteristics)>"
        }
        let list = isLevel2 ? "BOA_ADD_OFFSET_VALUES_LIST" : "Radiometric_Offset_List"
        let divisor =
            isLevel2
            ? "<QUANTIFICATION_VALUES_LIST><BOA_QUANTIFICATION_VALUE>\(quantification)</BOA_QUANTIFICATION_VALUE>"
                + "</QUANTIFICATION_VALUES_LIST>"
            : "<QUANTIFICATION_VALUE>\(quantification)</QUANTIFICATION_VALUE>"
        let irradiance = (0...12).map { "<SOLAR_IRRADIANCE bandId=\"\($0)\">\(1900 - 100 * $0)</SOLAR_IRRADIANCE>" }
        let files = (images.keys + absent).sorted().map { "<IMAGE_FILE>\(path(of: $0))</IMAGE_FILE>" }
        let root = isLevel2 ? "Level-2A_User_Product" : "Level-1C_User_Product"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <n1:\(root) xmlns:n1="https://psd-15.sentinel2.eo.esa.int/PSD/User_Product.xsd">
            <n1:General_Info>
            <Product_Info>
            <PRODUCT_START_TIME>2023-07-15T07:26:21.024Z</PRODUCT_START_TIME>
            <PRODUCT_URI>\(id).SAFE</PRODUCT_URI>
            <PROCESSING_LEVEL>\(isLevel2 ? "Level-2A" : "Level-1C")</PROCESSING_LEVEL>
            \(baseline.map { "<PROCESSING_BASELINE>\($0)</PROCESSING_BASELINE>" } ?? "")
            <Datatake datatakeIdentifier="GS2A"><SPACECRAFT_NAME>\(spacecraft)</SPACECRAFT_NAME></Datatake>
            <Product_Organisation><Granule_List><Granule>
            \(files.joined(separator: "\n"))
            </Granule></Granule_List></Product_Organisation>
            </Product_Info>
            <Product_Image_Characteristics>
            <Special_Values><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX></Special_Values>
            <Special_Values><SPECIAL_VALUE_TEXT>SATURATED</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>65535</SPECIAL_VALUE_INDEX></Special_Values>
            \(divisor)
            \(entries.isEmpty ? "" : "<\(list)>\(entries.joined(separator: "\n"))</\(list)>")
            <Reflectance_Conversion><U>0.96</U><Solar_Irradiance_List>
            \(irradiance.joined(separator: "\n"))
            </Solar_Irradiance_List></Reflectance_Conversion>
            </Product_Image_Characteristics>
            </n1:General_Info>
            <n1:Quality_Indicators_Info><Cloud_Coverage_Assessment>12.5</Cloud_Coverage_Assessment></n1:Quality_Indicators_Info>
            </n1:\(root)>
            """
    }

    /// One grid of 3 x 3 nodes.
    static func nodes(_ name: String, _ values: [String]) -> String {
        let rows = stride(from: 0, to: 9, by: 3).map {
            "<VALUES>\(values[$0..<$0 + 3].joined(separator: " "))</VALUES>"
        }
        return "<\(name)><COL_STEP unit=\"m\">5000</COL_STEP><ROW_STEP unit=\"m\">5000</ROW_STEP><Values_List>"
            + rows.joined(separator: "\n") + "</Values_List></\(name)>"
    }

    var tileXML: String {
        let root = isLevel2 ? "Level-2A_Tile_ID" : "Level-1C_Tile_ID"
        let sizes = [10, 20, 60].map {
            "<Size resolution=\"\($0)\"><NROWS>\(120 / $0)</NROWS><NCOLS>\(120 / $0)</NCOLS></Size>"
        }
        let positions = [10, 20, 60].map {
            "<Geoposition resolution=\"\($0)\"><ULX>\(Self.left)</ULX><ULY>\(Self.top)</ULY><XDIM>\($0)</XDIM><YDIM>-\($0)</YDIM></Geoposition>"
        }
        func detector(_ number: Int, _ zeniths: [String], _ azimuths: [String]) -> String {
            "<Viewing_Incidence_Angles_Grids bandId=\"8\" detectorId=\"\(number)\">"
                + Self.nodes("Zenith", zeniths) + Self.nodes("Azimuth", azimuths)
                + "</Viewing_Incidence_Angles_Grids>"
        }
        let nan = "NaN"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <n1:\(root) xmlns:n1="https://psd-15.sentinel2.eo.esa.int/PSD/Tile.xsd">
            <n1:General_Info>
            <TILE_ID>S2A_OPER_MSI_\(levelWord)_TL_2APS_20230715T101112_A042100_\(tile)_N05.11</TILE_ID>
            <SENSING_TIME>2023-07-15T07:29:00.5Z</SENSING_TIME>
            </n1:General_Info>
            <n1:Geometric_Info>
            <Tile_Geocoding><HORIZONTAL_CS_CODE>EPSG:32639</HORIZONTAL_CS_CODE>
            \((sizes + positions).joined(separator: "\n"))
            </Tile_Geocoding>
            <Tile_Angles>
            <Sun_Angles_Grid>
            \(Self.nodes("Zenith", (0..<9).map { "\(60 + Double($0) / 4)" }))
            \(Self.nodes("Azimuth", (0..<9).map { "\(150 + $0)" }))
            </Sun_Angles_Grid>
            <Mean_Sun_Angle><ZENITH_ANGLE>60.5</ZENITH_ANGLE><AZIMUTH_ANGLE>151.25</AZIMUTH_ANGLE></Mean_Sun_Angle>
            \(detector(1, ["2", "4", nan, "2", "4", nan, nan, nan, nan], ["10", "359", nan, "10", "350", nan, nan, nan, nan]))
            \(detector(2, [nan, "6", "8", nan, nan, "8", nan, nan, nan], [nan, "1", "20", nan, nan, "20", nan, nan, nan]))
            <Mean_Viewing_Incidence_Angle_List>
            <Mean_Viewing_Incidence_Angle bandId="1"><ZENITH_ANGLE>4</ZENITH_ANGLE><AZIMUTH_ANGLE>358</AZIMUTH_ANGLE></Mean_Viewing_Incidence_Angle>
            <Mean_Viewing_Incidence_Angle bandId="8"><ZENITH_ANGLE>5</ZENITH_ANGLE><AZIMUTH_ANGLE>4</AZIMUTH_ANGLE></Mean_Viewing_Incidence_Angle>
            </Mean_Viewing_Incidence_Angle_List>
            </Tile_Angles>
            </n1:Geometric_Info>
            <n1:Quality_Indicators_Info></n1:Quality_Indicators_Info>
            </n1:\(root)>
            """
    }

    /// Writes the product into a folder; returns its SAFE folder.
    @discardableResult
    func write(in parent: String) throws -> String {
        let folder = "\(parent)/\(id).SAFE"
        func make(_ path: String) throws {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        }
        for (image, values) in images {
            let path = "\(folder)/\(path(of: image)).tif"
            try make(path)
            let grid = Self.grid(resolution(of: image), shift: shifted.contains(image) ? 1 : 0)
            let all = values.count == 1 ? [Double](repeating: values[0], count: grid.pixelCount) : values
            let isByte = image.hasPrefix("SCL")
            try SmallRaster.write(path, grid: grid, type: isByte ? .uint8 : type, bands: [all])
        }
        for (name, bands) in masks {
            let path = "\(folder)/\(granule)/QI_DATA/\(name).tif"
            try make(path)
            let grid = Self.grid(name.hasSuffix("_20m") ? 20 : 60)
            try SmallRaster.write(path, grid: grid, type: .uint8, bands: bands)
        }
        try make("\(folder)/\(granule)/x")
        try SceneTestData.write(productEdit(productXML), to: "\(folder)/\(metadataName)")
        if hasTile { try SceneTestData.write(tileEdit(tileXML), to: "\(folder)/\(granule)/MTD_TL.xml") }
        return folder
    }
}
