import Foundation

/// A folder that is removed with the last use of the value.
final class ScratchFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/rsp-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The names in the folder or one below it, hidden ones included.
    func names(_ below: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + below)) ?? []).sorted()
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }
}
