import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A small web server on this machine, for tests: files from memory, byte ranges, a log, and every kind of trouble.
final class HTTPServer: Sendable {
    /// One request as it came.
    struct Request: Sendable {
        var method: String
        /// Without the query.
        var path: String
        var query: String
        /// With names in lower case.
        var headers: [String: String]

        /// The bytes asked for; nil for all.
        var range: ClosedRange<Int>? {
            guard let text = headers["range"], text.hasPrefix("bytes=") else { return nil }
            let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let first = ends[0] else { return nil }
            return first...max(first, ends[1] ?? .max)
        }
    }

    /// What goes wrong with a file's requests.
    enum Trouble: Sendable {
        /// This status, for so many requests.
        case status(Int, times: Int)
        /// The body breaks off half way, for so many requests with a body.
        case cut(times: Int)
        /// Nothing is ever answered.
        case silence
        /// More bytes are announced than there are.
        case wrongLength
    }

    struct File: Sendable {
        var bytes: [UInt8]
        var trouble: Trouble?
        /// Nil for a server that does not tell versions.
        var etag: String? = "\"v1\""
    }

    private struct State {
        var files: [String: File] = [:]
        var requests: [Request] = []
        var counts: [String: Int] = [:]
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// Starts to listen on a free port of this machine.
    init() throws {
        let socket = Self.listen()
        guard socket.descriptor >= 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        listener = socket.descriptor
        port = socket.port
        // Until the process ends.
        Thread.detachNewThread { self.accept() }
    }

    /// The URL of a file.
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    func put(_ path: String, _ bytes: [UInt8], trouble: Trouble? = nil, etag: String? = "\"v1\"") {
        state.withLock {
            $0.files[path] = File(bytes: bytes, trouble: trouble, etag: etag)
            $0.counts[path] = nil
        }
    }

    func put(_ path: String, file: String, trouble: Trouble? = nil, etag: String? = "\"v1\"") throws {
        put(path, [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))), trouble: trouble, etag: etag)
    }

    /// All requests so far, in the order they came.
    var requests: [Request] { state.withLock { $0.requests } }

    func forget() { state.withLock { $0.requests = [] } }

    private static func listen() -> (descriptor: Int32, port: UInt16) {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound, Foundation.listen(descriptor, 64) == 0 else { return (-1, 0) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func accept() {
        while true {
            let connection = Foundation.accept(listener, nil, nil)
            if connection < 0 { continue }
            Thread.detachNewThread { self.serve(connection) }
        }
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        while let request = Self.read(connection) {
            guard answer(request, connection) else { return }
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
            var byte: UInt8 = 0
            guard bytes.count < 1 << 16, unsafe recv(connection, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        let target = words[1].split(separator: "?", maxSplits: 1).map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return Request(
            method: words[0], path: target[0], query: target.count > 1 ? target[1] : "", headers: headers)
    }

    /// Answers a request; false when the connection is to be closed.
    private func answer(_ request: Request, _ connection: Int32) -> Bool {
        let isHead = request.method == "HEAD"
        let (file, count) = state.withLock { state -> (File?, Int) in
            state.requests.append(request)
            let counts = if case .cut? = state.files[request.path]?.trouble { !isHead } else { true }
            if counts { state.counts[request.path, default: 0] += 1 }
            return (state.files[request.path], state.counts[request.path] ?? 0)
        }
        guard let file else { return Self.send(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") }
        var isCut = false
        var extra = 0
        switch file.trouble {
        case .status(let status, let times)? where count <= times:
            return Self.send(connection, "HTTP/1.1 \(status) Trouble\r\nContent-Length: 0\r\n\r\n")
        case .cut(let times)? where !isHead && count <= times: isCut = true
        case .silence?:
            sleep(3600)
            return false
        case .wrongLength?: extra = 100_000
        default: break
        }
        let size = file.bytes.count
        let range = isHead ? nil : request.range
        if let range, range.lowerBound >= size {
            if extra > 0 { return false }
            return Self.send(connection, "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n")
        }
        let first = range?.lowerBound ?? 0
        let last = min(range?.upperBound ?? size, size - 1)
        var head = range == nil ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n"
        if range != nil { head += "Content-Range: bytes \(first)-\(last)/\(size + extra)\r\n" }
        let announced = last - first + 1 + (range == nil || last == size - 1 ? extra : 0)
        head += "Accept-Ranges: bytes\r\nContent-Length: \(announced)\r\n"
        if let etag = file.etag { head += "ETag: \(etag)\r\n" }
        guard Self.send(connection, head + "\r\n") else { return false }
        if isHead || size == 0 { return true }
        let body = file.bytes[first...last]
        let isSent = unsafe Array(isCut ? body.prefix(body.count / 2) : body).withUnsafeBytes {
            unsafe Self.send(connection, $0)
        }
        return isSent && !isCut && announced == body.count
    }

    private static func send(_ connection: Int32, _ text: String) -> Bool {
        unsafe Array(text.utf8).withUnsafeBytes { unsafe send(connection, $0) }
    }

    private static func send(_ connection: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        #if canImport(Glibc)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        var sent = 0
        while sent < bytes.count {
            let count = unsafe Foundation.send(
                connection, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, flags)
            if count <= 0 { return false }
            sent += count
        }
        return true
    }
}
