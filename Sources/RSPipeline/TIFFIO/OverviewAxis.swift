/// How the pixels of one axis of a level are shared out to those of the next, coarser one.
///
/// With `r = source / target`, target pixel `i` covers `[i * r, (i + 1) * r)`: two pixels, or three of which the outer
/// ones count in part. The rule of GDAL's overviews, bit by bit.
struct OverviewAxis: Sendable {
    /// One target pixel's share.
    struct Span: Sendable {
        var start: Int
        var end: Int
        /// What the first and the last source pixel count; those between count 1.
        var firstWeight: Double
        var lastWeight: Double

        /// What a source pixel counts.
        func weight(_ index: Int) -> Double { index == start ? firstWeight : index == end - 1 ? lastWeight : 1 }
    }

    let source: Int
    let target: Int
    /// Whether every target pixel covers exactly two source pixels.
    var isHalving: Bool { source == 2 * target }

    func span(_ index: Int) -> Span {
        let ratio = Double(source) / Double(target)
        let low = Double(index) * ratio
        let high = min(Double(index + 1) * ratio, Double(source))
        let start = Int((low + 1e-8).rounded(.down))
        let end = min(max(Int((high - 1e-8).rounded(.up)), start + 1), source)
        if end == start + 1 { return Span(start: start, end: end, firstWeight: 1, lastWeight: 1) }
        return Span(
            start: start, end: end, firstWeight: 1 - (low - Double(start)), lastWeight: 1 - (Double(end) - high))
    }

    /// The part of a target axis that comes from one source tile, or from one and the next.
    struct Part: Sendable, Hashable {
        /// Target pixels.
        var target: Range<Int>
        /// Source pixels that they cover.
        var source: Range<Int>
        /// Source tiles that these pixels lie in.
        var tiles: ClosedRange<Int>
    }

    /// The parts to which a source tile contributes: what lies in it, and the pixels across its borders.
    func parts(ofTile tile: Int, side: Int) -> [Part] {
        let first = tile * side
        let last = min(first + side, source)
        var inner = (first * target / source)..<min(last * target / source + 1, target)
        var parts: [Part] = []
        while let index = inner.first, span(index).start < first {
            let across = span(index)
            if across.end > first {
                parts.append(
                    Part(target: index..<index + 1, source: across.start..<across.end, tiles: tile - 1...tile))
            }
            inner.removeFirst()
        }
        while let index = inner.last, span(index).end > last {
            let across = span(index)
            if across.start < last {
                parts.append(
                    Part(target: index..<index + 1, source: across.start..<across.end, tiles: tile...tile + 1))
            }
            inner.removeLast()
        }
        if let low = inner.first, let high = inner.last {
            parts.append(Part(target: inner, source: span(low).start..<span(high).end, tiles: tile...tile))
        }
        return parts
    }
}

/// The sizes of a raster and of its overviews, each half of the one before, rounded down, until one tile holds it all.
struct OverviewLevels: Sendable {
    struct Level: Sendable, Hashable {
        var width: Int
        var height: Int
        var tilesAcross: Int { (width + TileFormat.side - 1) / TileFormat.side }
        var tilesDown: Int { (height + TileFormat.side - 1) / TileFormat.side }
        var tileCount: Int { tilesAcross * tilesDown }
    }

    /// The full resolution first.
    let levels: [Level]

    init(width: Int, height: Int, hasOverviews: Bool = true) {
        var all = [Level(width: width, height: height)]
        while hasOverviews, let last = all.last, max(last.width, last.height) > TileFormat.side {
            all.append(Level(width: max(1, last.width / 2), height: max(1, last.height / 2)))
        }
        levels = all
    }
}
