import Foundation

/// The built command, run as a user would run it.
enum Command {
    /// What a finished run left behind.
    struct Outcome {
        /// The exit code; 128 plus the number of a signal that ended it, as a shell says.
        let status: Int32
        let stdout: String
        let stderr: String

        /// Everything it said, for messages of failing tests.
        var said: String { "exit \(status)\n\(stdout)\n\(stderr)" }
    }

    /// The command beside the test bundle.
    static let binary: String = {
        let environment = ProcessInfo.processInfo.environment
        let running = [Bundle.main.executablePath, CommandLine.arguments.first].compactMap { $0 }
        var folders = running.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent() }
        folders.append(Repository.root.appendingPathComponent(".build/debug"))
        let candidates = [environment["RSP_COMMAND"]].compactMap { $0 } + folders.map { $0.path + "/rsproc" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "rsproc"
    }()

    /// Runs the command to its end.
    static func run(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:], binary: String = binary
    ) throws -> Outcome {
        try RunningCommand(arguments, in: folder, environment: environment, binary: binary).wait()
    }
}

/// A run that is still going on.
final class RunningCommand {
    private let process = Process()
    private let scratch: Scratch

    init(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
        binary: String = Command.binary
    ) throws {
        scratch = try Scratch()
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder ?? scratch.path)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files rather than pipes: nothing can block.
        for name in ["stdout", "stderr"] { try scratch.write("", to: name) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: scratch.url("stdout"))
        process.standardError = try FileHandle(forWritingTo: scratch.url("stderr"))
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until something has happened or the run is over.
    ///
    /// - Returns: whether it happened while the run was going on.
    func wait(until condition: () -> Bool) -> Bool {
        while process.isRunning {
            if condition() { return true }
            usleep(500)
        }
        return false
    }

    /// Waits for the end.
    func wait() throws -> Command.Outcome {
        process.waitUntilExit()
        let status = process.terminationStatus
        return Command.Outcome(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
            stdout: try scratch.text("stdout"), stderr: try scratch.text("stderr"))
    }
}

/// A folder that goes away with its owner.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/rsproc-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }

    func text(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url(name)), as: UTF8.self) }

    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: url(name)) }

    /// Every file and folder below a folder of it, hidden ones too, sorted; empty where there is no such folder.
    func list(_ name: String = "") -> [String] {
        Files.below(name.isEmpty ? path : path + "/" + name)
    }
}

enum Files {
    /// Every file and folder below a folder, hidden ones too, sorted.
    static func below(_ folder: String) -> [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// The temporary folders of runs in a folder.
    static func temporary(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix(".rsproc-") }
    }

    /// Whether a living run holds a temporary folder: one that is made and not yet locked may be cleared away.
    static func isHeld(_ folder: String) -> Bool {
        let descriptor = unsafe open(folder + "/lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    static func modified(_ path: String) throws -> Date? {
        try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    static func setModified(_ path: String, _ date: Date) throws {
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
}

/// The folder of the package.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let sampleScene =
        root.appendingPathComponent("samples/scenes/LC08_L1TP_167032_20230715_20230720_02_T1").path
    static let recipe = root.appendingPathComponent("samples/recipes/ndvi.yml").path
}
