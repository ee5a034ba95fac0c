internal import CTIFF

/// Compresses tiles; keeps its memory and the codec's state from tile to tile.
///
/// One per thread. Deflate and zstd are used directly, with a predictor of our own, because libtiff's way to them costs
/// half as much again; the other codecs are libtiff's.
@safe final class TileEncoder {
    private enum Codec {
        case plain
        case deflate(DeflateCompressor)
        case zstd(ZstdCompressor)
        case libtiff(LibTIFFEncoder)
    }

    let format: TileFormat
    /// Memory of one tile, for whoever fills it.
    let tile: UnsafeMutableRawBufferPointer
    private let codec: Codec
    private let predicted: UnsafeMutableRawBufferPointer
    private let compressed: UnsafeMutableRawBufferPointer

    /// Makes an encoder.
    ///
    /// - Throws: ``CodecError`` for a codec that is not there or a level it does not have.
    init(_ format: TileFormat) throws(CodecError) {
        self.format = format
        var bound = 0
        switch format.compression {
        case .none: codec = .plain
        case .deflate:
            let compressor = try DeflateCompressor(level: format.level)
            bound = compressor.bound(format.byteCount)
            codec = .deflate(compressor)
        case .zstd:
            let compressor = try ZstdCompressor(level: format.level)
            bound = compressor.bound(format.byteCount)
            codec = .zstd(compressor)
        case .lzw, .lerc: codec = .libtiff(try LibTIFFEncoder(format))
        }
        unsafe tile = .allocate(byteCount: format.byteCount, alignment: 64)
        let hasPredictor = format.predictor != .none && bound > 0
        unsafe predicted = .allocate(byteCount: hasPredictor ? format.byteCount : 0, alignment: 64)
        unsafe compressed = .allocate(byteCount: bound, alignment: 64)
    }

    deinit {
        unsafe tile.deallocate()
        unsafe predicted.deallocate()
        unsafe compressed.deallocate()
    }

    /// Bytes that an encoder of a format holds: a tile as it is, predicted and compressed, and the codec's tables.
    static func memory(_ format: TileFormat) -> Int { 3 * format.byteCount + (2 << 20) }

    /// Compresses a tile.
    ///
    /// - Parameters:
    ///   - tile: the pixels of a whole tile, padding included.
    ///   - body: takes the compressed bytes, which are valid only during the call.
    func encode<Failure: Error, Result>(
        _ tile: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(tile.count == format.byteCount, "a tile has \(format.byteCount) bytes")
        switch codec {
        case .plain: return try unsafe body(tile)
        case .deflate(let compressor):
            let size = unsafe compressor.compress(prepared(tile), into: compressed)
            return try unsafe body(UnsafeRawBufferPointer(rebasing: compressed[..<size]))
        case .zstd(let compressor):
            let size = unsafe compressor.compress(prepared(tile), into: compressed)
            return try unsafe body(UnsafeRawBufferPointer(rebasing: compressed[..<size]))
        case .libtiff(let encoder): return try unsafe body(encoder.encode(tile))
        }
    }

    private func prepared(_ tile: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard format.predictor != .none, let source = tile.baseAddress,
            let target = unsafe predicted.baseAddress
        else { return unsafe tile }
        unsafe format.predictor.encode(
            source, into: target, rows: TileFormat.side, columns: TileFormat.side, samples: format.samples,
            sampleType: format.sampleType)
        return unsafe UnsafeRawBufferPointer(predicted)
    }
}

/// Compresses tiles with libtiff, into a file in memory that starts anew for each tile.
@safe private final class LibTIFFEncoder {
    private let memory: UnsafeMutablePointer<ctiff_memory>
    private let messages: UnsafeMutablePointer<ctiff_messages>
    private let tiff: OpaquePointer
    private let base: Int

    init(_ format: TileFormat) throws(CodecError) {
        guard format.compression.isAvailable else {
            throw CodecError("the installed libtiff has no \(format.compression.rawValue)")
        }
        let memory = UnsafeMutablePointer<ctiff_memory>.allocate(capacity: 1)
        unsafe memory.initialize(to: ctiff_memory())
        let messages = UnsafeMutablePointer<ctiff_messages>.allocate(capacity: 1)
        unsafe messages.initialize(to: ctiff_messages())
        guard let opened = unsafe ctiff_open_memory(memory, messages) else {
            unsafe memory.deallocate()
            unsafe messages.deallocate()
            throw CodecError("there is no memory left")
        }
        let type = format.sampleType
        let kind: UInt32 =
            switch type {
            case .uint8, .uint16, .uint32: 1
            case .int16, .int32: 2
            case .float32, .float64: 3
            }
        let side = UInt32(TileFormat.side)
        typealias Tag = TIFFTag.Number
        var fields: [(UInt16, UInt32)] = [
            (Tag.width, side), (Tag.height, side), (Tag.tileWidth, side), (Tag.tileHeight, side),
            (Tag.bitsPerSample, UInt32(type.byteCount * 8)), (Tag.samplesPerPixel, UInt32(format.samples)),
            (Tag.planarConfiguration, 1), (Tag.photometric, 1), (Tag.sampleFormat, kind),
            (Tag.compression, UInt32(format.compression.scheme)),
        ]
        if format.predictor != .none { fields.append((Tag.predictor, UInt32(format.predictor.rawValue))) }
        for (tag, value) in fields { unsafe _ = ctiff_set(opened, UInt32(tag), value) }
        unsafe self.memory = memory
        unsafe self.messages = messages
        unsafe tiff = opened
        base = unsafe memory.pointee.length
    }

    deinit {
        // Closing would write a directory that nobody reads.
        unsafe TIFFCleanup(tiff)
        unsafe free(memory.pointee.bytes)
        unsafe memory.deallocate()
        unsafe messages.deallocate()
    }

    func encode(_ tile: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unsafe memory.pointee.length = base
        unsafe memory.pointee.position = base
        unsafe TIFFSetWriteOffset(tiff, toff_t(base))
        let written = unsafe TIFFWriteEncodedTile(
            tiff, 0, UnsafeMutableRawPointer(mutating: tile.baseAddress), tmsize_t(tile.count))
        precondition(written == tile.count, "libtiff compresses in memory, which cannot fail")
        let count = unsafe memory.pointee.length - base
        return unsafe UnsafeRawBufferPointer(start: memory.pointee.bytes + base, count: count)
    }
}
