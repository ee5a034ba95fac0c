import Testing

@testable import RSPipeline

@Suite struct CellOutlinesTests {
    private static func polygons(_ rows: [String]) -> [CellOutlines.Polygon] {
        CellOutlines.polygons(
            width: rows[0].count, height: rows.count, cells: rows.joined().map { $0 == "#" })
    }

    private static func corners(_ ring: [CellOutlines.Corner]) -> [[Int]] { ring.map { [$0.column, $0.row] } }

    @Test func oneCellIsASquare() {
        let found = Self.polygons(["...", ".#.", "..."])
        #expect(found.count == 1 && found[0].holes.isEmpty)
        #expect(Self.corners(found[0].exterior) == [[1, 1], [2, 1], [2, 2], [1, 2]])
    }

    @Test func aRingHasAHole() {
        let found = Self.polygons(["###", "#.#", "###"])
        #expect(found.count == 1)
        #expect(Self.corners(found[0].exterior) == [[0, 0], [3, 0], [3, 3], [0, 3]])
        #expect(found[0].holes.map(Self.corners) == [[[1, 1], [1, 2], [2, 2], [2, 1]]])
    }

    @Test func cellsThatTouchAtACornerAreTwoPolygons() {
        for rows in [["#.", ".#"], [".#", "#."]] {
            let found = Self.polygons(rows)
            #expect(found.count == 2 && found.allSatisfy { $0.exterior.count == 4 && $0.holes.isEmpty })
        }
    }

    @Test func holesThatTouchAtACornerAndNothingAtAll() {
        let found = Self.polygons(["####", "#.##", "##.#", "####"])
        #expect(found.count == 1 && found[0].exterior.count == 4)
        // Seen from the marked cells, which are joined by their edges only, the two gaps are one ring through the corner.
        #expect(found[0].holes.count >= 1)
        #expect(Self.polygons(["..", ".."]).isEmpty)
    }

    private static func doubledArea(_ ring: [CellOutlines.Corner]) -> Int {
        zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) {
            $0 + $1.0.column * $1.1.row - $1.1.column * $1.0.row
        }
    }

    /// Areas of the exteriors less the holes are the marked cells, and each cell's middle lies in exactly one polygon.
    @Test(arguments: 0..<60) func outlinesHoldTheMarkedCellsAndNoOthers(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (width, height) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
        let cells = (0..<(width * height)).map { _ in Bool.random(using: &random) }
        let found = CellOutlines.polygons(width: width, height: height, cells: cells)
        var doubled = 0
        for polygon in found {
            #expect(Self.doubledArea(polygon.exterior) > 0 && polygon.holes.allSatisfy { Self.doubledArea($0) < 0 })
            doubled += ([polygon.exterior] + polygon.holes).reduce(0) { $0 + Self.doubledArea($1) }
        }
        #expect(doubled == 2 * cells.count { $0 }, "seed \(seed)")
        for row in 0..<height {
            for column in 0..<width {
                let owners = found.count { polygon in
                    ([polygon.exterior] + polygon.holes).reduce(0) { $0 + Self.crossings($1, column, row) } % 2 == 1
                }
                #expect(owners == (cells[row * width + column] ? 1 : 0), "seed \(seed), cell \(column),\(row)")
            }
        }
    }

    /// Vertical edges to the right of a cell's middle, at its height.
    private static func crossings(_ ring: [CellOutlines.Corner], _ column: Int, _ row: Int) -> Int {
        zip(ring, ring.dropFirst() + ring.prefix(1)).count { one, next in
            one.column == next.column && one.column > column
                && (min(one.row, next.row)..<max(one.row, next.row)).contains(row)
        }
    }
}
