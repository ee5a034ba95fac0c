import Testing

@testable import RSPipeline

@Suite struct BlockTilingTests {
    @Test(arguments: 0..<40 as Range<UInt64>) func blocksCoverOnceAndAreFoundByWindows(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tiling = BlockTiling(
            width: Int.random(in: 1...70, using: &random), height: Int.random(in: 1...70, using: &random),
            blockWidth: Int.random(in: 1...80, using: &random), blockHeight: Int.random(in: 1...80, using: &random))
        let column = Int.random(in: 0..<tiling.width, using: &random)
        let row = Int.random(in: 0..<tiling.height, using: &random)
        let window = Window(
            column: column, row: row, width: Int.random(in: 1...tiling.width - column, using: &random),
            height: Int.random(in: 1...tiling.height - row, using: &random))
        var pixels = 0
        for block in 0..<tiling.count {
            let area = tiling.window(of: block)
            pixels += area.pixelCount
            let isFound =
                tiling.columns(of: window).contains(block % tiling.across)
                && tiling.rows(of: window).contains(block / tiling.across)
            #expect(isFound == (area.intersection(window) != nil), "seed \(seed): block \(block) of \(tiling)")
        }
        #expect(pixels == tiling.width * tiling.height, "seed \(seed)")
    }

    @Test func commonPixelsOfWindows() {
        let window = Window(column: 2, row: 3, width: 4, height: 5)
        #expect(
            window.intersection(Window(column: 0, row: 7, width: 3, height: 9))
                == Window(column: 2, row: 7, width: 1, height: 1))
        #expect(window.intersection(Window(column: 6, row: 3, width: 1, height: 1)) == nil)
        #expect(window.contains(Window(column: 5, row: 7, width: 1, height: 1)))
        #expect(!window.contains(Window(column: 5, row: 7, width: 2, height: 1)))
    }
}
