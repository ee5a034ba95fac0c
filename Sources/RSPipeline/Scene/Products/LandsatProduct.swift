import Foundation

/// Landsat 8 and 9 as scenes: Collection 2 Level-1 and Level-2, Collection 1 and earlier Level-1.
enum LandsatProduct: ProductFormat {
    static let title = "Landsat"
    static let metadataNames = "*_MTL.txt, .json or .xml"
    static let depth = 0

    static func isMetadata(name: String) -> Bool {
        ["_mtl.txt", "_mtl.json", "_mtl.xml"].contains { name.lowercased().hasSuffix($0) }
    }

    static func isMetadata(head: String) -> Bool {
        head.contains("LANDSAT_METADATA_FILE") || head.contains("L1_METADATA_FILE")
    }

    /// Opens the product of text before JSON before XML; further metadata must be of the same product.
    static func open(
        _ metadata: [String], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene {
        let candidates = [".txt", ".json", ".xml"].flatMap { ending in
            metadata.filter { $0.lowercased().hasSuffix(ending) }
        }
        guard let first = candidates.first ?? metadata.first else {
            throw SceneError(code: .notRecognised, message: "\(files.title) holds no *_MTL file")
        }
        let chosen = try read(first, in: files)
        let identity = identifiers(of: chosen)
        for name in candidates.dropFirst() {
            // A damaged second copy does not matter; one that describes another product does.
            guard let other = try? read(name, in: files) else { continue }
            if identifiers(of: other) != identity {
                let list = candidates.joined(separator: ", ")
                throw SceneError(
                    code: .badMetadata,
                    message: "\(files.title) holds the metadata of several products (\(list)): \(first) is "
                        + "\(identity ?? "unnamed"), \(name) is \(identifiers(of: other) ?? "unnamed"). Give one file")
            }
        }
        let folder = ProductFiles.folder(of: first)
        return try open(chosen, files: .product(files, prefix: folder + (options.prefix ?? "")), options: options)
    }

    private static func read(_ name: String, in files: ProductFiles) throws(SceneError) -> LandsatMetadata {
        try LandsatMetadata(
            bytes: files.bytes(of: name, limit: LandsatMetadata.sizeLimit), path: files.path(of: name))
    }

    private static func identifiers(of metadata: LandsatMetadata) -> String? {
        for group in ["PRODUCT_CONTENTS", "METADATA_FILE_INFO"] {
            for key in ["LANDSAT_PRODUCT_ID", "LANDSAT_SCENE_ID"] {
                if let text = metadata.value(key, in: group) { return text }
            }
        }
        return nil
    }

    /// Where the band files are.
    enum Files {
        /// In a product's place, under the names that the metadata gives, with a prefix before them.
        case product(ProductFiles, prefix: String)
        /// Given one by one; bands without a file are left out.
        case explicit([String], prefix: String)
    }

    static func open(
        _ metadata: LandsatMetadata, files: Files, options: SceneOptions
    ) throws(SceneError) -> Scene {
        try refuseGenericOptions(options)
        let layout = Layout(metadata)
        let platform = try layout.platform()
        let (level, processingLevel) = try layout.level()
        let finder = FileFinder(files, metadata: metadata)
        let layers = try qualityLayers(layout, finder: finder)
        let hasSaturation = layers.contains { $0.kind == .landsatQARadsat && $0.source != nil }
        var bands: [Band] = []
        for slot in Slot.all(level) {
            guard let file = metadata.value(slot.fileKey, in: layout.product) else { continue }
            guard let place = try finder.find(file, ending: slot.name) else { continue }
            bands.append(try band(slot, at: place, layout: layout, level: level, hasSaturation: hasSaturation))
        }
        try finder.refuseLeftovers()
        if bands.isEmpty {
            throw SceneError(
                code: .badMetadata,
                message: "group \(layout.product) of \(metadata.path) names no band files "
                    + "(\(Slot.all(level)[0].fileKey), ...); fetch the metadata file again")
        }
        let time = try layout.acquisition()
        let id = try layout.identifier()
        var scene = Scene(
            id: id, product: layout.productName(level), sensor: platform, level: level,
            processingLevel: processingLevel, acquired: time?.date, acquiredText: time?.text, sun: try layout.sun(),
            earthSunDistance: try metadata.number("EARTH_SUN_DISTANCE", in: "IMAGE_ATTRIBUTES"), bands: bands,
            qualityLayers: layers, metadataFiles: [metadata.path],
            cloudCover: try metadata.number("CLOUD_COVER", in: "IMAGE_ATTRIBUTES").flatMap { $0 < 0 ? nil : $0 })
        var owners: [String: String] = [:]
        for band in bands {
            guard let path = band.source?.path else { continue }
            if let other = owners.updateValue(band.name, forKey: path) {
                throw SceneError(
                    code: .badMetadata, message: "\(metadata.path): \(other) and \(band.name) name one file, \(path)")
            }
        }
        scene.bands = try Scene.select(options.bands, from: scene) { number in
            bands.first { $0.name == "B\(number)" || $0.name == "SR_B\(number)" || $0.name == "ST_B\(number)" }
        }
        return scene
    }

    private static func refuseGenericOptions(_ options: SceneOptions) throws(SceneError) {
        let given = [
            ("roles", options.roles != nil), ("scale", options.scale != nil), ("offset", options.offset != nil),
            ("quantity", options.quantity != nil), ("nodata", options.noData != nil),
        ]
        for (name, isGiven) in given where isGiven {
            throw SceneError(
                code: .badOption,
                message: "\(name)= is for generic files; a Landsat scene takes it from its metadata. Leave it out, or "
                    + "give the band files themselves")
        }
    }

    private static func band(
        _ slot: Slot, at place: FileFinder.Place, layout: Layout, level: ProductLevel, hasSaturation: Bool
    ) throws(SceneError) -> Band {
        let opened = RasterSource.opening(place.path)
        var calibration = BandCalibration()
        var missing: [String] = []
        let metadata = layout.metadata
        func scale(_ gain: String, _ offset: String, _ group: String) -> LinearScale? {
            guard let value = number(gain, group), let offset = number(offset, group) else { return nil }
            if !(value > 0) {
                missing.append("\(gain) = \(value) in group \(group) of \(metadata.path) is not above 0")
                return nil
            }
            return LinearScale(gain: value, offset: offset)
        }
        func number(_ key: String, _ group: String) -> Double? {
            do throws(SceneError) {
                return try metadata.requiredNumber(key, in: group)
            } catch {
                missing.append(error.message)
                return nil
            }
        }
        let key = slot.key
        var saturationKey = ("QUANTIZE_CAL_MAX_\(key)", layout.pixelRange)
        switch (level, slot.isThermal) {
        case (.level2, false):
            let group = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"
            calibration.product = scale("REFLECTANCE_MULT_\(key)", "REFLECTANCE_ADD_\(key)", group)
                .map { ProductScaling(scale: $0, quantity: .surfaceReflectance(method: "LaSRC")) }
            saturationKey.1 = group
        case (.level2, true):
            let group = "LEVEL2_SURFACE_TEMPERATURE_PARAMETERS"
            calibration.product = scale("TEMPERATURE_MULT_\(key)", "TEMPERATURE_ADD_\(key)", group)
                .map { ProductScaling(scale: $0, quantity: .surfaceTemperature) }
            saturationKey = ("QUANTIZE_CAL_MAXIMUM_\(key)", group)
        case (_, let isThermal):
            calibration.radiance = scale("RADIANCE_MULT_\(key)", "RADIANCE_ADD_\(key)", layout.rescaling)
            if isThermal {
                if let k1 = number("K1_CONSTANT_\(key)", layout.thermal),
                    let k2 = number("K2_CONSTANT_\(key)", layout.thermal)
                {
                    calibration.thermal = ThermalConstants(k1: k1, k2: k2)
                }
            } else {
                calibration.toaReflectance = scale(
                    "REFLECTANCE_MULT_\(key)", "REFLECTANCE_ADD_\(key)", layout.rescaling)
            }
        }
        calibration.missing = missing
        let saturated = hasSaturation ? nil : try metadata.number(saturationKey.0, in: saturationKey.1)
        return Band(
            name: slot.name, role: slot.role, source: opened.source, problem: opened.problem, noData: .value(0),
            saturatedValue: saturated, saturationBit: slot.saturationBit, quantity: .digitalNumber,
            calibration: calibration)
    }

    /// The Collection 2 layers.
    ///
    /// The `BQA` layer of earlier products has other bits and is not read.
    private static func qualityLayers(
        _ layout: Layout, finder: FileFinder
    ) throws(SceneError) -> [QualityLayer] {
        let known: [(key: String, kind: QualityLayer.Kind, name: String, flags: [QualityFlag])] = [
            ("FILE_NAME_QUALITY_L1_PIXEL", .landsatQAPixel, "QA_PIXEL", QualityLayer.landsatQAPixelFlags),
            (
                "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", .landsatQARadsat, "QA_RADSAT",
                QualityLayer.landsatQARadsatFlags
            ),
        ]
        var layers: [QualityLayer] = []
        for entry in known {
            guard let file = layout.metadata.value(entry.key, in: layout.product),
                let place = try finder.find(file, ending: entry.name)
            else { continue }
            var opened = RasterSource.opening(place.path)
            if let type = opened.source?.sampleType, type != .uint16 {
                opened = (nil, "\(place.path) holds \(type.rawValue) numbers, not the bits of \(entry.name)")
            }
            layers.append(
                QualityLayer(
                    kind: entry.kind, name: entry.name, source: opened.source, problem: opened.problem,
                    flags: entry.flags))
        }
        return layers
    }
}

/// One band that a Landsat 8 or 9 product can have.
private struct Slot {
    let name: String
    let role: BandRole
    /// The end of its keys, for example `BAND_4`.
    let key: String
    let saturationBit: Int?

    var fileKey: String { "FILE_NAME_\(key)" }
    var isThermal: Bool { role.isThermal }

    static func all(_ level: ProductLevel) -> [Slot] {
        let roles: [BandRole] = [
            .coastal, .blue, .green, .red, .nir08, .swir16, .swir22, .pan, .cirrus, .thermal11, .thermal12,
        ]
        if level == .level2 {
            let surface = roles.prefix(7).enumerated().map { index, role in
                Slot(name: "SR_B\(index + 1)", role: role, key: "BAND_\(index + 1)", saturationBit: index)
            }
            return surface + [Slot(name: "ST_B10", role: .thermal11, key: "BAND_ST_B10", saturationBit: nil)]
        }
        return roles.enumerated().map { index, role in
            let number = index + 1
            let bit = number <= 7 ? index : number == 9 ? 8 : nil
            return Slot(name: "B\(number)", role: role, key: "BAND_\(number)", saturationBit: bit)
        }
    }
}

/// Which group holds what: Collection 2 renamed the groups of the earlier files.
private struct Layout {
    let metadata: LandsatMetadata
    let isCollection2: Bool

    init(_ metadata: LandsatMetadata) {
        self.metadata = metadata
        isCollection2 = metadata.root == "LANDSAT_METADATA_FILE"
    }

    var product: String { isCollection2 ? "PRODUCT_CONTENTS" : "PRODUCT_METADATA" }
    var acquisitionGroup: String { isCollection2 ? "IMAGE_ATTRIBUTES" : "PRODUCT_METADATA" }
    var identity: String { isCollection2 ? "PRODUCT_CONTENTS" : "METADATA_FILE_INFO" }
    var rescaling: String { isCollection2 ? "LEVEL1_RADIOMETRIC_RESCALING" : "RADIOMETRIC_RESCALING" }
    var thermal: String { isCollection2 ? "LEVEL1_THERMAL_CONSTANTS" : "TIRS_THERMAL_CONSTANTS" }
    var pixelRange: String { isCollection2 ? "LEVEL1_MIN_MAX_PIXEL_VALUE" : "MIN_MAX_PIXEL_VALUE" }

    /// `landsat8-oli-tirs`; refuses what is not Landsat 8 or 9.
    func platform() throws(SceneError) -> String {
        let spacecraft = try metadata.requiredValue("SPACECRAFT_ID", in: acquisitionGroup)
        let sensor = try metadata.requiredValue("SENSOR_ID", in: acquisitionGroup)
        guard spacecraft.lowercased().hasPrefix("landsat"), let digit = spacecraft.last,
            let number = digit.wholeNumberValue, (1...9).contains(number),
            !spacecraft.dropLast().contains(where: \.isNumber)
        else {
            throw SceneError(
                code: .notRecognised,
                message: "\(metadata.path): SPACECRAFT_ID is '\(spacecraft.prefix(40))', which is no Landsat")
        }
        let instrument = sensor.uppercased()
        guard number >= 8, ["OLI_TIRS", "OLI", "TIRS"].contains(instrument) else {
            throw SceneError(
                code: .notRecognised,
                message: "\(metadata.path): Landsat \(number) \(sensor.prefix(20)) is not supported yet; Landsat 8 and "
                    + "9 (OLI, TIRS) are. The band files can be read as generic files")
        }
        return "landsat\(number)-" + instrument.lowercased().replacingOccurrences(of: "_", with: "-")
    }

    func level() throws(SceneError) -> (ProductLevel, String) {
        let key = isCollection2 ? "PROCESSING_LEVEL" : "DATA_TYPE"
        let text = try metadata.requiredValue(key, in: product)
        if text.hasPrefix("L1") { return (.level1, text) }
        if text.hasPrefix("L2") { return (.level2, text) }
        throw SceneError(
            code: .badMetadata,
            message: "\(key) in group \(product) of \(metadata.path) is '\(text.prefix(40))', neither L1... nor L2...")
    }

    func productName(_ level: ProductLevel) -> String {
        let collection = metadata.value("COLLECTION_NUMBER", in: identity).flatMap { Int($0) }
        let edition = collection.map { "Collection \($0)" } ?? "pre-collection"
        return "Landsat \(edition) \(level == .level2 ? "Level-2" : "Level-1")"
    }

    func identifier() throws(SceneError) -> String {
        let text =
            metadata.value("LANDSAT_PRODUCT_ID", in: identity) ?? metadata.value("LANDSAT_SCENE_ID", in: identity)
            ?? metadata.value("LANDSAT_SCENE_ID", in: "LEVEL1_PROCESSING_RECORD")
        guard let text else {
            throw SceneError(
                code: .badMetadata,
                message: "LANDSAT_PRODUCT_ID and LANDSAT_SCENE_ID are missing from group \(identity) of "
                    + "\(metadata.path); fetch the metadata file again")
        }
        // The identifier becomes part of output names, so it may not lead elsewhere.
        guard text.utf8.count <= 120, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else {
            throw SceneError(
                code: .badMetadata,
                message: "the product id '\(text.prefix(60))' in \(metadata.path) holds more than letters, digits "
                    + "and _")
        }
        return text
    }

    func acquisition() throws(SceneError) -> (text: String, date: Date)? {
        guard let day = metadata.value("DATE_ACQUIRED", in: acquisitionGroup) else { return nil }
        var text = day
        if let time = metadata.value("SCENE_CENTER_TIME", in: acquisitionGroup) {
            text += "T" + time + (time.hasSuffix("Z") ? "" : "Z")
        }
        if let date = AcquisitionTime.date(text) { return (text, date) }
        throw SceneError(
            code: .badMetadata,
            message: "DATE_ACQUIRED and SCENE_CENTER_TIME in group \(acquisitionGroup) of \(metadata.path) give "
                + "'\(text.prefix(60))', which is no time")
    }

    func sun() throws(SceneError) -> SunGeometry? {
        guard let elevation = try metadata.number("SUN_ELEVATION", in: "IMAGE_ATTRIBUTES") else { return nil }
        return SunGeometry(
            elevation: elevation, azimuth: try metadata.number("SUN_AZIMUTH", in: "IMAGE_ATTRIBUTES"))
    }
}

/// Finds the files that the metadata names, and keeps to the product's folder.
private final class FileFinder {
    /// A file that should hold a band.
    struct Place {
        /// The path, whether or not the file exists.
        let path: String
    }

    private let files: LandsatProduct.Files
    private let metadataPath: String
    private var used: Set<String> = []

    init(_ files: LandsatProduct.Files, metadata: LandsatMetadata) {
        self.files = files
        metadataPath = metadata.path
    }

    /// The place of a file; nil when files were given one by one and it is not among them.
    ///
    /// - Parameter ending: the band's name, by which renamed files are known (`..._B4.TIF`).
    func find(_ name: String, ending: String) throws(SceneError) -> Place? {
        let isPlain = !name.contains("/") && !name.contains("\\") && !name.contains("..") && !name.contains("\0")
        guard isPlain, !name.hasPrefix(".") else {
            throw SceneError(
                code: .badMetadata,
                message: "\(metadataPath) names the file '\(name.prefix(80))', which is not a plain file name; it is "
                    + "refused")
        }
        switch files {
        case .product(let product, let prefix):
            return Place(path: try product.path(prefix + name, namedBy: metadataPath))
        case .explicit(let paths, let prefix):
            let wanted = (prefix + name).lowercased()
            let path =
                paths.first { last($0) == wanted }
                ?? paths.first { !used.contains($0) && stem($0).hasSuffix("_" + ending.lowercased()) }
            guard let path else { return nil }
            used.insert(path)
            return Place(path: path)
        }
    }

    /// Refuses files that were given and are no band of the product.
    func refuseLeftovers() throws(SceneError) {
        guard case .explicit(let paths, _) = files, let stray = paths.first(where: { !used.contains($0) }) else {
            return
        }
        throw SceneError(
            code: .notRecognised,
            message: "\(stray): \(metadataPath) names no such band; leave the file out, or use prefix= when the files "
                + "were renamed")
    }

    private func last(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent.lowercased() }

    private func stem(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent.lowercased()
    }
}
