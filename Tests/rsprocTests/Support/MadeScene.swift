import Foundation

/// A synthetic Landsat scene, made once by the command itself and copied for tests that damage it.
final class MadeScene: Sendable {
    static let id = "LC08_L1TP_167032_20230715_20230720_02_T1"

    /// A scene of 128 x 128 pixels; never changed.
    static let small = Result { try MadeScene(size: 128) }
    /// A scene that takes a moment to work on, for tests that interrupt; never changed.
    static let large = Result { try MadeScene(size: 640) }

    /// The product folder.
    let path: String

    private init(size: Int) throws {
        // Kept until the process ends, when the system's temporary folder may forget it.
        let folder = FileManager.default.temporaryDirectory.path + "/rsproc-tests-scene-\(getpid())-\(size)"
        let made = try Command.run(
            ["synth", "landsat8", "--size", "\(size)", "--no-truth", "--overwrite", "--out", folder])
        if made.status != 0 { throw Failure(said: made.said) }
        path = folder + "/" + Self.id
        Self.removeAtExit(folder)
    }

    /// A copy that a test may change.
    static func copy(to scratch: Scratch, as name: String = "scene") throws -> String {
        try FileManager.default.copyItem(atPath: try small.get().path, toPath: scratch.path + "/" + name)
        return scratch.path + "/" + name
    }

    /// The path of a band file.
    static func band(_ name: String, of scene: String) -> String { "\(scene)/\(id)_\(name).TIF" }

    /// The path of the metadata file.
    static func metadata(of scene: String) -> String { "\(scene)/\(id)_MTL.txt" }

    /// Changes the text of a scene's metadata line by line.
    static func editMetadata(of scene: String, _ edit: (String) -> String?) throws {
        let url = URL(fileURLWithPath: metadata(of: scene))
        let lines = String(decoding: try Data(contentsOf: url), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        try Data(lines.compactMap { edit(String($0)) }.joined(separator: "\n").utf8).write(to: url)
    }

    /// Gives a copy another product id, so that its outputs have other names.
    static func rename(_ scene: String, to other: String) throws {
        try editMetadata(of: scene) { line in
            line.contains("LANDSAT_PRODUCT_ID") ? line.replacingOccurrences(of: id, with: other) : line
        }
    }

    private struct Failure: Error { let said: String }

    static func removeAtExit(_ folder: String) {
        made.append(folder)
        if made.count == 1 {
            atexit { for folder in MadeScene.made.all { try? FileManager.default.removeItem(atPath: folder) } }
        }
    }

    private static let made = Folders()

    private final class Folders: @unchecked Sendable {
        private let lock = NSLock()
        private var folders: [String] = []
        var all: [String] { lock.withLock { folders } }
        var count: Int { all.count }
        func append(_ folder: String) { lock.withLock { folders.append(folder) } }
    }
}
