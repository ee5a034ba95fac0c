internal import CGDAL

extension Dataset {
    /// Whether the bands of a pixel are stored beside each other, so that reading one decodes all.
    var isPixelInterleaved: Bool {
        guard bandCount > 1, let text = unsafe GDALGetMetadataItem(handle, "INTERLEAVE", "IMAGE_STRUCTURE") else {
            return false
        }
        return unsafe String(cString: text) == "PIXEL"
    }

    /// Where the last stored block of a GeoTIFF ends, in bytes from the start of the file; nil for other formats.
    ///
    /// Blocks that were never written are left out.
    func lastStoredByte() -> UInt64? {
        var last: UInt64?
        for number in 1...(isPixelInterleaved ? 1 : max(1, bandCount)) {
            guard let band = unsafe GDALGetRasterBand(handle, Int32(number)) else { continue }
            var width: Int32 = 0
            var height: Int32 = 0
            unsafe GDALGetBlockSize(band, &width, &height)
            guard width > 0, height > 0 else { continue }
            for row in 0..<(self.height + Int(height) - 1) / Int(height) {
                for column in 0..<(self.width + Int(width) - 1) / Int(width) {
                    func fact(_ name: String) -> UInt64? {
                        guard let text = unsafe GDALGetMetadataItem(band, "\(name)_\(column)_\(row)", "TIFF") else {
                            return nil
                        }
                        return unsafe UInt64(String(cString: text))
                    }
                    guard let offset = fact("BLOCK_OFFSET"), let size = fact("BLOCK_SIZE") else { continue }
                    let (end, overflow) = offset.addingReportingOverflow(size)
                    last = max(last ?? 0, overflow ? .max : end)
                }
            }
        }
        return last
    }

    /// Reads a window of some bands, converted to a sample type, the bands of a pixel beside each other.
    ///
    /// Stored numbers as they are: neither no-data nor scale is applied.
    ///
    /// - Parameters:
    ///   - numbers: bands, counted from 1.
    ///   - target: memory for all rows of the window.
    ///   - rowBytes: from one row of the target to the next.
    /// - Throws: ``GDALError`` with code `readFailed` (truncated or damaged file).
    func read(
        bands numbers: [Int], window: Window, into target: UnsafeMutableRawPointer, rowBytes: Int, as type: SampleType
    ) throws(GDALError) {
        precondition(rowBytes >= window.width * numbers.count * type.byteCount, "the rows are too short")
        let space = Int64(type.byteCount)
        let outcome = ErrorCapture.run { () -> Bool in
            var list = numbers.map(Int32.init)
            return unsafe GDALDatasetRasterIOEx(
                handle, GF_Read, Int32(window.column), Int32(window.row), Int32(window.width), Int32(window.height),
                target, Int32(window.width), Int32(window.height), type.gdal, Int32(list.count), &list,
                space * Int64(numbers.count), Int64(rowBytes), space, nil) == CE_None
        }
        guard outcome.result else {
            let bands = numbers.map(String.init).joined(separator: ", ")
            throw GDALError(
                code: .readFailed,
                message: "band \(bands): rows \(window.row)...\(window.row + window.height - 1), columns "
                    + "\(window.column)...\(window.column + window.width - 1) cannot be read; the file is truncated or "
                    + "damaged, fetch it again", notes: outcome.failures)
        }
    }
}
