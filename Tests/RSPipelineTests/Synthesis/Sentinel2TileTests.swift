import Testing

@testable import RSPipeline

@Suite struct Sentinel2TileTests {
    @Test func theFullTileIsThatOfTheMap() {
        let tile = SyntheticTile(size: 10_980)
        #expect(tile.left == 199_980 && tile.top == 4_500_000)
        let grid = tile.grid(resolution: 20, crs: nil)
        #expect(grid.width == 5490 && grid.transform.pixelWidth == 20)
    }

    @Test func aSmallSceneLiesAboutTheMiddleOfTheLandscape() {
        let tile = SyntheticTile(size: 120)
        #expect(abs(tile.centre.x) <= 60 && abs(tile.centre.y) <= 60)
    }

    /// Every scene lies in the tile, with its corner on the 60 m grid.
    @Test func allSizesStayInTheTile() {
        for size in stride(from: 12, through: 10_980, by: 6) {
            let tile = SyntheticTile(size: size)
            #expect((tile.left - 199_980) % 60 == 0 && (4_500_000 - tile.top) % 60 == 0)
            #expect(tile.left >= 199_980 && tile.left + size * 10 <= 199_980 + 109_800)
            #expect(tile.top <= 4_500_000 && tile.top - size * 10 >= 4_500_000 - 109_800)
        }
    }
}
