/// A generated SPOT-7 scene (Azersky) of a salt-affected irrigated plain, with the truth it was made from.
///
/// The product is laid out as Airbus delivers an ortho-rectified multispectral bundle, DIMAP version 2: a volume with
/// `SPOT_VOL.XML`, in it one image folder with the metadata (`DIM_*.XML`), one image file for each tile
/// (`IMG_*_R1C1.TIF`: red, green, blue, near infrared; 12 bits in 16) and the cloud mask (`MASKS/CLD_*.GML`). Pixels are 6 m
/// wide, `RADIOMETRIC_PROCESSING` is `BASIC`. Without histograms, quicklooks, lineage and the other masks.
///
/// The same options give the same bytes (with the same codec versions) on any CPU and any number of threads.
///
/// Beside the images, in `truth/`:
/// - `_truth_reflectance.tif`: top-of-atmosphere reflectance of B0...B3 (blue, green, red, near infrared) as it reached the
///   sensor, corrected for the sun's elevation, before noise, limits and rounding to counts; int16 in 1e-4.
/// - `_truth_salinity.tif`: ECe of the ground in dS/m at 25 degrees C, also below clouds; NaN on water and in the fill.
/// - `_truth_class.tif`: ``SyntheticClass``.
public struct SPOTSynthesis: Sendable, Hashable {
    /// What the scene is made from.
    public var options: SynthesisOptions
    /// Rows and columns of image files.
    public var tiles: Int

    /// The sizes that can be made.
    public static let sizes = 16...20_000
    /// The rows and columns of image files that can be made.
    public static let tileCounts = 1...16
    /// The product's id, which is also its folder's name.
    public static let productID = SPOTInstrument.name
    /// The folder of the images below the product's.
    static let imageFolder = "IMG_SPOT7_MS_001_A"

    /// Names a scene; nothing is computed yet.
    public init(options: SynthesisOptions, tiles: Int = 1) {
        self.options = options
        self.tiles = tiles
    }

    /// Makes the scene as `directory/<product id>/`, whole or not at all.
    ///
    /// - Parameter overwrite: whether a synthetic product that stands there is replaced; any other is left alone.
    /// - Returns: the files made, sorted by path.
    /// - Throws: ``SynthesisError``.
    public func write(to directory: String, overwrite: Bool = false) throws(SynthesisError) -> [String] {
        try options.check(sizes: Self.sizes)
        if !Self.tileCounts.contains(tiles) {
            throw .badOption(
                "tiles \(tiles): a scene is cut into \(Self.tileCounts.lowerBound) to \(Self.tileCounts.upperBound) rows "
                    + "and columns of files")
        }
        if (tiles - 1) * DIMAPText.tileSize(options.size, tiles: tiles) >= options.size {
            throw .badOption(
                "tiles \(tiles): size \(options.size) is too small for that many files; give a larger size")
        }
        let folder = ProductFolder(
            directory: directory, id: Self.productID, metadataFile: "\(Self.imageFolder)/\(DIMAPText.metadataName)")
        return try folder.fill(overwrite: overwrite) { (path) throws(SynthesisError) in try writeProduct(into: path) }
    }

    private func writeProduct(into folder: String) throws(SynthesisError) {
        let half = Double(options.size / 2) * SPOTInstrument.pixelSize
        let corner = SPOTInstrument.pixelSize / 2
        let grid = Grid(
            width: options.size, height: options.size,
            transform: GeoTransform(
                left: SyntheticSite.x - half - corner, top: SyntheticSite.y + half + corner,
                pixelSize: SPOTInstrument.pixelSize), crs: try SyntheticSite.crs())
        let images = "\(folder)/\(Self.imageFolder)"
        try ProductFolder.make("\(images)/MASKS")
        let scene = SPOTScene(size: options.size, seed: options.seed, cloudPercent: options.cloudPercent)
        let files = try openImages(in: images, grid)
        let truth = options.writesTruth ? try openTruth(in: folder, grid) : nil
        var clouds = CloudMaskGML(size: options.size)
        let tally = try scene.forEachChunk(withTruth: options.writesTruth, threads: options.threads) {
            (rows, chunk) throws(SynthesisError) in
            for file in files { try file.write(rows: rows, chunk) }
            clouds.add(rows: rows, chunk.counts[SPOTScene.cloudLayer])
            try truth?.write(rows: rows, chunk)
        }
        for file in files { try file.raster.close() }
        try truth?.close()
        try options.writeFieldData(into: folder, grid: grid, frame: .strip, date: SPOTInstrument.date)
        try ProductFolder.write(
            clouds.text(id: "CLD_\(SPOTInstrument.name)", grid: grid), to: "\(images)/MASKS/\(DIMAPText.cloudMaskName)")
        let text = DIMAPText(grid: grid, tiles: tiles, tally: tally, options: options).text
        try ProductFolder.write(text, to: "\(images)/\(DIMAPText.metadataName)")
        try ProductFolder.write(DIMAPText.volumeText, to: "\(folder)/SPOT_VOL.XML")
    }

    /// One image file and the part of the scene that it holds.
    private struct ImageFile {
        let raster: SyntheticRaster
        let window: Window
        let sceneWidth: Int

        /// Writes what some whole rows of the scene have in this file.
        func write(rows: Range<Int>, _ chunk: SyntheticStrip) throws(SynthesisError) {
            let own = rows.clamped(to: window.row..<(window.row + window.height))
            if own.isEmpty { return }
            let target = Window(column: 0, row: own.lowerBound - window.row, width: window.width, height: own.count)
            for band in SPOTInstrument.fileOrder.indices {
                var samples: [UInt16] = []
                samples.reserveCapacity(target.pixelCount)
                for row in own {
                    let start = (row - rows.lowerBound) * sceneWidth + window.column
                    samples += chunk.counts[band][start..<(start + window.width)]
                }
                try raster.write(band: band + 1, window: target, samples, as: .uint16)
            }
        }
    }

    private func openImages(in folder: String, _ grid: Grid) throws(SynthesisError) -> [ImageFile] {
        let tile = DIMAPText.tileSize(options.size, tiles: tiles)
        var files: [ImageFile] = []
        let windows = Window.tiling(width: grid.width, height: grid.height, unitWidth: tile, unitHeight: tile)
        for window in windows {
            let corner = grid.transform.map(column: Double(window.column), row: Double(window.row))
            let part = Grid(
                width: window.width, height: window.height,
                transform: GeoTransform(left: corner.x, top: corner.y, pixelSize: grid.transform.pixelWidth),
                crs: grid.crs)
            let name = DIMAPText.imageName(row: window.row / tile + 1, column: window.column / tile + 1)
            // Unnamed bands and no declared no-data, as in the real ones: both are in the metadata.
            let bands = SPOTInstrument.fileOrder.map { _ in RasterBandDescription(name: "") }
            let raster = try SyntheticRaster(
                path: "\(folder)/\(name)", grid: part, type: .uint16, bands: bands, metadata: [:], predictor: 2,
                threads: options.threads)
            files.append(ImageFile(raster: raster, window: window, sceneWidth: options.size))
        }
        return files
    }

    private func openTruth(in folder: String, _ grid: Grid) throws(SynthesisError) -> TruthFiles {
        // The truth is ordered by band, the files by colour.
        let bands = SPOTInstrument.fileOrder.enumerated().map { (name: SPOTInstrument.bands[$1].id, layer: $0) }
        return try TruthFiles(
            in: folder, prefix: Self.productID, grid: grid,
            reflectance: [
                TruthFiles.ReflectanceFile(suffix: "", grid: grid, step: 1, bands: bands.sorted { $0.name < $1.name })
            ], threads: options.threads)
    }
}
