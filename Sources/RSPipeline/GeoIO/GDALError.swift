internal import CGDAL

/// A failure that GDAL reported, in words that name the file and say what to do.
public struct GDALError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure, open for codes to come.
    public struct Code: Sendable, Hashable {
        private let raw: String
        /// The file could not be opened, or is no raster of an allowed format.
        public static let openFailed = Code(raw: "openFailed")
        /// Pixels could not be read.
        public static let readFailed = Code(raw: "readFailed")
        /// Something could not be written.
        public static let writeFailed = Code(raw: "writeFailed")
        /// A coordinate system or a transform could not be understood.
        public static let badGeoreference = Code(raw: "badGeoreference")
        /// The work was stopped on request.
        public static let cancelled = Code(raw: "cancelled")
    }

    /// What kind of failure.
    public let code: Code
    /// What happened, where, and what to do.
    public let message: String
    /// Everything GDAL said during the call.
    public let notes: [String]

    /// Makes an error; credentials in its texts are removed.
    public init(code: Code, message: String, notes: [String]) {
        self.code = code
        self.message = Redaction.text(message)
        self.notes = notes.map(Redaction.text)
    }

    /// The message, followed by what GDAL said.
    public var description: String { notes.isEmpty ? message : "\(message) (GDAL: \(notes.joined(separator: "; ")))" }
}

/// Collects what GDAL reports during one synchronous call on one thread.
///
/// GDAL's error state is per thread, so the handler is pushed, the call made and the handler popped in one function
/// that never suspends. The call's own result decides; the messages explain.
enum ErrorCapture {
    private final class Notes {
        var failures: [String] = []
        var warnings: [String] = []

        /// A message may hold a whole line of a damaged file.
        static let longest = 400
    }

    /// The result of a call with the failures and warnings reported meanwhile.
    struct Outcome<Result> {
        let result: Result
        let failures: [String]
        let warnings: [String]
    }

    static func run<Result>(_ call: () -> Result) -> Outcome<Result> {
        GDALRuntime.start()
        let notes = Notes()
        let user = unsafe Unmanaged.passUnretained(notes).toOpaque()
        unsafe CPLPushErrorHandlerEx(
            { severity, _, text in
                guard let user = unsafe CPLGetErrorHandlerUserData(), let text = unsafe text else { return }
                let notes = unsafe Unmanaged<Notes>.fromOpaque(user).takeUnretainedValue()
                let message = unsafe String(String(cString: text).prefix(Notes.longest))
                if severity.rawValue >= CE_Failure.rawValue {
                    if notes.failures.count < 20 { notes.failures.append(message) }
                } else if severity == CE_Warning, notes.warnings.count < 20 {
                    notes.warnings.append(message)
                }
            }, user)
        let result = call()
        CPLPopErrorHandler()
        return withExtendedLifetime(notes) {
            Outcome(result: result, failures: notes.failures, warnings: notes.warnings)
        }
    }
}

/// GDAL's process-wide start-up, done once.
public enum GDALRuntime {
    private static let started: Void = {
        GDALAllRegister()
        // A sibling listing is a network round trip for remote files and a slow scan of large archive folders.
        unsafe CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
        // A server that hangs ends with an error; what the user has set counts.
        for (name, value) in [
            ("GDAL_HTTP_CONNECTTIMEOUT", "15"), ("GDAL_HTTP_LOW_SPEED_TIME", "30"),
            ("GDAL_HTTP_LOW_SPEED_LIMIT", "100"),
        ] where unsafe CPLGetConfigOption(name, nil) == nil {
            unsafe CPLSetConfigOption(name, value)
        }
        // Side-car files next to somebody else's data are never written.
        unsafe CPLSetConfigOption("GDAL_PAM_ENABLED", "NO")
    }()

    /// Registers the drivers; cheap after the first call.
    static func start() { _ = started }

    /// Sets the size of GDAL's block cache, in bytes, for the whole process.
    public static func setCacheSize(_ bytes: Int) {
        start()
        GDALSetCacheMax64(GIntBig(bytes))
    }

    /// The GDAL version, for example `3.6.2`.
    public static var version: String {
        guard let text = unsafe GDALVersionInfo("RELEASE_NAME") else { return "unknown" }
        return unsafe String(cString: text)
    }
}
