import Foundation

@testable import RSPipeline

/// Small files of zones written for one test, and tables read back.
enum ZoneFile {
    /// Writes features as GeoJSON.
    ///
    /// - Parameter features: attributes as JSON members (`"id": 1`), and a geometry.
    static func write(
        _ path: String, epsg: Int? = 32639, _ features: [(attributes: String, geometry: String)]
    ) throws {
        let system = epsg.map {
            "\"crs\": {\"type\": \"name\", \"properties\": {\"name\": \"urn:ogc:def:crs:EPSG::\($0)\"}}, "
        }
        let list = features.map {
            "{\"type\": \"Feature\", \"properties\": {\($0.attributes)}, \"geometry\": \($0.geometry)}"
        }
        let text =
            "{\"type\": \"FeatureCollection\", \(system ?? "")\"features\": [\n\(list.joined(separator: ",\n"))\n]}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// A polygon whose rings are in pixels of ``SmallRaster/grid(_:_:left:)``.
    static func polygon(_ rings: [SIMD2<Double>]...) -> String {
        "{\"type\": \"Polygon\", \"coordinates\": \(text(rings))}"
    }

    static func multiPolygon(_ polygons: [[SIMD2<Double>]]...) -> String {
        "{\"type\": \"MultiPolygon\", \"coordinates\": [\(polygons.map(text).joined(separator: ", "))]}"
    }

    /// A rectangle in pixels.
    static func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> String {
        polygon([[left, top], [right, top], [right, bottom], [left, bottom]])
    }

    private static func text(_ rings: [[SIMD2<Double>]]) -> String {
        let lists = rings.map { ring in
            let closed = ring + ring.prefix(1)
            return "[" + closed.map { "[\(500_000 + 30 * $0.x), \(4_400_000 - 30 * $0.y)]" }.joined(separator: ", ")
                + "]"
        }
        return "[" + lists.joined(separator: ", ") + "]"
    }

    /// The rows of a CSV file by column; fields hold no commas.
    static func rows(_ path: String) throws -> [[String: String]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard let head = lines.first else { return [] }
        return lines.dropFirst().map { fields in
            Dictionary(zip(head.map(String.init), fields.map(String.init)), uniquingKeysWith: { $1 })
        }
    }
}
