import Foundation

/// A metadata file `DIM_*.XML` of a DIMAP version 2 product.
///
/// Everything about a band is joined by BAND_ID: calibration is listed in another order than the bands of the image.
/// Source: Airbus Defence and Space, SPOT Imagery User Guide and Pleiades Imagery User Guide, DIMAP version 2.
struct DIMAPMetadata: Sendable {
    let xml: MetadataXML
    /// The file, relative to the product's place.
    let name: String

    var path: String { xml.path }
    private var root: XMLElement { xml.root }

    /// Reads and checks the kind of document.
    ///
    /// - Throws: ``SceneError``: `notRecognised` for other documents and versions, `badMetadata` for damage.
    init(bytes: [UInt8], path: String, name: String) throws(SceneError) {
        xml = try MetadataXML(bytes: bytes, path: path)
        self.name = name
        guard root.name == "Dimap_Document" else {
            throw SceneError(
                code: .notRecognised,
                message:
                    "\(path): the outermost element is \(root.name.prefix(60)), not Dimap_Document; it is no DIMAP "
                    + "metadata file")
        }
        let identification = root.first("Metadata_Identification") ?? root.first("Metadata_Id")
        let format = identification?.first("METADATA_FORMAT")
        if identification?.text("METADATA_PROFILE")?.hasPrefix("BEAM") == true {
            throw SceneError(
                code: .notRecognised,
                message: "\(path): SNAP has written this DIMAP file, which is not a delivered product. Export it to "
                    + "GeoTIFF and give that with roles=")
        }
        guard format?.text == "DIMAP", let version = format?.attributes["version"] else {
            throw xml.missing("Metadata_Identification/METADATA_FORMAT with its version")
        }
        guard version == "2" || version.hasPrefix("2.") else {
            throw SceneError(
                code: .notRecognised,
                message: "\(path): DIMAP version \(version.prefix(20)) (SPOT 1 to 5 and others) is not read; version 2 "
                    + "is (SPOT-6/7, Pleiades, PeruSat-1). The image can be read as a generic file with roles=")
        }
    }

    // MARK: Documents

    /// The product files that a volume's table of contents names; nil for a product's own file.
    var volumeContents: [String]? {
        if root.first("Raster_Data") != nil { return nil }
        return root.all("Dataset_Content/Dataset_Components/Component/COMPONENT_PATH")
            .compactMap { $0.attributes["href"] }.filter { DIMAPProduct.isMetadata(name: ProductFormats.last($0)) }
    }

    // MARK: Identity

    /// The name of the file without `DIM_` and extension, by which the vendor knows the product.
    var identifier: String {
        var stem = ProductFormats.last(name)
        if stem.lowercased().hasSuffix(".xml") { stem.removeLast(4) }
        if stem.uppercased().hasPrefix("DIM_") { stem.removeFirst(4) }
        // It becomes part of output names.
        let plain = stem.prefix(120).map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) ? $0 : "_" }
        let text = String(plain)
        return text.isEmpty || text.hasPrefix(".") ? "DIMAP" : text
    }

    private static let strips = "Dataset_Sources/Source_Identification/Strip_Source"

    /// The strips of which the product was made.
    var stripCount: Int { root.all(Self.strips).count }

    /// The satellite.
    ///
    /// - Throws: ``SceneError`` when there is none, several, or one that is not read.
    func mission() throws(SceneError) -> DIMAPMission {
        let strips = root.all(Self.strips)
        guard !strips.isEmpty else { throw xml.missing("\(Self.strips)/MISSION") }
        var found: DIMAPMission?
        for strip in strips {
            guard let name = strip.text("MISSION") else { throw xml.missing("\(Self.strips)/MISSION") }
            guard let index = strip.text("MISSION_INDEX") else {
                throw xml.missing("\(Self.strips)/MISSION_INDEX")
            }
            guard let mission = DIMAPMission(mission: name, index: index) else {
                throw SceneError(
                    code: .notRecognised,
                    message:
                        "\(path): MISSION \(name.prefix(20)) \(index.prefix(20)) is not read; \(DIMAPMission.known) "
                        + "are. The image can be read as a generic file with roles=")
            }
            if let found, found != mission {
                throw SceneError(
                    code: .badMetadata,
                    message: "\(path): the product is a mosaic of \(found.title) and \(mission.title), for which one "
                        + "calibration cannot hold; order the strips one by one")
            }
            found = mission
        }
        guard let found else { throw xml.missing("\(Self.strips)/MISSION") }
        return found
    }

    /// When the first strip was taken; nil where the file does not say.
    ///
    /// - Throws: ``SceneError`` when what it says is no time.
    func acquisition() throws(SceneError) -> (text: String, date: Date)? {
        guard let strip = root.first(Self.strips), let day = strip.text("IMAGING_DATE") else { return nil }
        var text = day
        if let time = strip.text("IMAGING_TIME") { text += "T" + time + (time.hasSuffix("Z") ? "" : "Z") }
        if let date = AcquisitionTime.date(text) { return (text, date) }
        throw SceneError(
            code: .badMetadata,
            message: "IMAGING_DATE and IMAGING_TIME in \(path) give '\(text.prefix(60))', which is no time")
    }

    // MARK: Processing

    private static let settings = "Processing_Information/Product_Settings"

    /// Which bands the image has: `P`, `MS`, `PMS-N`, ...
    var spectralProcessing: String { root.text("\(Self.settings)/SPECTRAL_PROCESSING")?.uppercased() ?? "" }

    /// Whether the image is the panchromatic one of a bundle.
    var isPanchromatic: Bool { ["P", "PAN"].contains(spectralProcessing) }

    /// `SENSOR`, `PROJECTED`, `ORTHO`, `MOSAIC`.
    var processingLevel: String? { root.text("\(Self.settings)/PROCESSING_LEVEL") }

    /// Whether the pixels lie as the sensor saw them, not on a map.
    var isSensorGeometry: Bool {
        let geometry = root.text("Geoposition/Raster_CRS/RASTER_GEOMETRY") ?? processingLevel
        return geometry?.uppercased() == "SENSOR"
    }

    /// What the numbers of the image are.
    enum Radiometry: Equatable {
        /// Digital numbers in proportion to radiance.
        case basic
        /// Reflectance, corrected for scattering by air.
        case reflectance
        /// Nothing that can be undone; why, in words.
        case adjusted(String)
    }

    func radiometry(of type: SampleType?) -> Radiometry {
        let place = "RADIOMETRIC_PROCESSING"
        let advice =
            "order the product as BASIC or REFLECTANCE, or, for scale-free indices only, read it with assume=relative"
        guard let word = root.text("\(Self.settings)/Radiometric_Settings/\(place)") else {
            return .adjusted("\(place) is missing from \(path), so nobody knows what the numbers are; \(advice)")
        }
        let isReflectance = word.uppercased() == "REFLECTANCE"
        guard isReflectance || word.uppercased() == "BASIC" else {
            return .adjusted(
                "\(place) is \(word.prefix(40)) in \(path): the numbers were adjusted for display, which cannot be "
                    + "undone; \(advice)")
        }
        let adjustment = root.text("Radiometric_Data/Dynamic_Adjustment/ADJUSTMENT_TYPE")?.uppercased() ?? "NONE"
        let range = root.text("Radiometric_Data/Dynamic_Range/PRODUCT_RANGE").flatMap { Int($0) } ?? 16
        if type == .uint8 || range <= 8 || adjustment != "NONE" {
            return .adjusted(
                "\(path) describes numbers of a stretched range (ADJUSTMENT_TYPE \(adjustment.prefix(40)), "
                    + "PRODUCT_RANGE \(range) bits), which cannot be undone; \(advice)")
        }
        return isReflectance ? .reflectance : .basic
    }

    // MARK: Images

    /// One file of an image in tiles.
    struct Tile {
        let row: Int
        let column: Int
        let file: String
    }

    /// One image: tiles that hold the same bands.
    struct Image {
        let tiles: [Tile]
        let element: XMLElement
    }

    /// The images; all products have one, Pleiades Neo two.
    ///
    /// - Throws: ``SceneError`` when there is none, or a tile is named twice or has an impossible place.
    func images() throws(SceneError) -> [Image] {
        let place = "Raster_Data/Data_Access/Data_Files"
        var images: [Image] = []
        for element in root.all(place) {
            var tiles: [Tile] = []
            var taken: Set<[Int]> = []
            for file in element.all("Data_File") {
                guard let href = file.first("DATA_FILE_PATH")?.attributes["href"], !href.isEmpty else {
                    throw xml.missing("\(place)/Data_File/DATA_FILE_PATH with its href")
                }
                let row = file.attributes["tile_R"] ?? "1"
                let column = file.attributes["tile_C"] ?? "1"
                guard let r = Int(row), let c = Int(column), (1...1000).contains(r), (1...1000).contains(c) else {
                    throw SceneError(
                        code: .badMetadata,
                        message: "\(path): Data_File has tile_R '\(row.prefix(20))' and tile_C '\(column.prefix(20))', "
                            + "which is no place of a tile")
                }
                guard taken.insert([r, c]).inserted else {
                    throw SceneError(
                        code: .badMetadata, message: "\(path) names two files for the tile R\(r)C\(c)")
                }
                tiles.append(Tile(row: r, column: c, file: href))
            }
            if !tiles.isEmpty { images.append(Image(tiles: tiles, element: element)) }
        }
        if images.isEmpty { throw xml.missing("\(place)/Data_File") }
        return images
    }

    /// A whole number of Raster_Data/Raster_Dimensions; nil where it is missing.
    func dimension(_ key: String) throws(SceneError) -> Int? {
        let place = "Raster_Data/Raster_Dimensions/\(key)"
        guard let text = root.text(place) else { return nil }
        if let number = Int(text), (1...10_000_000).contains(number) { return number }
        throw SceneError(
            code: .badMetadata, message: "\(place) in \(path) is '\(text.prefix(40))', which is no number of pixels")
    }

    /// The BAND_ID of every band of an image, in the order of its file.
    ///
    /// Raster_Index_List says it outright; otherwise the channels of Band_Display_Order are the bands in order, and
    /// otherwise SPECTRAL_PROCESSING has a usual order.
    /// - Throws: ``SceneError`` when the file says nothing usable or contradicts itself.
    func bandOrder(of image: Image) throws(SceneError) -> [String] {
        let displays = [image.element.first("Raster_Display"), root.first("Raster_Data/Raster_Display")].compactMap(
            \.self)
        let display = displays.first
        let indexed = display?.all("Raster_Index_List/Raster_Index") ?? []
        var order: [String] = []
        if !indexed.isEmpty {
            var byIndex: [Int: String] = [:]
            for entry in indexed {
                guard let id = entry.text("BAND_ID"), let text = entry.text("BAND_INDEX"), let index = Int(text),
                    (1...indexed.count).contains(index), byIndex.updateValue(id, forKey: index) == nil
                else {
                    throw SceneError(
                        code: .badMetadata,
                        message: "\(path): Raster_Index_List does not number its \(indexed.count) bands from 1 to "
                            + "\(indexed.count) (BAND_ID \(entry.text("BAND_ID")?.prefix(20) ?? "missing"), BAND_INDEX "
                            + "\(entry.text("BAND_INDEX")?.prefix(20) ?? "missing")); fetch the metadata file again")
                }
            }
            order = byIndex.sorted { $0.key < $1.key }.map(\.value)
        } else {
            let channels = ["RED_CHANNEL", "GREEN_CHANNEL", "BLUE_CHANNEL", "ALPHA_CHANNEL"].compactMap { channel in
                display?.text("Band_Display_Order/\(channel)")
            }
            // One band is shown in all channels.
            order = Set(channels).count == 1 ? [channels[0]] : channels
            let usual = Self.usualOrders[spectralProcessing]
            if order.isEmpty || usual.map({ $0.count > order.count }) ?? false { order = usual ?? [] }
        }
        let isPlain = order.allSatisfy { id in
            !id.isEmpty && id.utf8.count <= 16
                && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        }
        guard !order.isEmpty, isPlain, Set(order).count == order.count else {
            throw SceneError(
                code: .badMetadata,
                message: "\(path) does not say which band of the image is which (Raster_Index_List, "
                    + "Band_Display_Order: \(order.isEmpty ? "missing" : String(order.joined(separator: ", ").prefix(80))); "
                    + "SPECTRAL_PROCESSING '\(spectralProcessing.prefix(20))'); fetch the metadata file again")
        }
        if image.tiles.isEmpty { return [] }
        let count = try images().count == 1 ? dimension("NBANDS") : nil
        if let count, count != order.count {
            throw SceneError(
                code: .badMetadata,
                message: "\(path) names the bands \(order.joined(separator: ", ")) of an image of NBANDS \(count)")
        }
        return order
    }

    private static let usualOrders: [String: [String]] = [
        "P": ["P"], "PAN": ["P"], "MS": ["B2", "B1", "B0", "B3"], "PMS": ["B2", "B1", "B0", "B3"],
        "MS-N": ["B2", "B1", "B0"], "PMS-N": ["B2", "B1", "B0"], "MS-X": ["B1", "B2", "B3"],
        "PMS-X": ["B1", "B2", "B3"],
    ]

    /// A stored number with a meaning, `NODATA` or `SATURATED`.
    ///
    /// SPECIAL_VALUE_COUNT is the number itself, no count.
    ///
    /// - Throws: ``SceneError`` when it is no whole number, or stated twice differently.
    func specialValue(_ word: String, of image: Image) throws(SceneError) -> Double? {
        let own = image.element.all("Raster_Display/Special_Value")
        let values = own.isEmpty ? root.all("Raster_Data/Raster_Display/Special_Value") : own
        var found: Double?
        for value in values where value.text("SPECIAL_VALUE_TEXT")?.uppercased() == word {
            let place = "SPECIAL_VALUE_COUNT of \(word)"
            guard let text = value.text("SPECIAL_VALUE_COUNT") else { throw xml.missing(place) }
            let number = try xml.number(text, of: place)
            guard number == number.rounded(), abs(number) <= 4_294_967_295, found == nil || found == number else {
                throw SceneError(
                    code: .badMetadata,
                    message: "\(path): \(place) is '\(text.prefix(40))'"
                        + (found.map { ", and elsewhere \($0)" } ?? ", which is no stored number"))
            }
            found = number
        }
        return found
    }

    // MARK: Position

    /// Where the image lies on the map; nil where the file does not say.
    struct Position {
        var left: Double
        var top: Double
        var columnStep: Double
        var rowStep: Double
        /// Whether ``left`` and ``top`` are the centre of the first pixel, not its corner.
        var isCentre: Bool
        var epsg: Int?
    }

    func position() throws(SceneError) -> Position? {
        let place = "Geoposition/Geoposition_Insert"
        guard root.first(place) != nil, !isSensorGeometry else { return nil }
        let orientation = root.text("Geoposition/Raster_CRS/PIXEL_ORIENTATION")?.uppercased() ?? "UL"
        let position = Position(
            left: try xml.requiredNumber("\(place)/ULXMAP"), top: try xml.requiredNumber("\(place)/ULYMAP"),
            columnStep: try xml.requiredNumber("\(place)/XDIM"), rowStep: try xml.requiredNumber("\(place)/YDIM"),
            isCentre: orientation.hasPrefix("C"), epsg: epsg)
        guard position.columnStep > 0, position.rowStep > 0 else {
            throw SceneError(
                code: .badMetadata, message: "\(path): XDIM and YDIM of \(place) are pixel sizes and above 0")
        }
        return position
    }

    /// The code of `urn:ogc:def:crs:EPSG::32639`.
    private var epsg: Int? {
        let base = "Coordinate_Reference_System"
        let text =
            root.text("\(base)/Projected_CRS/PROJECTED_CRS_CODE") ?? root.text("\(base)/Geodetic_CRS/GEODETIC_CRS_CODE")
        guard let text, text.uppercased().contains("EPSG"), let last = text.split(separator: ":").last else {
            return nil
        }
        return Int(last).flatMap { (1024...99_999).contains($0) ? $0 : nil }
    }

    /// The file with the rational model of an image in sensor geometry; nil where none is named.
    var rationalModelFile: String? {
        root.all("Geoposition/Geoposition_Models/Rational_Function_Model/Component/COMPONENT_PATH")
            .compactMap { $0.attributes["href"] }.first
    }

    /// The row and column of the first pixel, as the product counts them.
    func pixelOrigin() throws(SceneError) -> Double {
        try xml.number("Geoposition/Raster_CRS/PIXEL_ORIGIN") ?? 1
    }

    // MARK: Calibration

    /// The measurement of a kind for a band, by BAND_ID.
    ///
    /// - Parameter kind: `Band_Radiance`, `Band_Solar_Irradiance` or `Band_Reflectance`.
    /// - Throws: ``SceneError`` when it is stated more than once with different content.
    func measurement(_ kind: String, of band: String) throws(SceneError) -> XMLElement? {
        let list = "Radiometric_Data/Radiometric_Calibration/Instrument_Calibration/Band_Measurement_List"
        let ids = band == "P" || band == "PAN" ? ["P", "PAN"] : [band]
        let found = root.all("\(list)/\(kind)").filter { $0.text("BAND_ID").map(ids.contains) ?? false }
        guard let first = found.first else { return nil }
        if found.dropFirst().allSatisfy({ $0 == first }) { return first }
        throw SceneError(
            code: .badMetadata, message: "\(path) states \(kind) of BAND_ID \(band) more than once, differently")
    }

    // MARK: Angles

    /// The geometry of the scene's centre; nil where the file has none.
    private func centre() throws(SceneError) -> XMLElement? {
        let found = root.all("Geometric_Data/Use_Area/Located_Geometric_Values").filter {
            $0.text("LOCATION_TYPE")?.uppercased() == "CENTER"
        }
        guard let first = found.first else { return nil }
        if found.dropFirst().allSatisfy({ $0 == first }) { return first }
        throw SceneError(
            code: .badMetadata,
            message: "\(path) states Located_Geometric_Values of LOCATION_TYPE Center more than once, differently")
    }

    /// The sun at the centre; nil where the file does not say.
    func sun() throws(SceneError) -> SunGeometry? {
        guard let angles = try centre()?.first("Solar_Incidences"),
            let elevation = try angle("SUN_ELEVATION", in: angles)
        else { return nil }
        return SunGeometry(elevation: elevation, azimuth: try angle("SUN_AZIMUTH", in: angles))
    }

    /// The sensor as seen from the centre; nil where the file does not say.
    ///
    /// AZIMUTH_ANGLE points from the ground to the satellite.
    func view() throws(SceneError) -> ViewGeometry? {
        guard let angles = try centre()?.first("Acquisition_Angles"),
            let incidence = try angle("INCIDENCE_ANGLE", in: angles)
        else { return nil }
        return ViewGeometry(zenith: abs(incidence), azimuth: try angle("AZIMUTH_ANGLE", in: angles))
    }

    private func angle(_ key: String, in element: XMLElement) throws(SceneError) -> Double? {
        guard let text = element.text(key) else { return nil }
        let number = try xml.number(text, of: "\(key) at the Center")
        if abs(number) <= 360 { return number }
        throw SceneError(code: .badMetadata, message: "\(key) at the Center in \(path) is \(number), which is no angle")
    }

    /// Cloud cover in percent; nil where the file does not say.
    func cloudCover() throws(SceneError) -> Double? {
        guard let cover = try xml.number("Dataset_Content/CLOUD_COVERAGE"), (0...100).contains(cover) else {
            return nil
        }
        return cover
    }

    /// The files of the quality masks, by the three letters of their kind (`CLD`, `SNW`, ...).
    var masks: [(kind: String, file: String)] {
        root.all("Quality_Assessment/Imaging_Quality_Measurement/Quality_Mask/Component/COMPONENT_PATH").compactMap {
            guard let file = $0.attributes["href"] else { return nil }
            return (String(ProductFormats.last(file).prefix(3)).uppercased(), file)
        }
    }
}
