import Foundation
import Testing

@testable import RSPipeline

@Suite struct SceneTerrainOperationTests {
    private func run(
        _ heights: [Float], on source: Grid, scene: Grid, windows: [Window]? = nil
    ) throws -> (slope: [Float], aspect: [Float]) {
        let result = try StageRunner.run(
            try SceneTerrainOperation(heights: source, scene: scene, path: "dem.tif"), planes: [heights],
            sourceWidth: source.width, windows: windows ?? [scene.window], resultWidth: scene.width,
            resultHeight: scene.height, resultCount: 2)
        return (result[0], result[1])
    }

    private func part(_ plane: [Float], _ width: Int, _ window: Window) -> [Float] {
        (window.row..<window.row + window.height).flatMap { row in
            plane[row * width + window.column..<row * width + window.column + window.width]
        }
    }

    private func rough(_ count: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float.random(in: 0...900, using: &random) }
    }

    /// A ridge just beyond the left border: only who sees it knows that the border pixel is level.
    @Test func heightsBeyondTheBorderCount() throws {
        let source = SmallRaster.grid(5, 3)
        let scene = source.cut(to: Window(column: 2, row: 0, width: 3, height: 3))
        // By columns: 0, 30, 0, 30, 60.
        let heights = (0..<15).map { [0, 30, 0, 30, 60][$0 % 5] as Float }
        let result = try run(heights, on: source, scene: scene)
        #expect(result.slope[3] == 0)
        // 60 m in two pixels of 30 m, give or take the scale of the map.
        #expect(abs(result.slope[4] - 45) < 0.02 && abs(result.aspect[4] - 270) < 0.1)
        // Where the heights end, the slope goes on.
        #expect(abs(result.slope[5] - 45) < 0.02)
    }

    /// The slopes of a part are those of the whole, outline included, whatever the grid of the heights and the windows.
    @Test(arguments: [30.0, 47, 11]) func aPartHasTheSlopesOfTheWhole(size: Double) throws {
        let scene = SmallRaster.grid(50, 40)
        let source = Grid(
            width: Int(1800 / size), height: Int(1500 / size),
            transform: GeoTransform(left: 499_910, top: 4_400_090, pixelSize: size), crs: SmallRaster.crs)
        let heights = rough(source.pixelCount, seed: 5)
        let whole = try run(heights, on: source, scene: scene)
        var random = SplitMix64(seed: 9)
        for _ in 0..<4 {
            let (column, row) = (Int.random(in: 0..<45, using: &random), Int.random(in: 0..<35, using: &random))
            let window = Window(
                column: column, row: row, width: Int.random(in: 1...50 - column, using: &random),
                height: Int.random(in: 1...40 - row, using: &random))
            let clip = try run(
                heights, on: source, scene: scene.cut(to: window),
                windows: StageRunner.randomWindows(window.width, window.height, using: &random))
            for (found, expected) in zip(clip.slope, part(whole.slope, 50, window)) {
                #expect(abs(found - expected) < 1e-3)
            }
            for (found, expected) in zip(clip.aspect, part(whole.aspect, 50, window)) {
                #expect(abs(found - expected) < 0.01 || abs(found - expected) > 359.99)
            }
        }
        let cut = try run(
            heights, on: source, scene: scene, windows: StageRunner.randomWindows(50, 40, using: &random))
        #expect(cut.slope.bits == whole.slope.bits && cut.aspect.bits == whole.aspect.bits)
    }

    @Test func whatHasNoHeightsIsTold() throws {
        let scene = SmallRaster.grid(40, 100)
        let warnings = { (window: Window) in
            try SceneTerrainOperation(heights: scene.cut(to: window), scene: scene, path: "/a/dem.tif").warnings
        }
        #expect(try warnings(Window(column: -3, row: -2, width: 60, height: 120)).isEmpty)
        #expect(try warnings(scene.window).isEmpty)
        let some = try warnings(Window(column: 0, row: 0, width: 30, height: 100))
        #expect(some.count == 1 && some[0].contains("dem.tif has no heights for about 25.0 % of the scene"), "\(some)")
        let heights = [Float](repeating: 5, count: 30 * 100)
        let result = try run(
            heights, on: scene.cut(to: Window(column: 0, row: 0, width: 30, height: 100)), scene: scene)
        #expect(result.slope.filter(\.isNaN).count == 1000)
        let message = Run.message {
            _ = try SceneTerrainOperation(heights: SmallRaster.grid(9, 9, left: 900_000), scene: scene, path: "dem.tif")
        }
        #expect(message.contains("dem.tif") && message.contains("does not meet"), "\(message)")
    }
}
