import Foundation

/// A product folder that appears whole or not at all: filled under a hidden name, then renamed.
struct ProductFolder {
    /// The folder in which the product will stand.
    let directory: String
    /// The product's id and its folder's name.
    let id: String
    /// The hidden folder to fill.
    let temporary: String

    init(directory: String, id: String) {
        self.directory = directory
        self.id = id
        let info = ProcessInfo.processInfo
        temporary = "\(directory)/.\(id).\(info.hostName).\(info.processIdentifier).\(UUID().uuidString.prefix(8)).part"
    }

    private var target: String { "\(directory)/\(id)" }

    /// Makes the hidden folder.
    ///
    /// - Throws: ``SynthesisError/exists(_:)`` when a product stands there and may not be replaced.
    func begin(overwrite: Bool) throws(SynthesisError) {
        if FileManager.default.fileExists(atPath: target) {
            if !overwrite { throw .exists("\(target) exists; choose another folder or allow overwriting") }
            if !isSynthetic { throw .exists("\(target) is not a synthetic product and is left alone") }
        }
        do { try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true) } catch {
            throw .writeFailed("\(directory): cannot be written to: \(error.localizedDescription)")
        }
    }

    /// Whether the product that stands there says of itself that it is synthetic.
    private var isSynthetic: Bool {
        guard let data = FileManager.default.contents(atPath: "\(target)/\(id)_MTL.txt") else { return false }
        return String(decoding: data, as: UTF8.self).contains("ORIGIN = \"\(LandsatMetadataText.origin)\"")
    }

    /// Puts the filled folder in its place and lists its files.
    func finish() throws(SynthesisError) -> [String] {
        let files = FileManager.default
        let old = temporary + ".old"
        do {
            if files.fileExists(atPath: target) { try files.moveItem(atPath: target, toPath: old) }
            try files.moveItem(atPath: temporary, toPath: target)
            if files.fileExists(atPath: old) { try files.removeItem(atPath: old) }
            return try files.subpathsOfDirectory(atPath: target).filter { $0.contains(".") }.sorted()
                .map { "\(target)/\($0)" }
        } catch {
            throw .writeFailed("\(target): cannot be put in place: \(error.localizedDescription)")
        }
    }

    /// Removes the hidden folder after a failure.
    func abandon() {
        // The failure that led here is the one to report; a leftover hidden folder does no harm.
        try? FileManager.default.removeItem(atPath: temporary)
    }
}
