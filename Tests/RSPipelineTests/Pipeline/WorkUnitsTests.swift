import Testing

@testable import RSPipeline

@Suite struct WorkUnitsTests {
    private func source(_ grid: Grid, _ blockWidth: Int, _ blockHeight: Int) -> RasterSource {
        RasterSource(
            path: "x", band: 1, grid: grid, sampleType: .uint16, blockWidth: min(blockWidth, grid.width),
            blockHeight: blockHeight)
    }

    private func demand(_ planes: Int) -> WorkUnits.Demand {
        let format = TileFormat(sampleType: .float32, samples: 1, compression: .deflate)
        return WorkUnits.Demand(planeCount: planes, formats: [TileFormat](repeating: format, count: planes))
    }

    @Test(arguments: 0..<80 as Range<UInt64>) func unitsCoverOnceInWholeTilesAndKeepToTheMemory(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let grid = SmallRaster.grid(
            Int.random(in: 1...20_000, using: &random), Int.random(in: 1...20_000, using: &random))
        let block =
            [(256, 256), (512, 512), (1024, 1024), (384, 384), (grid.width, 1), (grid.width, 17), (240, 240)]
            .randomElement(using: &random) ?? (1, 1)
        let sources = [source(grid, block.0, block.1), source(grid, block.0, block.1)]
        let memory = Int.random(in: 1 << 24...1 << 29, using: &random)
        let threads = Int.random(in: 1...8, using: &random)
        let units = WorkUnits(
            grid: grid, sources: sources, demand: demand(Int.random(in: 1...5, using: &random)), threads: threads,
            memory: memory)
        let note: Comment = "seed \(seed): \(grid.width) x \(grid.height), \(units)"
        #expect(units.windows.reduce(0) { $0 + $1.pixelCount } == grid.pixelCount, note)
        #expect(Set(units.windows.map { [$0.column, $0.row] }).count == units.windows.count, note)
        #expect(units.unitWidth % 512 == 0 && units.unitHeight % 512 == 0, note)
        for window in units.windows {
            #expect(window.column % units.unitWidth == 0 && window.row % units.unitHeight == 0, note)
            #expect(window.column + window.width <= grid.width && window.row + window.height <= grid.height, note)
        }
        #expect(units.workers >= 1 && units.workers <= threads, note)
        let held = units.workers * units.bytesPerWorker + units.overviewBytes + units.cacheBytes + units.gdalBytes
        // One worker on one tile is the least there is.
        let least = units.workers == 1 && units.unitWidth == 512 && units.slabWidth == 512
        #expect(held <= memory || least, note)
    }

    /// Four bands of 7680 pixels brought to 23,041 take more tiles of overviews than there is room for: slabs.
    @Test func overviewsOfManyPlanesKeepToTheMemory() {
        let grid = SmallRaster.grid(23_041, 23_041)
        for planes in 1...12 {
            let units = WorkUnits(grid: grid, sources: [], demand: demand(planes), threads: 2, memory: 256 << 20)
            let across = (units.slabWidth + 511) / 512
            #expect(units.openTiles >= across)
            #expect(units.overviewBytes == units.openTiles * planes << 20)
            let held = units.workers * units.bytesPerWorker + units.overviewBytes + units.cacheBytes + units.gdalBytes
            #expect(held <= 256 << 20, "\(planes) planes: \(units)")
            #expect(planes < 4 || units.slabWidth < grid.width)
        }
        // No more than all of them.
        let small = WorkUnits(
            grid: SmallRaster.grid(1000, 1000), sources: [], demand: demand(3), threads: 2, memory: 256 << 20)
        #expect(small.openTiles == 1)
    }

    @Test func largeBlocksAreReadByOneUnit() {
        let grid = SmallRaster.grid(10_980, 10_980)
        let units = WorkUnits(
            grid: grid, sources: [source(grid, 1024, 1024)], demand: demand(1), threads: 2, memory: 256 << 20)
        #expect(units.unitWidth == 1024 && units.unitHeight == 1024 && !units.decodesAgain)
    }

    @Test func stripsAreKeptWhileTheMemoryAllows() {
        let grid = SmallRaster.grid(7680, 7680)
        let strips = [RasterSource](repeating: source(grid, 7680, 1), count: 6)
        let roomy = WorkUnits(grid: grid, sources: strips, demand: demand(4), threads: 2, memory: 256 << 20)
        #expect(!roomy.decodesAgain && roomy.cacheBytes > 6 * 7680 * 512 * 2)
        let wide = SmallRaster.grid(40_000, 40_000)
        let more = [RasterSource](repeating: source(wide, 40_000, 1), count: 6)
        let tight = WorkUnits(grid: wide, sources: more, demand: demand(4), threads: 2, memory: 256 << 20)
        #expect(tight.decodesAgain && tight.unitWidth > 512)
    }

    @Test func slabsFollowOneAnother() {
        let grid = SmallRaster.grid(40_000, 2000)
        let units = WorkUnits(
            grid: grid, sources: [source(grid, 512, 512)], demand: demand(4), threads: 2, memory: 256 << 20)
        #expect(units.slabWidth < grid.width)
        let first = units.windows.prefix { $0.column < units.slabWidth }
        #expect(first.count == units.slabWidth / 512 * 4)
        #expect(units.windows.dropFirst(first.count).allSatisfy { $0.column >= units.slabWidth })
    }

    /// Units that hold a wanted pixel stay, in their order; no other does.
    @Test(arguments: 0..<20 as Range<UInt64>) func unitsWithoutAWantedPixelAreLeftOut(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let grid = SmallRaster.grid(5000, 3000)
        let all = WorkUnits(
            grid: grid, sources: [source(grid, 512, 512)], demand: demand(2), threads: 2, memory: 64 << 20)
        let wanted = (0..<12).compactMap { _ in
            Window(
                column: Int.random(in: 0..<5000, using: &random), row: Int.random(in: 0..<3000, using: &random),
                width: Int.random(in: 1...700, using: &random), height: Int.random(in: 1...40, using: &random)
            ).intersection(grid.window)
        }
        var some = all
        some.keep(meeting: wanted)
        #expect(
            some.windows == all.windows.filter { unit in wanted.contains { $0.intersection(unit) != nil } },
            "seed \(seed)")
    }
}
