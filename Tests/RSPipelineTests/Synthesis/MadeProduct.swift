import Foundation

@testable import RSPipeline

/// Reads a synthetic product back.
struct MadeProduct {
    let folder: String
    /// What file names begin with, with the folder.
    let prefix: String
    private let id: String

    init(in directory: String, id: String = LandsatSynthesis(options: SynthesisOptions(size: 16, seed: 1)).productID) {
        self.id = id
        folder = "\(directory)/\(id)"
        prefix = "\(folder)/\(id)"
    }

    func counts(_ name: String) throws -> [Float] { try Dataset(reading: "\(prefix)_\(name).TIF").floats(band: 1) }

    func truth(_ name: String, band: Int = 1) throws -> [Float] {
        try Dataset(reading: "\(folder)/truth/\(id)_truth_\(name).tif").floats(band: band)
    }

    func metadata() throws -> [String: String] {
        var pairs: [String: String] = [:]
        for line in try String(contentsOfFile: "\(prefix)_MTL.txt", encoding: .utf8).split(separator: "\n") {
            let parts = line.components(separatedBy: " = ")
            guard parts.count == 2 else { continue }
            pairs[parts[0].trimmingCharacters(in: .whitespaces)] = parts[1].trimmingCharacters(in: ["\""])
        }
        return pairs
    }

    func files() throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            let path = "\(folder)/\(name)"
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
            else { continue }
            result[name] = try Data(contentsOf: URL(fileURLWithPath: path))
        }
        return result
    }

    /// Compares two products: texts by byte, rasters by pixel, because another GDAL may compress otherwise.
    ///
    /// - Returns: the names that differ.
    static func differences(_ one: MadeProduct, _ other: MadeProduct) throws -> [String] {
        let (first, second) = (try one.files(), try other.files())
        var different = Set(first.keys).symmetricDifference(second.keys)
        for (name, bytes) in first where second[name] != nil && bytes != second[name] {
            guard name.lowercased().hasSuffix(".tif") || name.hasSuffix(".jp2") else {
                different.insert(name)
                continue
            }
            let old = try Dataset(reading: "\(one.folder)/\(name)")
            let new = try Dataset(reading: "\(other.folder)/\(name)")
            var isSame = old.grid.difference(from: new.grid) == nil && old.bandCount == new.bandCount
            for band in 1...new.bandCount where isSame {
                let pairs = zip(try old.floats(band: band), try new.floats(band: band))
                isSame = pairs.allSatisfy { $0.bitPattern == $1.bitPattern }
            }
            if !isSame { different.insert(name) }
        }
        return different.sorted()
    }
}
