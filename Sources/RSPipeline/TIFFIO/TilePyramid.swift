import Synchronization

/// Makes the tiles of all overviews out of the tiles of the full resolution, as they come, in any order and from any
/// thread.
///
/// A finished tile is averaged at once into the tile of the next level that covers it; when that one has all its pixels,
/// it is finished in turn. Where a side is odd, pixels of the next level reach across tile borders: the few source
/// pixels of such a seam are kept until the last tile that touches it has come. No thread waits.
final class TilePyramid: Sendable {
    /// A tile of a level.
    struct Position: Sendable, Hashable {
        var level: Int
        var column: Int
        var row: Int
    }

    /// The source pixels of a seam, which several threads fill, each its own part.
    ///
    /// Unchecked: every part is written by one thread, and read only by the one that counts the last part down.
    @safe private final class PartialPixels: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer
        let missing: Atomic<Int>

        init(byteCount: Int, parts: Int) {
            unsafe bytes = .allocate(byteCount: byteCount, alignment: 64)
            unsafe _ = bytes.initializeMemory(as: UInt8.self, repeating: 0)
            missing = Atomic(parts)
        }

        deinit { unsafe bytes.deallocate() }

        /// Notes parts as done; true for whoever did the last one.
        func finish(_ parts: Int) -> Bool {
            missing.wrappingSubtract(parts, ordering: .acquiringAndReleasing).newValue == 0
        }
    }

    /// Pixels of a target level that are computed together, and the source pixels they need.
    private struct Region: Hashable {
        var columns: OverviewAxis.Part
        var rows: OverviewAxis.Part
    }

    let levels: [OverviewLevels.Level]
    private let reduction: OverviewReduction
    private let pixelBytes: Int
    /// What waits for more: tiles, and by target level seams.
    private let tiles: OpenTiles
    private let seams: Mutex<[[Region: PartialPixels]]>

    /// - Parameters:
    ///   - openTiles: tiles in the making that may be held in memory, see ``OpenTiles``.
    ///   - spool: where the others wait.
    init(_ levels: OverviewLevels, reduction: OverviewReduction, openTiles: Int, spool: TileSpool) {
        self.levels = levels.levels
        self.reduction = reduction
        pixelBytes = reduction.samples * reduction.sampleType.byteCount
        tiles = OpenTiles(
            byteCount: TileFormat.side * TileFormat.side * pixelBytes, limit: openTiles, spool: spool)
        seams = Mutex([[Region: PartialPixels]](repeating: [:], count: levels.levels.count))
    }

    /// Takes a finished tile and hands it, and every tile it completes, to `store`.
    func add(
        _ tile: UnsafeMutableRawBufferPointer, at position: Position,
        store: (UnsafeRawBufferPointer, Position) throws(TIFFError) -> Void
    ) throws(TIFFError) {
        try unsafe store(UnsafeRawBufferPointer(tile), position)
        guard position.level + 1 < levels.count, let base = tile.baseAddress else { return }
        let from = levels[position.level]
        let to = levels[position.level + 1]
        let axes = OverviewReduction.Axes(
            x: OverviewAxis(source: from.width, target: to.width),
            y: OverviewAxis(source: from.height, target: to.height))
        let side = TileFormat.side
        let own = unsafe OverviewReduction.Area(
            base: base, column: position.column * side, row: position.row * side, stride: side)
        for rows in axes.y.parts(ofTile: position.row, side: side) {
            for columns in axes.x.parts(ofTile: position.column, side: side) {
                let region = Region(columns: columns, rows: rows)
                var source = unsafe own
                var seam: PartialPixels?
                if columns.tiles.count * rows.tiles.count > 1 {
                    let pixels = seamPartialPixels(region, level: position.level + 1)
                    unsafe copy(own, position, to: pixels, region)
                    guard pixels.finish(1) else { continue }
                    forget(region, level: position.level + 1)
                    guard let start = unsafe pixels.bytes.baseAddress else { continue }
                    unsafe source = OverviewReduction.Area(
                        base: start, column: columns.source.lowerBound, row: rows.source.lowerBound,
                        stride: columns.source.count)
                    seam = pixels
                }
                let target = Position(
                    level: position.level + 1, column: columns.target.lowerBound / side,
                    row: rows.target.lowerBound / side)
                let tile = try tiles.take(
                    target,
                    pixels: min(side, to.width - target.column * side) * min(side, to.height - target.row * side))
                guard let start = unsafe tile.bytes.baseAddress else { continue }
                unsafe reduction.reduce(
                    source,
                    to: OverviewReduction.Area(
                        base: start, column: target.column * side, row: target.row * side, stride: side),
                    columns: columns, rows: rows, axes)
                withExtendedLifetime(seam) {}
                if tiles.finish(tile, of: columns.target.count * rows.target.count) {
                    defer { tiles.giveBack(tile) }
                    try unsafe add(tile.bytes, at: target, store: store)
                }
            }
        }
    }

    /// Whether nothing waits for tiles that never came.
    var isComplete: Bool { tiles.isEmpty && seams.withLock { $0.allSatisfy(\.isEmpty) } }

    /// What the tiles in the making have taken.
    var statistics: OpenTiles.Statistics { tiles.statistics }

    private func seamPartialPixels(_ region: Region, level: Int) -> PartialPixels {
        seams.withLock { seams in
            if let pixels = seams[level][region] { return pixels }
            let pixels = PartialPixels(
                byteCount: region.columns.source.count * region.rows.source.count * pixelBytes,
                parts: region.columns.tiles.count * region.rows.tiles.count)
            seams[level][region] = pixels
            return pixels
        }
    }

    private func forget(_ region: Region, level: Int) { seams.withLock { $0[level][region] = nil } }

    /// Copies what a tile has of a seam.
    private func copy(_ tile: OverviewReduction.Area, _ position: Position, to pixels: PartialPixels, _ region: Region)
    {
        let side = TileFormat.side
        let columns = region.columns.source.clamped(to: unsafe tile.column..<(tile.column + side))
        let rows = region.rows.source.clamped(to: unsafe tile.row..<(tile.row + side))
        guard !columns.isEmpty, let base = unsafe pixels.bytes.baseAddress else { return }
        for row in rows {
            let from = unsafe ((row - tile.row) * tile.stride + columns.lowerBound - tile.column) * pixelBytes
            let to =
                ((row - region.rows.source.lowerBound) * region.columns.source.count + columns.lowerBound
                    - region.columns.source.lowerBound) * pixelBytes
            unsafe (base + to).copyMemory(from: tile.base + from, byteCount: columns.count * pixelBytes)
        }
    }
}
