import Synchronization
import Testing

@testable import RSPipeline

/// What overviews in the making hold, counted while tiles come slab by slab.
///
/// That the pixels are right is for ``COGWriterTests``.
@Suite struct TilePyramidTests {
    /// Hands all tiles over, in slabs of so many tiles across, each row by row.
    private func run(width: Int, height: Int, slab: Int, openTiles: Int, threads: Int = 1) throws -> (
        statistics: OpenTiles.Statistics, stored: Int
    ) {
        let folder = try ScratchFolder()
        let pyramid = TilePyramid(
            OverviewLevels(width: width, height: height),
            reduction: OverviewReduction(rule: .average, sampleType: .uint8, samples: 1, noData: nil),
            openTiles: openTiles, spool: try TileSpool(in: folder.path, name: "spool"))
        let side = TileFormat.side
        let level = pyramid.levels[0]
        var order: [TilePyramid.Position] = []
        for left in stride(from: 0, to: level.tilesAcross, by: slab) {
            for row in 0..<level.tilesDown {
                for column in left..<min(left + slab, level.tilesAcross) {
                    order.append(TilePyramid.Position(level: 0, column: column, row: row))
                }
            }
        }
        let positions = order
        let stored = Mutex(0)
        try Workers.run(count: positions.count, threads: threads, cancellation: Cancellation()) { next in
            let tile = UnsafeMutableRawBufferPointer.allocate(byteCount: side * side, alignment: 64)
            defer { unsafe tile.deallocate() }
            unsafe _ = tile.initializeMemory(as: UInt8.self, repeating: 7)
            while let index = try next() {
                try unsafe pyramid.add(tile, at: positions[index]) { (_, _) throws(TIFFError) in
                    stored.withLock { $0 += 1 }
                }
            }
        }
        #expect(pyramid.isComplete)
        return (pyramid.statistics, stored.withLock { $0 })
    }

    private func tileCount(_ width: Int, _ height: Int) -> Int {
        OverviewLevels(width: width, height: height).levels.reduce(0) { $0 + $1.tileCount }
    }

    /// Row by row the count that the plan allows for is enough: nothing goes to the spool.
    @Test(arguments: [(4608, 2048), (2561, 1537)])
    func rowsOfTheWholeWidthHaveRoom(width: Int, height: Int) throws {
        let across = (width + 511) / 512
        let limit = OpenTiles.count(across: across, levels: OverviewLevels(width: width, height: height).levels.count)
        let found = try run(width: width, height: height, slab: across, openTiles: limit)
        #expect(found.statistics.spooled == 0 && found.statistics.most <= limit)
        #expect(found.stored == tileCount(width, height))
    }

    /// Where slabs meet, tiles that have to wait for the next slab leave the memory.
    @Test(arguments: [1, 3]) func slabsKeepToTheirRoom(threads: Int) throws {
        // Eight tiles of the first overview wait for the second slab.
        let (width, height) = (1024, 8192)
        let limit = OpenTiles.count(across: 1, levels: OverviewLevels(width: width, height: height).levels.count)
        #expect(limit < 8)
        let found = try run(width: width, height: height, slab: 1, openTiles: limit, threads: threads)
        #expect(found.statistics.spooled >= 8 - limit)
        // What threads are writing to at the moment cannot leave.
        #expect(found.statistics.most <= limit + threads)
        #expect(found.stored == tileCount(width, height))
    }

    /// Without any room all is done nonetheless, one tile after the other.
    @Test func noRoom() throws {
        let found = try run(width: 1537, height: 1025, slab: 3, openTiles: 0)
        #expect(found.statistics.spooled > 0 && found.stored == tileCount(1537, 1025))
    }
}
