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
        if let quantity = facts.metadata[GenericProduct.Item.quantity].flatMap({ Quantity(label: $0) }),
            quantity == .classes || quantity == .mask || quantity == .qualityBits
        {
            throw GDALError(
                code: .readFailed,
                message: "\(path): band \(band) holds \(quantity.label) numbers, which have no quantiles",
                notes: [])
        }
        let grid = dataset.grid
        let missing = facts.noData.number.map { Float($0) }
        func rows(_ body: ([Float]) -> Void) throws(GDALError) {
            for window in Window.tiling(width: grid.width, height: grid.height, unitWidth: grid.width, unitHeight: 256)
            {
                body(try dataset.floats(band: band, window: window).filter { $0.isFinite && $0 != missing })
            }
        }
        let counts = try Self.valueCounts(classes: count, rows)
        let gain = facts.scale ?? 1
        let offset = facts.offset ?? 0
        classes = counts.map { entry in
            Class(
                lower: Double(entry.lower) * gain + offset, upper: Double(entry.upper) * gain + offset,
                pixels: entry.pixels, hectares: grid.hectaresPerPixel.map { $0 * Double(entry.pixels) })
        }
        name = facts.name.isEmpty ? "band \(band)" : facts.name
    }

    /// Exact quantiles in three readings and bounded memory: the bits of a Float, made to sort like its value, are
    /// counted by their upper half, then by their lower half where a limit falls.
    private static func valueCounts(
        classes: Int, _ rows: (([Float]) -> Void) throws(GDALError) -> Void
    ) throws(GDALError) -> [(lower: Float, upper: Float, pixels: Int)] {
        var upper = [Int](repeating: 0, count: 65_536)
        try rows { values in for value in values { upper[Int(sortable(value) >> 16)] += 1 } }
        let total = upper.reduce(0, +)
        if total == 0 { return [] }
        // The limit of a class is the value of its last pixel when all are sorted.
        let ranks = (1...classes).map { ($0 * total + classes - 1) / classes - 1 }
        var starts: [Int: Int] = [:]
        var bins: [Int] = []
        var seen = 0
        for bin in upper.indices {
            if ranks.contains(where: { $0 >= seen && $0 < seen + upper[bin] }) {
                starts[bin] = seen
                bins.append(bin)
            }
            seen += upper[bin]
        }
        var lower = Dictionary(uniqueKeysWithValues: bins.map { ($0, [Int](repeating: 0, count: 65_536)) })
        try rows { values in
            for value in values {
                let key = sortable(value)
                lower[Int(key >> 16)]?[Int(key & 0xffff)] += 1
            }
        }
        var limits: [Float] = []
        for rank in ranks {
            guard let bin = bins.last(where: { starts[$0, default: .max] <= rank }), let counts = lower[bin] else {
                continue
            }
            var position = starts[bin] ?? 0
            for low in counts.indices where counts[low] > 0 {
                position += counts[low]
                if position > rank {
                    limits.append(value(UInt32(bin) << 16 | UInt32(low)))
                    break
                }
            }
        }
        // Equal limits are one class: many pixels share one value.
        limits = limits.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        var found = limits.map { (lower: Float.infinity, upper: $0, pixels: 0) }
        try rows { values in
            for value in values {
                guard let index = limits.firstIndex(where: { value <= $0 }) else { continue }
                found[index].pixels += 1
                found[index].lower = min(found[index].lower, value)
            }
        }
        return found
    }

    private static func sortable(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
    }

    private static func value(_ sortable: UInt32) -> Float {
        Float(bitPattern: sortable >> 31 == 1 ? sortable & 0x7fff_ffff : ~sortable)
    }
}
