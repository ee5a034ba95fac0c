import Foundation

/// Areas of the quantile classes of a map: equal shares of its pixels, lowest values first.
///
/// Classes of an index by its own quantiles say where it is high and low in this scene, never how saline the soil is.
public struct QuantileAreas: Sendable {
    /// One class.
    public struct Class: Sendable {
        /// The lowest value, scale and offset of the file applied.
        public var lower: Double
        /// The highest value; the limits of classes are as fine as a 65 536th of the map's range.
        public var upper: Double
        /// Pixels in the class.
        public var pixels: Int
        /// Hectares (10 000 m2), planar in the projection; nil without a projected coordinate system.
        public var hectares: Double?
    }

    /// The band's name.
    public let name: String
    /// The classes, lowest values first: fewer than asked for where many pixels share one value, none where no pixel has
    /// a value.
    public let classes: [Class]

    /// Bins between the smallest and the largest value; limits of classes are as fine as these.
    private static let binCount = 65_536

    /// Reads a map and cuts its values into classes.
    ///
    /// - Parameters:
    ///   - path: a raster file.
    ///   - band: its band, from 1.
    ///   - count: the number of classes, at least 1.
    /// - Throws: ``GDALError`` when the file cannot be read.
    public init(path: String, band: Int, classes count: Int) throws(GDALError) {
        precondition(count > 0, "at least one class is needed")
        let dataset = try Dataset(reading: path)
        let facts = try dataset.band(band)
        let grid = dataset.grid
        let missing = facts.noData.number.map { Float($0) }
        func rows(_ body: ([Float]) -> Void) throws(GDALError) {
            for window in Window.tiling(width: grid.width, height: grid.height, unitWidth: grid.width, unitHeight: 256)
            {
                body(try dataset.floats(band: band, window: window).filter { $0.isFinite && $0 != missing })
            }
        }
        var low = Float.infinity
        var high = -Float.infinity
        var total = 0
        try rows { values in
            for value in values {
                low = min(low, value)
                high = max(high, value)
            }
            total += values.count
        }
        var bins = [Int](repeating: 0, count: Self.binCount)
        let width = max(Double(high) - Double(low), .leastNormalMagnitude) / Double(Self.binCount)
        try rows { values in
            for value in values {
                bins[min(Self.binCount - 1, Int((Double(value) - Double(low)) / width))] += 1
            }
        }
        let gain = facts.scale ?? 1
        let offset = facts.offset ?? 0
        var found: [Class] = []
        var seen = 0
        var inClass = 0
        var start = 0
        for bin in bins.indices where total > 0 {
            seen += bins[bin]
            inClass += bins[bin]
            let isLast = bin == bins.count - 1
            if (seen >= (found.count + 1) * total / count && inClass > 0 && found.count < count - 1)
                || (isLast && inClass > 0)
            {
                found.append(
                    Class(
                        lower: (Double(low) + Double(start) * width) * gain + offset,
                        upper: (Double(low) + Double(bin + 1) * width) * gain + offset, pixels: inClass,
                        hectares: grid.hectaresPerPixel.map { $0 * Double(inClass) }))
                inClass = 0
                start = bin + 1
            }
        }
        name = facts.name.isEmpty ? "band \(band)" : facts.name
        classes = found
    }
}
