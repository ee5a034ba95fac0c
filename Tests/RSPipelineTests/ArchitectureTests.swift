import Foundation
import Testing

/// The order of the layers, read from the sources.
@Suite struct ArchitectureTests {
    /// Each folder may use only those before it; folders of one row may use each other.
    private static let layers: [[String]] = [
        ["Raster"], ["Expression"], ["Codec"], ["GeoIO"], ["TIFFIO"], ["Scene"], ["Radiometry"], ["Indices"],
        ["Zonal"], ["Salinity"], ["Synthesis"],
        ["Provenance", "Pipeline"], ["Report"],
    ]
    /// The one folder that imports a C library.
    private static let importers = [
        "CDeflate": "Codec", "CZstd": "Codec", "CGDAL": "GeoIO", "CTIFF": "TIFFIO", "CLAPACK": "Salinity",
    ]

    private static var sources: [(folder: String, path: String, text: String)] {
        get throws {
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            let root = package.appendingPathComponent("Sources/RSPipeline").path
            return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }.sorted()
                .map { path in
                    let text = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
                    return (String(path.split(separator: "/")[0]), path, text)
                }
        }
    }

    private static func rank(_ folder: String) -> Int? { layers.firstIndex { $0.contains(folder) } }

    /// The words of the code, without comments and strings.
    private static func words(_ text: String) -> Set<String> {
        var found: Set<String> = []
        for line in text.split(separator: "\n") {
            var code = String(line)
            if let comment = code.range(of: "//") { code = String(code[..<comment.lowerBound]) }
            // Odd pieces between quotation marks are strings.
            for (index, piece) in code.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            where index % 2 == 0 {
                for word in piece.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
                    found.insert(String(word))
                }
            }
        }
        return found
    }

    /// Types declared at the outermost level and not private.
    private static func declarations(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard let first = line.first, !first.isWhitespace, !line.hasPrefix("private"),
                !line.hasPrefix("fileprivate"), !line.hasPrefix("//")
            else { return nil }
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }.map(String.init)
            guard !words.contains("extension"),
                let index = words.firstIndex(where: { ["struct", "class", "enum", "protocol", "actor"].contains($0) }),
                index + 1 < words.count
            else { return nil }
            return words[index + 1]
        }
    }

    @Test func everyFolderHasItsPlace() throws {
        for source in try Self.sources { #expect(Self.rank(source.folder) != nil, "\(source.path)") }
    }

    @Test func eachLibraryHasOneImporter() throws {
        for source in try Self.sources {
            for (library, folder) in Self.importers {
                let imports = source.text.split(separator: "\n").contains {
                    $0.contains("import \(library)") && !$0.hasPrefix("//")
                }
                if imports { #expect(source.folder == folder, "\(source.path) imports \(library)") }
            }
        }
    }

    @Test func noFolderUsesALaterOne() throws {
        let sources = try Self.sources
        var home: [String: String] = [:]
        for source in sources {
            for name in Self.declarations(source.text) { home[name] = source.folder }
        }
        #expect(home["Grid"] == "Raster" && home["Plan"] == "Pipeline" && home["LinearScale"] == "Raster")
        for source in sources {
            for word in Self.words(source.text) {
                guard let other = home[word], let own = Self.rank(source.folder), let theirs = Self.rank(other)
                else { continue }
                #expect(theirs <= own, "\(source.path) uses \(word), which belongs to the later \(other)")
            }
        }
    }
}
