internal import CTIFF

/// What decoding needs beside the result: memory that grows to the largest block, and decompressors.
///
/// One per thread, for all its files.
final class TIFFScratch {
    fileprivate var stored: RawMemory?
    fileprivate var decoded: RawMemory?
    fileprivate var deflate: DeflateDecompressor?
    fileprivate var zstd: ZstdDecompressor?

    init() {}
}

/// Decodes the blocks of a TIFF file into memory, as stored numbers in native byte order.
///
/// One per thread. Deflate, zstd and uncompressed blocks are decoded here, all others by libtiff.
@safe final class TIFFReader {
    let file: TIFFFile
    private let scratch: TIFFScratch
    private var handle: TIFFHandle?

    init(_ file: TIFFFile, scratch: TIFFScratch = TIFFScratch()) {
        self.file = file
        self.scratch = scratch
    }

    /// Decodes the pixels of one block that lie in the image; padding is not delivered.
    ///
    /// A block that was never written is filled with the file's no-data value, 0 where it has none.
    ///
    /// - Parameters:
    ///   - block: counted from 0; in a planar file those of the second sample follow those of the first.
    ///   - target: receives ``TIFFLayout/window(of:)`` rows of pixels, all samples of a pixel beside each other.
    ///   - rowBytes: from one row of the target to the next.
    /// - Throws: ``BlockError`` that names file, band, block and position. The target may have been written to.
    func decode(_ block: Int, into target: UnsafeMutableRawPointer, rowBytes: Int) throws(BlockError) {
        let layout = file.layout
        precondition(block >= 0 && block < layout.blockCount, "the file has no such block")
        if file.isSparse(block) {
            unsafe fill(block, target, rowBytes)
            return
        }
        let window = layout.window(of: block)
        let shape = layout.block
        let isWhole =
            rowBytes == shape.rowBytes && window.width == shape.columns && window.height == layout.storedRows(of: block)
        if isWhole && (layout.predictor != .floatingPoint || !layout.isDecodedHere) {
            try unsafe expand(block, into: target, rows: window.height)
            // In place.
            if layout.isDecodedHere && layout.predictor == .horizontal {
                unsafe layout.predictor.undo(
                    target, shape, into: target, rowBytes: rowBytes, rows: window.height, columns: window.width)
            }
            return
        }
        var rows = layout.storedRows(of: block)
        let room = try unsafe reserve(&scratch.decoded, rows * shape.rowBytes, block)
        do throws(BlockError) {
            try unsafe expand(block, into: room, rows: rows)
        } catch {
            // Some writers store the last strip as long as the others.
            guard !layout.isTiled, rows < layout.tiling.blockHeight, error.isDamage else { throw error }
            rows = layout.tiling.blockHeight
            let larger = try unsafe reserve(&scratch.decoded, rows * shape.rowBytes, block)
            do throws(BlockError) {
                try unsafe expand(block, into: larger, rows: rows)
            } catch _ { throw error }
        }
        guard let whole = scratch.decoded else { return }
        let predictor = layout.isDecodedHere ? layout.predictor : .none
        unsafe predictor.undo(
            whole.base, shape, into: target, rowBytes: rowBytes, rows: window.height, columns: window.width)
    }

    /// Decompresses the rows of a block without gaps, in native byte order, with the predictor still on where this
    /// library undoes it.
    private func expand(_ block: Int, into target: UnsafeMutableRawPointer, rows: Int) throws(BlockError) {
        let layout = file.layout
        let count = rows * layout.block.rowBytes
        guard let length = file.storedCount(block) else {
            throw damage(
                block,
                "should end at byte \(file.end(of: block)), the file has \(file.size); the file is truncated or damaged"
            )
        }
        guard layout.isDecodedHere else { return try unsafe expandWithLibrary(block, into: target, count: count) }
        if layout.compression == TIFFScheme.none {
            guard length >= count else { throw damage(block, "is damaged: \(length) of \(count) bytes are stored") }
            guard unsafe file.fetch(block, into: target, count: count) else {
                throw damage(block, "cannot be read; the file is truncated or damaged")
            }
        } else {
            // No stream grows as much; memory for it could be anything.
            guard length <= 2 * count + 65536 else {
                throw damage(block, "is damaged: \(length) bytes are stored for \(count)")
            }
            let bytes = try unsafe reserve(&scratch.stored, length, block)
            guard unsafe file.fetch(block, into: bytes, count: length) else {
                throw damage(block, "cannot be read; the file is truncated or damaged")
            }
            let source = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
            let room = unsafe UnsafeMutableRawBufferPointer(start: target, count: count)
            try prepareDecompressor()
            do throws(CodecError) {
                if layout.compression == TIFFScheme.zstd {
                    try unsafe scratch.zstd?.decompress(source, into: room)
                } else {
                    try unsafe scratch.deflate?.decompress(source, into: room)
                }
            } catch {
                throw damage(block, "is damaged: \(error.message)")
            }
        }
        if layout.isBigEndian && layout.predictor != .floatingPoint {
            unsafe ByteOrder.swap(
                target, count: rows * layout.block.rowCount, bytesPerSample: layout.block.bytesPerSample)
        }
    }

    /// Makes the one decompressor that the file needs.
    private func prepareDecompressor() throws(BlockError) {
        do throws(CodecError) {
            if file.layout.compression == TIFFScheme.zstd {
                if scratch.zstd == nil { scratch.zstd = try ZstdDecompressor() }
            } else if scratch.deflate == nil {
                scratch.deflate = try DeflateDecompressor()
            }
        } catch {
            throw BlockError(message: "\(file.path): \(error.message)", isDamage: false)
        }
    }

    private func expandWithLibrary(
        _ block: Int, into target: UnsafeMutableRawPointer, count: Int
    ) throws(BlockError) {
        guard let opened = handle ?? TIFFHandle(file.path) else {
            throw BlockError(message: "\(file.path): the file can no longer be opened", isDamage: false)
        }
        handle = opened
        opened.clearMessages()
        let tiff = unsafe opened.tiff
        let done =
            file.layout.isTiled
            ? unsafe TIFFReadEncodedTile(tiff, UInt32(block), target, tmsize_t(count))
            : unsafe TIFFReadEncodedStrip(tiff, UInt32(block), target, tmsize_t(count))
        guard done == tmsize_t(count) else {
            throw damage(
                block,
                "is damaged: the \(TIFFScheme.name(file.layout.compression)) stream cannot be decoded"
                    + (opened.message.map { " (\($0))" } ?? ""))
        }
    }

    private func fill(_ block: Int, _ target: UnsafeMutableRawPointer, _ rowBytes: Int) {
        let layout = file.layout
        let window = layout.window(of: block)
        unsafe target.fill(
            with: layout.fill, count: window.width * layout.samplesPerBlock, rows: window.height, rowBytes: rowBytes)
    }

    private func reserve(
        _ memory: inout RawMemory?, _ count: Int, _ block: Int
    ) throws(BlockError) -> UnsafeMutableRawPointer {
        if let memory, memory.byteCount >= count { return unsafe memory.base }
        // The old one goes first.
        memory = nil
        memory = RawMemory(byteCount: count)
        guard let taken = memory else {
            throw BlockError(
                message:
                    "\(file.path): \(file.layout.description(of: block)) takes \(count) bytes, which there are not",
                isDamage: false)
        }
        return unsafe taken.base
    }

    private func damage(_ block: Int, _ what: String) -> BlockError {
        BlockError(
            message: "\(file.path): \(file.layout.description(of: block)) \(what); fetch it again", isDamage: true)
    }
}

extension UnsafeMutableRawPointer {
    /// Fills rows with one number.
    func fill(with number: [UInt8], count: Int, rows: Int, rowBytes: Int) {
        for row in 0..<rows {
            let line = unsafe self + row * rowBytes
            var offset = 0
            for _ in 0..<count {
                for byte in number {
                    unsafe line.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                    offset += 1
                }
            }
        }
    }
}
