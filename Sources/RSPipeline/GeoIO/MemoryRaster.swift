/// Small rasters made from metadata, kept in memory and read like files.
enum MemoryRaster {
    /// Writes numbers as a Float32 raster; NaN is no data.
    ///
    /// - Parameters:
    ///   - values: row by row, `grid.pixelCount` of them.
    ///   - name: the last part of the path, for messages.
    /// - Returns: the file, which goes when nothing holds on to it any more.
    /// - Throws: ``GDALError`` with code `writeFailed`.
    static func make(_ values: [Float], grid: Grid, name: String) throws(GDALError) -> MemoryFile {
        precondition(values.count == grid.pixelCount, "a raster has one number per pixel")
        let file = MemoryFile(name: name)
        let writer = try DatasetWriter(
            creating: file.path, grid: grid, sampleType: .float32, bandCount: 1, options: [])
        var failure: GDALError?
        unsafe values.withUnsafeBytes { bytes in
            do throws(GDALError) {
                try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .float32)
            } catch { failure = error }
        }
        if let failure { throw failure }
        try writer.close()
        return file
    }
}
