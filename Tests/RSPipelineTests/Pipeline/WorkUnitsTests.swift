import Testing

@testable import RSPipeline

@Suite struct WorkUnitsTests {
    private func source(_ grid: Grid, _ blockWidth: Int, _ blockHeight: Int) -> RasterSource {
        RasterSource(
            path: "x", band: 1, grid: grid, sampleType: .uint16, blockWidth: min(blockWidth, grid.width),
            blockHeight: blockHeight)
    }

    @Test(arguments: 0..<80 as Range<UInt64>) func unitsCoverOnceAndKeepToTheMemory(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let grid = SmallRaster.grid(Int.random(in: 1...6000, using: &random), Int.random(in: 1...6000, using: &random))
        let block =
            [(256, 256), (512, 512), (384, 384), (grid.width, 1), (grid.width, 17), (240, 240)]
            .randomElement(using: &random) ?? (1, 1)
        let sources = [source(grid, block.0, block.1), source(grid, block.0, block.1)]
        let memory = Int.random(in: 1 << 18...1 << 27, using: &random)
        let threads = Int.random(in: 1...8, using: &random)
        let outputs = Int.random(in: 1...5, using: &random)
        let units = WorkUnits(grid: grid, sources: sources, outputCount: outputs, threads: threads, memory: memory)
        let note: Comment = "seed \(seed): \(grid.width) x \(grid.height), \(units.unitWidth) x \(units.unitHeight)"
        #expect(units.windows.reduce(0) { $0 + $1.pixelCount } == grid.pixelCount, note)
        #expect(Set(units.windows.map { [$0.column, $0.row] }).count == units.windows.count, note)
        for window in units.windows {
            #expect(window.column % units.unitWidth == 0 && window.row % units.unitHeight == 0, note)
            #expect(window.column + window.width <= grid.width && window.row + window.height <= grid.height, note)
        }
        #expect(units.bytesPerWorker == units.unitWidth * units.unitHeight * (4 + 4 * outputs), note)
        let allowed = memory * 3 / 4 / threads
        #expect(units.bytesPerWorker <= allowed || units.unitHeight == 1, note)
        let isAligned =
            (units.unitHeight >= grid.height || units.unitHeight % block.1 == 0)
            && (units.unitWidth >= grid.width || units.unitWidth % max(512, block.0) == 0
                || units.unitWidth % block.0 == 0)
        #expect(isAligned || units.decodesAgain, note)
    }

    @Test func tiledScenesFollowTheirBlocks() {
        let grid = SmallRaster.grid(5000, 5000)
        let units = WorkUnits(
            grid: grid, sources: [source(grid, 384, 384)], outputCount: 1, threads: 1, memory: 256 << 20)
        #expect(units.unitHeight == 768)
        #expect(!units.decodesAgain)
    }
}
