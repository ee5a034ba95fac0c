internal import CGDAL
import Foundation

/// Brings an image in sensor geometry to a map, with its rational model and the heights of the ground.
///
/// GDAL does it while the result is read; nothing is computed here but the outline.
struct Orthorectification {
    /// How pixels are found between those of the image.
    enum Resampling: String, CaseIterable {
        /// The stored number of the nearest pixel, special values included.
        case nearest = "near"
        case bilinear, cubic
    }

    var model: RationalModel
    /// A raster of heights in metres.
    var heights: String
    /// The coordinate system of the map.
    var crs: CoordinateSystem
    /// The width and height of a pixel in map units; nil for GDAL's choice, which keeps the length of the diagonal.
    var pixelSize: Double?
    var resampling: Resampling
    /// The stored number that is no data, in the image and outside of it.
    var noData: Double

    /// The result, which is computed as it is read.
    struct Result {
        var file: MemoryFile
        var grid: Grid
        var blockWidth: Int
        var blockHeight: Int
    }

    /// Prepares the result for an image.
    ///
    /// Heights are taken as metres above the ellipsoid, unless the raster of heights names a vertical system that GDAL
    /// knows.
    ///
    /// - Parameters:
    ///   - source: what keeps an image in memory alive; nil for images on disk.
    ///   - name: the start of the last part of the result's path.
    /// - Throws: ``GDALError`` when the heights cannot be read or no part of the image comes to lie on the map.
    func run(on image: TileMosaic, in source: MemoryFile?, name: String) throws(GDALError) -> Result {
        var image = image
        image.model = model
        let base = try image.make(name: name + "_sensor", on: source.map { [$0] } ?? [])
        let file = MemoryFile(name: name + "_ortho.vrt", on: [base])
        _ = try Dataset(reading: heights, drivers: Dataset.drivers(forNamed: heights)).band(1)
        let input = try Dataset(reading: base.path, drivers: ["VRT"])
        var arguments = [
            "-of", "VRT", "-rpc", "-to", "RPC_DEM=\(heights)", "-t_srs", crs.wkt, "-r", resampling.rawValue, "-et",
            "0.05",
            "-srcnodata", "\(noData)", "-dstnodata", "\(noData)", "-wo", "UNIFIED_SRC_NODATA=NO", "-q",
        ]
        if let pixelSize { arguments += ["-tr", "\(pixelSize)", "\(pixelSize)"] }
        let outcome = ErrorCapture.run { () -> Bool in
            unsafe Dataset.withCStrings(arguments) { list in
                guard let options = unsafe GDALWarpAppOptionsNew(list, nil) else { return false }
                defer { unsafe GDALWarpAppOptionsFree(options) }
                var sources: [GDALDatasetH?] = unsafe [input.handle]
                var isWrong: Int32 = 0
                guard let made = unsafe GDALWarp(file.path, nil, 1, &sources, options, &isWrong) else { return false }
                return unsafe cgdal_close(made) == CE_None
            }
        }
        guard outcome.result else {
            throw GDALError(
                code: .badGeoreference,
                message: "the image cannot be brought to \(crs.label); do the heights (\(heights)) cover it?",
                notes: outcome.failures)
        }
        let made = try Dataset(reading: file.path, drivers: ["VRT"])
        let band = try made.band(1)
        return Result(
            file: file, grid: made.grid, blockWidth: band.blockWidth, blockHeight: band.blockHeight)
    }
}
