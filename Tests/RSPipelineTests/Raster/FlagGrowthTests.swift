import Testing

@testable import RSPipeline

/// Growing and sieving flags, against counting every pair of pixels.
@Suite struct FlagGrowthTests {
    private func grown(
        _ flags: [Float], width: Int, window: Window? = nil, reach: (Int) -> EuclideanReach
    ) -> [Float] {
        let source = Window(column: 0, row: 0, width: width, height: flags.count / width)
        let window = window ?? source
        var result = [Float](repeating: -1, count: window.pixelCount)
        unsafe flags.withUnsafeBufferPointer { input in
            unsafe result.withUnsafeMutableBufferPointer { output in
                guard let from = input.baseAddress, let to = output.baseAddress else { return }
                unsafe FlagGrowth.grow(from, source: source, into: to, window: window, reach: reach)
            }
        }
        return result
    }

    @Test func aPixelGrowsToADisc() {
        var flags = [Float](repeating: 0, count: 49)
        flags[24] = 1
        let pixel = SIMD2(30.0, 30.0)
        let reach = EuclideanReach(radius: 60, pixel: pixel, limit: 10)
        #expect(reach.columns == [2, 1, 0])
        let expected: [Float] = [
            0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 1, 0, 0, 0,
            0, 0, 1, 1, 1, 0, 0,
            0, 1, 1, 1, 1, 1, 0,
            0, 0, 1, 1, 1, 0, 0,
            0, 0, 0, 1, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0,
        ]
        #expect(grown(flags, width: 7) { _ in reach } == expected)
        // 90 m at 30 m: three to the side; 2 and 2 are 84.9 m away, 3 and 1 are 94.9 m.
        #expect(EuclideanReach(radius: 90, pixel: pixel, limit: 10).columns == [3, 2, 2, 0])
        // What is not a number is no flag.
        flags[24] = .nan
        #expect(grown(flags, width: 7) { _ in reach }.allSatisfy { $0 == 0 })
    }

    @Test func sizesThatAreRoundedReachWhatTheyMean() {
        // Three times 0.1 is more than 0.3 in binary.
        let tenth = SIMD2(0.1, 0.1)
        #expect(EuclideanReach(radius: 0.3, pixel: tenth, limit: 10).columns == [3, 2, 2, 0])
        #expect(EuclideanReach(radius: 0.29, pixel: tenth, limit: 10).columns == [2, 2, 2])
    }

    @Test(arguments: 0..<60 as Range<UInt64>) func anyFlagsGrowAsEveryPairOfPixelsSays(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let width = Int.random(in: 1...40, using: &random)
        let height = Int.random(in: 1...40, using: &random)
        let density = Double.random(in: 0...0.2, using: &random)
        let flags = (0..<width * height).map { _ -> Float in
            Double.random(in: 0...1, using: &random) < density ? Float(Int.random(in: 1...9, using: &random)) : 0
        }
        // Pixels of another size in each row, as on a geographic grid.
        let differs = Bool.random(using: &random)
        let base = Double.random(in: 5...40, using: &random)
        let sizes = (0..<height).map { row in
            SIMD2(base + (differs ? Double(row) : 0), differs ? 31 : base)
        }
        let radius = Double.random(in: 0...300, using: &random)
        let window = Window(
            column: Int.random(in: 0..<width, using: &random), row: Int.random(in: 0..<height, using: &random),
            width: 1, height: 1)
        var part = window
        part.width = Int.random(in: 1...(width - part.column), using: &random)
        part.height = Int.random(in: 1...(height - part.row), using: &random)
        let found = grown(flags, width: width, window: part) {
            EuclideanReach(radius: radius, pixel: sizes[$0], limit: 100)
        }
        let flagged = flags.indices.filter { flags[$0] != 0 }
        var wrong = 0
        for index in found.indices {
            let row = part.row + index / part.width
            let column = part.column + index % part.width
            let isNear = flagged.contains {
                EuclideanReach.reaches(
                    abs($0 % width - column), abs($0 / width - row), radius: radius, pixel: sizes[row])
            }
            if found[index] != (isNear ? 1 : 0) { wrong += 1 }
        }
        #expect(wrong == 0, "seed \(seed): \(width) x \(height), radius \(radius), pixels of \(sizes[0])")
    }

    // MARK: Groups

    private func kept(_ flags: [Float], width: Int, atLeast size: Int, window: Window, source: Window) -> [Float] {
        let cut = (source.row..<source.row + source.height).flatMap { row in
            (source.column..<source.column + source.width).map { flags[row * width + $0] }
        }
        var result = [Float](repeating: -1, count: window.pixelCount)
        unsafe cut.withUnsafeBufferPointer { input in
            unsafe result.withUnsafeMutableBufferPointer { output in
                guard let from = input.baseAddress, let to = output.baseAddress else { return }
                unsafe FlagGroups.keep(atLeast: size, of: from, source: source, into: to, window: window)
            }
        }
        return result
    }

    @Test func groupsTouchAtSidesAndCorners() {
        let flags: [Float] = [
            1, 0, 0, 0, 1, 1,
            0, 1, 0, 0, 0, 0,
            0, 0, 1, 0, 0, 1,
            1, 0, 0, 0, 0, 1,
        ]
        let whole = Window(column: 0, row: 0, width: 6, height: 4)
        #expect(
            kept(flags, width: 6, atLeast: 3, window: whole, source: whole) == [
                1, 0, 0, 0, 0, 0,
                0, 1, 0, 0, 0, 0,
                0, 0, 1, 0, 0, 0,
                0, 0, 0, 0, 0, 0,
            ])
        #expect(kept(flags, width: 6, atLeast: 1, window: whole, source: whole) == flags)
        #expect(kept(flags, width: 6, atLeast: 4, window: whole, source: whole).allSatisfy { $0 == 0 })
    }

    /// The neighbourhood that a group of so many pixels can span is enough, as filling the whole raster says.
    @Test(arguments: 0..<60 as Range<UInt64>) func aWindowWithItsHaloSeesWhatTheWholeRasterSees(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let width = Int.random(in: 1...50, using: &random)
        let height = Int.random(in: 1...50, using: &random)
        let density = Double.random(in: 0.05...0.6, using: &random)
        let flags = (0..<width * height).map { _ -> Float in Double.random(in: 0...1, using: &random) < density ? 1 : 0
        }
        let size = Int.random(in: 1...12, using: &random)
        var sizes = [Int](repeating: 0, count: flags.count)
        for start in flags.indices where flags[start] != 0 && sizes[start] == 0 {
            var group = [start]
            sizes[start] = -1
            var next = 0
            while next < group.count {
                let (row, column) = (group[next] / width, group[next] % width)
                next += 1
                for y in max(0, row - 1)...min(height - 1, row + 1) {
                    for x in max(0, column - 1)...min(width - 1, column + 1)
                    where flags[y * width + x] != 0 && sizes[y * width + x] == 0 {
                        sizes[y * width + x] = -1
                        group.append(y * width + x)
                    }
                }
            }
            for index in group { sizes[index] = group.count }
        }
        let grid = SmallRaster.grid(width, height)
        let operation = SieveOperation(atLeast: size, grid: grid, planes: 1)
        for window in Window.tiling(
            width: width, height: height, unitWidth: Int.random(in: 1...width, using: &random),
            unitHeight: Int.random(in: 1...height, using: &random)
        ).prefix(100) {
            let source = operation.sourceWindow(for: window) ?? window
            let found = kept(flags, width: width, atLeast: size, window: window, source: source)
            let expected = (0..<window.pixelCount).map { index -> Float in
                let place = (window.row + index / window.width) * width + window.column + index % window.width
                return sizes[place] >= size ? 1 : 0
            }
            #expect(found == expected, "seed \(seed): \(width) x \(height), groups of \(size), \(window)")
        }
    }

    // MARK: Metres

    /// Lengths of a degree of latitude and of longitude in kilometres on WGS 84.
    ///
    /// Source: the tables of the articles Latitude and Longitude of Wikipedia, rounded there to a metre.
    @Test(arguments: [
        (0.0, 110.574, 111.320), (15, 110.649, 107.550), (30, 110.852, 96.486), (45, 111.132, 78.847),
        (60, 111.412, 55.800), (75, 111.618, 28.902), (90, 111.694, 0),
    ]) func aDegree(latitude: Double, meridian: Double, parallel: Double) {
        for side in [latitude, -latitude] {
            let degree = Ellipsoid.wgs84.metresPerDegree(latitude: side)
            #expect(abs(degree.y / 1000 - meridian) < 0.001)
            #expect(abs(degree.x / 1000 - parallel) < 0.001)
        }
    }
}
