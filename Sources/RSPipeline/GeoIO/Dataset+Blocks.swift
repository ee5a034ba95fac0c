internal import CGDAL

extension Dataset {
    /// Whether the bands of a pixel are stored beside each other, so that reading one decodes all.
    var isPixelInterleaved: Bool {
        guard bandCount > 1, let text = unsafe GDALGetMetadataItem(handle, "INTERLEAVE", "IMAGE_STRUCTURE") else {
            return false
        }
        return unsafe String(cString: text) == "PIXEL"
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
