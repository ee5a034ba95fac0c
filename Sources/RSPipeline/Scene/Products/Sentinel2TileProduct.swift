import Foundation

/// One Sentinel-2 tile without the metadata of its product, as distributors on AWS keep it: `tileInfo.json`,
/// `metadata.xml` (the tile's `MTD_TL.xml`) and `B02.jp2` or `R10m/B02.jp2`.
///
/// The tile's metadata states neither the quantification value nor the offsets, so calibration needs `assume=`.
enum Sentinel2TileProduct: ProductFormat {
    static let title = "Sentinel-2 tile"
    static let metadataNames = "tileInfo.json"
    static let depth = 2

    static func isMetadata(name: String) -> Bool { name.lowercased() == "tileinfo.json" }

    static func isMetadata(head: String) -> Bool {
        ["Level-1C_Tile_ID", "Level-2A_Tile_ID"].contains { head.contains(":" + $0) || head.contains("<" + $0) }
            || head.contains("\"utmZone\"") && head.contains("\"gridSquare\"")
    }

    /// What is read of `tileInfo.json`.
    private struct TileInfo: Decodable {
        var productName: String?
        var timestamp: String?
        var cloudyPixelPercentage: Double?
    }

    static func open(
        _ metadata: [String], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene {
        let assumed = try Sentinel2Offset(options.assume)
        try options.refuseForSentinel2()
        guard let name = metadata.first else {
            throw SceneError(code: .notRecognised, message: "\(files.title) holds no \(metadataNames)")
        }
        let same = metadata.filter { $0.split(separator: "/").count == name.split(separator: "/").count }
        if same.count > 1 {
            throw SceneError(
                code: .badOption, message: "\(files.title) holds \(same.count) Sentinel-2 tiles; give the folder of one"
            )
        }
        let base = ProductFiles.folder(of: name)
        let path = files.path(of: name)
        let isJSON = name.lowercased().hasSuffix(".json")
        let info = isJSON ? try tileInfo(name, in: files) : TileInfo()
        var tile: Sentinel2Tile?
        if let xml = isJSON ? try files.find(base + "metadata.xml", namedBy: path) : name {
            tile = try Sentinel2Tile(
                MetadataXML(bytes: files.bytes(of: xml, limit: MetadataXML.sizeLimit), path: files.path(of: xml)))
        }
        guard let identifier = info.productName ?? tile?.identifier else {
            throw SceneError(
                code: .badMetadata,
                message: "\(path) has no productName and there is no metadata.xml beside it; fetch both again")
        }
        let id = try Sentinel2Metadata.checked(identifier, of: isJSON ? "productName" : "TILE_ID", in: path)
        let stated = level(of: id)
        guard let level = tile?.level ?? stated, stated == nil || stated == level else {
            throw SceneError(
                code: .badMetadata,
                message:
                    "\(path): '\(id)' \(stated == nil ? "does not tell Level-1C from Level-2A" : "is of another level than metadata.xml")"
                    + "; fetch tileInfo.json and metadata.xml again")
        }
        let sensor = Sentinel2Metadata.sensor(ofSpacecraft: String(id.prefix(3)))
        let levelName = level == .level2 ? "Level-2A" : "Level-1C"
        var scene = Scene(
            id: id, product: "Sentinel-2 \(levelName) tile", sensor: sensor ?? "generic", level: level,
            processingLevel: levelName, bands: [], metadataFiles: isJSON ? [path] : [],
            cloudCover: info.cloudyPixelPercentage.flatMap { (0...100).contains($0) ? $0 : nil })
        if let tile {
            try scene.setTime(tile.sensingTime, from: tile.xml)
            try scene.setGeometry(of: tile)
        } else if let time = info.timestamp, let date = AcquisitionTime.date(time) {
            scene.acquired = date
            scene.acquiredText = time
        }
        var images = Sentinel2Images()
        for ending in Sentinel2Images.endings {
            for file in files.names where file.hasPrefix(base) && file.lowercased().hasSuffix(ending) {
                guard let (band, resolution) = Sentinel2Images.band(of: file),
                    !(images.byBand[band] ?? []).contains(where: { $0.resolution == resolution })
                else { continue }
                try images.add(file, isThere: true, namedBy: path)
            }
        }
        for band in Sentinel2Band.all {
            guard let image = images.best(band.name, native: band.resolution) else { continue }
            let calibration = calibration(assumed, level: level, id: id, path: path)
            scene.bands.append(
                try band.open(image, in: files, tile: tile, noData: 0, saturated: 65535, calibration))
        }
        if scene.bands.isEmpty {
            throw SceneError(
                code: .badMetadata, message: "\(path): there are no band files (B02.jp2, R10m/B02.jp2, ...) beside it")
        }
        if let assumed {
            scene.notices.append("assume=\(assumed.rawValue): the tile's metadata does not state the offset")
        }
        scene.qualityLayers = try Sentinel2Quality.layers(
            tile, level: level, images: images, base: base, granule: base, in: files)
        scene.notices += scene.qualityLayers.compactMap(Sentinel2Quality.coarserThanUsual)
        try scene.chooseSentinel2Bands(options)
        return scene
    }

    private static func tileInfo(_ name: String, in files: ProductFiles) throws(SceneError) -> TileInfo {
        let bytes = try files.bytes(of: name, limit: MetadataXML.textLimit)
        do {
            return try JSONDecoder().decode(TileInfo.self, from: Data(bytes))
        } catch {
            throw SceneError(
                code: .badMetadata,
                message: "\(files.path(of: name)): it is not JSON, or its productName is no text; fetch it again")
        }
    }

    /// The level that a product name or tile identifier states.
    private static func level(of id: String) -> ProductLevel? {
        let words = Set(id.uppercased().split(separator: "_"))
        if words.contains("MSIL2A") || words.contains("L2A") { return .level2 }
        return words.contains("MSIL1C") || words.contains("L1C") ? .level1 : nil
    }

    private static func calibration(
        _ assumed: Sentinel2Offset?, level: ProductLevel, id: String, path: String
    ) -> BandCalibration {
        var calibration = BandCalibration(isSunCorrected: level == .level1)
        guard let assumed else {
            calibration.missing = [
                "\(path) does not state the offset, as the product's MTD_MSI*.xml does; give that, or "
                    + "\(Sentinel2Offset.advice)"
            ]
            return calibration
        }
        assumed.calibrate(&calibration, level: level)
        return calibration
    }
}
