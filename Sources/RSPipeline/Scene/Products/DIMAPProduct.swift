import Foundation

/// DIMAP version 2 products as scenes: SPOT-6 and SPOT-7 (Azersky), Pleiades, Pleiades Neo and PeruSat-1.
///
/// `L = DN / GAIN + BIAS`, W m-2 sr-1 um-1; `rho = pi L d^2 / (E0 sin(sun elevation))`, where GAIN, BIAS, E0 and the sun are
/// the product's own, GAIN, BIAS and E0 joined to the bands of the image by BAND_ID, and `d` is the distance of its date.
/// Source: Airbus Defence and Space, SPOT Imagery User Guide; Pleiades Imagery User Guide, appendix D.
enum DIMAPProduct: ProductFormat {
    static let title = "DIMAP 2 (SPOT-6/7, Pleiades, PeruSat-1)"
    static let metadataNames = "DIM_*.XML"
    static let depth = 3

    static func isMetadata(name: String) -> Bool {
        let lower = name.lowercased()
        return (lower.hasPrefix("dim_") && lower.hasSuffix(".xml")) || lower == "metadata.dim"
    }

    static func isMetadata(head: String) -> Bool { head.contains("<Dimap_Document") }

    /// Opens one product, or the multispectral and the panchromatic one of a bundle as one scene.
    static func open(
        _ metadata: [String], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene {
        try refuseGenericOptions(options)
        var documents: [DIMAPMetadata] = []
        for name in metadata {
            let document = try read(name, in: files)
            guard let contents = document.volumeContents else {
                documents.append(document)
                continue
            }
            for file in contents {
                let inside = ProductFiles.folder(of: name) + file
                guard let found = try files.find(inside, namedBy: document.path) else { continue }
                documents.append(try read(found, in: files))
            }
            if documents.isEmpty {
                throw SceneError(
                    code: .notRecognised,
                    message: "\(document.path) is the table of contents of a volume, and no product that it names is "
                        + "beside it. Give the folder of the product, or its \(metadataNames)")
            }
        }
        let parts = try bundle(documents, title: files.title)
        return try scene(of: parts, in: files, options: options)
    }

    private static func read(_ name: String, in files: ProductFiles) throws(SceneError) -> DIMAPMetadata {
        try DIMAPMetadata(
            bytes: files.bytes(of: name, limit: MetadataXML.sizeLimit), path: files.path(of: name), name: name)
    }

    /// The multispectral product first, then the panchromatic one of the same moment.
    private static func bundle(
        _ documents: [DIMAPMetadata], title: String
    ) throws(SceneError) -> [DIMAPMetadata] {
        if documents.count == 1 { return documents }
        let colour = documents.filter { !$0.isPanchromatic }
        let pan = documents.filter(\.isPanchromatic)
        if colour.count == 1, pan.count == 1 {
            let missions = try (colour[0].mission(), pan[0].mission())
            let times = try (colour[0].acquisition()?.date, pan[0].acquisition()?.date)
            if missions.0 == missions.1, let first = times.0, let second = times.1,
                abs(first.timeIntervalSince(second)) < longestPause
            {
                return [colour[0], pan[0]]
            }
        }
        let list = documents.map { ProductFormats.last($0.name) }.sorted().prefix(20).joined(separator: ", ")
        throw SceneError(
            code: .notRecognised,
            message: "\(title) holds \(documents.count) products that are not one bundle of a multispectral and a "
                + "panchromatic image (\(list)). Give the folder or the metadata file of one")
    }

    /// In seconds: the two images of a bundle are taken at once, the two of a stereo pair are not.
    private static let longestPause = 5.0

    private static func refuseGenericOptions(_ options: SceneOptions) throws(SceneError) {
        let given = [
            ("roles", options.roles != nil), ("scale", options.scale != nil), ("offset", options.offset != nil),
            ("quantity", options.quantity != nil), ("nodata", options.noData != nil), ("prefix", options.prefix != nil),
        ]
        for (name, isGiven) in given where isGiven {
            throw SceneError(
                code: .badOption,
                message: "\(name)= is for other files; a DIMAP scene takes it from its metadata. Leave it out, or give "
                    + "the image files themselves")
        }
        if let assume = options.assume, assume.lowercased() != "relative" {
            throw SceneError(
                code: .badOption,
                message:
                    "assume=\(assume.prefix(40)): a DIMAP scene takes assume=relative only, for images that cannot be "
                    + "calibrated")
        }
    }

    private static func scene(
        of parts: [DIMAPMetadata], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene {
        let main = parts[0]
        let mission = try main.mission()
        let acquired = try main.acquisition()
        let distance = acquired.map { EarthSunDistance.astronomicalUnits(at: $0.date) }
        var notices: [String] = []
        var bands: [Band] = []
        var radiometries: [DIMAPMetadata.Radiometry] = []
        for part in parts {
            let calibration = DIMAPCalibration(part, mission: mission, distance: distance)
            let model = rationalModel(of: part, in: files, &notices)
            for image in try part.images() {
                var found = try self.bands(of: image, calibration, in: files, options: options, &notices)
                for index in found.bands.indices { found.bands[index].source?.rationalModel = model }
                bands += found.bands
                radiometries.append(found.radiometry)
            }
        }
        for (index, band) in bands.enumerated() where bands[..<index].contains(where: { $0.name == band.name }) {
            throw SceneError(code: .badMetadata, message: "\(main.path): two images hold the band \(band.name)")
        }
        let isAdjusted = radiometries.contains { if case .adjusted = $0 { true } else { false } }
        if options.assume != nil && !isAdjusted {
            throw SceneError(
                code: .badOption,
                message: "assume=relative: \(main.path) says how its numbers are calibrated; leave it out")
        }
        if main.isSensorGeometry {
            notices.append(
                "The image lies as the sensor saw it (SENSOR geometry), not on a map: put ortho dem=FILE before any step "
                    + "that needs a map.")
        }
        if main.stripCount > 1 {
            notices.append(
                "The product joins \(main.stripCount) strips; date and sun are those of the first strip and of the centre."
            )
        }
        if radiometries.contains(.reflectance) {
            notices.append(
                "REFLECTANCE is corrected for scattering by air, not for haze and dust: it is not full surface reflectance."
            )
        }
        let words = [main.processingLevel, main.spectralProcessing].compactMap(\.self).filter { !$0.isEmpty }
        var scene = Scene(
            id: main.identifier, product: mission.title, sensor: mission.sensor,
            level: isAdjusted ? .unknown : radiometries.contains(.reflectance) ? .level2 : .level1,
            processingLevel: words.isEmpty ? nil : String(words.joined(separator: " ").prefix(60)),
            acquired: acquired?.date, acquiredText: acquired?.text, sun: try main.sun(), view: try main.view(),
            earthSunDistance: distance, bands: bands, qualityLayers: try masks(of: main, in: files),
            metadataFiles: parts.map(\.path), cloudCover: try main.cloudCover(),
            notices: notices.reduce(into: []) { list, text in if !list.contains(text) { list.append(text) } })
        scene.bands = try Scene.select(options.bands, from: scene) { number in
            bands.indices.contains(number - 1) ? bands[number - 1] : nil
        }
        return scene
    }

    /// The model of an image in sensor geometry; what is wrong with it matters only to `ortho` and is a notice.
    private static func rationalModel(
        of metadata: DIMAPMetadata, in files: ProductFiles, _ notices: inout [String]
    ) -> RationalModel? {
        guard metadata.isSensorGeometry else { return nil }
        do throws(SceneError) {
            return try DIMAPRationalModel.read(metadata, in: files)
        } catch {
            notices.append("There is no rational model, so ortho cannot bring the image to a map: \(error.message).")
            return nil
        }
    }

    private static func bands(
        of image: DIMAPMetadata.Image, _ calibration: DIMAPCalibration, in files: ProductFiles, options: SceneOptions,
        _ notices: inout [String]
    ) throws(SceneError) -> (bands: [Band], radiometry: DIMAPMetadata.Radiometry) {
        let metadata = calibration.metadata
        let order = try metadata.bandOrder(of: image)
        let opened = try DIMAPImage(image, bandCount: order.count, of: metadata, in: files)
        let type = opened.sources.first?.sampleType
        let radiometry = metadata.radiometry(of: type)
        let noData = try metadata.specialValue("NODATA", of: image)
        let saturated = try metadata.specialValue("SATURATED", of: image)
        if noData == nil {
            notices.append("\(ProductFormats.last(metadata.name)) states no special value NODATA; 0 is taken.")
        }
        if saturated == noData ?? 0 {
            throw SceneError(
                code: .badMetadata,
                message: "\(metadata.path): the special values NODATA and SATURATED are both \(noData ?? 0)")
        }
        var bands: [Band] = []
        for (index, id) in order.enumerated() {
            let source = opened.sources.indices.contains(index) ? opened.sources[index] : nil
            let quantity: Quantity
            if case .adjusted = radiometry, options.assume != nil {
                quantity = .relative
            } else {
                quantity = .digitalNumber
            }
            bands.append(
                Band(
                    name: id, role: roles[id], source: source, problem: opened.problem, noData: .value(noData ?? 0),
                    saturatedValue: saturated, quantity: quantity,
                    calibration: calibration.calibration(of: id, radiometry, &notices)))
        }
        return (bands, radiometry)
    }

    private static let roles: [String: BandRole] = [
        "B0": .blue, "B1": .green, "B2": .red, "B3": .nir, "P": .pan, "PAN": .pan, "DB": .coastal, "B": .blue,
        "G": .green,
        "R": .red, "RE": .rededge1, "NIR": .nir,
    ]

    /// Clouds and snow, which the product delivers as polygons.
    private static func masks(
        of metadata: DIMAPMetadata, in files: ProductFiles
    ) throws(SceneError) -> [QualityLayer] {
        let known: [String: QualityFlag] = [
            "CLD": QualityFlag(name: "cloud", test: .atLeast(1), reason: .cloud),
            "SNW": QualityFlag(name: "snow", test: .atLeast(1), reason: .maskedOther),
        ]
        var layers: [QualityLayer] = []
        for mask in metadata.masks {
            guard let flag = known[mask.kind], !layers.contains(where: { $0.name == mask.kind }) else { continue }
            let name = ProductFiles.folder(of: metadata.name) + mask.file
            let path = try files.path(name, namedBy: metadata.path)
            let isThere = try files.find(name, namedBy: metadata.path) != nil
            let opened = MaskShapes.opening(path, isThere: isThere)
            layers.append(
                QualityLayer(
                    kind: .mask, name: mask.kind, source: nil, shapes: opened.shapes, problem: opened.problem,
                    flags: [flag]))
        }
        return layers
    }
}
