import Testing

@testable import RSPipeline

@Suite struct GridSamplingTests {
    private func grid(_ size: Int, pixel: Double, left: Double = 0, top: Double = 0, height: Int? = nil) -> Grid {
        Grid(
            width: size, height: height ?? size, transform: GeoTransform(left: left, top: top, pixelSize: pixel),
            crs: nil)
    }

    private func sample(
        _ values: [Float], _ source: Grid, to target: Grid, isBits: Bool = false,
        interpolation: GridSampling.Interpolation = .none, window: Window? = nil
    ) throws -> [Float] {
        let sampling = try #require(
            GridSampling(from: source, to: target, isBits: isBits, interpolation: interpolation))
        let window = window ?? target.window
        var result = [Float](repeating: .nan, count: window.pixelCount)
        guard let part = sampling.sourceWindow(for: window) else { return result }
        let cut = (0..<part.height).flatMap { row in
            (0..<part.width).map { values[(part.row + row) * source.width + part.column + $0] }
        }
        sampling.sample(cut, source: part, target: window, into: &result)
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
        let interpolation: GridSampling.Interpolation = !isBits && Bool.random(using: &random) ? .smooth : .none
        guard
            let sampling = GridSampling(from: source, to: target, isBits: isBits, interpolation: interpolation)
        else { return }
        var values = [Float](repeating: 1, count: source.pixelCount)
        let before = try sample(values, source, to: target, isBits: isBits, interpolation: interpolation)
        let part = Window(
            column: Int.random(in: 0..<source.width, using: &random),
            row: Int.random(in: 0..<source.height, using: &random), width: 1, height: 1)
        values[part.row * source.width + part.column] = 1e9
        let after = try sample(values, source, to: target, isBits: isBits, interpolation: interpolation)
        let reached = sampling.targetWindow(for: part, in: target.window)
        for index in before.indices where before[index].bitPattern != after[index].bitPattern {
            let pixel = Window(column: index % target.width, row: index / target.width, width: 1, height: 1)
            #expect(
                reached?.contains(pixel) == true, "seed \(seed): pixel \(pixel), said \(String(describing: reached))")
        }
    }

    // MARK: Interpolation

    /// Centres of the source at 0 and 30, of the target at -5, 5, 15, 25, 35: beyond the outermost ones nothing rises.
    @Test func smoothNumbersAreInterpolatedBetweenCentres() throws {
        let source = grid(2, pixel: 30, left: -15, top: 15)
        let target = grid(5, pixel: 10, left: -10, top: 10)
        let values = try sample([0, 30, 60, 90], source, to: target, interpolation: .smooth)
        #expect(Array(values[0..<5]) == [0, 5, 15, 25, 30])
        #expect(Array(values[10..<15]) == [30, 35, 45, 55, 60])
        #expect(Array(values[20..<25]) == [60, 65, 75, 85, 90])
    }

    @Test func directionsGoTheShorterWayRound() throws {
        let source = grid(2, pixel: 30, left: -15, top: 15, height: 1)
        let target = Grid(
            width: 3, height: 1,
            transform: GeoTransform(originX: 0, columnX: 10, rowX: 0, originY: 5, columnY: 0, rowY: -10), crs: nil)
        let degrees = try sample([350, 20], source, to: target, interpolation: .direction(fullCircle: 360))
        #expect(degrees == [355, 5, 15])
        let back = try sample([20, 350], source, to: target, interpolation: .direction(fullCircle: 360))
        #expect(back == [15, 5, 355])
        // In hundredths of a degree, below zero as Landsat stores them.
        let hundredths = try sample([-17000, 17500], source, to: target, interpolation: .direction(fullCircle: 36_000))
        #expect(hundredths == [18_750, 18_250, 17_750])
        #expect(try sample([350, 20], source, to: target, interpolation: .smooth) == [295, 185, 75])
    }

    @Test func interpolationLeavesOutNoDataUntilHalfIsMissing() throws {
        let source = grid(2, pixel: 30, left: -15, top: 15)
        let target = grid(3, pixel: 10, left: 0, top: 0)
        let values = try sample([6, .nan, 6, 6], source, to: target, interpolation: .smooth)
        #expect(values[0] == 6)
        #expect(values[2].isNaN, "most of the weight lies on the pixel without data")
        let none = try sample([.nan, .nan, .nan, 1], source, to: target, interpolation: .smooth)
        #expect(none[0].isNaN && none[8] == 1)
        // Outside of the source there is nothing.
        let beside = try sample([1, 1, 1, 1], source, to: grid(9, pixel: 10), interpolation: .smooth)
        #expect(beside[4] == 1 && beside[5].isNaN)
    }

    @Test func smoothNumbersMayBeShiftedOrFiner() throws {
        let shifted = try sample(
            [0, 30, 60, 90], grid(2, pixel: 30), to: grid(2, pixel: 30, left: 15), interpolation: .smooth)
        #expect(shifted[0] == 15 && shifted[2] == 75)
        let finer = try sample(
            (0..<16).map(Float.init), grid(4, pixel: 15), to: grid(2, pixel: 30), interpolation: .smooth)
        #expect(finer == [2.5, 4.5, 10.5, 12.5])
    }

    /// A plane is met everywhere between the outermost centres, however the target is cut into windows.
    @Test(arguments: 0..<60 as Range<UInt64>) func planesAreMetWhateverTheWindows(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let source = grid(
            Int.random(in: 2...12, using: &random), pixel: Double.random(in: 20...90, using: &random),
            left: Double.random(in: -40...0, using: &random), top: Double.random(in: 0...40, using: &random),
            height: Int.random(in: 2...12, using: &random))
        let target = grid(Int.random(in: 1...40, using: &random), pixel: Double.random(in: 3...40, using: &random))
        let (a, b) = (Double.random(in: -2...2, using: &random), Double.random(in: -2...2, using: &random))
        func plane(_ grid: Grid, _ column: Int, _ row: Int) -> Double {
            let place = grid.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
            return a * place.x + b * place.y + 40
        }
        let values = (0..<source.pixelCount).map { Float(plane(source, $0 % source.width, $0 / source.width)) }
        let interpolation: GridSampling.Interpolation =
            Bool.random(using: &random) ? .smooth : .direction(fullCircle: 1e6)
        guard GridSampling(from: source, to: target, isBits: false, interpolation: interpolation) != nil else { return }
        let whole = try sample(values, source, to: target, interpolation: interpolation)
        let first = source.transform.map(column: 0.5, row: 0.5)
        let last = source.transform.map(column: Double(source.width) - 0.5, row: Double(source.height) - 0.5)
        for index in whole.indices {
            let (column, row) = (index % target.width, index / target.width)
            let place = target.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
            guard place.x >= first.x, place.x <= last.x, place.y <= first.y, place.y >= last.y else { continue }
            var difference = Double(whole[index]) - plane(target, column, row)
            if interpolation != .smooth { difference -= 1e6 * (difference / 1e6).rounded() }
            #expect(abs(difference) < 0.1, "seed \(seed): pixel \(column), \(row)")
        }
        for window in Window.tiling(
            width: target.width, height: target.height, unitWidth: Int.random(in: 1...target.width, using: &random),
            unitHeight: Int.random(in: 1...target.height, using: &random))
        {
            let part = try sample(values, source, to: target, interpolation: interpolation, window: window)
            for row in 0..<window.height {
                for column in 0..<window.width {
                    let other = whole[(window.row + row) * target.width + window.column + column]
                    #expect(part[row * window.width + column].bitPattern == other.bitPattern, "seed \(seed)")
                }
            }
        }
    }
}
