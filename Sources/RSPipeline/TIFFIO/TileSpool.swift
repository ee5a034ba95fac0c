import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A temporary file that takes tiles in any order and from any thread: compressed ones until their places in the final
/// file are known, and overviews in the making that have no room in memory.
///
/// Writing blocks while the disk is slow, which is what keeps the memory bounded.
final class TileSpool: Sendable {
    private let descriptor: Int32
    private let path: String
    private let end = Atomic<Int>(0)

    /// Makes the file, which must not exist; it is removed at once and lives until the spool does.
    ///
    /// - Throws: ``TIFFError`` when it cannot be made.
    init(in folder: String, name: String) throws(TIFFError) {
        path = folder + "/" + name
        descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw TIFFError("\(path): cannot be made: \(FileBytes.systemMessage())") }
        unsafe _ = unlink(path)
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    ///
    /// - Returns: where they begin.
    /// - Throws: ``TIFFError`` when they cannot be written.
    func append(_ bytes: UnsafeRawBufferPointer) throws(TIFFError) -> Int {
        let start = end.wrappingAdd(bytes.count, ordering: .relaxed).oldValue
        try unsafe write(bytes, at: start)
        return start
    }

    /// Writes over bytes that were appended.
    ///
    /// - Throws: ``TIFFError`` when they cannot be written.
    func write(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(TIFFError) {
        guard unsafe FileBytes.write(bytes, to: descriptor, at: start) else {
            throw TIFFError("tiles cannot be written: \(FileBytes.systemMessage())")
        }
    }

    /// Reads bytes back.
    func read(_ target: UnsafeMutableRawBufferPointer, at start: Int) throws(TIFFError) {
        guard unsafe FileBytes.read(target, from: descriptor, at: start) else {
            throw TIFFError("tiles cannot be read back: \(FileBytes.systemMessage())")
        }
    }
}
