import Synchronization

/// The tiles of a file's overviews that still miss pixels, in memory up to a limit.
///
/// Beyond it the tile that nobody has touched for the longest time waits in the spool, and comes back when its next
/// pixels do. With ``count(across:levels:)`` tiles that happens only where one slab of a pass borders on the next: the
/// tiles across the border wait until the next slab is computed, and a side that is not a power of two has many.
///
/// Memory that a tile gives back is kept for the next: given back and taken anew, megabyte by megabyte and on every
/// thread, it would be scattered and the process grow to twice as much.
final class OpenTiles: Sendable {
    /// A tile in the making.
    ///
    /// Unchecked: what is not constant is guarded by the lock of the ``OpenTiles`` that made it, but for the pixels. Each of
    /// them is written once, by a thread that has taken the tile; all are read by the thread that has finished it.
    @safe final class Tile: @unchecked Sendable {
        let position: TilePyramid.Position
        fileprivate var memory: Memory?
        /// Pixels that have not come yet.
        fileprivate var missing: Int
        /// Threads that are writing to it.
        fileprivate var users = 0
        /// When the last of them was done.
        fileprivate var touched = 0
        /// Where it lies in the spool.
        fileprivate var place: Int?

        fileprivate init(_ position: TilePyramid.Position, missing: Int) {
            self.position = position
            self.missing = missing
        }

        /// The pixels; none before the tile is taken and after it is given back.
        var bytes: UnsafeMutableRawBufferPointer {
            unsafe memory?.bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)
        }
    }

    /// Unchecked: whoever has the tile has its memory.
    @safe fileprivate final class Memory: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(byteCount: Int) { unsafe bytes = .allocate(byteCount: byteCount, alignment: 64) }
        deinit { unsafe bytes.deallocate() }
    }

    /// What was held, for tests and tuning.
    struct Statistics: Sendable, Hashable {
        /// The most tiles in memory at any time.
        var most = 0
        /// How often a tile went to the spool.
        var spooled = 0
    }

    private struct State {
        var tiles: [TilePyramid.Position: Tile] = [:]
        var idle: [Memory] = []
        /// Tiles in memory, those that are finished and not yet given back included.
        var held = 0
        var time = 0
        var statistics = Statistics()
    }

    private let byteCount: Int
    private let limit: Int
    private let spool: TileSpool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - byteCount: of one tile.
    ///   - limit: tiles that may be in memory; more only while threads write to more of them at once.
    init(byteCount: Int, limit: Int, spool: TileSpool) {
        self.byteCount = byteCount
        self.limit = limit
        self.spool = spool
    }

    /// The tiles that wait for pixels while a slab of so many tiles across is handed over row by row: half of a row at the
    /// next level, a quarter at the one after and so on, and at each level one that the next row has begun.
    static func count(across: Int, levels: Int) -> Int { levels > 1 ? across + levels : 0 }

    /// Whether no tile misses pixels.
    var isEmpty: Bool { state.withLock { $0.tiles.isEmpty } }

    var statistics: Statistics { state.withLock { $0.statistics } }

    /// Takes a tile to write pixels to; follow it with ``finish(_:of:)``.
    ///
    /// - Parameter pixels: how many it has in all; beyond them it is 0.
    /// - Throws: ``TIFFError`` when a tile cannot be written to the spool or read back.
    func take(_ position: TilePyramid.Position, pixels: Int) throws(TIFFError) -> Tile {
        try state.withLock { (state: inout State) throws(TIFFError) -> Tile in
            let tile = state.tiles[position] ?? Tile(position, missing: pixels)
            state.tiles[position] = tile
            tile.users += 1
            if tile.memory != nil { return tile }
            var hasOlder = true
            while hasOlder && state.held >= limit { hasOlder = try spoolOldest(&state) }
            let memory = state.idle.popLast() ?? Memory(byteCount: byteCount)
            if let place = tile.place {
                try unsafe spool.read(memory.bytes, at: place)
            } else {
                unsafe _ = memory.bytes.initializeMemory(as: UInt8.self, repeating: 0)
            }
            tile.memory = memory
            state.held += 1
            state.statistics.most = max(state.statistics.most, state.held)
            return tile
        }
    }

    /// Notes pixels of a taken tile as written.
    ///
    /// - Returns: whether they were the last ones. Then the tile is the caller's, who gives it back with
    ///   ``giveBack(_:)``.
    func finish(_ tile: Tile, of pixels: Int) -> Bool {
        state.withLock { state in
            tile.missing -= pixels
            tile.users -= 1
            state.time += 1
            tile.touched = state.time
            if tile.missing > 0 { return false }
            state.tiles[tile.position] = nil
            return true
        }
    }

    /// Gives the memory of a finished tile back.
    func giveBack(_ tile: Tile) {
        state.withLock { state in
            guard let memory = tile.memory else { return }
            tile.memory = nil
            state.held -= 1
            if state.idle.count + state.held < limit { state.idle.append(memory) }
        }
    }

    /// Moves the tile that was touched first to the spool; false when threads are writing to all.
    private func spoolOldest(_ state: inout State) throws(TIFFError) -> Bool {
        let waiting = state.tiles.values.filter { $0.users == 0 && $0.memory != nil }
        guard let tile = waiting.min(by: { $0.touched < $1.touched }), let memory = tile.memory else { return false }
        let bytes = unsafe UnsafeRawBufferPointer(memory.bytes)
        if let place = tile.place {
            try unsafe spool.write(bytes, at: place)
        } else {
            tile.place = try unsafe spool.append(bytes)
        }
        tile.memory = nil
        state.idle.append(memory)
        state.held -= 1
        state.statistics.spooled += 1
        return true
    }
}
