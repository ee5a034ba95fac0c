/// What a tile of a file looks like, before and after compression.
struct TileFormat: Sendable, Hashable {
    /// Columns and rows of a tile.
    static let side = 512

    var sampleType: SampleType
    /// Numbers per pixel: bands, stored pixel by pixel.
    var samples: Int
    var compression: TIFFCompression
    /// The codec's effort.
    var level: Int

    init(sampleType: SampleType, samples: Int, compression: TIFFCompression, level: Int? = nil) {
        self.sampleType = sampleType
        self.samples = samples
        self.compression = compression
        self.level = level ?? compression.defaultLevel
    }

    var predictor: Predictor { compression.predictor(for: sampleType) }
    /// Bytes of one pixel.
    var pixelBytes: Int { samples * sampleType.byteCount }
    /// Bytes of one tile before compression.
    var byteCount: Int { Self.side * Self.side * pixelBytes }
}
