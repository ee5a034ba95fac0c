internal import CTIFF

#if canImport(CDispatch)
    // The system's `stat` belongs to the module that the compiler meets first, which may be this one.
    import CDispatch
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private func descriptorForReading(_ path: String) -> Int32 { unsafe open(path, O_RDONLY | O_CLOEXEC) }

/// An open TIFF file whose blocks can be fetched from any thread: its layout, and where every block lies.
final class TIFFFile: Sendable {
    /// What opening a file has come to.
    enum Opening {
        case readable(TIFFFile)
        /// The file may be good, but this reader does not serve it; says why.
        case unsupported(String)
    }

    let path: String
    let layout: TIFFLayout
    /// Bytes of the file when it was opened.
    let size: UInt64
    private let offsets: [UInt64]
    private let counts: [UInt64]
    private let descriptor: Int32

    /// Blocks that decode to more are left to others.
    static let largestBlock = 1 << 30

    /// Opens a file and reads where its blocks lie, without decoding any.
    ///
    /// A file that is no TIFF, or one of a kind that is not served (odd bit depths, complex numbers, colour models that
    /// need a conversion), is unsupported.
    ///
    /// - Throws: ``TIFFError`` for a file that contradicts itself or cannot be read.
    static func open(_ path: String) throws(TIFFError) -> Opening {
        guard TIFFIntegrity.isTIFF(path), let handle = TIFFHandle(path) else { return .unsupported("no TIFF file") }
        switch try layout(of: handle, path: path) {
        case .unsupported(let why): return .unsupported(why)
        case .known(let layout):
            guard let file = try TIFFFile(path, layout, handle) else {
                return .unsupported("an incomplete list of blocks")
            }
            return .readable(file)
        }
    }

    /// Nil when the file does not say where every block lies.
    private init?(_ path: String, _ layout: TIFFLayout, _ handle: TIFFHandle) throws(TIFFError) {
        var facts = stat()
        let opened = descriptorForReading(path)
        guard opened >= 0, unsafe fstat(opened, &facts) == 0 else {
            if opened >= 0 { close(opened) }
            throw TIFFError("\(path): the file cannot be read")
        }
        var offsets: [UInt64] = []
        var counts: [UInt64] = []
        let blocks = layout.blockCount
        // Where a block lies takes two bytes at least: more blocks than that are a lie.
        var isComplete = UInt64(blocks) <= UInt64(clamping: facts.st_size) / 2 + 1
        if isComplete {
            offsets.reserveCapacity(blocks)
            counts.reserveCapacity(blocks)
            for block in 0..<blocks {
                var problem: Int32 = 0
                offsets.append(unsafe TIFFGetStrileOffsetWithErr(handle.tiff, UInt32(block), &problem))
                isComplete = isComplete && problem == 0
                counts.append(unsafe TIFFGetStrileByteCountWithErr(handle.tiff, UInt32(block), &problem))
                isComplete = isComplete && problem == 0
                if !isComplete { break }
            }
        }
        guard isComplete else {
            close(opened)
            return nil
        }
        self.path = path
        self.layout = layout
        self.offsets = offsets
        self.counts = counts
        size = UInt64(clamping: facts.st_size)
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Whether a block was never written.
    func isSparse(_ block: Int) -> Bool { offsets[block] == 0 && counts[block] == 0 }

    /// The stored bytes of a block that lies inside the file; nil for one that does not.
    func storedCount(_ block: Int) -> Int? {
        let (end, overflow) = offsets[block].addingReportingOverflow(counts[block])
        guard !overflow, end <= size, offsets[block] > 0, counts[block] > 0 else { return nil }
        return Int(counts[block])
    }

    /// Where a block begins in the file, if it says the truth.
    func offset(_ block: Int) -> UInt64 { offsets[block] }

    /// Where a block should end, for messages.
    func end(of block: Int) -> UInt64 {
        let (end, overflow) = offsets[block].addingReportingOverflow(counts[block])
        return overflow ? .max : end
    }

    /// Fetches the first `count` stored bytes of a block; false when the file does not give them.
    func fetch(_ block: Int, into target: UnsafeMutableRawPointer, count: Int) -> Bool {
        unsafe FileBytes.read(
            UnsafeMutableRawBufferPointer(start: target, count: count), from: descriptor, at: Int(offsets[block]))
    }

    // MARK: Layout

    private enum Finding {
        case known(TIFFLayout)
        case unsupported(String)
    }

    private static func layout(of handle: TIFFHandle, path: String) throws(TIFFError) -> Finding {
        let tiff = unsafe handle.tiff
        let compression = handle.number(TIFFTAG_COMPRESSION) ?? TIFFScheme.none
        guard TIFFScheme.isKnown(compression) else { return .unsupported("compression \(compression)") }
        let photometric = handle.number(TIFFTAG_PHOTOMETRIC) ?? Int(PHOTOMETRIC_MINISBLACK)
        // White is 0, black is 0, RGB, palette: numbers as they are.
        guard (0...3).contains(photometric) else { return .unsupported("colour model \(photometric)") }
        guard
            let type = sampleType(
                bits: handle.number(TIFFTAG_BITSPERSAMPLE) ?? 1,
                format: handle.number(TIFFTAG_SAMPLEFORMAT) ?? Int(SAMPLEFORMAT_UINT))
        else { return .unsupported("its type of numbers") }

        guard let width = handle.longNumber(TIFFTAG_IMAGEWIDTH), let height = handle.longNumber(TIFFTAG_IMAGELENGTH),
            width > 0, height > 0, width <= Int32.max, height <= Int32.max
        else { throw TIFFError("\(path): the size of the image is damaged; fetch it again") }
        let isTiled = unsafe TIFFIsTiled(tiff) != 0
        var blockWidth = width
        var blockHeight = height
        if isTiled {
            blockWidth = handle.longNumber(TIFFTAG_TILEWIDTH) ?? 0
            blockHeight = handle.longNumber(TIFFTAG_TILELENGTH) ?? 0
        } else if let rows = handle.longNumber(TIFFTAG_ROWSPERSTRIP) {
            blockHeight = min(height, rows)
        }
        let samples = handle.number(TIFFTAG_SAMPLESPERPIXEL) ?? 1
        let isPlanar = samples > 1 && handle.number(TIFFTAG_PLANARCONFIG) == Int(PLANARCONFIG_SEPARATE)
        guard blockWidth > 0, blockHeight > 0, blockWidth <= Int32.max, blockHeight <= Int32.max, samples > 0 else {
            throw TIFFError("\(path): the size of its blocks is damaged; fetch it again")
        }
        // No overflow: 31 + 16 + 3 bits.
        let rowBytes = blockWidth * (isPlanar ? 1 : samples) * type.byteCount
        let (blockBytes, overflow) = rowBytes.multipliedReportingOverflow(by: blockHeight)
        guard !overflow, blockBytes <= largestBlock else { return .unsupported("blocks of more than 1 GiB") }
        let expected = unsafe isTiled ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff)
        guard expected == UInt64(blockBytes) else { return .unsupported("blocks of an unusual make") }

        // Codecs that have none do not know the tag.
        let predictor = handle.number(TIFFTAG_PREDICTOR).flatMap(Predictor.init(rawValue:))
        let hasPredictor = predictorSchemes.contains(compression)
        if hasPredictor && predictor == nil { return .unsupported("its predictor") }
        let isFloat = !type.isInteger
        let isPlain =
            (handle.number(TIFFTAG_FILLORDER) ?? 1) == Int(FILLORDER_MSB2LSB)
            && (!hasPredictor || predictor != .floatingPoint || isFloat)
        let layout = TIFFLayout(
            tiling: BlockTiling(width: width, height: height, blockWidth: blockWidth, blockHeight: blockHeight),
            isTiled: isTiled, samplesPerPixel: samples, isPlanar: isPlanar, sampleType: type, compression: compression,
            predictor: hasPredictor ? predictor ?? .none : .none,
            isBigEndian: unsafe TIFFIsBigEndian(tiff) != 0, isBigTIFF: unsafe TIFFIsBigTIFF(tiff) != 0,
            isDecodedHere: TIFFScheme.isDecodedHere(compression) && isPlain,
            fill: type.bytes(of: handle.text(42113).flatMap(number)))
        if !layout.isDecodedHere, TIFFIsCODECConfigured(UInt16(compression)) == 0 {
            return .unsupported("compression \(TIFFScheme.name(compression))")
        }
        let (perPlane, planesOverflow) = layout.tiling.across.multipliedReportingOverflow(by: layout.tiling.down)
        let (all, allOverflow) = perPlane.multipliedReportingOverflow(by: isPlanar ? samples : 1)
        let told = unsafe isTiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
        guard !planesOverflow, !allOverflow, all == Int(told) else {
            throw TIFFError("\(path): the number of its blocks is damaged; fetch it again")
        }
        return .known(layout)
    }

    private static let predictorSchemes = [
        TIFFScheme.lzw, TIFFScheme.deflate, TIFFScheme.oldDeflate, TIFFScheme.lzma,
        TIFFScheme.zstd,
    ]

    private static func sampleType(bits: Int, format: Int) -> SampleType? {
        switch (format, bits) {
        case (1, 8), (4, 8): .uint8
        case (1, 16), (4, 16): .uint16
        case (1, 32), (4, 32): .uint32
        case (2, 16): .int16
        case (2, 32): .int32
        case (3, 32): .float32
        case (3, 64): .float64
        default: nil
        }
    }

    /// The declared no-data value, as text may have it.
    private static func number(_ text: String) -> Double? {
        Double(String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
    }
}

extension SampleType {
    /// One stored number in native order, moved to the nearest that the type holds; 0 for nil.
    func bytes(of number: Double?) -> [UInt8] {
        guard let number else { return [UInt8](repeating: 0, count: byteCount) }
        var whole = number.isNaN ? 0 : number.rounded(.toNearestOrAwayFromZero)
        if let range = integerRange { whole = min(max(whole, range.lowerBound), range.upperBound) }
        var bits: UInt64
        switch self {
        case .uint8, .uint16, .uint32: bits = UInt64(whole)
        case .int16, .int32: bits = UInt64(bitPattern: Int64(whole))
        case .float32: bits = UInt64(Float(number).bitPattern)
        case .float64: bits = number.bitPattern
        }
        var result: [UInt8] = []
        for _ in 0..<byteCount {
            result.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
        return result
    }
}
