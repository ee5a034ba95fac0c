internal import CDeflate

/// Compresses whole buffers into zlib streams (deflate with a header and a checksum, as TIFF stores it).
///
/// Two encoders are at hand: ``DeflateEncoder``, several times as fast on predicted samples and about as small, and
/// libdeflate, much smaller where bytes repeat much. A sample compressed by both decides; levels from 7 on, and short
/// buffers, are compressed by both. The bytes depend on the source and the level only. One per thread.
@safe final class DeflateCompressor {
    /// From this level on size counts more than time.
    private static let thoroughLevel = 7
    /// Up to this size both encoders compress all.
    private static let short = 1 << 15
    /// The length of the pieces of a sample: some rows of a tile, so that likeness between rows is seen.
    private static let piece = 1 << 13
    /// The source has one piece of a sample for so many bytes, two at least and eight at most.
    private static let spacing = 1 << 19
    /// A sample may be larger by one in so many bytes than libdeflate makes it.
    private static let tolerance = 64

    private let level: Int
    private let compressor: OpaquePointer
    private let encoder = DeflateEncoder()
    private var scratch = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var sample = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Makes a compressor of a level from 1 (fastest) to 12 (smallest).
    init(level: Int) throws(CodecError) {
        guard 1...12 ~= level, let made = unsafe libdeflate_alloc_compressor(Int32(level)) else {
            throw CodecError("deflate has no level \(level); levels are 1...12")
        }
        self.level = level
        unsafe compressor = made
    }

    deinit {
        unsafe libdeflate_free_compressor(compressor)
        unsafe scratch.deallocate()
        unsafe sample.deallocate()
    }

    /// The largest size that `count` bytes can be compressed to, with what is written over beyond.
    func bound(_ count: Int) -> Int {
        unsafe max(libdeflate_zlib_compress_bound(compressor, count), DeflateEncoder.bound(count))
    }

    /// Compresses a buffer; the target must hold ``bound(_:)`` bytes.
    ///
    /// - Returns: the number of bytes written.
    func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        precondition(target.count >= bound(source.count), "the target is smaller than the bound")
        if source.count > DeflateEncoder.longestSource { return unsafe thorough(source, into: target) }
        if level >= Self.thoroughLevel || source.count <= Self.short { return unsafe smaller(source, into: target) }
        guard unsafe samplesWell(source, with: target) else { return unsafe thorough(source, into: target) }
        let size = unsafe encoder.compress(source, into: target)
        // Where little is left, a little more is a large share, and libdeflate is fast. A constant tile is at the limit
        // of the format with either.
        guard source.count / 512..<source.count / 4 ~= size else { return size }
        return unsafe improve(source, into: target, size: size)
    }

    /// Compresses with libdeflate.
    private func thorough(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        let size = unsafe libdeflate_zlib_compress(
            compressor, source.baseAddress, source.count, target.baseAddress, target.count)
        precondition(size > 0, "the target is smaller than the bound")
        return size
    }

    /// Compresses with both encoders and keeps the smaller stream.
    private func smaller(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        let size = unsafe encoder.compress(source, into: target)
        return unsafe improve(source, into: target, size: size)
    }

    /// Replaces a stream by that of libdeflate if that is smaller.
    private func improve(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, size: Int
    ) -> Int {
        unsafe Self.grow(&scratch, to: size)
        let other = unsafe libdeflate_zlib_compress(
            compressor, source.baseAddress, source.count, scratch.baseAddress, size - 1)
        guard other > 0 else { return size }
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[..<other]))
        return other
    }

    /// Whether the fast encoder makes a sample hardly larger than libdeflate does.
    ///
    /// The sample is made of pieces from all over the source. `target` is written over.
    private func samplesWell(_ source: UnsafeRawBufferPointer, with target: UnsafeMutableRawBufferPointer) -> Bool {
        let pieces = min(max(source.count / Self.spacing, 2), 8)
        let count = pieces * Self.piece
        unsafe Self.grow(&sample, to: count)
        for index in 0..<pieces {
            let start = (2 * index + 1) * source.count / (2 * pieces) - Self.piece / 2
            unsafe UnsafeMutableRawBufferPointer(rebasing: sample[(index * Self.piece)...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<(start + Self.piece)]))
        }
        let taken = unsafe UnsafeRawBufferPointer(rebasing: sample[..<count])
        let own = unsafe encoder.compress(taken, into: target)
        // A sample of constant areas says nothing.
        if own < count / 16 { return true }
        return unsafe libdeflate_zlib_compress(
            compressor, taken.baseAddress, count, target.baseAddress, own - own / Self.tolerance) == 0
    }

    private static func grow(_ buffer: inout UnsafeMutableRawBufferPointer, to count: Int) {
        guard buffer.count < count else { return }
        unsafe buffer.deallocate()
        unsafe buffer = .allocate(byteCount: count, alignment: 16)
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
