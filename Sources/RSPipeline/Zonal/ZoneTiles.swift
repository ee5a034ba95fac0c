/// Which zones may meet which tile of a raster, by their boxes.
struct ZoneTiles: Sendable {
    private let side: Int
    private let across: Int
    /// Where the zones of each tile start in ``members``; one more than there are tiles.
    private let starts: [Int]
    private let members: [Int32]

    /// - Parameter windows: by zone, the pixels of its box; nil for a zone outside.
    init(_ windows: [Window?], grid: Grid, side: Int) {
        self.side = side
        let across = (grid.width + side - 1) / side
        self.across = across
        let down = (grid.height + side - 1) / side
        var counts = [Int](repeating: 0, count: across * down + 1)
        func forEachTile(of window: Window, _ body: (Int) -> Void) {
            for row in window.row / side...(window.row + window.height - 1) / side {
                for column in window.column / side...(window.column + window.width - 1) / side {
                    body(row * across + column)
                }
            }
        }
        for window in windows {
            if let window { forEachTile(of: window) { counts[$0 + 1] += 1 } }
        }
        for tile in 1..<counts.count { counts[tile] += counts[tile - 1] }
        var next = counts
        var members = [Int32](repeating: 0, count: counts.last ?? 0)
        for (zone, window) in windows.enumerated() {
            guard let window else { continue }
            forEachTile(of: window) { tile in
                members[next[tile]] = Int32(clamping: zone)
                next[tile] += 1
            }
        }
        starts = counts
        self.members = members
    }

    /// The number of a tile, row by row.
    func number(column: Int, row: Int) -> Int { row * across + column }

    /// The zones whose boxes meet a tile, ascending.
    func zones(in tile: Int) -> some Sequence<Int> { members[starts[tile]..<starts[tile + 1]].lazy.map(Int.init) }

    /// The number of tiles that a window meets.
    func count(of window: Window) -> Int {
        ((window.column + window.width - 1) / side - window.column / side + 1)
            * ((window.row + window.height - 1) / side - window.row / side + 1)
    }
}
