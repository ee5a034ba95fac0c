import Foundation

@testable import RSPipeline

/// A small DIMAP product written for one test.
struct DIMAPSample {
    var name = "SPOT7_PMS_202006151000000_ORT_1"
    var mission = ("SPOT", "7")
    var time = ("2020-06-15", "10:00:00.0Z")
    var spectral = "PMS"
    var processing = "BASIC"
    var geometry = "GROUND"
    /// The channels of Band_Display_Order; nil leaves the element out.
    var display: [String]? = ["B2", "B1", "B0", "B3"]
    /// BAND_ID in the order in which calibration is listed, with GAIN, BIAS and E0.
    var calibration: [(id: String, gain: String, bias: String, irradiance: String)] = [
        ("B0", "8", "0", "1960"), ("B1", "10", "0", "1810"), ("B2", "11", "0", "1520"), ("B3", "16", "0", "1084"),
    ]
    var special = [("NODATA", "0"), ("SATURATED", "4095")]
    var sunElevation = "30"
    /// Widths of the columns of tiles, heights of their rows.
    var columns = [4]
    var rows = [4]
    /// The numbers of a band of the file at a pixel of the whole image.
    var pixel: (_ band: Int, _ column: Int, _ row: Int) -> Double = { band, column, row in
        Double(100 * (band + 1) + 10 * row + column)
    }
    var bandCount = 4
    /// Tiles that are not written, for example `R1C2`.
    var missing: Set<String> = []
    /// Tiles moved to the east by so many pixels.
    var shifted: [String: Int] = [:]
    /// Text of the XML that is replaced.
    var replacing: [(String, String)] = []
    var type = SampleType.uint16

    static let left = 400_000.0
    static let top = 4_480_000.0
    static let size = 1.5
    var pixelSize = Self.size

    var metadataName: String { "DIM_\(name).XML" }
    func imageName(_ tile: String) -> String { "IMG_\(name)_\(tile).TIF" }
    private var width: Int { columns.reduce(0, +) }
    private var height: Int { rows.reduce(0, +) }

    /// Writes metadata and images into a folder; returns the path of the metadata.
    @discardableResult
    func write(in folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let crs = try CoordinateSystem(text: "EPSG:32639")
        var top = 0
        for (r, height) in rows.enumerated() {
            var left = 0
            for (c, width) in columns.enumerated() {
                let tile = "R\(r + 1)C\(c + 1)"
                let transform = GeoTransform(
                    left: Self.left + Double(left + (shifted[tile] ?? 0)) * pixelSize,
                    top: Self.top - Double(top) * pixelSize, pixelSize: pixelSize)
                let isOnMap = geometry != "SENSOR"
                let grid = Grid(
                    width: width, height: height, transform: isOnMap ? transform : .identity, crs: isOnMap ? crs : nil)
                let bands = (0..<bandCount).map { band in
                    (0..<height).flatMap { y in (0..<width).map { x in pixel(band, left + x, top + y) } }
                }
                if !missing.contains(tile) {
                    try SmallRaster.write(
                        "\(folder)/\(imageName(tile))", grid: grid, type: type, bands: bands,
                        options: ["INTERLEAVE=PIXEL", "PHOTOMETRIC=MINISBLACK"])
                }
                left += width
            }
            top += height
        }
        let path = "\(folder)/\(metadataName)"
        try Data(xml.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// The metadata, one element per line where it has text.
    var xml: String {
        var lines = [
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "<Dimap_Document>", "<Metadata_Identification>",
            "<METADATA_FORMAT version=\"2.12\">DIMAP</METADATA_FORMAT>", "</Metadata_Identification>",
            "<Dataset_Content>", "<CLOUD_COVERAGE unit=\"percent\">12.5</CLOUD_COVERAGE>", "</Dataset_Content>",
            "<Coordinate_Reference_System>", "<Projected_CRS>",
            "<PROJECTED_CRS_CODE>urn:ogc:def:crs:EPSG::32639</PROJECTED_CRS_CODE>", "</Projected_CRS>",
            "</Coordinate_Reference_System>", "<Geoposition>", "<Raster_CRS>",
            "<RASTER_GEOMETRY>\(geometry)</RASTER_GEOMETRY>", "<PIXEL_ORIENTATION>UL</PIXEL_ORIENTATION>",
            "</Raster_CRS>", "<Geoposition_Insert>", "<ULXMAP>\(Self.left)</ULXMAP>", "<ULYMAP>\(Self.top)</ULYMAP>",
            "<XDIM>\(pixelSize)</XDIM>", "<YDIM>\(pixelSize)</YDIM>", "</Geoposition_Insert>", "</Geoposition>",
            "<Processing_Information>", "<Product_Settings>",
            "<PROCESSING_LEVEL>\(geometry == "SENSOR" ? "SENSOR" : "ORTHO")</PROCESSING_LEVEL>",
            "<SPECTRAL_PROCESSING>\(spectral)</SPECTRAL_PROCESSING>", "<Radiometric_Settings>",
            "<RADIOMETRIC_PROCESSING>\(processing)</RADIOMETRIC_PROCESSING>", "</Radiometric_Settings>",
            "</Product_Settings>", "</Processing_Information>", "<Raster_Data>", "<Data_Access>", "<Data_Files>",
        ]
        for r in rows.indices {
            for c in columns.indices {
                lines.append(
                    "<Data_File tile_R=\"\(r + 1)\" tile_C=\"\(c + 1)\"><DATA_FILE_PATH "
                        + "href=\"\(imageName("R\(r + 1)C\(c + 1)"))\"/></Data_File>")
            }
        }
        lines += [
            "</Data_Files>", "</Data_Access>", "<Raster_Dimensions>", "<NROWS>\(height)</NROWS>",
            "<NCOLS>\(width)</NCOLS>", "<NBANDS>\(bandCount)</NBANDS>", "</Raster_Dimensions>", "<Raster_Display>",
        ]
        if let display {
            let names = ["RED_CHANNEL", "GREEN_CHANNEL", "BLUE_CHANNEL", "ALPHA_CHANNEL"]
            lines.append("<Band_Display_Order>")
            for (name, id) in zip(names, display) { lines.append("<\(name)>\(id)</\(name)>") }
            lines.append("</Band_Display_Order>")
        }
        for (word, value) in special {
            lines.append(
                "<Special_Value><SPECIAL_VALUE_TEXT>\(word)</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_COUNT>\(value)"
                    + "</SPECIAL_VALUE_COUNT></Special_Value>")
        }
        lines += [
            "</Raster_Display>", "</Raster_Data>", "<Radiometric_Data>", "<Dynamic_Range>",
            "<PRODUCT_RANGE>12</PRODUCT_RANGE>", "</Dynamic_Range>", "<Radiometric_Calibration>",
            "<Instrument_Calibration>", "<Band_Measurement_List>",
        ]
        for band in calibration {
            lines.append(
                "<Band_Radiance><BAND_ID>\(band.id)</BAND_ID><MEASURE_DESC>Raw radiometric counts (DN) to TOA Radiance "
                    + "(L). Formulae L=DN/GAIN+BIAS</MEASURE_DESC><GAIN>\(band.gain)</GAIN><BIAS>\(band.bias)</BIAS>"
                    + "</Band_Radiance>")
        }
        for band in calibration {
            lines.append(
                "<Band_Solar_Irradiance><BAND_ID>\(band.id)</BAND_ID><VALUE>\(band.irradiance)</VALUE>"
                    + "</Band_Solar_Irradiance>")
        }
        lines += [
            "</Band_Measurement_List>", "</Instrument_Calibration>", "</Radiometric_Calibration>",
            "</Radiometric_Data>",
            "<Geometric_Data>", "<Use_Area>",
        ]
        for (place, elevation) in [("TopCenter", "11"), ("Center", sunElevation), ("BottomCenter", "12")] {
            lines.append(
                "<Located_Geometric_Values><LOCATION_TYPE>\(place)</LOCATION_TYPE><Acquisition_Angles><AZIMUTH_ANGLE>271.5"
                    + "</AZIMUTH_ANGLE><INCIDENCE_ANGLE>26</INCIDENCE_ANGLE></Acquisition_Angles><Solar_Incidences>"
                    + "<SUN_AZIMUTH>117.5</SUN_AZIMUTH><SUN_ELEVATION>\(elevation)</SUN_ELEVATION></Solar_Incidences>"
                    + "</Located_Geometric_Values>")
        }
        lines += ["</Use_Area>", "</Geometric_Data>", "<Quality_Assessment>", "<Imaging_Quality_Measurement>"]
        lines.append(
            "<Quality_Mask><Component><COMPONENT_PATH href=\"MASKS/CLD_\(name)_MSK.GML\"/></Component></Quality_Mask>")
        lines += [
            "</Imaging_Quality_Measurement>", "</Quality_Assessment>", "<Dataset_Sources>", "<Source_Identification>",
            "<Strip_Source>", "<MISSION>\(mission.0)</MISSION>", "<MISSION_INDEX>\(mission.1)</MISSION_INDEX>",
            "<IMAGING_DATE>\(time.0)</IMAGING_DATE>", "<IMAGING_TIME>\(time.1)</IMAGING_TIME>", "</Strip_Source>",
            "</Source_Identification>", "</Dataset_Sources>", "</Dimap_Document>", "",
        ]
        return replacing.reduce(lines.joined(separator: "\n")) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
