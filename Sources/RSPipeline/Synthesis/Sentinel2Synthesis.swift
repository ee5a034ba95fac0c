/// A generated Sentinel-2 scene of a salt-affected irrigated plain, with the truth it was made from.
///
/// The product is a SAFE folder of processing baseline 05.10 in ESA's names: the metadata of the product and of its one
/// tile, with the grids of the angles of sun and satellite; bands as lossless JPEG 2000, Level-1C as measured, Level-2A in
/// the folders R10m, R20m and R60m; `MSK_CLASSI_B00.jp2` (opaque cloud, cirrus, snow), and in Level-2A the scene
/// classification and the probability of cloud. Without the true colour images, aerosol and water vapour, the masks of
/// single bands, the datastrip and the manifest.
///
/// The same options give the same bytes (with the same codec versions) on any CPU and any number of threads. The ground is
/// that of the other synthetic products of the same seed.
///
/// Beside the product, in `truth/`:
/// - `_truth_reflectance_10m.tif`, `_20m.tif`, `_60m.tif`: reflectance of the bands of each resolution, before noise, limits
///   and rounding; int16 in 1e-4. Level-1C: at the top of the atmosphere, with air, cloud, shadow and glints. Level-2A: the
///   same without the air; shadow, cirrus and cloud stay. A coarser pixel is the mean of the finer ones.
/// - `_truth_salinity.tif`: ECe of the ground in dS/m at 25 degrees C, 10 m, also below clouds; NaN on water and in the
///   fill.
/// - `_truth_class.tif`: ``SyntheticClass``, 10 m.
public struct Sentinel2Synthesis: Sendable, Hashable {
    /// The processing level that is imitated.
    public var level: Sentinel2Level
    /// What the scene is made from; the size is that at 10 m.
    public var options: SynthesisOptions

    /// The sizes that can be made: multiples of ``sizeStep`` among these.
    public static let sizes = 12...10_980
    /// Six pixels of 10 m are one of 60 m.
    public static let sizeStep = 6
    /// The product's name, which is also its folder's.
    public var productID: String { Sentinel2Instrument.productName(level) }

    /// Names a scene; nothing is computed yet.
    public init(_ level: Sentinel2Level, options: SynthesisOptions) {
        self.level = level
        self.options = options
    }

    /// Makes the scene as `directory/<product name>/`, whole or not at all.
    ///
    /// - Parameter overwrite: whether a synthetic product that stands there is replaced; any other is left alone.
    /// - Returns: the files made, sorted by path.
    /// - Throws: ``SynthesisError``.
    public func write(to directory: String, overwrite: Bool = false) throws(SynthesisError) -> [String] {
        try options.check(
            sizes: Self.sizes, multiple: Self.sizeStep, reason: "the 20 m and 60 m bands must cover the same ground")
        let folder = ProductFolder(
            directory: directory, id: productID, metadataFile: Sentinel2ProductText.fileName(level))
        return try folder.fill(overwrite: overwrite) { (path) throws(SynthesisError) in try writeProduct(into: path) }
    }

    /// One image file: the layers of ``Sentinel2Scene`` that are its bands.
    private struct Image {
        let raster: SyntheticRaster
        let layers: [Int]
        let step: Int
    }

    private func writeProduct(into folder: String) throws(SynthesisError) {
        let tile = SyntheticTile(size: options.size)
        let crs = try SyntheticSite.crs()
        let scene = Sentinel2Scene(
            level: level, tile: tile, seed: options.seed, cloudPercent: options.cloudPercent)
        let granule = "GRANULE/\(Sentinel2Instrument.granuleName(level))"
        let folders = level == .l1c ? ["IMG_DATA"] : Sentinel2Instrument.resolutions.map { "IMG_DATA/R\($0)m" }
        for name in folders + ["QI_DATA"] { try ProductFolder.make("\(folder)/\(granule)/\(name)") }
        let waiting = try JPEG2000Files(waitingIn: folder + "/.pixels", threads: options.threads)
        let names = imageNames(scene)
        var images: [Image] = []
        for name in names {
            images.append(
                Image(
                    raster: try waiting.open(
                        "\(folder)/\(granule)/\(name.path).jp2", grid: tile.grid(resolution: name.resolution, crs: crs),
                        type: name.type, bandCount: name.layers.count), layers: name.layers,
                    step: name.resolution / 10))
        }
        let truth = options.writesTruth ? try openTruth(scene, tile, crs, in: folder) : nil
        let tally = try scene.forEachChunk(withTruth: options.writesTruth, threads: options.threads) {
            (rows, chunk) throws(SynthesisError) in
            for image in images {
                let window = image.raster.rows(rows, step: image.step)
                for (index, layer) in image.layers.enumerated() {
                    try image.raster.write(band: index + 1, window: window, chunk.counts[layer], as: .uint16)
                }
            }
            try truth?.write(rows: rows, chunk)
        }
        try waiting.encode()
        try truth?.close()
        try options.writeFieldData(
            into: folder, grid: tile.grid(resolution: 10, crs: crs), frame: .swathEdge,
            date: Sentinel2Instrument.sensingTime)
        let masks = names.compactMap { name in name.mask.map { (type: $0, path: "\(granule)/\(name.path).jp2") } }
        let tileText = Sentinel2TileText(level: level, tile: tile, tally: tally, masks: masks)
        try ProductFolder.write(tileText.text, to: "\(folder)/\(granule)/MTD_TL.xml")
        let productText = Sentinel2ProductText(
            level: level, tile: tile, cloudPercent: tileText.cloudPercent,
            images: names.filter { $0.mask == nil }.map { "\(granule)/\($0.path)" },
            footprint: tile.grid(resolution: 10, crs: crs).footprint() ?? [])
        try ProductFolder.write(productText.text, to: "\(folder)/\(Sentinel2ProductText.fileName(level))")
    }

    /// An image file below the granule's folder.
    private struct ImageName {
        /// Without `.jp2`.
        let path: String
        let resolution: Int
        let type: SampleType
        /// Its bands among the layers of the scene.
        let layers: [Int]
        /// The type of a file in QI_DATA; nil for images.
        var mask: String?
    }

    private func imageNames(_ scene: Sentinel2Scene) -> [ImageName] {
        var names: [ImageName] = []
        for (layer, file) in scene.files.enumerated() {
            func image(_ name: String, _ type: SampleType) -> ImageName {
                ImageName(
                    path: Sentinel2Instrument.imageName(level, name, resolution: file.resolution),
                    resolution: file.resolution, type: type, layers: [layer])
            }
            switch file.content {
            case .band(let id): names.append(image(Sentinel2Instrument.bands[id].name, .uint16))
            case .sceneClassification: names.append(image("SCL", .uint8))
            case .cloudProbability:
                names.append(
                    ImageName(
                        path: "QI_DATA/MSK_CLDPRB_\(file.resolution)m", resolution: file.resolution, type: .uint8,
                        layers: [layer], mask: "MSK_CLDPRB"))
            case .opaqueCloud:
                // The three planes of the classification mask follow each other.
                names.append(
                    ImageName(
                        path: "QI_DATA/MSK_CLASSI_B00", resolution: file.resolution, type: .uint8,
                        layers: [layer, layer + 1, layer + 2], mask: "MSK_CLASSI"))
            case .cirrus, .snow: break
            }
        }
        return names
    }

    private func openTruth(
        _ scene: Sentinel2Scene, _ tile: SyntheticTile, _ crs: CoordinateSystem, in folder: String
    ) throws(SynthesisError) -> TruthFiles {
        let files = Sentinel2Instrument.resolutions.map { resolution in
            let bands = scene.files.enumerated().compactMap { layer, file -> (name: String, layer: Int)? in
                guard file.resolution == resolution, case .band(let id) = file.content else { return nil }
                return (Sentinel2Instrument.bands[id].name, layer)
            }
            return TruthFiles.ReflectanceFile(
                suffix: "_\(resolution)m", grid: tile.grid(resolution: resolution, crs: crs), step: resolution / 10,
                bands: bands)
        }
        return try TruthFiles(
            in: folder, prefix: "\(Sentinel2Instrument.tile)_\(Sentinel2Instrument.datatakeTime)",
            grid: tile.grid(resolution: 10, crs: crs), reflectance: files, threads: options.threads)
    }
}
