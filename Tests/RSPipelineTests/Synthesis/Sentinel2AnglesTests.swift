import Foundation
import Testing

@testable import RSPipeline

@Suite struct Sentinel2AnglesTests {
    @Test func theSunOfTheTileIsTheSunOfTheShadows() {
        let sun = Sentinel2Angles.sun(x: 254_880, y: 4_445_100)
        #expect(abs(90 - sun.zenith - SyntheticSun.sentinel2.elevationDegrees) < 1e-4)
        #expect(abs(sun.azimuth - SyntheticSun.sentinel2.azimuthDegrees) < 1e-3)
    }

    /// Over the whole tile every node is seen by at least one detector of every band, and at most by two.
    @Test func detectorsShareTheSwath() {
        let angles = Sentinel2Angles(tile: SyntheticTile(size: 10_980))
        for band in [0, 3, 12] {
            var seen = [Int](repeating: 0, count: 23 * 23)
            for detector in Sentinel2Angles.detectors {
                guard let grid = angles.satelliteGrid(band: band, detector: detector) else { continue }
                for (index, direction) in grid.joined().enumerated() {
                    guard let direction else { continue }
                    seen[index] += 1
                    #expect((0..<12.5).contains(direction.zenith) && (0..<360).contains(direction.azimuth))
                }
            }
            // The swath ends a little east of the tile's middle border.
            let missed = seen.count { $0 == 0 }
            #expect(missed < 30 && seen.allSatisfy { $0 <= 2 } && seen.contains(2))
        }
    }

    @Test func aSmallSceneNeedsTheNodesAboutItOnly() throws {
        let angles = Sentinel2Angles(tile: SyntheticTile(size: 120))
        var corners = [Int](repeating: 0, count: 4)
        for detector in Sentinel2Angles.detectors {
            guard let grid = angles.satelliteGrid(band: 3, detector: detector) else { continue }
            #expect(grid.joined().count { $0 != nil } <= 4 && grid.count == 23)
            for (index, (row, column)) in [(0, 0), (0, 1), (1, 0), (1, 1)].enumerated() where grid[row][column] != nil {
                corners[index] += 1
            }
        }
        #expect(corners.allSatisfy { $0 >= 1 }, "nodes on all four sides, so that angles can be interpolated")
    }

    /// East of the track the satellite stands in the west, and odd detectors see it from the other side than even ones.
    @Test func theSatelliteStandsAboveItsTrack() throws {
        let (x, y) = (298_500.0, 4_455_000.0)
        let detector = try #require(
            Sentinel2Angles.detectors.first { Sentinel2Angles.satellite(x: x, y: y, band: 3, detector: $0) != nil })
        let direction = try #require(Sentinel2Angles.satellite(x: x, y: y, band: 3, detector: detector))
        // 133 km east of the track, 0.0747 degrees each, and 1.2 degrees along it.
        #expect(abs(direction.zenith - 10.0) < 0.2 && abs(direction.azimuth - 282.4) < 12)
    }
}
