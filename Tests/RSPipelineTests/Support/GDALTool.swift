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
    ///
    /// - Returns: what it printed.
    @discardableResult
    static func run(_ name: String, _ arguments: [String]) throws -> String {
        guard let path = path(name) else { throw Failed(description: "\(name) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        let output = Pipe()
        process.standardOutput = output
        process.standardError = pipe
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(name): \(String(decoding: said, as: UTF8.self))")
        }
        return String(decoding: printed, as: UTF8.self)
    }
}
