import Foundation

extension MapPicture {
    /// Makes a picture of the first band of a class raster.
    ///
    /// A pixel of the picture has the class that most of its map pixels have, the lower of two that are equally many, and
    /// none where most have none. Number 0, the band's no-data value, and numbers that are no class count as none.
    ///
    /// - Parameters:
    ///   - path: a raster of UInt8 numbers.
    ///   - categories: the classes; a number from 1 to 255 each.
    ///   - longerSide: columns or rows, whichever are more, at most.
    /// - Throws: ``GDALError`` for a raster that cannot be read, or is none of classes.
    public init(
        of path: String, categories: [RasterCategory], longerSide: Int = 1600
    ) throws(GDALError) {
        let dataset = try Dataset(reading: path)
        let band = try dataset.band(1)
        guard band.sampleType == .uint8 else {
            throw GDALError(
                code: .openFailed,
                message: "\(path): classes are UInt8 numbers, this raster holds \(band.sampleType.rawValue); "
                    + "write the classes, not the values", notes: [])
        }
        let grid = dataset.grid
        let longer = max(grid.width, grid.height)
        let side = min(max(longerSide, 1), longer)
        let width = max(1, grid.width * side / longer)
        let height = max(1, grid.height * side / longer)
        let missing = band.noData.number
        let known = categories.filter { $0.value > 0 && Double($0.value) != missing }
        let classes = try Self.reduced(dataset, grid, width, height, known.map(\.value))
        self.init(
            png: try Self.encoded(classes, width, height, known), width: width, height: height, grid: grid)
    }

    /// The class of each pixel of the picture.
    private static func reduced(
        _ dataset: borrowing Dataset, _ grid: Grid, _ width: Int, _ height: Int, _ numbers: [UInt8]
    ) throws(GDALError) -> [UInt8] {
        // Place 0 is for pixels without a class.
        let order = numbers.sorted()
        var places = [Int](repeating: 0, count: 256)
        for (index, number) in order.enumerated() { places[Int(number)] = index + 1 }
        let kinds = order.count + 1
        let columns = (0..<grid.width).map { $0 * width / grid.width }
        var classes = [UInt8](repeating: 0, count: width * height)
        for row in 0..<height {
            let first = (row * grid.height + height - 1) / height
            let end = ((row + 1) * grid.height + height - 1) / height
            var counts = [Int](repeating: 0, count: width * kinds)
            let window = Window(column: 0, row: first, width: grid.width, height: end - first)
            let pixels = try dataset.classes(window)
            for line in 0..<window.height {
                for column in 0..<grid.width {
                    counts[columns[column] * kinds + places[Int(pixels[line * grid.width + column])]] += 1
                }
            }
            for column in 0..<width {
                let own = counts[(column * kinds)..<((column + 1) * kinds)]
                let best = own.indices.dropFirst().max { own[$0] < own[$1] || (own[$0] == own[$1] && $0 > $1) }
                guard let best, let none = own.first else { continue }
                let seen = own.dropFirst().reduce(0, +)
                if seen > 0 && seen >= none {
                    classes[row * width + column] = order[best - own.startIndex - 1]
                }
            }
        }
        return classes
    }

    private static func encoded(
        _ classes: [UInt8], _ width: Int, _ height: Int, _ categories: [RasterCategory]
    ) throws(GDALError) -> Data {
        let grid = Grid(width: width, height: height, transform: .identity, crs: nil)
        let raw = MemoryFile(name: "classes.tif")
        let writer = try DatasetWriter(
            creating: raw.path, grid: grid, sampleType: .uint8, bandCount: 1, options: ["PHOTOMETRIC=PALETTE"])
        try writer.describe(
            bands: [RasterBandDescription(name: "", noData: .value(0), categories: categories)], metadata: [:])
        var failure: GDALError?
        unsafe classes.withUnsafeBytes { bytes in
            do throws(GDALError) {
                try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .uint8)
            } catch { failure = error }
        }
        if let failure { throw failure }
        try writer.close()
        let picture = MemoryFile(name: "classes.png")
        try DatasetCopy.copy(raw.path, to: picture.path, driver: "PNG", options: ["ZLEVEL=9"])
        return Data(try VirtualFiles.bytes(of: picture.path, limit: 1 << 26))
    }
}

extension Dataset {
    /// A window of a band as UInt8.
    borrowing func classes(_ window: Window, band: Int = 1) throws(GDALError) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: window.pixelCount)
        var failure: GDALError?
        unsafe pixels.withUnsafeMutableBytes { bytes in
            do throws(GDALError) { try unsafe read(band: band, window: window, into: bytes, as: .uint8) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return pixels
    }
}
