/// The truth beside a synthetic product: what every pixel was made from, in `truth/`.
struct TruthFiles {
    /// What one file of reflectance holds.
    struct ReflectanceFile {
        /// What follows `truth_reflectance` in the file's name.
        let suffix: String
        let grid: Grid
        /// Rows of the strip that one row of the file covers.
        let step: Int
        /// Names of the bands, with their places in ``SyntheticStrip/reflectance``.
        let bands: [(name: String, layer: Int)]
    }

    private let files: [ReflectanceFile]
    private let reflectance: [SyntheticRaster]
    private let salinity: SyntheticRaster
    private let classes: SyntheticRaster

    /// Starts the files in `folder/truth/`.
    ///
    /// - Parameters:
    ///   - prefix: what file names begin with.
    ///   - grid: where salinity and classes lie.
    init(
        in folder: String, prefix: String, grid: Grid, reflectance files: [ReflectanceFile], threads: Int
    ) throws(SynthesisError) {
        let truth = folder + "/truth"
        try ProductFolder.make(truth)
        let about = ["TIFFTAG_IMAGEDESCRIPTION": SyntheticOrigin.text]
        func path(_ name: String) -> String { "\(truth)/\(prefix)_truth_\(name).tif" }
        var opened: [SyntheticRaster] = []
        for file in files {
            let bands = file.bands.map {
                RasterBandDescription(
                    name: $0.name, noData: .value(Double(SyntheticStrip.reflectanceNoData)),
                    scale: LinearScale(gain: 1e-4, offset: 0))
            }
            opened.append(
                try SyntheticRaster(
                    path: path("reflectance" + file.suffix), grid: file.grid, type: .int16, bands: bands,
                    metadata: about, predictor: 2, threads: threads))
        }
        self.files = files
        reflectance = opened
        salinity = try SyntheticRaster(
            path: path("salinity"), grid: grid, type: .float32,
            bands: [RasterBandDescription(name: "ECe", noData: .nan, unit: "dS/m")], metadata: about, predictor: 3,
            threads: threads)
        classes = try SyntheticRaster(
            path: path("class"), grid: grid, type: .uint8,
            bands: [RasterBandDescription(name: "class", noData: .value(0))], metadata: about, predictor: 1,
            threads: threads)
    }

    /// Writes whole rows.
    func write(rows: Range<Int>, _ chunk: SyntheticStrip) throws(SynthesisError) {
        for (file, raster) in zip(files, reflectance) {
            let window = raster.rows(rows, step: file.step)
            for (index, band) in file.bands.enumerated() {
                try raster.write(band: index + 1, window: window, chunk.reflectance[band.layer], as: .int16)
            }
        }
        try salinity.write(band: 1, window: salinity.rows(rows, step: 1), chunk.salinity, as: .float32)
        try classes.write(band: 1, window: classes.rows(rows, step: 1), chunk.classes, as: .uint8)
    }

    /// Completes the files.
    func close() throws(SynthesisError) {
        for raster in reflectance + [salinity, classes] { try raster.close() }
    }
}
