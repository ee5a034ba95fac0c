import Foundation
import RSPipeline

/// What the command says on standard error, as text or as one JSON object per line.
enum Report {
    enum Format: String {
        case text, json
    }

    nonisolated(unsafe) private static var format = Format.text

    /// Chooses the format, once, before any thread is started.
    static func use(_ format: Format) { unsafe self.format = format }

    static func error(_ message: String) { say("error", message) }

    static func warning(_ message: String) { say("warning", message) }

    static func info(_ message: String) { say("info", message) }

    /// Text that is printed as it is.
    static func plain(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }

    private static func say(_ level: String, _ said: String) {
        let message = Redaction.text(said)
        if unsafe format == .json {
            let line = JSONValue.object(["level": .string(level), "message": .string(message)])
            write(line.text(pretty: false) + "\n")
        } else {
            write(level == "info" ? message + "\n" : "rsproc: \(level): \(message)\n")
        }
    }

    /// Writes out what was printed; a summary that cannot be written is a failure, unless its reader has left.
    static func finishOutput() {
        if fflush(nil) != 0 && errno != EPIPE {
            error("the result cannot be printed: \(unsafe String(cString: strerror(errno)))")
            exit(RSProcExit.output)
        }
    }

    /// Writes as it is; a reader that has gone away is no reason to stop.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(2, $0.baseAddress, $0.count) }
            if written > 0 { bytes = bytes.dropFirst(written) } else if errno != EINTR { return }
        }
    }

    static var isJSON: Bool { unsafe format == .json }
}
