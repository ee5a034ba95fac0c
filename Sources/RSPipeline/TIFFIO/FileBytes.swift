#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole reads and writes at a position, whatever the system splits them into.
enum FileBytes {
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at start: Int) -> Bool {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = unsafe pwrite(descriptor, base + done, bytes.count - done, off_t(start + done))
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    static func read(_ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, at start: Int) -> Bool {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = unsafe pread(descriptor, base + done, bytes.count - done, off_t(start + done))
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    /// What the system says of the last failure of this thread.
    static func systemMessage() -> String { unsafe String(cString: strerror(errno)) }
}
