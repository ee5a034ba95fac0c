internal import CGDAL
import Foundation
import Synchronization

/// Files as GDAL sees them: on disk, inside archives (`/vsizip/`, `/vsitar/`), in memory, or behind a URL.
enum VirtualFiles {
    /// What a path is.
    enum Kind: Sendable, Hashable {
        case file(bytes: Int)
        case folder
    }

    /// What is at a path; nil where there is nothing.
    static func kind(of path: String) -> Kind? {
        if !path.hasPrefix("/vsi") {
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
            if isFolder.boolValue { return .folder }
        } else if !RemotePath.isRemote(path), names(in: path) != nil {
            return .folder
        }
        let opened = RemoteFiles.opened(path)
        let outcome = ErrorCapture.run { () -> Int? in
            guard let file = unsafe VSIFOpenL(opened, "rb") else { return nil }
            defer { unsafe _ = VSIFCloseL(file) }
            guard unsafe VSIFSeekL(file, 0, SEEK_END) == 0 else { return nil }
            return unsafe Int(clamping: VSIFTellL(file))
        }
        return outcome.result.map { .file(bytes: $0) }
    }

    /// The names in a folder, unsorted; nil when it cannot be listed.
    static func names(in folder: String) -> [String]? {
        let outcome = ErrorCapture.run { () -> [String]? in
            guard let list = unsafe VSIReadDir(folder) else { return nil }
            defer { unsafe CSLDestroy(list) }
            var names: [String] = []
            var index = 0
            while let entry = unsafe list[index] {
                let name = unsafe String(cString: entry)
                if name != "." && name != ".." && !name.isEmpty { names.append(name) }
                index += 1
            }
            return names
        }
        return outcome.result
    }

    /// The first bytes of a file, at most a limit.
    ///
    /// - Throws: ``GDALError`` with code `openFailed` or `readFailed`.
    static func bytes(of path: String, limit: Int) throws(GDALError) -> [UInt8] {
        var content: [UInt8] = []
        try unsafe read(path, limit: limit) { piece in
            unsafe content.append(contentsOf: piece)
            return true
        }
        return content
    }

    /// Reads a file in pieces, from its start until it ends, a limit is reached or `take` returns false.
    ///
    /// - Throws: ``GDALError`` with code `openFailed`, or `readFailed` when a compressed file is damaged.
    static func read(
        _ path: String, limit: Int = .max, _ take: (UnsafeRawBufferPointer) -> Bool
    ) throws(GDALError) {
        let opened = RemoteFiles.opened(path)
        let outcome = ErrorCapture.run { () -> Bool? in
            guard let file = unsafe VSIFOpenL(opened, "rb") else { return nil }
            defer { unsafe _ = VSIFCloseL(file) }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(limit, 1 << 20), alignment: 64)
            defer { unsafe buffer.deallocate() }
            var taken = 0
            while taken < limit {
                let wanted = min(buffer.count, limit - taken)
                let count = unsafe VSIFReadL(buffer.baseAddress, 1, wanted, file)
                if count > 0, unsafe !take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { break }
                taken += count
                if count < wanted { break }
            }
            return true
        }
        if RemotePath.isRemote(path), let why = outcome.failures.last {
            throw GDALError(code: .openFailed, message: "\(path): \(why)", notes: [])
        }
        if outcome.result == nil {
            throw GDALError(
                code: .openFailed, message: "\(path): the file cannot be opened", notes: outcome.failures)
        }
        if let failure = outcome.failures.first {
            throw GDALError(code: .readFailed, message: "\(path): \(failure)", notes: outcome.failures)
        }
    }

    /// The file on disk that holds what a path into an archive means; the path itself for any other.
    static func container(of path: String) -> String {
        guard Dataset.isInArchive(path) else { return path }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
        var candidate = ""
        for (index, part) in parts.enumerated() {
            candidate += (index == 0 ? "" : "/") + part
            var isFolder: ObjCBool = false
            if unsafe FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
                return candidate
            }
        }
        return path
    }
}

/// A file in memory, which lives as long as something holds on to it.
final class MemoryFile: Sendable, Hashable {
    /// The path under which GDAL opens it.
    let path: String
    /// Files in memory that this one reads from.
    private let foundations: [MemoryFile]

    /// Names a file that a writer is about to make.
    ///
    /// - Parameters:
    ///   - name: the last part of its path.
    ///   - foundations: files in memory that it reads from, which live as long as it.
    init(name: String, on foundations: [MemoryFile] = []) {
        self.foundations = foundations
        // The address of a fresh object would do, but a counter reads better in messages.
        path = "/vsimem/rspipeline/\(Self.counter.next())/\(name)"
    }

    deinit { unsafe _ = VSIUnlink(path) }

    static func == (a: MemoryFile, b: MemoryFile) -> Bool { a.path == b.path }

    func hash(into hasher: inout Hasher) { hasher.combine(path) }

    private static let counter = Counter()
}

/// Numbers that are never given twice.
private final class Counter: Sendable {
    private let last = Mutex(0)

    func next() -> Int {
        last.withLock { number in
            number += 1
            return number
        }
    }
}
