internal import CDeflate

/// Compresses whole buffers into zlib streams (deflate with a header and a checksum, as TIFF stores it).
///
/// One per thread.
@safe final class DeflateCompressor {
    private let compressor: OpaquePointer

    /// Makes a compressor of a level from 1 (fastest) to 12 (smallest).
    init(level: Int) throws(CodecError) {
        guard let made = unsafe libdeflate_alloc_compressor(Int32(level)) else {
            throw CodecError("deflate has no level \(level); levels are 1...12")
        }
        unsafe compressor = made
    }

    /// The version of libdeflate, for example `1.14`.
    static let libraryVersion = LIBDEFLATE_VERSION_STRING

    deinit { unsafe libdeflate_free_compressor(compressor) }

    /// The largest size that `count` bytes can be compressed to.
    func bound(_ count: Int) -> Int { unsafe libdeflate_zlib_compress_bound(compressor, count) }

    /// Compresses a buffer; the target must hold ``bound(_:)`` bytes.
    ///
    /// - Returns: the number of bytes written.
    func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        let size = unsafe libdeflate_zlib_compress(
            compressor, source.baseAddress, source.count, target.baseAddress, target.count)
        precondition(size > 0, "the target is smaller than the bound")
        return size
    }
}

/// Decompresses zlib streams whose decompressed size is known.
///
/// One per thread.
@safe final class DeflateDecompressor {
    private let decompressor: OpaquePointer

    init() throws(CodecError) {
        guard let made = unsafe libdeflate_alloc_decompressor() else { throw CodecError("there is no memory left") }
        unsafe decompressor = made
    }

    deinit { unsafe libdeflate_free_decompressor(decompressor) }

    /// Decompresses a stream into a buffer that it fills exactly.
    ///
    /// - Throws: ``CodecError`` for a damaged stream or one of another size.
    func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(CodecError) {
        let result = unsafe libdeflate_zlib_decompress(
            decompressor, source.baseAddress, source.count, target.baseAddress, target.count, nil)
        guard result == LIBDEFLATE_SUCCESS else { throw CodecError("the deflate stream is damaged") }
    }
}
