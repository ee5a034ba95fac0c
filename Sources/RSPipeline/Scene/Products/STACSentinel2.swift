/// What is known of Sentinel-2 beyond what its STAC items say.
struct STACSentinel2 {
    /// Bands by their names in items and files.
    ///
    /// Source: ESA, Sentinel-2 products specification document, table of spectral bands.
    private static let roles: [String: BandRole] = [
        "B01": .coastal, "B02": .blue, "B03": .green, "B04": .red, "B05": .rededge1, "B06": .rededge2,
        "B07": .rededge3, "B08": .nir, "B8A": .nir08, "B09": .nir09, "B10": .cirrus, "B11": .swir16, "B12": .swir22,
    ]
    /// Stored numbers per unit of reflectance in every baseline.
    ///
    /// Source: the same, `QUANTIFICATION_VALUE`.
    private static let quantification = 10_000.0
    /// The offset of every band from baseline 04.00 on, in reflectance.
    ///
    /// Source: the same, `RADIO_ADD_OFFSET` and `BOA_ADD_OFFSET`.
    private static let usualOffset = -0.1
    /// From this stored number on a pixel is saturated.
    static let saturated = 65_535.0

    /// Whether the numbers are surface reflectance.
    let isSurface: Bool
    private let baseline: Double?
    /// What Earth Search says: whether the offset is out of the stored numbers.
    private let isOffsetRemoved: Bool?
    private let assumption: Bool?
    private let path: String

    /// Nil for an item of another sensor.
    init?(_ item: STACMetadata, assume: String?) throws(SceneError) {
        let collection = (item.json["collection"]?.text ?? "").lowercased()
        let platform = (item.text("platform") ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
        guard
            platform.hasPrefix("sentinel2") || collection.hasPrefix("sentinel-2")
                || collection.contains("copernicus/s2")
                || item.properties.keys.contains(where: { $0.hasPrefix("s2:") })
        else { return nil }
        path = item.path
        let level = [
            item.text("s2:product_type"), item.text("processing:level"), collection, item.json["id"]?.text,
            item.text("s2:product_uri"),
        ].compactMap { $0?.uppercased() }
        func says(_ words: String...) -> Bool { level.contains { text in words.contains { text.contains($0) } } }
        if says("S2MSI1C", "L1C") {
            isSurface = false
        } else if says("S2MSI2A", "L2A", "S2_SR") || level.contains("L2") {
            isSurface = true
        } else {
            throw SceneError(
                code: .badMetadata,
                message: "\(item.path): the item does not say whether it is Level-1C or Level-2A (s2:product_type, "
                    + "processing:level or collection); correct the item")
        }
        // `05.09`, also as a number.
        let stated =
            item.properties["s2:processing_baseline"] ?? item.properties["sentinel:processing_baseline"]
            ?? item.properties["processing:version"]
        baseline = stated.flatMap { value in
            value.double ?? value.text.flatMap { DecimalNumber.read($0.filter { $0.isNumber || $0 == "." }) }
        }
        var removed: Bool?
        for key in ["earthsearch:boa_offset_applied", "sentinel:boa_offset_applied"] {
            if case .bool(let said)? = item.properties[key] { removed = said }
        }
        if collection.contains("harmoni") { removed = true }
        isOffsetRemoved = removed
        switch assume?.lowercased() {
        case nil: assumption = nil
        case "offset-applied": assumption = true
        case "offset-missing": assumption = false
        case let word?:
            throw SceneError(
                code: .badOption,
                message: "assume=\(word.prefix(40)): for Sentinel-2 it is offset-applied or offset-missing")
        }
    }

    /// The name as in ESA's files, `B02`, of a band that items call `B02`, `B2` or `blue`.
    static func name(_ asset: STACMetadata.Asset, _ band: STACMetadata.Band) -> String? {
        var words = [band.name ?? "", asset.key].map { $0.uppercased() }
        // `..._B02_10m.jp2`, `B02.tif`.
        words += asset.fileName.split { "_.".contains($0) }.map(String.init)
        for word in words {
            let padded = word.count == 2 && word.hasPrefix("B") ? "B0" + word.dropFirst() : word
            if roles[padded] != nil { return padded }
        }
        return nil
    }

    /// The place of a band in the products' lists; nil for another name.
    static func position(_ name: String) -> Int? { roles.keys.sorted { order($0) < order($1) }.firstIndex(of: name) }

    /// `B8A` stands between `B08` and `B09`.
    private static func order(_ name: String) -> String { name == "B8A" ? "B08A" : name }

    static func role(_ name: String) -> BandRole? { roles[name] }

    /// The scale of a band to reflectance, or why there is none.
    ///
    /// The user's word counts most. Then what Earth Search says of the stored numbers: its items give an offset whether or
    /// not the numbers still hold it (Element84/earth-search, issue 66). Then the item's offset, unless it contradicts the
    /// processing baseline. What is left open is asked for.
    func scale(_ band: STACMetadata.Band, asset: String) -> Result<LinearScale, SceneError> {
        var gain = 1 / Self.quantification
        if let stated = band.scale {
            guard let number = stated.double, number.isFinite, number > 0 else {
                return .failure(
                    SceneError(
                        code: .badMetadata,
                        message: "scale of asset \(asset) in \(path) is \(stated.short), not a number above 0"))
            }
            gain = number
        }
        var offset: Double?
        if let stated = band.offset {
            guard let number = stated.double, number.isFinite, abs(number) <= 1 else {
                return .failure(
                    SceneError(
                        code: .badMetadata,
                        message: "offset of asset \(asset) in \(path) is \(stated.short), not an offset of reflectance")
                )
            }
            offset = number
        }
        if let assumption {
            let missing = offset.flatMap { $0 != 0 ? $0 : nil } ?? Self.usualOffset
            return .success(LinearScale(gain: gain, offset: assumption ? 0 : missing))
        }
        let shouldHave = baseline.map { $0 >= 4 }
        if isOffsetRemoved == true { return .success(LinearScale(gain: gain, offset: 0)) }
        if band.scale == nil { return .failure(open("gives no scale for asset \(asset)")) }
        guard let offset else {
            return shouldHave == false
                ? .success(LinearScale(gain: gain, offset: 0)) : .failure(open("gives no offset for asset \(asset)"))
        }
        if let shouldHave, shouldHave != (offset != 0) {
            return .failure(
                open("gives the offset \(offset) for asset \(asset), which contradicts its processing baseline"))
        }
        return .success(LinearScale(gain: gain, offset: offset))
    }

    private func open(_ what: String) -> SceneError {
        SceneError(
            code: .badMetadata,
            message:
                "\(path) \(what)\(baseline.map { " \($0)" } ?? "; its processing baseline is not stated"): whether the "
                + "stored numbers still hold the offset of baseline 04.00 is open. Say read ... assume=offset-missing "
                + "(reflectance = (DN - 1000) / 10000) or assume=offset-applied (reflectance = DN / 10000)")
    }

    /// What a user should know.
    var notices: [String] {
        guard isOffsetRemoved == false, assumption == nil else { return [] }
        return [
            "the item says that the offset of -0.1 is still to be applied; for some Earth Search items that is wrong. If "
                + "reflectance is too low by 0.1, say read ... assume=offset-applied"
        ]
    }
}
