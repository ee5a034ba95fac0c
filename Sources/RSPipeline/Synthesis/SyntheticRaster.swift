/// One GeoTIFF of a synthetic product while it is being written.
///
/// Windows are written by one thread, top to bottom, so the tiles lie in the file in that order whatever the number of
/// threads that compress them.
final class SyntheticRaster {
    private let grid: Grid
    private var writer: DatasetWriter?

    /// Starts a tiled, deflated file.
    convenience init(
        path: String, grid: Grid, type: SampleType, bands: [RasterBandDescription], metadata: [String: String],
        predictor: Int, threads: Int
    ) throws(SynthesisError) {
        let options = [
            "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "ZLEVEL=6", "PREDICTOR=\(predictor)",
            "INTERLEAVE=PIXEL", "BIGTIFF=IF_SAFER", "NUM_THREADS=\(threads)",
        ]
        try self.init(path, grid: grid, type: type, bands: bands, metadata: metadata, options: options)
    }

    /// Starts a plain file of pixels that wait to be encoded in another format.
    convenience init(
        waitingAt path: String, grid: Grid, type: SampleType, bandCount: Int
    ) throws(SynthesisError) {
        try self.init(
            path, grid: grid, type: type,
            bands: Array(repeating: RasterBandDescription(name: ""), count: bandCount), metadata: [:],
            options: ["INTERLEAVE=BAND", "BIGTIFF=IF_SAFER"])
    }

    private init(
        _ path: String, grid: Grid, type: SampleType, bands: [RasterBandDescription], metadata: [String: String],
        options: [String]
    ) throws(SynthesisError) {
        self.grid = grid
        do throws(GDALError) {
            let made = try DatasetWriter(
                creating: path, grid: grid, sampleType: type, bandCount: bands.count, options: options)
            try made.describe(bands: bands, metadata: metadata)
            writer = consume made
        } catch { throw .writeFailed(error.description) }
    }

    /// The window of whole rows that holds some rows of a scene with `step` times as many rows and columns.
    func rows(_ rows: Range<Int>, step: Int) -> Window {
        Window(column: 0, row: rows.lowerBound / step, width: grid.width, height: rows.count / step)
    }

    /// Writes rows of one band.
    func write<Sample>(
        band: Int, window: Window, _ samples: [Sample], as type: SampleType
    ) throws(SynthesisError) {
        var failure: GDALError?
        unsafe samples.withUnsafeBytes { bytes in
            do throws(GDALError) {
                try unsafe writer?.write(band: band, window: window, from: bytes, as: type)
            } catch { failure = error }
        }
        if let failure { throw .writeFailed(failure.description) }
    }

    /// Completes the file.
    func close() throws(SynthesisError) {
        guard let open = writer.take() else { return }
        do throws(GDALError) { try open.close() } catch { throw .writeFailed(error.description) }
    }
}
