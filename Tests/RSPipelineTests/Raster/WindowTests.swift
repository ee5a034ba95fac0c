import Testing

@testable import RSPipeline

@Suite struct WindowTests {
    @Test(arguments: 0..<40 as Range<UInt64>) func tilingCoversEveryPixelOnce(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let width = Int.random(in: 1...70, using: &random)
        let height = Int.random(in: 1...70, using: &random)
        let unitWidth = Int.random(in: 1...80, using: &random)
        let unitHeight = Int.random(in: 1...80, using: &random)
        var seen = [Int](repeating: 0, count: width * height)
        for window in Window.tiling(width: width, height: height, unitWidth: unitWidth, unitHeight: unitHeight) {
            #expect(window.width <= unitWidth && window.height <= unitHeight && window.pixelCount > 0)
            for row in window.row..<(window.row + window.height) {
                for column in window.column..<(window.column + window.width) { seen[row * width + column] += 1 }
            }
        }
        #expect(seen.allSatisfy { $0 == 1 }, "seed \(seed): \(width)x\(height) by \(unitWidth)x\(unitHeight)")
    }
}
