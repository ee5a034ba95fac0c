import Foundation

/// Files that tests share and that are too large for the repository.
///
/// They lie in the folder that `RSP_TEST_DATA` names, or else in `../shared/data` beside the package.
enum TestData {
    /// A file that must be there is not.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// The folder with the data.
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["RSP_TEST_DATA"], !path.isEmpty {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/data", isDirectory: true)
    }()

    /// Whether a missing file is a failure.
    static let isRequired = ProcessInfo.processInfo.environment["RSP_REQUIRE_DATA"] == "1"

    /// The file, or nil if it is absent and may be; throws if it is absent and `RSP_REQUIRE_DATA` is 1.
    static func url(_ relative: String) throws -> URL? {
        let url = root.appendingPathComponent(relative)
        if FileManager.default.fileExists(atPath: url.path) { return url }
        if isRequired { throw Missing(description: "\(url.path) is missing; RSP_TEST_DATA names the folder") }
        return nil
    }

    /// For `.enabled(if:)`: whether a test of this file can run, or must run and fail.
    static func isUsable(_ relative: String) -> Bool {
        isRequired || FileManager.default.fileExists(atPath: root.appendingPathComponent(relative).path)
    }
}
