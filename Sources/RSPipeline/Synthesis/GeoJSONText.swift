import Foundation

/// A GeoJSON file (RFC 7946) while it is being written, one line per feature.
final class GeoJSONText {
    private let path: String
    private let file: FileHandle
    private var pending = "{\"type\":\"FeatureCollection\",\"features\":["
    private var count = 0

    init(_ path: String) throws(SynthesisError) {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw .writeFailed("\(path): cannot be made") }
        self.file = file
    }

    /// Adds a polygon; the ring is counter-clockwise and not closed yet.
    func add(_ properties: [(String, String)], ring: [(lon: String, lat: String)]) throws(SynthesisError) {
        // The texts are the generator's own: nothing in them needs an escape.
        let members = properties.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",")
        let points = (ring + ring.prefix(1)).map { "[\($0.lon),\($0.lat)]" }.joined(separator: ",")
        pending += (count == 0 ? "\n" : ",\n")
        pending += "{\"type\":\"Feature\",\"properties\":{\(members)},"
        pending += "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[\(points)]]}}"
        count += 1
        if pending.utf8.count > 1 << 20 { try flush() }
    }

    func close() throws(SynthesisError) {
        pending += "\n]}\n"
        try flush()
        do { try file.close() } catch { throw .writeFailed("\(path): \(error.localizedDescription)") }
    }

    private func flush() throws(SynthesisError) {
        do { try file.write(contentsOf: Data(pending.utf8)) } catch {
            throw .writeFailed("\(path): \(error.localizedDescription)")
        }
        pending = ""
    }
}
