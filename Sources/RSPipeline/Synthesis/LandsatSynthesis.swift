import Dispatch
import Foundation
import Synchronization

/// A generated Landsat 8 scene of a salt-affected irrigated plain, with the truth it was made from.
///
/// The product is laid out as Landsat 8 Collection 2 Level-1: B1...B7, B9, B10, B11, QA_PIXEL, QA_RADSAT and an MTL,
/// without the panchromatic band and the angle files. Position, date and sun are those of a real overpass of path 167,
/// row 32; the ground is invented. The same options give the same bytes (with the same codec versions) on any CPU and any
/// number of threads, and a small scene is the middle of a large one of the same seed, apart from clouds and the
/// border of fill.
///
/// Beside the product, in `truth/`:
/// - `_truth_reflectance.tif`: top-of-atmosphere reflectance of B1...B7 as it reached the sensor, corrected for the sun's
///   elevation, with air, cloud, shadow and glints, before noise, limits and rounding to counts; int16 in 1e-4.
/// - `_truth_salinity.tif`: ECe of the ground in dS/m at 25 degrees C, also below clouds; NaN on water and in the fill.
/// - `_truth_class.tif`: ``SyntheticClass``.
public struct LandsatSynthesis: Sendable, Hashable {
    /// Columns and rows.
    public var size: Int
    /// What sets one landscape apart from another.
    public var seed: UInt64
    /// Metres.
    public let pixelSize = 30.0
    /// The share of the imaged area under cloud, 0...100.
    public var cloudPercent: Double
    /// Whether the truth is written too.
    public var writesTruth: Bool
    /// Threads to use.
    public var threads: Int

    /// The sizes that can be made.
    public static let sizes = 16...20_000
    /// The product's id, which is also its folder's name.
    public static let productID = "LC08_L1TP_167032_20230715_20230720_02_T1"

    /// Names a scene; nothing is computed yet.
    ///
    /// All cores are used unless a number of threads is given.
    public init(
        size: Int, seed: UInt64, cloudPercent: Double = 8, writesTruth: Bool = true,
        threads: Int? = nil
    ) {
        self.size = size
        self.seed = seed
        self.cloudPercent = cloudPercent
        self.writesTruth = writesTruth
        self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    }

    /// Rows made and written at a time: one row of tiles, so memory grows with the width only.
    private static let chunkRows = 256
    private static let stripRows = 8

    /// Makes the scene as `directory/<product id>/`, whole or not at all.
    ///
    /// Everything is written into a hidden folder beside the target, which is renamed at the end.
    ///
    /// - Parameter overwrite: whether a synthetic product that stands there is replaced; any other is left alone.
    /// - Returns: the files made, sorted by path.
    /// - Throws: ``SynthesisError``.
    public func write(to directory: String, overwrite: Bool = false) throws(SynthesisError) -> [String] {
        try check()
        let folder = ProductFolder(directory: directory, id: Self.productID)
        try folder.begin(overwrite: overwrite)
        do throws(SynthesisError) {
            try writeProduct(into: folder.temporary)
            return try folder.finish()
        } catch {
            folder.abandon()
            throw error
        }
    }

    private func check() throws(SynthesisError) {
        if !Self.sizes.contains(size) {
            throw .badOption(
                "size \(size): a scene has \(Self.sizes.lowerBound) to \(Self.sizes.upperBound) rows and columns")
        }
        if !(0...100).contains(cloudPercent) {
            throw .badOption("clouds \(cloudPercent): give a share of 0 to 100 percent")
        }
        if threads < 1 { throw .badOption("threads \(threads): at least one is needed") }
    }

    /// The grid of the product: UTM 39N about the middle of path 167, row 32; pixel middles on multiples of 30 m.
    private func grid() throws(SynthesisError) -> Grid {
        let crs: CoordinateSystem
        do throws(GDALError) { crs = try CoordinateSystem(text: "EPSG:32639") } catch {
            throw .writeFailed(error.description)
        }
        let half = Double(size / 2) * pixelSize
        let corner = pixelSize / 2
        return Grid(
            width: size, height: size,
            transform: GeoTransform(
                left: 298_500 - half - corner, top: 4_455_000 + half + corner, pixelSize: pixelSize), crs: crs)
    }

    private func writeProduct(into folder: String) throws(SynthesisError) {
        let grid = try grid()
        let scene = SyntheticScene(size: size, seed: seed, pixelSize: pixelSize, cloudPercent: cloudPercent)
        let product = try openProduct(in: folder, grid)
        let truth = writesTruth ? try openTruth(in: folder + "/truth", grid) : []
        var tally = SyntheticTally()
        for row in stride(from: 0, to: size, by: Self.chunkRows) {
            let window = Window(column: 0, row: row, width: size, height: min(Self.chunkRows, size - row))
            let chunk = makeChunk(of: scene, rows: row..<(row + window.height))
            tally.add(chunk.tally)
            for (layer, raster) in product.enumerated() {
                try raster.write(band: 1, window: window, chunk.counts[layer], as: .uint16)
            }
            guard writesTruth else { continue }
            for band in 0..<7 {
                try truth[0].write(band: band + 1, window: window, chunk.reflectance[band], as: .int16)
            }
            try truth[1].write(band: 1, window: window, chunk.salinity, as: .float32)
            try truth[2].write(band: 1, window: window, chunk.classes, as: .uint8)
        }
        for raster in product + truth { try raster.close() }
        let clouds = cloudPercent == cloudPercent.rounded() ? "\(Int(cloudPercent))" : "\(cloudPercent)"
        let text = LandsatMetadataText(
            id: Self.productID, requestID: "synth_seed\(seed)_size\(size)_clouds\(clouds)", grid: grid, tally: tally
        ).text
        let path = "\(folder)/\(Self.productID)_MTL.txt"
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch {
            throw .writeFailed("\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    /// Makes rows on all threads; which thread makes which strip does not matter, as a pixel depends on its place only.
    private func makeChunk(of scene: SyntheticScene, rows: Range<Int>) -> SyntheticStrip {
        let starts = Array(stride(from: rows.lowerBound, to: rows.upperBound, by: Self.stripRows))
        let withTruth = writesTruth
        let next = Mutex(0)
        let chunk = Mutex(SyntheticStrip(pixelCount: rows.count * size, withTruth: withTruth))
        DispatchQueue.concurrentPerform(iterations: min(threads, starts.count)) { _ in
            while true {
                let index = next.withLock { value in
                    value += 1
                    return value - 1
                }
                guard index < starts.count else { return }
                let start = starts[index]
                let end = min(start + Self.stripRows, rows.upperBound)
                let strip = scene.strip(rows: start..<end, withTruth: withTruth)
                chunk.withLock { $0.replace(at: (start - rows.lowerBound) * scene.size, with: strip) }
            }
        }
        return chunk.withLock { $0 }
    }

    private func openProduct(in folder: String, _ grid: Grid) throws(SynthesisError) -> [SyntheticRaster] {
        var rasters: [SyntheticRaster] = []
        for name in ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B9", "B10", "B11", "QA_PIXEL", "QA_RADSAT"] {
            // As in the real ones: 0 is declared as no-data in bands, nothing in quality layers.
            let noData: NoData = name.hasPrefix("QA") ? .none : .value(0)
            rasters.append(
                try SyntheticRaster(
                    path: "\(folder)/\(Self.productID)_\(name).TIF", grid: grid, type: .uint16,
                    bands: [RasterBandDescription(name: "", noData: noData)], metadata: ["AREA_OR_POINT": "Point"],
                    predictor: 2, threads: threads))
        }
        return rasters
    }

    private func openTruth(in folder: String, _ grid: Grid) throws(SynthesisError) -> [SyntheticRaster] {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false) } catch {
            throw .writeFailed("\(folder): cannot be made: \(error.localizedDescription)")
        }
        func path(_ name: String) -> String { "\(folder)/\(Self.productID)_truth_\(name).tif" }
        let reflectance = (1...7).map {
            RasterBandDescription(
                name: "B\($0)", noData: .value(Double(SyntheticStrip.reflectanceNoData)),
                scale: LinearScale(gain: 1e-4, offset: 0))
        }
        let about = ["TIFFTAG_IMAGEDESCRIPTION": LandsatMetadataText.origin]
        return [
            try SyntheticRaster(
                path: path("reflectance"), grid: grid, type: .int16, bands: reflectance, metadata: about, predictor: 2,
                threads: threads),
            try SyntheticRaster(
                path: path("salinity"), grid: grid, type: .float32,
                bands: [RasterBandDescription(name: "ECe", noData: .nan, unit: "dS/m")], metadata: about, predictor: 3,
                threads: threads),
            try SyntheticRaster(
                path: path("class"), grid: grid, type: .uint8,
                bands: [RasterBandDescription(name: "class", noData: .value(0))], metadata: about, predictor: 1,
                threads: threads),
        ]
    }
}
