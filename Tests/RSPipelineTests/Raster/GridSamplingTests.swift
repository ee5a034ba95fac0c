import Testing

@testable import RSPipeline

@Suite struct GridSamplingTests {
    private func grid(_ size: Int, pixel: Double, left: Double = 0, top: Double = 0, height: Int? = nil) -> Grid {
        Grid(
            width: size, height: height ?? size, transform: GeoTransform(left: left, top: top, pixelSize: pixel),
            crs: nil)
    }

    private func sample(_ values: [Float], _ source: Grid, to target: Grid, isBits: Bool = false) throws -> [Float] {
        let sampling = try #require(GridSampling(from: source, to: target, isBits: isBits))
        var result = [Float](repeating: .nan, count: target.pixelCount)
        guard let part = sampling.sourceWindow(for: target.window) else { return result }
        let cut = (0..<part.height).flatMap { row in
            (0..<part.width).map { values[(part.row + row) * source.width + part.column + $0] }
        }
        sampling.sample(cut, source: part, target: target.window, into: &result)
        return result
    }

    @Test func nestedPixelsAreAveraged() throws {
        let values: [Float] = [1, 3, 10, 10, 5, 7, 10, 10, 0, 0, 2, 4, 0, 0, 6, 8]
        #expect(try sample(values, grid(4, pixel: 15), to: grid(2, pixel: 30)) == [4, 10, 0, 5])
    }

    /// Landsat's panchromatic grid is shifted by half of its own pixel: a 30 m pixel covers 1, 2, 1 quarter columns.
    @Test func shiftedPixelsAreWeightedByArea() throws {
        let values: [Float] = [4, 8, 16]
        let source = grid(3, pixel: 15, left: -7.5, top: 0, height: 1)
        let target = Grid(
            width: 1, height: 1,
            transform: GeoTransform(originX: 0, columnX: 30, rowX: 0, originY: 0, columnY: 0, rowY: -15), crs: nil)
        // Half of the first, all of the second, half of the third: (2 + 8 + 8) / 2.
        #expect(try sample(values, source, to: target) == [9])
    }

    @Test func noDataIsLeftOutUntilHalfIsMissing() throws {
        let target = grid(1, pixel: 30)
        let half = try sample([1, .nan, 3, .nan], grid(2, pixel: 15), to: target)
        #expect(half == [2])
        let quarter = try sample([1, .nan, .nan, .nan], grid(2, pixel: 15), to: target)
        #expect(quarter[0].isNaN)
    }

    @Test func coarserPixelsAndBitsAreTakenByTheirCentre() throws {
        let coarse: [Float] = [1, 2, 3, 4]
        #expect(
            try sample(coarse, grid(2, pixel: 30), to: grid(4, pixel: 15))
                == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
        let bits: [Float] = [1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 16]
        #expect(try sample(bits, grid(4, pixel: 15), to: grid(2, pixel: 30), isBits: true) == [2, 8, 2, 16])
    }

    @Test func pixelsOutsideTheSourceAreNoData() throws {
        let result = try sample([1, 2, 3, 4], grid(2, pixel: 15), to: grid(2, pixel: 30))
        #expect(result[0] == 2.5)
        #expect(result[1].isNaN && result[2].isNaN && result[3].isNaN)
    }

    @Test func gridsThatCannotBeSampledAreRefused() {
        let rotated = Grid(
            width: 2, height: 2,
            transform: GeoTransform(originX: 0, columnX: 10, rowX: 1, originY: 0, columnY: 1, rowY: -10), crs: nil)
        #expect(GridSampling(from: rotated, to: grid(2, pixel: 30), isBits: false) == nil)
        #expect(GridSampling(from: grid(2, pixel: 30, left: 15), to: grid(2, pixel: 30), isBits: false) == nil)
        #expect(GridSampling(from: grid(2, pixel: 15, left: 1000), to: grid(2, pixel: 30), isBits: false) == nil)
        let utm = CoordinateSystem(wkt: "a", name: "a", epsg: 32639, isGeographic: false, metresPerUnit: 1)
        let other = Grid(width: 4, height: 4, transform: GeoTransform(left: 0, top: 0, pixelSize: 15), crs: utm)
        #expect(GridSampling(from: other, to: grid(2, pixel: 30), isBits: false) == nil)
    }

    /// Whatever changes in a part of the source changes nothing outside of the target window said of it.
    @Test(arguments: 0..<60 as Range<UInt64>) func aPartReachesNoFurtherThanIsSaid(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let source = grid(
            Int.random(in: 1...30, using: &random), pixel: [10, 15, 20, 30].randomElement(using: &random) ?? 10,
            left: Double.random(in: -20...20, using: &random), top: Double.random(in: -20...20, using: &random))
        let target = grid(Int.random(in: 1...20, using: &random), pixel: Double.random(in: 5...90, using: &random))
        let isBits = Bool.random(using: &random)
        guard let sampling = GridSampling(from: source, to: target, isBits: isBits) else { return }
        var values = [Float](repeating: 1, count: source.pixelCount)
        let before = try sample(values, source, to: target, isBits: isBits)
        let part = Window(
            column: Int.random(in: 0..<source.width, using: &random),
            row: Int.random(in: 0..<source.height, using: &random), width: 1, height: 1)
        values[part.row * source.width + part.column] = 1e9
        let after = try sample(values, source, to: target, isBits: isBits)
        let reached = sampling.targetWindow(for: part, in: target.window)
        for index in before.indices where before[index].bitPattern != after[index].bitPattern {
            let pixel = Window(column: index % target.width, row: index / target.width, width: 1, height: 1)
            #expect(
                reached?.contains(pixel) == true, "seed \(seed): pixel \(pixel), said \(String(describing: reached))")
        }
    }
}
