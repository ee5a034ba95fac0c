import Foundation
import Testing

@testable import RSPipeline

@Suite struct PolygonCoverageTests {
    private static let window = Window(column: 0, row: 0, width: 4, height: 3)

    @Test func aRectangleCoversPartsOfPixels() {
        // From 0.25 to 2.5 across and from 0.5 to 2 down.
        let coverage = PolygonCoverage([[[[0.25, 0.5], [2.5, 0.5], [2.5, 2], [0.25, 2]]]])
        #expect(coverage.area == 2.25 * 1.5)
        #expect(
            coverage.shares(in: Self.window) == [
                0.375, 0.5, 0.25, 0,
                0.75, 1, 0.5, 0,
                0, 0, 0, 0,
            ])
    }

    @Test func aTriangleCoversHalfOfThePixelsOnItsSide() {
        // The diagonal of three pixels; a side across several pixels of one row below.
        let steep = PolygonCoverage([[[[0, 0], [3, 3], [0, 3]]]])
        #expect(
            steep.shares(in: Self.window) == [
                0.5, 0, 0, 0,
                1, 0.5, 0, 0,
                1, 1, 0.5, 0,
            ])
        let flat = PolygonCoverage([[[[0, 0], [4, 1], [0, 1]]]])
        let first = flat.shares(in: Window(column: 0, row: 0, width: 4, height: 1))
        #expect(zip(first, [0.875, 0.625, 0.375, 0.125]).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test(arguments: [false, true]) func holesAreLeftOutWhicheverWayRingsRun(isReversed: Bool) {
        let outline: [SIMD2<Double>] = [[0, 0], [4, 0], [4, 3], [0, 3]]
        let hole: [SIMD2<Double>] = [[1, 1], [2.5, 1], [2.5, 2], [1, 2]]
        let coverage = PolygonCoverage([[isReversed ? outline.reversed() : outline, hole]])
        #expect(coverage.area == 10.5)
        #expect(coverage.shares(in: Self.window) == [1, 1, 1, 1, 1, 0, 0.5, 1, 1, 1, 1, 1])
        let other = PolygonCoverage([[outline, isReversed ? hole.reversed() : hole]])
        #expect(other.shares(in: Self.window) == coverage.shares(in: Self.window))
    }

    @Test func partsAreAddedUp() {
        let left: [SIMD2<Double>] = [[0, 0], [1, 0], [1, 1], [0, 1]]
        let right: [SIMD2<Double>] = [[2.5, 1], [2.5, 3], [3, 3], [3, 1]]
        let coverage = PolygonCoverage([[left], [right]])
        #expect(coverage.shares(in: Self.window) == [1, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0.5, 0])
    }

    @Test func aZoneSmallerThanAPixelCountsWithItsArea() {
        let coverage = PolygonCoverage([[[[1.25, 1.25], [1.5, 1.25], [1.5, 1.5], [1.25, 1.5]]]])
        #expect(coverage.shares(in: Self.window)[5] == 0.0625)
        #expect(coverage.shares(in: Self.window).reduce(0, +) == 0.0625)
    }

    @Test func whatLiesOutsideOfTheWindowIsCutOff() {
        let coverage = PolygonCoverage([[[[-5, -5], [1.5, -5], [1.5, 9], [-5, 9]]]])
        #expect(coverage.shares(in: Self.window) == [1, 0.5, 0, 0, 1, 0.5, 0, 0, 1, 0.5, 0, 0])
        #expect(coverage.window(width: 4, height: 3) == Window(column: 0, row: 0, width: 2, height: 3))
        #expect(PolygonCoverage([[[[5, 0], [6, 0], [6, 1]]]]).window(width: 4, height: 3) == nil)
    }

    /// A side a billionth beyond the border of a pixel, as after a change of coordinates, does not touch the next one.
    @Test func roundingTouchesNoNeighbour() {
        let coverage = PolygonCoverage([[[[1, 1], [2.000_000_001, 1], [2.000_000_001, 2], [1, 2]]]])
        #expect(coverage.shares(in: Self.window) == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    }

    /// A star around a centre, which never crosses itself.
    static func star(_ random: inout SplitMix64, centre: SIMD2<Double>, radius: Double) -> [SIMD2<Double>] {
        let corners = Int.random(in: 5...90, using: &random)
        return (0..<corners).map { corner in
            let angle = (Double(corner) + Double.random(in: 0..<1, using: &random)) / Double(corners) * 2 * Double.pi
            let length = radius * Double.random(in: 0.3...1, using: &random)
            return centre + SIMD2(cos(angle), sin(angle)) * length
        }
    }

    @Test(arguments: 0..<200) func sharesAddUpToTheAreaHoweverWindowsAreCut(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let centre = SIMD2(Double.random(in: 0...60, using: &random), Double.random(in: 0...60, using: &random))
        let radius = exp(Double.random(in: -4...3.5, using: &random))
        let coverage = PolygonCoverage([[Self.star(&random, centre: centre, radius: radius)]])
        let left = Int(coverage.low.x.rounded(.down)) - 1
        let top = Int(coverage.low.y.rounded(.down)) - 1
        let whole = Window(
            column: left, row: top, width: Int(coverage.high.x) + 2 - left, height: Int(coverage.high.y) + 2 - top)
        let shares = coverage.shares(in: whole)
        let sum = shares.reduce(0, +)
        #expect(abs(sum - coverage.area) <= 1e-9 * coverage.area + 1e-12, "seed \(seed): \(sum), \(coverage.area)")
        #expect(shares.allSatisfy { (0...1).contains($0) }, "seed \(seed)")
        let cut = Int.random(in: 1..<max(2, whole.width), using: &random)
        for part in [
            Window(column: left, row: top, width: cut, height: whole.height),
            Window(column: left + cut, row: top, width: whole.width - cut, height: whole.height),
        ] where part.width > 0 {
            for (index, share) in coverage.shares(in: part).enumerated() {
                let column = part.column - left + index % part.width
                let same = shares[index / part.width * whole.width + column]
                #expect(abs(share - same) < 1e-12, "seed \(seed)")
            }
        }
    }
}
