internal import CGDAL

/// Tiles of equal kind, side by side, that are read as one raster.
///
/// The raster is a virtual one of GDAL's in memory, written here from what the headers of the tiles say; no description
/// from outside is read.
struct TileMosaic {
    /// One tile and where its first pixel lies.
    struct Tile {
        var path: String
        var column: Int
        var row: Int
        var width: Int
        var height: Int
    }

    var tiles: [Tile]
    var width: Int
    var height: Int
    var bandCount: Int
    var sampleType: SampleType
    var blockWidth: Int
    var blockHeight: Int
    /// Whether the bands of a pixel are stored beside each other.
    var isPixelInterleaved: Bool
    /// Where the image is on the ground; nil for an image on a map.
    var model: RationalModel?

    /// Describes the raster in memory; its position on a map is left to the caller.
    ///
    /// - Parameters:
    ///   - name: the last part of its path, without extension.
    ///   - foundations: what keeps tiles in memory alive.
    /// - Throws: ``GDALError`` with code `writeFailed`.
    func make(name: String, on foundations: [MemoryFile] = []) throws(GDALError) -> MemoryFile {
        let file = MemoryFile(name: name + ".vrt", on: foundations)
        try file.write(Array(description.utf8))
        return file
    }

    private var description: String {
        let type = unsafe GDALGetDataTypeName(sampleType.gdal).map { unsafe String(cString: $0) } ?? "UInt16"
        var lines = ["<VRTDataset rasterXSize=\"\(width)\" rasterYSize=\"\(height)\">"]
        if isPixelInterleaved {
            lines.append("<Metadata domain=\"IMAGE_STRUCTURE\"><MDI key=\"INTERLEAVE\">PIXEL</MDI></Metadata>")
        }
        if let model {
            let items = model.items.map { "<MDI key=\"\($0.key)\">\($0.value)</MDI>" }
            lines.append("<Metadata domain=\"RPC\">\(items.joined())</Metadata>")
        }
        for band in 1...max(bandCount, 1) {
            lines.append(
                "<VRTRasterBand dataType=\"\(type)\" band=\"\(band)\" blockXSize=\"\(blockWidth)\" "
                    + "blockYSize=\"\(blockHeight)\">")
            for tile in tiles {
                let size = "xSize=\"\(tile.width)\" ySize=\"\(tile.height)\""
                lines.append(
                    "<SimpleSource><SourceFilename relativeToVRT=\"0\" shared=\"0\">\(tile.path.escapedForXML)"
                        + "</SourceFilename><SourceBand>\(band)</SourceBand>"
                        + "<SourceProperties RasterXSize=\"\(tile.width)\" RasterYSize=\"\(tile.height)\" "
                        + "DataType=\"\(type)\" BlockXSize=\"\(blockWidth)\" BlockYSize=\"\(blockHeight)\"/>"
                        + "<SrcRect xOff=\"0\" yOff=\"0\" \(size)/>"
                        + "<DstRect xOff=\"\(tile.column)\" yOff=\"\(tile.row)\" \(size)/></SimpleSource>")
            }
            lines.append("</VRTRasterBand>")
        }
        lines.append("</VRTDataset>\n")
        return lines.joined(separator: "\n")
    }

}

extension MemoryFile {
    /// Writes the whole file.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`.
    func write(_ bytes: [UInt8]) throws(GDALError) {
        let outcome = ErrorCapture.run { () -> Bool in
            guard let file = unsafe VSIFOpenL(path, "wb") else { return false }
            let written = unsafe bytes.withUnsafeBytes { unsafe VSIFWriteL($0.baseAddress, 1, $0.count, file) }
            return unsafe VSIFCloseL(file) == 0 && written == bytes.count
        }
        if outcome.result { return }
        throw GDALError(code: .writeFailed, message: "\(path): cannot be written", notes: outcome.failures)
    }
}
