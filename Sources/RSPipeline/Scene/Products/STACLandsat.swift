import Foundation

/// What is known of Landsat beyond what its STAC items say.
struct STACLandsat {
    /// Bands by the end of their files' names.
    private static let suffixes = ["SR_B", "ST_B", "B"]

    let level: ProductLevel
    /// `L1TP`, `L2SP`, ...; nil where the item does not say.
    let processingLevel: String?
    /// 1 to 9; nil where the item does not say.
    let number: Int?
    let collection: String?
    private let path: String

    /// Nil for an item of another sensor.
    init?(_ item: STACMetadata) throws(SceneError) {
        let collection = (item.json["collection"]?.text ?? "").lowercased()
        let platform = (item.text("platform") ?? "").lowercased()
        guard
            platform.hasPrefix("landsat") || collection.hasPrefix("landsat")
                || item.properties.keys.contains(where: { $0.hasPrefix("landsat:") })
        else { return nil }
        path = item.path
        number = platform.last?.wholeNumberValue
        self.collection = item.text("landsat:collection_number").flatMap { Int($0) }.map { "Collection \($0)" }
        let parts = (item.json["id"]?.text ?? "").split(separator: "_").map { $0.uppercased() }
        let correction =
            item.text("landsat:correction")
            ?? parts.first { $0.count == 4 && ($0.hasPrefix("L1") || $0.hasPrefix("L2")) }
        processingLevel = correction.map { String($0.prefix(20)) }
        let words = [correction, item.text("processing:level"), collection].compactMap { $0?.lowercased() }
        if let word = words.first(where: { $0.contains("l2") || $0.contains("l1") }) {
            level = word.contains("l2") ? .level2 : .level1
        } else {
            throw SceneError(
                code: .badMetadata,
                message: "\(item.path): the item does not say whether it is Level-1 or Level-2 (landsat:correction, "
                    + "processing:level or collection); correct the item")
        }
    }

    var productName: String {
        "Landsat \(collection.map { $0 + " " } ?? "")\(level == .level2 ? "Level-2" : "Level-1")"
    }

    /// The name as in USGS's files, `B4`, `SR_B4` or `ST_B10`; nil for a file that is no band.
    func name(_ asset: STACMetadata.Asset) -> String? {
        let stem = asset.fileName.split(separator: ".").first ?? ""
        for suffix in Self.suffixes {
            guard let range = stem.range(of: "_" + suffix, options: .backwards) else { continue }
            let digits = stem[range.upperBound...]
            if !digits.isEmpty, digits.count <= 2, digits.allSatisfy(\.isNumber) { return suffix + digits }
        }
        let name = asset.bands.first?.name ?? ""
        return asset.bands.first?.commonName == nil || name.isEmpty ? nil : name
    }

    /// The bit of `QA_RADSAT` that records saturation of a band.
    ///
    /// Source: USGS LSDS-1619 and LSDS-1618, tables of QA_RADSAT bits: bands 1 to 7 are bits 0 to 6, band 9 is bit 8.
    func saturationBit(_ name: String) -> Int? {
        guard !name.hasPrefix("ST_"), let digits = name.split(separator: "B").last.flatMap({ Int($0) }) else {
            return nil
        }
        if number == 8 || number == 9 || number == nil { return digits <= 7 ? digits - 1 : digits == 9 ? 8 : nil }
        return digits <= 7 && digits > 0 ? digits - 1 : nil
    }

    /// The scale that the item states for a band.
    func calibration(_ band: STACMetadata.Band, name: String, asset: String) -> BandCalibration {
        var calibration = BandCalibration()
        func bad(_ what: String, _ value: JSONValue) {
            calibration.missing.append("\(what) of asset \(asset) in \(path) is \(value.short), which is no \(what)")
        }
        guard let stated = band.scale else {
            calibration.missing.append("\(path) states no scale for asset \(asset)")
            return calibration
        }
        guard let gain = stated.double, gain.isFinite, gain > 0 else {
            bad("scale", stated)
            return calibration
        }
        let offset = band.offset.map { $0.double ?? .nan } ?? 0
        guard offset.isFinite else {
            bad("offset", band.offset ?? .null)
            return calibration
        }
        let scale = LinearScale(gain: gain, offset: offset)
        let isRadiance = band.unit?.lowercased().contains("w") == true
        if level == .level2 {
            let method = (number ?? 8) >= 8 ? "LaSRC" : "LEDAPS"
            calibration.product = ProductScaling(
                scale: scale,
                quantity: name.hasPrefix("ST_") ? .surfaceTemperature : .surfaceReflectance(method: method))
        } else if isRadiance {
            calibration.radiance = scale
        } else {
            calibration.missing.append("\(path) does not say what the scale of asset \(asset) leads to")
        }
        return calibration
    }

    /// The scene that an MTL file among the assets describes, without its files; nil where the item names none.
    ///
    /// - Throws: ``SceneError`` when none of them can be read.
    static func metadata(_ item: STACMetadata, _ links: STACLinks) throws(SceneError) -> (scene: Scene, path: String)? {
        var failure: SceneError?
        for ending in ["_MTL.TXT", "_MTL.JSON", "_MTL.XML"] {
            guard let asset = item.assets.first(where: { $0.fileName.hasSuffix(ending) }) else { continue }
            do throws(SceneError) {
                return try read(asset, links)
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        return nil
    }

    private static func read(
        _ asset: STACMetadata.Asset, _ links: STACLinks
    ) throws(SceneError) -> (scene: Scene, path: String) {
        let path: String
        switch links.place(of: asset.href) {
        case .path(let found): path = found
        case .refused(let why): throw SceneError(code: .badMetadata, message: why)
        }
        let bytes: [UInt8]
        do throws(GDALError) {
            bytes = try VirtualFiles.bytes(of: path, limit: LandsatMetadata.sizeLimit)
        } catch {
            throw SceneError(code: .unreadable, message: "\(error)")
        }
        let metadata = try LandsatMetadata(bytes: bytes, path: ShownText.path(path))
        // The files are the item's; those that the MTL names are not looked for.
        let nowhere = ProductFiles(root: "/vsimem/rspipeline/nowhere", title: path, names: [])
        return (try LandsatProduct.open(metadata, files: .product(nowhere, prefix: ""), options: SceneOptions()), path)
    }
}
