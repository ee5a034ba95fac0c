internal import CGDAL
import Foundation
import Synchronization

/// What a GeoTIFF says of itself besides its pixels, in GDAL's own words.
///
/// Georeferencing keys, no-data and metadata are written by GDAL into a small file in memory, from which their tags are
/// taken; so every version of GDAL reads what it would have written itself.
enum GeoTIFFDescription {
    private static let counter = Atomic<Int>(0)

    /// A file of one small tile with the description of a raster.
    ///
    /// - Returns: the bytes of the file.
    /// - Throws: ``GDALError`` with code `writeFailed`.
    static func file(
        grid: Grid, sampleType: SampleType, bands: [RasterBandDescription], metadata: [String: String]
    ) throws(GDALError) -> [UInt8] {
        let number = counter.wrappingAdd(1, ordering: .relaxed).oldValue
        let path = "/vsimem/rspipeline-description-\(ProcessInfo.processInfo.processIdentifier)-\(number).tif"
        defer { unsafe _ = VSIUnlink(path) }
        let small = Grid(width: 16, height: 16, transform: grid.transform, crs: grid.crs)
        let writer = try DatasetWriter(
            creating: path, grid: small, sampleType: sampleType, bandCount: bands.count,
            options: [
                "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "SPARSE_OK=TRUE", "INTERLEAVE=PIXEL",
                "PHOTOMETRIC=MINISBLACK", "BIGTIFF=NO",
            ])
        try writer.describe(bands: bands, metadata: metadata)
        try writer.close()
        var length: vsi_l_offset = 0
        guard let bytes = unsafe VSIGetMemFileBuffer(path, &length, 0) else {
            throw GDALError(code: .writeFailed, message: "names and metadata cannot be recorded", notes: [])
        }
        return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: Int(length)))
    }
}
