/// Sentinel-2 Level-1C and Level-2A as ESA delivers them: a SAFE folder or archive with one tile.
///
/// Numbers are calibrated by the metadata alone: `reflectance = (DN + offset) / quantification` with the offsets of each
/// band. Level-1C reflectance is divided by the sun's height already.
enum Sentinel2Product: ProductFormat {
    static let title = "Sentinel-2"
    static let metadataNames = "MTD_MSIL1C.xml or MTD_MSIL2A.xml"
    static let depth = 4

    static func isMetadata(name: String) -> Bool {
        let lower = name.lowercased()
        return ["mtd_msil1c.xml", "mtd_msil2a.xml"].contains(lower)
            || lower.hasSuffix(".xml") && ["_mtd_safl1c_", "_mtd_safl2a_"].contains { lower.contains($0) }
    }

    static func isMetadata(head: String) -> Bool {
        head.contains(":Level-1C_User_Product") || head.contains(":Level-2A_User_Product")
            || head.contains("<Level-1C_User_Product") || head.contains("<Level-2A_User_Product")
    }

    static func open(
        _ metadata: [String], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene {
        let name = try only(metadata, in: files)
        let assumed = try Sentinel2Offset(options.assume)
        try options.refuseForSentinel2()
        let product = try Sentinel2Metadata(
            MetadataXML(bytes: files.bytes(of: name, limit: MetadataXML.sizeLimit), path: files.path(of: name)))
        let base = ProductFiles.folder(of: name)
        let id = try product.identifier()
        let tile = try tile(of: product, id: id, base: base, in: files)
        var scene = Scene(
            id: id, product: "Sentinel-2 \(product.levelName)", sensor: try product.sensor(), level: product.level,
            processingLevel: product.baseline.map { "\(product.levelName), baseline \($0.prefix(20))" }
                ?? product.levelName, bands: [], metadataFiles: [product.xml.path],
            cloudCover: try product.cloudCover())
        scene.earthSunDistance = try product.earthSunDistance()
        try scene.setTime(tile?.metadata.sensingTime ?? product.startTime, from: tile?.metadata.xml ?? product.xml)
        if let tile {
            try scene.setGeometry(of: tile.metadata)
        } else {
            scene.notices.append(
                "\(files.path(of: base))GRANULE/*/MTD_TL.xml is missing: there are no angles of sun and sensor")
        }
        let images = try images(of: product, base: base, granule: tile?.folder ?? base, in: files)
        let noData = try special("NODATA", usual: 0, product, &scene)
        let saturated = try special("SATURATED", usual: 65535, product, &scene)
        let calibration = try product.calibration(assumed: assumed)
        for band in Sentinel2Band.all {
            guard let image = images.best(band.name, native: band.resolution) else { continue }
            var values = BandCalibration(
                isSunCorrected: product.level == .level1, solarIrradiance: product.solarIrradiance(of: band))
            do throws(SceneError) {
                let scale = try calibration.scale(of: band)
                if product.level == .level1 {
                    values.toaReflectance = scale
                } else {
                    values.product = ProductScaling(scale: scale, quantity: .surfaceReflectance(method: "Sen2Cor"))
                }
            } catch {
                values.missing = [error.message]
            }
            scene.bands.append(
                try band.open(image, in: files, tile: tile?.metadata, noData: noData, saturated: saturated, values))
            if let size = image.resolution, size != band.resolution {
                scene.notices.append(
                    "band \(band.name) is read at \(size) m; its file of \(band.resolution) m is not in the product")
            }
        }
        if scene.bands.isEmpty {
            throw SceneError(
                code: .badMetadata,
                message:
                    "\(product.xml.path) names no band files (IMAGE_FILE) and there are none in GRANULE/*/IMG_DATA; "
                    + "fetch the product again")
        }
        if assumed != nil {
            scene.notices.append("assume=\(assumed?.rawValue ?? ""): the metadata does not state the offset")
        }
        scene.qualityLayers = try Sentinel2Quality.layers(
            tile?.metadata, level: product.level, images: images, base: base, granule: tile?.folder ?? base, in: files)
        scene.notices += scene.qualityLayers.compactMap(Sentinel2Quality.coarserThanUsual)
        try scene.chooseSentinel2Bands(options)
        return scene
    }

    /// The one metadata file nearest to the root.
    private static func only(_ metadata: [String], in files: ProductFiles) throws(SceneError) -> String {
        func depth(_ name: String) -> Int { name.split(separator: "/").count }
        guard let first = metadata.first else {
            throw SceneError(code: .notRecognised, message: "\(files.title) holds no \(metadataNames)")
        }
        let same = metadata.filter { depth($0) == depth(first) }
        if same.count == 1 { return first }
        throw SceneError(
            code: .badOption,
            message: "\(files.title) holds \(same.count) Sentinel-2 products ("
                + same.prefix(4).joined(separator: ", ") + (same.count > 4 ? ", ..." : "") + "); give one of them")
    }

    /// The product's tile and its folder.
    private static func tile(
        of product: Sentinel2Metadata, id: String, base: String, in files: ProductFiles
    ) throws(SceneError) -> (metadata: Sentinel2Tile, folder: String)? {
        let found = files.names.filter { name in
            guard name.hasPrefix(base) else { return false }
            let parts = name.dropFirst(base.count).split(separator: "/")
            guard parts.count == 3, parts[0].uppercased() == "GRANULE", let last = parts.last?.lowercased() else {
                return false
            }
            return last == "mtd_tl.xml"
                || last.hasSuffix(".xml") && ["_mtd_l1c_tl_", "_mtd_l2a_tl_"].contains { last.contains($0) }
        }
        if found.count > 1 {
            throw SceneError(
                code: .notRecognised,
                message:
                    "\(product.xml.path): the product holds \(found.count) tiles, and one scene is one tile; give the "
                    + "metadata file of one (\(found.prefix(3).joined(separator: ", "))\(found.count > 3 ? ", ..." : ""))"
            )
        }
        guard let name = found.first else { return nil }
        let tile = try Sentinel2Tile(
            MetadataXML(bytes: files.bytes(of: name, limit: MetadataXML.sizeLimit), path: files.path(of: name)))
        guard tile.level == product.level else {
            throw SceneError(
                code: .badMetadata,
                message: "\(tile.xml.path) is of another level than \(product.xml.path); put the files of one product "
                    + "together")
        }
        if let mine = tile.identifier.flatMap(Sentinel2Tile.square), let theirs = Sentinel2Tile.square(in: id),
            mine != theirs
        {
            throw SceneError(
                code: .badMetadata,
                message:
                    "\(tile.xml.path) is of tile \(mine), \(product.xml.path) of tile \(theirs); put the files of one "
                    + "product together")
        }
        return (tile, ProductFiles.folder(of: name))
    }

    /// The images that the metadata names, then those that lie in the tile's `IMG_DATA`.
    private static func images(
        of product: Sentinel2Metadata, base: String, granule: String, in files: ProductFiles
    ) throws(SceneError) -> Sentinel2Images {
        var images = Sentinel2Images()
        let path = product.xml.path
        for text in product.images where text.contains("/") {
            var found: String?
            for ending in Sentinel2Images.endings + [""] where found == nil {
                let name = try files.find(base + text + ending, namedBy: path)
                // Only images: a folder or metadata file of the same name is none.
                if let name, Sentinel2Images.endings.contains(where: { name.lowercased().hasSuffix($0) }) {
                    found = name
                }
            }
            try images.add(found ?? base + text + Sentinel2Images.endings[0], isThere: found != nil, namedBy: path)
        }
        for ending in Sentinel2Images.endings {
            for name in files.names where name.hasPrefix(granule) && name.lowercased().hasSuffix(ending) {
                guard let (band, resolution) = Sentinel2Images.band(of: name), name.lowercased().contains("img_data/"),
                    !(images.byBand[band] ?? []).contains(where: { $0.resolution == resolution && $0.isThere })
                else { continue }
                try images.add(name, isThere: true, namedBy: path)
            }
        }
        return images
    }

    /// A special value, or with a notice what it is in every product known.
    private static func special(
        _ word: String, usual: Double, _ product: Sentinel2Metadata, _ scene: inout Scene
    ) throws(SceneError) -> Double {
        if let number = try product.specialValue(word) { return number }
        scene.notices.append("Special_Values of \(product.xml.path) lack \(word); \(Int(usual)) is taken")
        return usual
    }
}

extension SceneOptions {
    /// Refuses what the metadata of a product says.
    func refuseForSentinel2() throws(SceneError) {
        let given = [
            ("roles", roles != nil), ("scale", scale != nil), ("offset", offset != nil), ("quantity", quantity != nil),
            ("nodata", noData != nil), ("prefix", prefix != nil),
        ]
        for (name, isGiven) in given where isGiven {
            throw SceneError(
                code: .badOption,
                message: "\(name)= is for other files; a Sentinel-2 scene takes it from its metadata. Leave it out, or "
                    + "give the band files themselves")
        }
    }
}

extension Scene {
    /// Sets when the scene was taken.
    mutating func setTime(_ text: String?, from xml: MetadataXML) throws(SceneError) {
        guard let text else { return }
        guard let date = AcquisitionTime.date(text) else {
            throw SceneError(
                code: .badMetadata,
                message: "the sensing time in \(xml.path) is '\(text.prefix(60))', which is no time; fetch it again")
        }
        acquired = date
        acquiredText = text
    }

    /// Sets the angles of sun and sensor of a Sentinel-2 tile; damaged grids are left out with a notice.
    mutating func setGeometry(of tile: Sentinel2Tile) throws(SceneError) {
        metadataFiles.append(tile.xml.path)
        sun = try tile.sun()
        view = try tile.view()
        do throws(SceneError) {
            angles = try tile.angleLayers()
        } catch {
            notices.append("there are no angles per pixel: \(error.message)")
        }
    }

    /// Takes the bands that the options ask for; a number means the band of that number, 8 never B8A.
    mutating func chooseSentinel2Bands(_ options: SceneOptions) throws(SceneError) {
        let all = bands
        bands = try Scene.select(options.bands, from: self) { number in
            let name = Sentinel2Band.name(ofNumber: number)
            return all.first { $0.name == name }
        }
    }
}

extension Sentinel2Band {
    /// The band as a part of a scene, by the header of its file.
    ///
    /// A file that is missing, holds other numbers than digital ones, or lies elsewhere than the tile's metadata says is
    /// the band's problem.
    func open(
        _ image: Sentinel2Images.Image, in files: ProductFiles, tile: Sentinel2Tile?, noData: Double, saturated: Double,
        _ calibration: BandCalibration
    ) throws(SceneError) -> Band {
        let path = files.path(of: image.name)
        var opened: (source: RasterSource?, problem: String?) = (nil, "\(path): the file is missing")
        if image.isThere { opened = RasterSource.opening(path) }
        if let source = opened.source {
            if !source.sampleType.isInteger {
                opened = (nil, "\(path) holds \(source.sampleType.rawValue) numbers, not the digital numbers of a band")
            } else if let stated = try tile?.grid(resolution: image.resolution ?? resolution),
                let difference = source.grid.difference(from: stated)
            {
                opened = (
                    nil,
                    "\(path) does not lie where Tile_Geocoding in \(tile?.xml.path ?? "the metadata") says: \(difference); "
                        + "fetch the product again"
                )
            }
        }
        var band = Band(
            name: name, role: role, source: opened.source, problem: opened.problem, noData: .value(noData),
            saturatedValue: saturated, quantity: .digitalNumber, calibration: calibration)
        band.aliases = shortName.map { [$0] } ?? []
        return band
    }
}
