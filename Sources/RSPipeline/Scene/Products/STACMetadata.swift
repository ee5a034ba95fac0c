import Foundation

/// What a STAC item says, checked as far as it is used.
///
/// Source: STAC specification, Item, versions 1.0.0 and 1.1.0; extensions eo, raster, view, projection.
struct STACMetadata {
    /// What an asset says of one of its bands; numbers are as they stand there.
    struct Band: Sendable, Hashable {
        var name: String?
        var commonName: String?
        var scale: JSONValue?
        var offset: JSONValue?
        var noData: JSONValue?
        var dataType: String?
        var unit: String?
        /// In micrometres.
        var wavelength: Double?
    }

    /// A file that the item names.
    struct Asset: Sendable, Hashable {
        let key: String
        let href: String
        let type: String?
        let roles: [String]
        let bands: [Band]
        /// Rows and columns, where stated.
        let shape: [Int]?
        let epsg: Int?
        /// The side of a pixel in map units, where stated.
        let pixelSize: Double?
        /// Of `rsproc:bands`: names and quantities of files of this library.
        let quantities: [String]

        /// The name of the file, in upper case.
        var fileName: String { RemotePath.name(of: href).uppercased() }

        /// The first band's names, the key and the file's name, in lower case.
        func isNamed(_ word: String) -> Bool {
            key.lowercased() == word || fileName.lowercased().contains(word)
                || bands.first?.name?.lowercased() == word
        }
    }

    /// An item is some kilobytes.
    static let sizeLimit = 16 << 20
    /// An item with more assets than this is no scene.
    private static let assetLimit = 2000

    /// For messages.
    let path: String
    let json: JSONValue
    let properties: [String: JSONValue]
    /// By key.
    let assets: [Asset]

    init(bytes: [UInt8], path: String) throws(SceneError) {
        let path = ShownText.path(path)
        self.path = path
        json = try JSONReader.read(bytes, path: path)
        func bad(_ what: String) -> SceneError { SceneError(code: .badMetadata, message: "\(path): \(what)") }
        guard let members = json.members else { throw bad("it is no STAC item but a list or a plain value") }
        let type = members["type"]?.text ?? ""
        if type != "Feature" {
            let what =
                ["Collection", "Catalog", "FeatureCollection"].contains(type) ? "a STAC \(type)" : "no STAC item"
            throw SceneError(
                code: .notRecognised,
                message: "\(path): it is \(what) (type is '\(type.prefix(40))'); give one item, whose type is Feature")
        }
        let version = members["stac_version"]?.text ?? ""
        guard version.hasPrefix("1.0") || version.hasPrefix("1.1") else {
            throw SceneError(
                code: .notRecognised,
                message:
                    "\(path): stac_version is '\(version.prefix(20))'; items of STAC 1.0 and 1.1 are read. Have the "
                    + "item converted (pystac migrate), or give its band files themselves")
        }
        guard let properties = members["properties"]?.members else { throw bad("properties are missing") }
        self.properties = properties
        guard let listed = members["assets"]?.members, !listed.isEmpty else {
            throw bad("assets are missing, so there are no files to read")
        }
        if listed.count > Self.assetLimit { throw bad("\(listed.count) assets, which no scene has") }
        var assets: [Asset] = []
        for (key, value) in listed.sorted(by: { $0.key < $1.key }) {
            guard let href = value["href"]?.text, !href.isEmpty else {
                throw bad("asset '\(key.prefix(60))' has no href; fetch the item again")
            }
            if href.utf8.count > 8000 || key.utf8.count > 200 {
                throw bad("asset '\(key.prefix(60))' has a name or href of more characters than any file")
            }
            assets.append(Asset(key: key, href: href, value, properties: properties))
        }
        self.assets = assets
    }

    /// The item's identifier, fit for file names; empty where there is none.
    var identifier: String {
        let text = json["id"]?.text ?? ""
        let safe = text.prefix(120).map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) ? $0 : "_" }
        return String(String(safe).drop { $0 == "." })
    }

    func text(_ key: String) -> String? { properties[key]?.text }

    /// A number of the properties.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when something else stands there.
    func number(_ key: String, within range: ClosedRange<Double>) throws(SceneError) -> Double? {
        guard let value = properties[key], value != .null else { return nil }
        if let number = value.double, number.isFinite, range.contains(number) { return number }
        throw SceneError(
            code: .badMetadata,
            message: "\(path): properties.\(key) is \(value.short), not a number from \(range.lowerBound) to "
                + "\(range.upperBound); correct the item")
    }

    /// The moment of the item, with the text as RFC 3339 in UTC.
    func acquired() throws(SceneError) -> (text: String, date: Date)? {
        guard let text = text("datetime") ?? text("start_datetime"), properties["datetime"] != .null else { return nil }
        var plain = text
        // `+00:00` is how some writers put Z.
        for zero in ["+00:00", "-00:00", "+0000", "+00"] where plain.contains("T") && plain.hasSuffix(zero) {
            plain = plain.dropLast(zero.count) + "Z"
            break
        }
        if let date = AcquisitionTime.date(plain) { return (plain, date) }
        throw SceneError(
            code: .badMetadata,
            message: "\(path): properties.datetime is '\(text.prefix(40))', which is no time in UTC (such as "
                + "2023-07-15T07:30:00Z)")
    }

    /// `landsat8-oli-tirs`, `sentinel2a-msi`; `generic` where the item does not say.
    var sensor: String {
        if let own = text("rsproc:sensor").flatMap(Self.word) { return own }
        guard let platform = text("platform").flatMap(Self.word)?.filter({ $0 != "-" }), !platform.isEmpty else {
            return "generic"
        }
        guard case .array(let list)? = properties["instruments"] else { return platform }
        let instruments = list.compactMap { $0.text.flatMap(Self.word) }.flatMap { $0.split(separator: "-") }
        return ([platform] + instruments.prefix(4).map(String.init)).joined(separator: "-")
    }

    /// Lower case, letters, digits and `-`.
    private static func word(_ text: String) -> String? {
        let plain = text.lowercased().prefix(60).map { $0 == "_" || $0 == " " ? "-" : $0 }
            .filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return plain.isEmpty ? nil : String(plain)
    }
}

extension STACMetadata.Asset {
    /// Version 1.0 has the lists `eo:bands` and `raster:bands` side by side, version 1.1 one list `bands`, and what holds
    /// for all bands may stand at the asset.
    fileprivate init(key: String, href: String, _ json: JSONValue, properties: [String: JSONValue]) {
        self.key = key
        self.href = href
        type = json["type"]?.text?.lowercased()
        roles = json["roles"]?.list.compactMap { $0.text?.lowercased() } ?? []
        let lists = ["bands", "eo:bands", "raster:bands"].map { json[$0]?.list ?? [] }
        let count = min(lists.map(\.count).max() ?? 0, 1000)
        bands = (0..<max(count, 1)).map { index in
            func value(_ names: String...) -> JSONValue? {
                for source in lists.compactMap({ index < $0.count ? $0[index] : nil }) + [json] {
                    for name in names {
                        if let found = source[name], found != .null { return found }
                    }
                }
                return nil
            }
            func named(_ names: String...) -> String? {
                for source in lists.compactMap({ index < $0.count ? $0[index] : nil }) {
                    for name in names {
                        if let found = source[name]?.text, !found.isEmpty { return String(found.prefix(60)) }
                    }
                }
                return nil
            }
            return STACMetadata.Band(
                name: named("name"), commonName: named("common_name", "eo:common_name"),
                scale: value("scale", "raster:scale"), offset: value("offset", "raster:offset"),
                noData: value("nodata", "raster:nodata"), dataType: value("data_type", "raster:data_type")?.text,
                unit: value("unit")?.text, wavelength: value("center_wavelength", "eo:center_wavelength")?.double)
        }
        func projection(_ name: String) -> JSONValue? { json["proj:" + name] ?? properties["proj:" + name] }
        // Assets may have pixels of another size than the item as a whole.
        let sides = json["proj:shape"]?.list.compactMap(\.wholeNumber) ?? []
        shape = sides.count == 2 && sides.allSatisfy { $0 > 0 } ? sides : nil
        let code = projection("code")?.text.flatMap { $0.hasPrefix("EPSG:") ? Int($0.dropFirst(5)) : nil }
        epsg = code ?? projection("epsg")?.wholeNumber
        let numbers = json["proj:transform"]?.list.compactMap(\.double) ?? []
        pixelSize = numbers.first.map(abs) ?? json["gsd"]?.double
        quantities = json["rsproc:bands"]?.list.map { $0["quantity"]?.text ?? "" } ?? []
    }
}

extension JSONValue {
    /// The elements of a list; empty for anything else.
    var list: [JSONValue] {
        if case .array(let values) = self { return values }
        return []
    }

    /// A number, whole or not.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// A number without fraction.
    var wholeNumber: Int? { double.flatMap { Int(exactly: $0) } }

    /// The value for messages.
    var short: String {
        switch self {
        case .number(let value): "\(value)"
        case .string(let text): "'\(text.prefix(40))'"
        default: String(text(pretty: false).prefix(40))
        }
    }
}
