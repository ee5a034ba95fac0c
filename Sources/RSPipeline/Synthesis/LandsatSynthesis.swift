import Foundation

/// A generated Landsat scene of a salt-affected irrigated plain, with the truth it was made from.
///
/// The product is laid out as Landsat Collection 2 Level-1: the bands (OLI and TIRS: B1...B7, B9, B10, B11; TM:
/// B1...B7), QA_PIXEL, QA_RADSAT and an MTL, without the panchromatic band and the angle files. Position, date and sun are
/// those of an overpass of path 167, row 32; the ground is invented. The same options give the same bytes (with the same
/// codec versions) on any CPU and any number of threads, and a small scene is the middle of a large one of the same
/// seed, apart from clouds and the border of fill.
///
/// Beside the product, in `truth/`:
/// - `_truth_reflectance.tif`: top-of-atmosphere reflectance of the reflective bands (without the cirrus band) as it
///   reached the sensor, corrected for the sun's elevation, with air, cloud, shadow and glints, before noise, limits and
///   rounding to counts; int16 in 1e-4.
/// - `_truth_salinity.tif`: ECe of the ground in dS/m at 25 degrees C, also below clouds; NaN on water and in the fill.
/// - `_truth_class.tif`: ``SyntheticClass``.
///
/// With ``SynthesisOptions/fieldSamples`` also, in `field/`: `samples.csv`, `validation.csv`, `plots.geojson` and
/// `districts.geojson`.
public struct LandsatSynthesis: Sendable, Hashable {
    /// The satellite that is imitated.
    public var satellite: LandsatSatellite
    /// What the scene is made from.
    public var options: SynthesisOptions
    /// Metres.
    public let pixelSize = 30.0

    /// The sizes that can be made.
    public static let sizes = 16...20_000
    /// The product's id, which is also its folder's name.
    public var productID: String { SyntheticLandsat.instrument(satellite).productID }

    /// Names a scene; nothing is computed yet.
    public init(_ satellite: LandsatSatellite = .landsat8, options: SynthesisOptions) {
        self.satellite = satellite
        self.options = options
    }

    /// Makes the scene as `directory/<product id>/`, whole or not at all.
    ///
    /// Everything is written into a hidden folder beside the target, which is renamed at the end.
    ///
    /// - Parameter overwrite: whether a synthetic product that stands there is replaced; any other is left alone.
    /// - Returns: the files made, sorted by path.
    /// - Throws: ``SynthesisError``.
    public func write(to directory: String, overwrite: Bool = false) throws(SynthesisError) -> [String] {
        try options.check(sizes: Self.sizes)
        let id = productID
        let folder = ProductFolder(directory: directory, id: id, metadataFile: "\(id)_MTL.txt")
        return try folder.fill(overwrite: overwrite) { (path) throws(SynthesisError) in try writeProduct(into: path) }
    }

    /// The grid of the product: UTM 39N about the middle of path 167, row 32; pixel middles on multiples of 30 m.
    private func grid() throws(SynthesisError) -> Grid {
        let half = Double(options.size / 2) * pixelSize
        let corner = pixelSize / 2
        return Grid(
            width: options.size, height: options.size,
            transform: GeoTransform(
                left: SyntheticSite.x - half - corner, top: SyntheticSite.y + half + corner, pixelSize: pixelSize),
            crs: try SyntheticSite.crs())
    }

    private func writeProduct(into folder: String) throws(SynthesisError) {
        let instrument = SyntheticLandsat.instrument(satellite)
        let grid = try grid()
        let scene = LandsatScene(
            instrument: instrument, size: options.size, seed: options.seed, pixelSize: pixelSize,
            cloudPercent: options.cloudPercent)
        let product = try openProduct(instrument, in: folder, grid)
        let truth = options.writesTruth ? try openTruth(instrument, in: folder, grid) : nil
        let tally = try scene.forEachChunk(withTruth: options.writesTruth, threads: options.threads) {
            (rows, chunk) throws(SynthesisError) in
            for (layer, raster) in product.enumerated() {
                try raster.write(band: 1, window: raster.rows(rows, step: 1), chunk.counts[layer], as: .uint16)
            }
            try truth?.write(rows: rows, chunk)
        }
        for raster in product { try raster.close() }
        try truth?.close()
        try options.writeFieldData(into: folder, grid: grid, frame: .strip, date: instrument.date)
        let text = LandsatMetadataText(
            instrument: instrument, requestID: options.label, grid: grid, tally: tally
        ).text
        try ProductFolder.write(text, to: "\(folder)/\(instrument.productID)_MTL.txt")
    }

    /// The files of a product in the order of the layers of ``LandsatScene``.
    private func openProduct(
        _ instrument: SyntheticLandsat, in folder: String, _ grid: Grid
    ) throws(SynthesisError) -> [SyntheticRaster] {
        var rasters: [SyntheticRaster] = []
        let numbers = instrument.reflective.map(\.number) + instrument.thermal.map(\.number)
        for name in numbers.map({ "B\($0)" }) + ["QA_PIXEL", "QA_RADSAT"] {
            // As in the real ones: 0 is declared as no-data in bands, nothing in quality layers.
            let isQuality = name.hasPrefix("QA")
            rasters.append(
                try SyntheticRaster(
                    path: "\(folder)/\(instrument.productID)_\(name).TIF", grid: grid,
                    type: isQuality ? .uint16 : instrument.sampleType,
                    bands: [RasterBandDescription(name: "", noData: isQuality ? .none : .value(0))],
                    metadata: ["AREA_OR_POINT": "Point"], predictor: 2, threads: options.threads))
        }
        return rasters
    }

    private func openTruth(
        _ instrument: SyntheticLandsat, in folder: String, _ grid: Grid
    ) throws(SynthesisError) -> TruthFiles {
        let bands = instrument.truthBands.enumerated().map { (name: "B\($1.number)", layer: $0) }
        return try TruthFiles(
            in: folder, prefix: instrument.productID, grid: grid,
            reflectance: [TruthFiles.ReflectanceFile(suffix: "", grid: grid, step: 1, bands: bands)],
            threads: options.threads)
    }
}
