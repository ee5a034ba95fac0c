/// How the first image of a TIFF file is stored.
struct TIFFLayout: Sendable, Hashable {
    /// Size and blocks of one plane.
    var tiling: BlockTiling
    /// Whether the blocks are tiles, which are always whole; the last strip of a plane ends with the image.
    var isTiled: Bool
    /// Numbers per pixel of the image.
    var samplesPerPixel: Int
    /// Whether every sample has blocks of its own, one sample after the other.
    var isPlanar: Bool
    /// How numbers are stored.
    var sampleType: SampleType
    /// The number of the compression scheme.
    var compression: Int
    var predictor: Predictor
    var isBigEndian: Bool
    var isBigTIFF: Bool
    /// Whether this library decodes the blocks itself; libtiff does otherwise.
    var isDecodedHere: Bool
    /// One stored number in native order, as blocks that are not in the file are filled.
    var fill: [UInt8]

    /// Numbers per pixel in one block.
    var samplesPerBlock: Int { isPlanar ? 1 : samplesPerPixel }
    /// Blocks of all planes.
    var blockCount: Int { tiling.count * (isPlanar ? samplesPerPixel : 1) }
    /// How the rows of a block are made up.
    var block: PredictedBlock {
        PredictedBlock(
            columns: tiling.blockWidth, samples: samplesPerBlock, bytesPerSample: sampleType.byteCount)
    }

    /// The pixels that a block holds.
    func window(of block: Int) -> Window { tiling.window(of: block % tiling.count) }

    /// Rows that are stored of a block.
    func storedRows(of block: Int) -> Int { isTiled ? tiling.blockHeight : window(of: block).height }

    /// Which bands a block holds and where it lies, for messages.
    func description(of block: Int) -> String {
        let window = window(of: block)
        let bands =
            samplesPerBlock > 1
            ? "bands 1...\(samplesPerPixel)" : "band \(isPlanar ? block / tiling.count + 1 : 1)"
        return "\(bands), \(isTiled ? "tile" : "strip") \(block) of \(blockCount) (rows \(window.row)..."
            + "\(window.row + window.height - 1), columns \(window.column)...\(window.column + window.width - 1))"
    }
}
