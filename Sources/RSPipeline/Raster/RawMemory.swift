#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory of a size that a file asks for, which may not be there.
@safe final class RawMemory {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// Takes memory, aligned for every number type; nil when there is not as much.
    init?(byteCount: Int) {
        // Lanes may read past the end, never write.
        guard byteCount >= 0, byteCount < Int.max - 64 else { return nil }
        var taken: UnsafeMutableRawPointer?
        guard unsafe posix_memalign(&taken, 64, byteCount + 64) == 0, let taken = unsafe taken else { return nil }
        unsafe base = taken
        self.byteCount = byteCount
    }

    deinit { unsafe free(base) }
}
