internal import CZstd

/// Compresses whole buffers into zstd frames.
///
/// One per thread.
@safe final class ZstdCompressor {
    private let context: OpaquePointer
    private let level: Int32

    /// Makes a compressor of a level from 1 (fastest) to 22 (smallest).
    init(level: Int) throws(CodecError) {
        guard (1...Int(ZSTD_maxCLevel())).contains(level) else {
            throw CodecError("zstd has no level \(level); levels are 1...\(ZSTD_maxCLevel())")
        }
        guard let made = unsafe ZSTD_createCCtx() else { throw CodecError("there is no memory left") }
        unsafe context = made
        self.level = Int32(level)
    }

    /// The version of libzstd, for example `1.5.4`.
    static var libraryVersion: String { unsafe String(cString: ZSTD_versionString()) }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    /// The largest size that `count` bytes can be compressed to.
    func bound(_ count: Int) -> Int { ZSTD_compressBound(count) }

    /// Compresses a buffer; the target must hold ``bound(_:)`` bytes.
    ///
    /// - Returns: the number of bytes written.
    func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        let size = unsafe ZSTD_compressCCtx(
            context, target.baseAddress, target.count, source.baseAddress, source.count, level)
        precondition(ZSTD_isError(size) == 0, "the target is smaller than the bound")
        return size
    }
}

/// Decompresses zstd frames whose decompressed size is known.
///
/// One per thread.
@safe final class ZstdDecompressor {
    private let context: OpaquePointer

    init() throws(CodecError) {
        guard let made = unsafe ZSTD_createDCtx() else { throw CodecError("there is no memory left") }
        unsafe context = made
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    /// Decompresses a frame into a buffer that it fills exactly.
    ///
    /// - Throws: ``CodecError`` for a damaged frame or one of another size.
    func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(CodecError) {
        let size = unsafe ZSTD_decompressDCtx(
            context, target.baseAddress, target.count, source.baseAddress, source.count)
        guard ZSTD_isError(size) == 0, size == target.count else { throw CodecError("the zstd frame is damaged") }
    }
}
