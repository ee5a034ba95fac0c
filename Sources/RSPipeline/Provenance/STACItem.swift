import Foundation

/// The SpatioTemporal Asset Catalog item of one processed scene (STAC 1.0.0).
///
/// It is placed after all outputs, so an item that is there vouches for them.
struct STACItem {
    let plan: Plan
    let record: ProcessingRecord
    /// The folder the item lies in; links are relative to it.
    let folder: String
    /// What has been made, by the path it is meant for; size and bytes are recorded.
    var made: [String: MadeFile] = [:]

    /// Where the fields `view:` are described.
    private static let viewExtension = "https://stac-extensions.github.io/view/v1.0.0/schema.json"

    /// The document.
    ///
    /// - Parameter previous: the item that stands there. What other chains have made of the scene stays in it.
    func json(adding previous: StandingItem? = nil) -> JSONValue {
        var assets = assets
        var runs = [plan.chainText: JSONValue.object(["identity": record.identity, "record": record.json])]
        let links = Set(assets.values.compactMap { $0["href"]?.text })
        for (key, asset) in previous?.json["assets"]?.members ?? [:] {
            guard assets[key] == nil, let link = asset["href"]?.text, !links.contains(link),
                let chain = asset["rsproc:chain"]?.text, let run = previous?.run(of: chain)
            else { continue }
            assets[key] = asset
            runs[chain] = runs[chain] ?? run
        }
        let footprint = plan.grid.footprint()
        var properties: [String: JSONValue] = [
            "rsproc:runs": .object(runs), "rsproc:sensor": .string(plan.scene.sensor),
            "rsproc:product": .string(plan.scene.product),
        ]
        if plan.isOfOneDay, let acquired = plan.scene.acquiredText, let datetime = Self.datetime(acquired) {
            properties["datetime"] = .string(datetime)
        } else {
            // The standard wants an interval where there is no one date.
            properties["datetime"] = .null
            properties["start_datetime"] = .string("1900-01-01T00:00:00Z")
            properties["end_datetime"] = .string("2200-01-01T00:00:00Z")
        }
        if !plan.furtherScenes.isEmpty {
            properties["rsproc:scenes"] = .array(plan.scenes.map { .string($0.id) })
            let times = plan.scenes.compactMap(\.acquiredText).compactMap(Self.datetime).sorted()
            if let start = times.first, let end = times.last, times.count == plan.scenes.count {
                properties["start_datetime"] = .string(start)
                properties["end_datetime"] = .string(end)
            }
        } else if let sun = plan.scene.sun {
            properties["view:sun_elevation"] = .number(sun.elevation)
            // The extension counts from 0 to 360.
            if let azimuth = sun.azimuth {
                properties["view:sun_azimuth"] = .number(azimuth < 0 ? azimuth + 360 : azimuth)
            }
        }
        if let code = plan.grid.crs?.epsg { properties["proj:epsg"] = .integer(code) }
        properties["proj:shape"] = .array([.integer(plan.grid.height), .integer(plan.grid.width)])
        var item: [String: JSONValue] = [
            "type": .string("Feature"), "stac_version": .string("1.0.0"),
            "stac_extensions": .array(plan.scene.sun == nil ? [] : [.string(Self.viewExtension)]),
            "id": .string(plan.scene.id), "properties": .object(properties), "links": .array([]),
            "assets": .object(assets), "geometry": .null,
        ]
        if let footprint {
            item["geometry"] = .object([
                "type": .string("Polygon"),
                "coordinates": .array([
                    .array(footprint.map { .array([.number($0.longitude), .number($0.latitude)]) })
                ]),
            ])
            let longitudes = footprint.map(\.longitude)
            let latitudes = footprint.map(\.latitude)
            item["bbox"] = .array(
                [longitudes.min(), latitudes.min(), longitudes.max(), latitudes.max()].map { .number($0 ?? 0) })
        }
        return .object(item)
    }

    private func size(_ path: String) -> JSONValue { made[path].map { .integer($0.size) } ?? .null }

    private func content(_ path: String) -> JSONValue { .optional(made[path]?.content) }

    private var assets: [String: JSONValue] {
        var assets: [String: JSONValue] = [:]
        for file in plan.files {
            let names = file.planes.map { plan.planes[$0].name }
            let stem = URL(fileURLWithPath: file.path).deletingPathExtension().lastPathComponent
            let link = Self.link(to: file.path, from: folder)
            let key = Self.key((names.count == 1 ? names : []) + [stem, link], in: assets)
            let isCOG = file.format == .cog
            assets[key] = .object([
                "href": .string(link), "file:size": size(file.path), "rsproc:content": content(file.path),
                "type": .string("image/tiff; application=geotiff" + (isCOG ? "; profile=cloud-optimized" : "")),
                "roles": .array([.string("data")]), "rsproc:chain": .string(plan.chainText),
                "rsproc:bands": .array(
                    file.planes.map { index in
                        .object([
                            "name": .string(plan.planes[index].label),
                            "quantity": .string(plan.planes[index].quantity.label),
                        ])
                    }),
            ])
            if file.quicklookSize != nil {
                for (number, path) in Quicklook.paths(for: file).enumerated() {
                    assets["\(key)-quicklook" + (number == 0 ? "" : "\(number + 1)")] = .object([
                        "href": .string(Self.link(to: path, from: folder)), "type": .string("image/png"),
                        "file:size": size(path), "rsproc:content": content(path),
                        "roles": .array([.string("thumbnail")]), "rsproc:chain": .string(plan.chainText),
                    ])
                }
            }
            if let style = QGISStyle.path(for: file) {
                assets[key + "-style"] = .object([
                    "href": .string(Self.link(to: style, from: folder)), "type": .string("application/xml"),
                    "title": .string("QGIS style"), "file:size": size(style), "rsproc:content": content(style),
                    "roles": .array([.string("metadata")]), "rsproc:chain": .string(plan.chainText),
                ])
            }
        }
        for path in plan.tables.flatMap(\.paths) + (plan.report?.paths ?? []) {
            let link = Self.link(to: path, from: folder)
            let name = URL(fileURLWithPath: path).lastPathComponent
            assets[Self.key([name, link], in: assets)] = .object([
                "href": .string(link), "file:size": size(path), "rsproc:content": content(path),
                "type": .string(Self.mediaType(of: name)),
                "roles": .array([.string("data")]), "rsproc:chain": .string(plan.chainText),
            ])
        }
        return assets
    }

    private static func mediaType(of name: String) -> String {
        if name.hasSuffix(".html") { return "text/html" }
        if name.hasSuffix(".json") { return "application/json" }
        return FeatureWriter.Format(path: name)?.mediaType ?? "application/octet-stream"
    }

    /// The first name that no asset has yet, else the last.
    private static func key(_ names: [String], in assets: [String: JSONValue]) -> String {
        names.first { assets[$0] == nil } ?? names.last ?? ""
    }

    /// The way from the item's folder to a file, so that all of them can be moved together.
    static func link(to path: String, from folder: String) -> String {
        let from = folder.split(separator: "/")
        let to = path.split(separator: "/")
        let shared = zip(from, to).prefix { $0 == $1 }.count
        let up = from.count - shared
        let way = [String](repeating: "..", count: up) + to.dropFirst(shared).map(String.init)
        return (up == 0 ? "./" : "") + way.joined(separator: "/")
    }

    /// RFC 3339 with at most six fractional digits, which every reader takes.
    private static func datetime(_ text: String) -> String? {
        guard text.count >= 10 else { return nil }
        if text.count == 10 { return text + "T00:00:00Z" }
        guard let dot = text.firstIndex(of: ".") else { return text.hasSuffix("Z") ? text : text + "Z" }
        let fraction = text[text.index(after: dot)...].prefix { $0.isNumber }.prefix(6)
        return "\(text[..<dot]).\(fraction)Z"
    }
}
