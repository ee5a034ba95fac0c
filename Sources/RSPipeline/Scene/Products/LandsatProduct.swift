import Foundation

/// Landsat 1 to 9 as scenes: Collection 2 Level-1 and Level-2, Collection 1 and earlier Level-1.
///
/// MSS, TM, ETM+, OLI and TIRS; what each band is, is in ``LandsatInstrument``, which key holds what in
/// ``LandsatLayout``.
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
                let rest = candidates.count - 4
                let list = candidates.prefix(4).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
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
        let layout = LandsatLayout(metadata)
        let (satellite, instrument, platform) = try layout.platform()
        let (level, processingLevel) = try layout.level()
        let finder = FileFinder(files, metadata: metadata)
        var notices: [String] = []
        let layers = try qualityLayers(layout, instrument, finder: finder, notices: &notices)
        let context = Context(
            layout: layout, level: level, instrument: instrument,
            publishedThermal: LandsatInstrument.publishedThermal(satellite: satellite, instrument),
            distance: try layout.earthSunDistance(),
            hasSaturation: layers.contains { $0.kind == .landsatQARadsat && $0.source != nil })
        let slots = instrument.bands(level)
        var bands: [Band] = []
        for slot in slots {
            guard let file = metadata.value(layout.fileKey(slot), in: layout.product) else { continue }
            guard let place = try finder.find(file, ending: slot.name) else { continue }
            bands.append(try band(slot, at: place, context, notices: &notices))
        }
        let angles = try angleLayers(layout, finder: finder, notices: &notices)
        try finder.refuseLeftovers()
        if bands.isEmpty {
            let keys = slots.first.map { " (\(layout.fileKey($0)), ...)" } ?? ""
            throw SceneError(
                code: .badMetadata,
                message: "group \(layout.product) of \(metadata.path) names no band files\(keys); fetch the metadata "
                    + "file again")
        }
        let time = try layout.acquisition()
        let id = try layout.identifier()
        notices += try remarks(on: bands, slots, context, day: time?.text)
        var scene = Scene(
            id: id, product: layout.productName(level), sensor: platform, level: level,
            processingLevel: processingLevel, acquired: time?.date, acquiredText: time?.text, sun: try layout.sun(),
            view: try layout.view(), earthSunDistance: context.distance, angles: angles, bands: bands,
            qualityLayers: layers, metadataFiles: [metadata.path],
            cloudCover: try metadata.number("CLOUD_COVER", in: "IMAGE_ATTRIBUTES").flatMap { $0 < 0 ? nil : $0 },
            notices: notices)
        var owners: [String: String] = [:]
        let files =
            bands.map { ($0.name, $0.source) } + layers.map { ($0.name, $0.source) }
            + angles.map { ($0.kind.rawValue, $0.source) }
        for (name, source) in files {
            guard let path = source?.path else { continue }
            if let other = owners.updateValue(name, forKey: path) {
                throw SceneError(
                    code: .badMetadata, message: "\(metadata.path): \(other) and \(name) name one file, \(path)")
            }
        }
        scene.bands = try Scene.select(options.bands, from: scene) { number in
            let wanted = ["B\(number)", "SR_B\(number)", "ST_B\(number)"]
            return bands.first { wanted.contains($0.name) || $0.name.hasPrefix("B\(number)_") }
        }
        return scene
    }

    /// What every band of a product is made with.
    private struct Context {
        let layout: LandsatLayout
        let level: ProductLevel
        let instrument: LandsatInstrument
        let publishedThermal: ThermalConstants?
        let distance: Double?
        let hasSaturation: Bool
    }

    private static func refuseGenericOptions(_ options: SceneOptions) throws(SceneError) {
        let given = [
            ("roles", options.roles != nil), ("scale", options.scale != nil), ("offset", options.offset != nil),
            ("quantity", options.quantity != nil), ("nodata", options.noData != nil),
        ]
        if let assume = options.assume {
            throw SceneError(
                code: .badOption,
                message:
                    "assume=\(assume.prefix(40)): the metadata of a Landsat scene leave nothing to assume; leave it out"
            )
        }
        for (name, isGiven) in given where isGiven {
            throw SceneError(
                code: .badOption,
                message: "\(name)= is for generic files; a Landsat scene takes it from its metadata. Leave it out, or "
                    + "give the band files themselves")
        }
    }

    private static func band(
        _ slot: LandsatBand, at place: FileFinder.Place, _ context: Context, notices: inout [String]
    ) throws(SceneError) -> Band {
        let opened = RasterSource.opening(place.path)
        let layout = context.layout
        var calibration = BandCalibration()
        var missing: [String] = []
        func scale(_ read: () throws(SceneError) -> LinearScale) -> LinearScale? {
            do throws(SceneError) {
                return try read()
            } catch {
                missing.append(error.message)
                return nil
            }
        }
        var saturated: Double?
        switch (context.level, slot.isThermal) {
        case (.level2, false):
            let group = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"
            calibration.product = scale { () throws(SceneError) in
                try layout.scale("REFLECTANCE_MULT_\(slot.key)", "REFLECTANCE_ADD_\(slot.key)", in: group)
            }.map {
                ProductScaling(scale: $0, quantity: .surfaceReflectance(method: context.instrument.surfaceMethod))
            }
            saturated = try layout.metadata.number("QUANTIZE_CAL_MAX_\(slot.key)", in: group)
        case (.level2, true):
            let group = "LEVEL2_SURFACE_TEMPERATURE_PARAMETERS"
            calibration.product = scale { () throws(SceneError) in
                try layout.scale("TEMPERATURE_MULT_\(slot.key)", "TEMPERATURE_ADD_\(slot.key)", in: group)
            }.map { ProductScaling(scale: $0, quantity: .surfaceTemperature) }
            saturated = try layout.metadata.number("QUANTIZE_CAL_MAXIMUM_\(slot.key)", in: group)
        case (_, let isThermal):
            calibration.radiance = scale { () throws(SceneError) in try layout.radiance(slot) }
            if isThermal {
                do throws(SceneError) {
                    calibration.thermal = try thermal(slot, context, notices: &notices)
                } catch {
                    missing.append(error.message)
                }
            } else {
                calibration.toaReflectance = scale { () throws(SceneError) in try layout.reflectance(slot) }
                calibration.solarIrradiance = layout.solarIrradiance(slot, distance: context.distance)
            }
            saturated = try layout.saturation(slot)
        }
        calibration.missing = missing
        // QA_RADSAT says it per band, where it has a bit for the band.
        let hasBit = context.hasSaturation && (slot.saturationBit != nil || context.instrument == .oli)
        return Band(
            name: slot.name, role: slot.role, source: opened.source, problem: opened.problem, noData: .value(0),
            saturatedValue: hasBit ? nil : saturated, saturationBit: slot.saturationBit, quantity: .digitalNumber,
            calibration: calibration)
    }

    /// The constants of a thermal band: the product's own, or for TM and ETM+ without any the published ones.
    private static func thermal(
        _ slot: LandsatBand, _ context: Context, notices: inout [String]
    ) throws(SceneError) -> ThermalConstants {
        let metadata = context.layout.metadata
        let group = context.layout.thermal(context.instrument)
        let keys = ["K1_CONSTANT_\(slot.key)", "K2_CONSTANT_\(slot.key)"]
        if let published = context.publishedThermal, keys.allSatisfy({ metadata.value($0, in: group) == nil }) {
            notices.append(
                "\(slot.name): the metadata has no thermal constants; the published ones of the sensor are used "
                    + "(K1 \(published.k1), K2 \(published.k2), Chander et al. 2009)")
            return published
        }
        let k1 = try metadata.requiredNumber(keys[0], in: group)
        let k2 = try metadata.requiredNumber(keys[1], in: group)
        if k1 > 0, k2 > 0 { return ThermalConstants(k1: k1, k2: k2) }
        throw SceneError(
            code: .badMetadata,
            message: "\(keys[0]) = \(k1) and \(keys[1]) = \(k2) in group \(group) of \(metadata.path) are not above 0")
    }

    /// What a user should know of the sensor and the files.
    private static func remarks(
        on bands: [Band], _ slots: [LandsatBand], _ context: Context, day: String?
    ) throws(SceneError) -> [String] {
        var remarks: [String] = []
        if context.layout.isCorrectorOff(context.instrument, day: day) {
            remarks.append(
                "the scan line corrector of Landsat 7 was off: about a fifth of the scene lies in gaps, which are fill")
        }
        if context.level == .level1, context.instrument == .etm {
            let states = slots.compactMap { slot in context.layout.gainState(slot).map { "\(slot.name) \($0)" } }
            if !states.isEmpty {
                remarks.append("gain states, which the scaling holds already: \(states.joined(separator: ", "))")
            }
        }
        if let size = try context.layout.reflectiveSize(),
            let band = bands.first(where: { $0.source != nil && $0.role?.isThermal != true && $0.role != .pan }),
            let grid = band.source?.grid, grid.width != size.columns || grid.height != size.rows
        {
            remarks.append(
                "\(band.name) has \(grid.width) x \(grid.height) pixels, the metadata says "
                    + "\(size.columns) x \(size.rows): the files were cut or resampled after delivery")
        }
        return remarks
    }

    /// The layers of quality bits: `QA_PIXEL` and `QA_RADSAT` of Collection 2, `BQA` of Collection 1.
    ///
    /// The `BQA` layer of products before collections has other bits and is not read.
    private static func qualityLayers(
        _ layout: LandsatLayout, _ instrument: LandsatInstrument, finder: FileFinder, notices: inout [String]
    ) throws(SceneError) -> [QualityLayer] {
        let known: [(key: String, kind: QualityLayer.Kind, name: String, flags: [QualityFlag])] = [
            ("FILE_NAME_QUALITY_L1_PIXEL", .landsatQAPixel, "QA_PIXEL", instrument.pixelFlags),
            (
                "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", .landsatQARadsat, "QA_RADSAT",
                instrument.saturationFlags
            ),
            ("FILE_NAME_BAND_QUALITY", .landsatBQA, "BQA", instrument.collection1Flags),
        ]
        var layers: [QualityLayer] = []
        for entry in known {
            guard let file = layout.metadata.value(entry.key, in: layout.product),
                let place = try finder.find(file, ending: entry.name)
            else { continue }
            if entry.kind == .landsatBQA, layout.collection != 1 {
                notices.append("BQA is of before Collection 1, whose bits are others; it is not read")
                continue
            }
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

    /// The angles per pixel of Collection 2 Level-1, in hundredths of a degree.
    ///
    /// Where a file declares no no-data value, a sun zenith of 0 counts as such: the satellites cross in the morning, so
    /// no sun is ever in the zenith, and the delivered layers have 0 outside the image. The other angles can be 0.
    /// Source: USGS, Landsat Collection 2 Level-1 angle bands (solar and view angles, int16, scale 0.01).
    private static func angleLayers(
        _ layout: LandsatLayout, finder: FileFinder, notices: inout [String]
    ) throws(SceneError) -> [AngleLayer] {
        var layers: [AngleLayer] = []
        for entry in angleFiles {
            guard let file = layout.angleFile(entry.word), let place = try finder.find(file, ending: entry.name) else {
                continue
            }
            // Many archives are kept without them.
            if VirtualFiles.kind(of: place.path) == nil { continue }
            if let layer = angleLayer(entry, at: place.path, notices: &notices) { layers.append(layer) }
        }
        return layers
    }

    /// An angle file of Collection 2: what the metadata call it, and how its name ends.
    typealias AngleFile = (word: String, kind: AngleLayer.Kind, name: String)

    /// The angle files of Collection 2, in hundredths of degrees.
    ///
    /// Source: USGS LSDS-1619, Landsat 8-9 Collection 2 Level 1 data format control book, angle coefficient files.
    static let angleFiles: [AngleFile] = [
        ("SOLAR_ZENITH", .sunZenith, "SZA"), ("SOLAR_AZIMUTH", .sunAzimuth, "SAA"),
        ("SENSOR_ZENITH", .viewZenith, "VZA"), ("SENSOR_AZIMUTH", .viewAzimuth, "VAA"),
    ]

    /// The layer of an angle file; nil, with a notice, for one that cannot be used.
    static func angleLayer(_ file: AngleFile, at path: String, notices: inout [String]) -> AngleLayer? {
        let opened = RasterSource.opening(path, drivers: Dataset.sceneDrivers)
        guard let source = opened.source, source.sampleType == .int16 else {
            let why = opened.problem ?? "\(ShownText.path(path)) holds no int16 numbers"
            notices.append("\(file.name) is not used: \(why)")
            return nil
        }
        var noData = (try? Dataset(reading: path).band(1))?.noData ?? .none
        if noData == .none, file.kind == .sunZenith { noData = .value(0) }
        return AngleLayer(kind: file.kind, source: source, scale: LinearScale(gain: 0.01, offset: 0), noData: noData)
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
