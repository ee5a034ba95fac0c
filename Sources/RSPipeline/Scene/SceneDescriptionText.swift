import Foundation

extension SceneDescription {
    /// The description as a table for people, without a final line break.
    public var text: String {
        var lines: [String] = []
        func fact(_ name: String, _ value: String?) {
            if let value { lines.append(Self.pad(name, 13) + value) }
        }
        lines.append(sceneID)
        fact("product", product + (processingLevel.map { " (\($0))" } ?? ""))
        fact("sensor", sensor)
        fact("acquired", acquired)
        fact("sun", sun.map(Self.describe))
        fact("view", view.map(Self.describe))
        fact("cloud cover", cloudCover.map { "\($0) %" })
        fact("grid", gridText)
        fact("footprint", footprintText)
        fact("corrections", corrections.isEmpty ? "none" : corrections.map(\.rawValue).joined(separator: ", "))
        lines.append("")
        lines += Self.table(
            ["BAND", "ROLE", "TYPE", "SIZE", "NO DATA", "QUANTITY", "CORRECTIONS", "FILE"],
            bands.map { band in
                [
                    band.name, band.role ?? "-", band.type ?? "-", band.size.map { "\($0[0]) x \($0[1])" } ?? "-",
                    Self.describe(band.noData), band.quantity + Self.scaleText(band),
                    band.corrections.isEmpty ? "-" : band.corrections.map(\.rawValue).joined(separator: ","),
                    Self.fileText(band),
                ]
            })
        if !quality.isEmpty {
            lines.append("")
            lines += Self.table(
                ["QUALITY", "FLAGS", "FILE"],
                quality.map { [$0.name, $0.flags.joined(separator: ","), Self.name($0.file) ?? "-"] })
        }
        if !angles.isEmpty {
            lines.append("")
            lines += Self.table(
                ["ANGLE", "BANDS", "FILE"],
                AngleLayer.Kind.allCases.compactMap { kind in
                    let layers = angles.filter { $0.kind == kind }
                    guard let first = layers.first else { return nil }
                    let bands = layers.contains { $0.bands == nil } ? nil : layers.flatMap { $0.bands ?? [] }
                    let files = Set(layers.map(\.file))
                    let file = files.count == 1 ? Self.name(first.file) ?? "-" : "one for each band"
                    return [kind.rawValue, bands?.joined(separator: ",") ?? "all", file]
                })
        }
        if !notices.isEmpty { lines += ["", "Notices"] + notices.map { "  " + $0 } }
        let problems =
            bands.compactMap { band in band.problem.map { "band \(band.name): \($0)" } }
            + quality.compactMap { layer in layer.problem.map { "\(layer.name): \($0)" } }
        if !problems.isEmpty {
            lines += ["", "Problems"] + problems.map { "  " + $0 }
        }
        return lines.joined(separator: "\n")
    }

    private var gridText: String? {
        guard let size, let pixelSize, let transform else { return nil }
        let shape = "\(size[0]) x \(size[1]) pixels"
        guard let crs else { return transform == GeoTransform.identity.numbers ? shape : shape + ", no CRS" }
        let rotated = transform[2] != 0 || transform[4] != 0 ? ", rotated" : ""
        let pixel = pixelSize.map { "\($0.rounded(toPlaces: 9))" }.joined(separator: " x ")
        return "\(shape) of \(pixel), \(crs)\(rotated)"
    }

    private var footprintText: String? {
        guard let ring = footprint?.coordinates.first else { return nil }
        let longitudes = ring.map { $0[0] }
        let latitudes = ring.map { $0[1] }
        guard let west = longitudes.min(), let east = longitudes.max(), let south = latitudes.min(),
            let north = latitudes.max()
        else { return nil }
        let edges = [west, east, south, north].map { "\($0.rounded(toPlaces: 4))" }
        return "longitude \(edges[0]) to \(edges[1]), latitude \(edges[2]) to \(edges[3])"
    }

    private static func describe(_ sun: SunGeometry) -> String {
        "elevation \(sun.elevation)" + (sun.azimuth.map { ", azimuth \($0)" } ?? "") + " degrees"
    }

    private static func describe(_ view: ViewGeometry) -> String {
        "zenith \(view.zenith.rounded(toPlaces: 4))" + (view.azimuth.map { ", azimuth \($0)" } ?? "") + " degrees"
    }

    private static func describe(_ noData: NoData) -> String {
        switch noData {
        case .none: "-"
        case .nan: "nan"
        case .value(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        }
    }

    private static func scaleText(_ band: BandEntry) -> String {
        guard let scale = band.scale else { return "" }
        return " (x \(scale)" + (band.offset.map { $0 == 0 ? ")" : " + \($0))" } ?? ")")
    }

    private static func fileText(_ band: BandEntry) -> String {
        guard let file = name(band.file) else { return "missing" }
        return band.band.map { $0 > 1 ? "\(file) band \($0)" : file } ?? file
    }

    private static func name(_ path: String?) -> String? {
        path.map { URL(fileURLWithPath: $0).lastPathComponent }
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).map { pad($0, $1 + 2) }.joined()
            return String(cells.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
