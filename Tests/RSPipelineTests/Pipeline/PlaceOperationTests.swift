import Testing

@testable import RSPipeline

/// Planes at their place in a larger grid.
@Suite struct PlaceOperationTests {
    @Test func byHandAndForAnyWindows() throws {
        let operation = PlaceOperation(place: Window(column: 2, row: 1, width: 3, height: 2))
        let source: [[Float]] = [[1, 2, 3, 4, 5, 6]]
        let nan = Float.nan
        let values = [nan, nan, nan, nan, nan, nan, nan, nan, 1, 2, 3, nan, nan, nan, 4, 5, 6, nan]
        let depths = [nan, nan, nan, nan, nan, nan, nan, nan, 0.5, 0.5, 0.5, nan, nan, nan, 0.5, 0.5, 0.5, nan]
        let seed: UInt64 = 5
        var random = SplitMix64(seed: seed)
        for _ in 0..<40 {
            let found = try StageRunner.run(
                operation, planes: source, sourceWidth: 3,
                windows: StageRunner.randomWindows(6, 3, using: &random), resultWidth: 6, resultHeight: 3,
                resultCount: 2)
            #expect(found[0].bits == values.bits, "seed \(seed)")
            #expect(found[1].bits == depths.bits, "seed \(seed)")
        }
    }

    @Test func depths() throws {
        let operation = PlaceOperation(place: Window(column: 0, row: 0, width: 5, height: 4))
        let found = try StageRunner.run(
            operation, planes: [[Float](repeating: 0, count: 20)], sourceWidth: 5,
            windows: [Window(column: 0, row: 0, width: 5, height: 4)], resultWidth: 5, resultHeight: 4, resultCount: 2)
        #expect(Array(found[1][5..<10]) == [0.5, 1.5, 1.5, 1.5, 0.5])
        #expect(Array(found[1][0..<5]) == [0.5, 0.5, 0.5, 0.5, 0.5])
    }
}
