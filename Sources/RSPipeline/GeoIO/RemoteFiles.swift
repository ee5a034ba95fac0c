internal import CGDAL
import Foundation
import Synchronization

/// Files behind URLs, read through GDAL's network file systems and tried again where the network fails.
///
/// GDAL takes a body that was cut off for the end of the file, and repeats only some answers of servers. So remote files
/// are opened through a file system of this library, which asks GDAL's for every byte, compares with the size of the
/// file, and repeats what failed or came short, with growing pauses. Only the parts that are asked for are fetched.
enum RemoteFiles {
    /// Answers to a request for a file's headers.
    struct Facts: Sendable, Hashable {
        /// In bytes; nil where the server does not say.
        var size: Int?
        /// The server's mark for this version of the file.
        var etag: String?
        /// When the server says that it last changed.
        var lastModified: String?
    }

    /// The file system's name.
    private static let prefix = "/vsirspipeline/"

    private static let isInstalled: Bool = {
        guard let callbacks = unsafe VSIAllocFilesystemPluginCallbacksStruct() else { return false }
        defer { unsafe VSIFreeFilesystemPluginCallbacksStruct(callbacks) }
        unsafe callbacks.pointee.open = { _, name, access in
            guard let name = unsafe name, let access = unsafe access else { return nil }
            let mode = unsafe String(cString: access)
            guard mode.hasPrefix("r"), !mode.contains("+") else { return nil }
            guard let file = unsafe RemoteFile("/" + String(cString: name)) else { return nil }
            return unsafe Unmanaged.passRetained(file).toOpaque()
        }
        unsafe callbacks.pointee.tell = { file in
            guard let file = unsafe file else { return 0 }
            return unsafe Unmanaged<RemoteFile>.fromOpaque(file).takeUnretainedValue().position
        }
        unsafe callbacks.pointee.seek = { file, offset, origin in
            guard let file = unsafe file else { return -1 }
            return unsafe Unmanaged<RemoteFile>.fromOpaque(file).takeUnretainedValue().seek(offset, from: origin)
        }
        unsafe callbacks.pointee.read = { file, target, size, count in
            guard let file = unsafe file, let target = unsafe target, size > 0 else { return 0 }
            let (bytes, overflow) = size.multipliedReportingOverflow(by: count)
            if overflow { return 0 }
            let remote = unsafe Unmanaged<RemoteFile>.fromOpaque(file).takeUnretainedValue()
            return unsafe remote.read(target, bytes) / size
        }
        unsafe callbacks.pointee.eof = { file in
            guard let file = unsafe file else { return 1 }
            return unsafe Unmanaged<RemoteFile>.fromOpaque(file).takeUnretainedValue().isAtEnd ? 1 : 0
        }
        unsafe callbacks.pointee.close = { file in
            if let file = unsafe file { unsafe Unmanaged<RemoteFile>.fromOpaque(file).release() }
            return 0
        }
        // GDAL keeps the pointer to the name, so it has to stay.
        let name: UnsafeMutablePointer<CChar>? = unsafe CPLStrdup(prefix)
        return unsafe VSIInstallPluginHandler(name, callbacks) == 0
    }()

    /// The path under which GDAL opens a file; the path itself where it is local.
    static func opened(_ path: String) -> String {
        RemotePath.isRemote(path) && isInstalled ? prefix + path.dropFirst() : path
    }

    /// What the server says of a file; nil where it cannot be asked.
    static func facts(of path: String) -> Facts? {
        guard let file = RemoteFile(path) else { return nil }
        var facts = Facts(size: file.size > 0 ? Int(clamping: file.size) : nil)
        let headers = ErrorCapture.run { () -> [(String, String)] in
            guard let list = unsafe VSIGetFileMetadata(path, "HEADERS", nil) else { return [] }
            defer { unsafe CSLDestroy(list) }
            var pairs: [(String, String)] = []
            var index = 0
            while let entry = unsafe list[index] {
                let text = unsafe String(cString: entry)
                if let mark = text.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                    let value = text[text.index(after: mark)...].drop { $0 == " " }
                    pairs.append((text[..<mark].lowercased(), String(value)))
                }
                index += 1
            }
            return pairs
        }.result
        for (name, value) in headers where !value.isEmpty {
            if name == "etag" { facts.etag = value }
            if name == "last-modified" { facts.lastModified = value }
        }
        return facts
    }
}

/// How often and how long a request is repeated.
private struct Patience {
    /// Attempts in all.
    static let tries = 5
    /// Attempts where nobody says what is wrong.
    static let unclearTries = 3
    /// Seconds before the second attempt, as the user has set for GDAL; doubled for each one after it.
    static let pause: Double = {
        let text = unsafe CPLGetConfigOption("GDAL_HTTP_RETRY_DELAY", nil).map { unsafe String(cString: $0) }
        return min(max(text.flatMap { Double($0) } ?? 0.5, 0.01), 10)
    }()
    /// Seconds after which nothing more is begun.
    static let limit = 60.0

    private(set) var attempts = 1
    private let start = Date()

    /// Waits before the next attempt, or says that there is none.
    mutating func allowsAnother(after failure: RemoteFailure) -> Bool {
        let most = failure.kind == .unclear ? Self.unclearTries : Self.tries
        guard !failure.isFinal, attempts < most else { return false }
        let pause = Self.pause * Double(1 << (attempts - 1))
        guard Date().timeIntervalSince(start) + pause < Self.limit else { return false }
        Thread.sleep(forTimeInterval: pause)
        attempts += 1
        return true
    }
}

/// Why a request failed, by what GDAL said.
struct RemoteFailure: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case refused, missing, otherClient(Int), server(Int), unknownHost, unreachable, slow, certificate, cut, unclear
    }

    let kind: Kind
    /// What GDAL said.
    let text: String

    init(_ text: String) {
        self.text = text
        let lower = text.lowercased()
        func says(_ words: String...) -> Bool { words.contains { lower.contains($0) } }
        if let status = Self.status(lower), status >= 400 {
            kind =
                switch status {
                case 401, 403, 407: .refused
                case 404, 410: .missing
                case 408, 425, 429, 500...: .server(status)
                default: .otherClient(status)
                }
        } else if says(
            "accessdenied", "access denied", "invalidaccesskeyid", "signaturedoesnotmatch", "expiredtoken",
            "no valid aws credentials", "forbidden")
        {
            kind = .refused
        } else if says("nosuchkey", "nosuchbucket", "no such key", "does not exist") {
            kind = .missing
        } else if says("resolve host", "resolve proxy") {
            kind = .unknownHost
        } else if says("connect to", "connection refused", "no route") {
            kind = .unreachable
        } else if says("too slow", "timed out", "timeout") {
            kind = .slow
        } else if says("ssl", "certificate") {
            kind = .certificate
        } else if says(
            "came short", "reset", "empty reply", "transfer closed", "recv failure", "broken pipe", "curl error")
        {
            kind = .cut
        } else {
            kind = .unclear
        }
    }

    /// Whether asking again would change nothing.
    var isFinal: Bool {
        switch kind {
        case .refused, .missing, .otherClient, .unknownHost, .certificate: true
        case .server, .unreachable, .slow, .cut, .unclear: false
        }
    }

    /// Whether the whole host does not answer.
    var concernsHost: Bool { kind == .unknownHost || kind == .unreachable || kind == .slow }

    /// What happened and what to do, without a URL.
    func message(tries: Int) -> String {
        let after = tries == 1 ? "" : ", after \(tries) tries"
        switch kind {
        case .refused:
            return "the server refuses access (403); check the credentials, which GDAL takes from the environment "
                + "(AWS_*, GDAL_HTTP_HEADERS), and fetch a new URL if a signed one has expired"
        case .missing: return "there is nothing at this URL (404); check it"
        case .otherClient(let status): return "the server does not take the request (\(status)); check the URL"
        case .server(let status): return "the server fails (\(status))\(after); try again later"
        case .unknownHost: return "the host has no address; check the URL and the network"
        case .unreachable: return "the host cannot be reached\(after); check the network and the server"
        case .slow: return "the server does not answer in time\(after); try again later"
        case .certificate: return "the server's certificate is not trusted; check the URL and the system's certificates"
        case .cut: return "the connection breaks off\(after); try again later"
        case .unclear: return "it cannot be fetched\(after); check the URL" + (text.isEmpty ? "" : " (\(text))")
        }
    }

    /// The status that a server has answered, as GDAL words it.
    private static func status(_ text: String) -> Int? {
        for words in ["http response code: ", "http error code : ", "http error code: ", "response_code=", "status "] {
            guard let range = text.range(of: words) else { continue }
            return Int(text[range.upperBound...].prefix { $0.isNumber })
        }
        return nil
    }
}

/// Hosts that did not answer, for a while.
private enum SilentHosts {
    private static let patience = 30.0
    private static let hosts = Mutex<[String: (until: Date, message: String)]>([:])

    static func note(_ path: String, _ message: String) {
        hosts.withLock { $0[host(path)] = (Date() + patience, message) }
    }

    static func message(_ path: String) -> String? {
        hosts.withLock { hosts in
            guard let entry = hosts[host(path)], entry.until > Date() else { return nil }
            return entry.message
        }
    }

    private static func host(_ path: String) -> String {
        let parts = path.split(separator: "/").prefix(3)
        return parts.first == "vsis3" ? "vsis3" : parts.joined(separator: "/")
    }
}

/// One open remote file.
@safe private final class RemoteFile {
    /// What GDAL's network file system calls it.
    private let path: String
    private var handle: UnsafeMutablePointer<VSILFILE>
    /// In bytes; 0 where the server does not say.
    let size: UInt64
    private(set) var position: UInt64 = 0
    private(set) var isAtEnd = false

    /// Opens a file; where that fails, GDAL's error says why.
    init?(_ path: String) {
        if let known = SilentHosts.message(path) {
            unsafe cgdal_error(CE_Failure, CPLErrorNum(CPLE_FileIO), known)
            return nil
        }
        var patience = Patience()
        while true {
            let opening = unsafe Self.open(path)
            if let handle = unsafe opening.handle {
                self.path = path
                unsafe self.handle = handle
                unsafe size = VSIFSeekL(handle, 0, SEEK_END) == 0 ? VSIFTellL(handle) : 0
                unsafe _ = VSIFSeekL(handle, 0, SEEK_SET)
                return
            }
            let failure = unsafe RemoteFailure(opening.problem)
            if patience.allowsAnother(after: failure) {
                unsafe VSICurlPartialClearCache(path)
                continue
            }
            let message = failure.message(tries: patience.attempts)
            if failure.concernsHost { SilentHosts.note(path, message) }
            unsafe VSICurlPartialClearCache(path)
            unsafe cgdal_error(CE_Failure, CPLErrorNum(CPLE_FileIO), message)
            return nil
        }
    }

    deinit { unsafe _ = VSIFCloseL(handle) }

    private static func open(_ path: String) -> (handle: UnsafeMutablePointer<VSILFILE>?, problem: String) {
        VSIErrorReset()
        let outcome = unsafe ErrorCapture.run { unsafe VSIFOpenExL(path, "rb", 1) }
        if let handle = unsafe outcome.result { return unsafe (handle, "") }
        let last = unsafe VSIGetLastErrorMsg().map { unsafe String(cString: $0) } ?? ""
        return unsafe (nil, ([last] + outcome.failures).filter { !$0.isEmpty }.joined(separator: "; "))
    }

    func seek(_ offset: UInt64, from origin: Int32) -> Int32 {
        isAtEnd = false
        let base =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: size
            default: UInt64(0)
            }
        position = base &+ offset
        return 0
    }

    /// Reads as many bytes as there are, at most those asked for; fewer where the network failed for good.
    func read(_ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
        let left = size > position ? Int(clamping: size - position) : 0
        let wanted = size == 0 ? count : min(count, left)
        var got = 0
        var said = ""
        var patience = Patience()
        while got < wanted {
            let part = unsafe piece(target + got, wanted - got, at: position + UInt64(got))
            got += part.count
            if got == wanted || size == 0 { break }
            let problem = part.problem.isEmpty ? said : part.problem
            let failure = RemoteFailure(problem.isEmpty ? "the answer came short" : problem)
            guard patience.allowsAnother(after: failure) else {
                unsafe cgdal_error(
                    CE_Failure, CPLErrorNum(CPLE_FileIO), failure.message(tries: patience.attempts))
                break
            }
            said = renew()
        }
        position += UInt64(got)
        isAtEnd = got < count
        return got
    }

    private func piece(
        _ target: UnsafeMutableRawPointer, _ count: Int, at place: UInt64
    ) -> (count: Int, problem: String) {
        VSIErrorReset()
        let outcome = ErrorCapture.run { () -> Int in
            guard unsafe VSIFSeekL(handle, place, SEEK_SET) == 0 else { return 0 }
            return unsafe VSIFReadL(target, 1, count, handle)
        }
        let last = unsafe VSIGetLastErrorMsg().map { unsafe String(cString: $0) } ?? ""
        let said = ([last] + outcome.failures).filter { !$0.isEmpty }
        return (outcome.result, said.joined(separator: "; "))
    }

    /// Forgets what has come so far and opens the file anew; says why that failed.
    private func renew() -> String {
        unsafe VSICurlPartialClearCache(path)
        let opening = unsafe Self.open(path)
        guard let fresh = unsafe opening.handle else { return unsafe opening.problem }
        unsafe _ = VSIFCloseL(handle)
        unsafe handle = fresh
        return ""
    }
}
