import Testing

@testable import RSPipeline

@Suite struct OverviewAxisTests {
    @Test func sizesAreHalvedAndRoundedDown() {
        func sizes(_ width: Int, _ height: Int) -> [[Int]] {
            OverviewLevels(width: width, height: height).levels.map { [$0.width, $0.height] }
        }
        #expect(sizes(3000, 2500) == [[3000, 2500], [1500, 1250], [750, 625], [375, 312]])
        #expect(sizes(513, 300) == [[513, 300], [256, 150]])
        #expect(sizes(512, 512) == [[512, 512]])
        #expect(sizes(2049, 10) == [[2049, 10], [1024, 5], [512, 2]])
        #expect(sizes(1, 1030) == [[1, 1030], [1, 515], [1, 257]])
    }

    @Test func anEvenSideIsHalved() {
        let axis = OverviewAxis(source: 1024, target: 512)
        #expect(axis.isHalving)
        #expect(axis.span(5).start == 10 && axis.span(5).end == 12)
        #expect(axis.span(5).firstWeight == 1 && axis.span(5).lastWeight == 1)
        #expect(axis.parts(ofTile: 0, side: 512).map(\.target) == [0..<256])
        #expect(axis.parts(ofTile: 1, side: 512).map(\.target) == [256..<512])
    }

    /// 5 pixels to 2: each target covers 2.5, the middle one is shared.
    @Test func anOddSideSharesPixels() {
        let axis = OverviewAxis(source: 5, target: 2)
        let first = axis.span(0)
        let second = axis.span(1)
        #expect(first.start == 0 && first.end == 3 && first.weight(2) == 0.5 && first.weight(0) == 1)
        #expect(second.start == 2 && second.end == 5 && second.weight(2) == 0.5 && second.weight(4) == 1)
    }

    /// Every target pixel belongs to one part, which all tiles that it touches know in the same words.
    @Test(arguments: 0..<60 as Range<UInt64>) func partsCoverTheTargetOnce(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let source = Int.random(in: 1...3000, using: &random)
        let axis = OverviewAxis(source: source, target: max(1, source / 2))
        var seen: [OverviewAxis.Part: Int] = [:]
        for tile in 0...(source - 1) / 512 {
            for part in axis.parts(ofTile: tile, side: 512) {
                #expect(part.tiles.contains(tile), "seed \(seed)")
                #expect(part.source.lowerBound / 512 == part.tiles.lowerBound, "seed \(seed)")
                #expect((part.source.upperBound - 1) / 512 == part.tiles.upperBound, "seed \(seed)")
                seen[part, default: 0] += 1
            }
        }
        for (part, count) in seen { #expect(count == part.tiles.count, "seed \(seed)") }
        let targets = seen.keys.flatMap { Array($0.target) }.sorted()
        #expect(targets == Array(0..<axis.target), "seed \(seed)")
    }
}
