import Foundation

/// GDAL's command line programs, as a second opinion where they are installed.
enum GDALTool {
    struct Failed: Error, CustomStringConvertible { let description: String }

    /// For `.enabled(if:)`: whether a program is installed.
    static func isInstalled(_ name: String) -> Bool { path(name) != nil }

    private static func path(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program and waits for it.
    static func run(_ name: String, _ arguments: [String]) throws {
        guard let path = path(name) else { throw Failed(description: "\(name) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(name): \(String(decoding: said, as: UTF8.self))")
        }
    }
}
