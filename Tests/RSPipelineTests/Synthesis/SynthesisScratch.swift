import Foundation

/// A folder that is removed with the last use of the value.
final class SynthesisScratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/rsp-synthesis-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
