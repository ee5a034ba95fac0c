import Testing

@testable import RSPipeline

@Suite struct PixelShapesTests {
    private func filled(_ shapes: PixelShapes, _ width: Int, _ height: Int, windows: [Window]? = nil) -> [Float] {
        var plane = [Float](repeating: 0, count: width * height)
        for window in windows ?? [Window(column: 0, row: 0, width: width, height: height)] {
            shapes.forEachRun(in: window) { _, row, columns in
                #expect(row >= window.row && row < window.row + window.height)
                #expect(columns.lowerBound >= window.column && columns.upperBound <= window.column + window.width)
                for column in columns { plane[row * width + column] += 1 }
            }
        }
        return plane
    }

    @Test func centresDecide() {
        var shapes = PixelShapes()
        // From 0.6 to 2.5 along, 0.4 to 2 down: centres 1.5 along, 0.5 and 1.5 down.
        shapes.add(id: 1, rings: [[SIMD2(0.6, 0.4), SIMD2(2.5, 0.4), SIMD2(2.5, 2), SIMD2(0.6, 2)]])
        #expect(filled(shapes, 4, 3) == [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(shapes.bounds.map { [$0.left, $0.top, $0.right, $0.bottom] } == [0.6, 0.4, 2.5, 2])
    }

    @Test func holesAreLeftOut() {
        var shapes = PixelShapes()
        shapes.add(
            id: 1,
            rings: [
                [SIMD2(0, 0), SIMD2(4, 0), SIMD2(4, 4), SIMD2(0, 4), SIMD2(0, 0)],
                [SIMD2(1, 1), SIMD2(1, 3), SIMD2(3, 3), SIMD2(3, 1)],
            ])
        #expect(filled(shapes, 4, 4) == [1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1])
    }

    /// Neighbours whose common side runs through centres share every pixel out once.
    @Test func neighboursNeitherOverlapNorLeaveGaps() {
        var shapes = PixelShapes()
        let fan = [SIMD2(0.0, 0), SIMD2(20, 0), SIMD2(20, 20), SIMD2(0, 20)]
        for (a, b) in zip(fan, fan.dropFirst() + fan.prefix(1)) {
            shapes.add(id: 0, rings: [[a, b, SIMD2(9.5, 10.5)]])
        }
        #expect(filled(shapes, 20, 20).allSatisfy { $0 == 1 })
    }

    @Test func linesCoverWhatTheyPass() {
        var shapes = PixelShapes()
        shapes.add(id: 1, rings: [], lines: [[SIMD2(0.2, 0.2), SIMD2(2.8, 1.8)], [SIMD2(3.5, 0.5)]])
        let plane = filled(shapes, 4, 2).map { $0 > 0 }
        #expect(plane == [true, true, false, true, false, true, true, false])
    }

    /// Random stars, cut into random windows, against the crossing number of every centre.
    @Test(arguments: 0..<6) func anyWindowsGiveTheSame(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var shapes = PixelShapes()
        var rings: [[SIMD2<Double>]] = []
        for id in 0..<12 {
            let centre = SIMD2(Double.random(in: -10...70, using: &random), Double.random(in: -10...50, using: &random))
            let count = seed == 0 ? 900 : Int.random(in: 3...40, using: &random)
            let ring = (0..<count).map { _ in
                centre
                    + SIMD2(Double.random(in: -25...25, using: &random), Double.random(in: -25...25, using: &random))
            }
            rings.append(ring)
            shapes.add(id: Int64(id), rings: [ring])
        }
        var truth = [Float](repeating: 0, count: 60 * 40)
        for ring in rings {
            for row in 0..<40 {
                for column in 0..<60 {
                    let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
                    var isInside = false
                    for index in ring.indices {
                        let (a, b) = (ring[index], ring[(index + 1) % ring.count])
                        if (a.y > y) != (b.y > y), x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x {
                            isInside.toggle()
                        }
                    }
                    if isInside { truth[row * 60 + column] += 1 }
                }
            }
        }
        for _ in 0..<5 {
            let windows = StageRunner.randomWindows(60, 40, using: &random)
            #expect(filled(shapes, 60, 40, windows: windows) == truth, "seed \(seed)")
        }
    }

    @Test func nothingIsEmpty() {
        var shapes = PixelShapes()
        #expect(shapes.isEmpty && shapes.bounds == nil)
        shapes.add(id: 1, rings: [], lines: [])
        #expect(shapes.isEmpty)
    }

    /// A point lies in what covers the pixel whose centre it is.
    @Test func pointsAndCentresAgree() {
        var random = SplitMix64(seed: 5)
        var shapes = PixelShapes()
        for id in 0..<12 {
            let ring = (0..<7).map { _ in
                SIMD2(Double.random(in: -2...22, using: &random), Double.random(in: -2...22, using: &random))
            }
            shapes.add(id: Int64(id), rings: [ring])
        }
        var covering = [[Int]](repeating: [], count: 400)
        shapes.forEachRun(in: Window(column: 0, row: 0, width: 20, height: 20)) { feature, row, columns in
            for column in columns { covering[row * 20 + column].append(feature) }
        }
        for row in 0..<20 {
            for column in 0..<20 {
                let point = SIMD2(Double(column) + 0.5, Double(row) + 0.5)
                #expect(shapes.features(holding: point) == covering[row * 20 + column].sorted(), "\(point), seed 5")
            }
        }
    }

    @Test func boxesOfFeaturesKeepToTheGrid() {
        var shapes = PixelShapes()
        shapes.add(id: 1, rings: [[SIMD2(1.2, -3), SIMD2(2.5, -3), SIMD2(2.5, 1.5)]])
        shapes.add(id: 2, rings: [[SIMD2(11, 0), SIMD2(12, 0), SIMD2(12, 1)]])
        let grid = SmallRaster.grid(10, 10)
        #expect(shapes.window(of: 0, in: grid) == Window(column: 1, row: 0, width: 2, height: 2))
        #expect(shapes.window(of: 1, in: grid) == nil)
    }
}
