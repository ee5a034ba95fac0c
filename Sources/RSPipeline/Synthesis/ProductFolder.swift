import Foundation

/// A product folder that appears whole or not at all: filled under a hidden name, then renamed.
struct ProductFolder {
    /// The folder in which the product will stand.
    let directory: String
    /// The product's id and its folder's name.
    let id: String
    /// The file by whose words a synthetic product is recognised, below the product's folder.
    let metadataFile: String
    /// The hidden folder to fill.
    let temporary: String

    init(directory: String, id: String, metadataFile: String) {
        self.directory = directory
        self.id = id
        self.metadataFile = metadataFile
        let info = ProcessInfo.processInfo
        temporary = "\(directory)/.\(id).\(info.hostName).\(info.processIdentifier).\(UUID().uuidString.prefix(8)).part"
    }

    private var target: String { "\(directory)/\(id)" }

    /// Fills the hidden folder and puts it in its place; nothing stays behind after a failure.
    ///
    /// - Parameter body: told the folder to write into.
    /// - Returns: the files made, sorted by path.
    /// - Throws: ``SynthesisError/exists(_:)`` when a product stands there and may not be replaced.
    func fill(
        overwrite: Bool, _ body: (String) throws(SynthesisError) -> Void
    ) throws(SynthesisError) -> [String] {
        try begin(overwrite: overwrite)
        do throws(SynthesisError) {
            try body(temporary)
            return try finish()
        } catch {
            abandon()
            throw error
        }
    }

    /// Writes a text file of a product.
    static func write(_ text: String, to path: String) throws(SynthesisError) {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch {
            throw .writeFailed("\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    /// Makes a folder of a product, with those above it.
    static func make(_ path: String) throws(SynthesisError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw .writeFailed("\(path): cannot be made: \(error.localizedDescription)")
        }
    }

    /// Makes the hidden folder.
    private func begin(overwrite: Bool) throws(SynthesisError) {
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
        guard let data = FileManager.default.contents(atPath: "\(target)/\(metadataFile)") else { return false }
        return String(decoding: data, as: UTF8.self).contains(SyntheticOrigin.text)
    }

    /// Puts the filled folder in its place and lists its files.
    private func finish() throws(SynthesisError) -> [String] {
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
    private func abandon() {
        // The failure that led here is the one to report; a leftover hidden folder does no harm.
        try? FileManager.default.removeItem(atPath: temporary)
    }
}
