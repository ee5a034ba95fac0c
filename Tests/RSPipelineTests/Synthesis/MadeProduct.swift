import Foundation

@testable import RSPipeline

/// Reads a synthetic product back.
struct MadeProduct {
    let folder: String
    let prefix: String

    init(in directory: String) {
        folder = "\(directory)/\(LandsatSynthesis.productID)"
        prefix = "\(folder)/\(LandsatSynthesis.productID)"
    }

    func counts(_ name: String) throws -> [Float] { try Dataset(reading: "\(prefix)_\(name).TIF").floats(band: 1) }

    func truth(_ name: String, band: Int = 1) throws -> [Float] {
        try Dataset(reading: "\(folder)/truth/\(LandsatSynthesis.productID)_truth_\(name).tif").floats(band: band)
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
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name.contains(".") {
            result[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return result
    }
}
