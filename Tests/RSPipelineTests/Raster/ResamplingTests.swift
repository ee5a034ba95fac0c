import Testing

@testable import RSPipeline

@Suite struct ResamplingTests {
    /// Resamples one row of results at given places of a source of `width` columns.
    private func sample(
        _ rule: Resampling, _ values: [Float], width: Int, at places: [(x: Double, y: Double)], size: Double = 1
    ) -> [Float] {
        let height = values.count / width
        let resampler = Resampler(rule, sourceWidth: width, sourceHeight: height, growth: SIMD2(size, size))
        var positions = PixelPositions(count: places.count, hasFootprints: true)
        for (index, place) in places.enumerated() {
            positions.set(index, place.x, place.y)
            positions.setFootprint(index, along: SIMD2(size, 0), down: SIMD2(0, size))
        }
        var result = [Float](repeating: -99, count: places.count)
        unsafe values.withUnsafeBufferPointer { source in
            unsafe result.withUnsafeMutableBufferPointer { target in
                guard let base = source.baseAddress, let room = target.baseAddress else { return }
                unsafe resampler.resample(
                    base, source: Window(column: 0, row: 0, width: width, height: height), at: positions, into: room)
            }
        }
        return result
    }

    private let square: [Float] = [1, 2, 4, 8]

    @Test func nearestTakesThePixelThatHoldsTheCentre() {
        let result = sample(
            .nearest, square, width: 2, at: [(0.1, 0.9), (1, 0.5), (1.9, 1.9), (0.9999999, 0.5), (-0.1, 0.5), (2, 0.5)])
        #expect(result[0...3].elementsEqual([1, 2, 8, 2]))
        #expect(result[4].isNaN && result[5].isNaN)
    }

    @Test func bilinearWeighsFourCentres() {
        let result = sample(
            .bilinear, square, width: 2, at: [(0.5, 0.5), (1, 0.5), (0.5, 1), (1, 1), (0.75, 1.25)])
        // (0.75, 1.25): 3/4 and 1/4 along, 1/4 and 3/4 down: (1.25 + 3 * 5) / 4.
        #expect(result == [1, 1.5, 2.5, 3.75, 4.0625])
    }

    /// Two of four weights of a quarter are half of the weight, one is not.
    @Test func bilinearNeedsHalfOfTheWeight() {
        #expect(sample(.bilinear, [1, .nan, 3, .nan], width: 2, at: [(1, 1)]) == [2])
        #expect(sample(.bilinear, [1, .nan, .nan, .nan], width: 2, at: [(1, 1)])[0].isNaN)
        // Three quarters of the weight lie on the only value.
        #expect(sample(.bilinear, [7, .nan, .nan, .nan], width: 2, at: [(0.6, 0.6)]) == [7])
        // At the outline of the raster exactly half of the weight is left.
        #expect(sample(.bilinear, square, width: 2, at: [(0, 0.5), (2, 0.5)]) == [1, 2])
        #expect(sample(.bilinear, square, width: 2, at: [(-0.01, 0.5)])[0].isNaN)
    }

    /// Keys' weights halfway between pixels: -1/16, 9/16, 9/16, -1/16.
    @Test func cubicOfARow() {
        let row: [Float] = [1, 2, 4, 8]
        let plane = [row, row, row, row].flatMap { $0 }
        let result = sample(.cubic, plane, width: 4, at: [(2, 2), (1.5, 1.5), (1.75, 2)])
        // (-1 + 9 * 2 + 9 * 4 - 8) / 16; the pixel itself; a quarter after the second pixel with the weights
        // (-9, 111, 29, -3) / 128: (-9 + 222 + 116 - 24) / 128.
        #expect(result == [2.8125, 2, 2.3828125])
    }

    @Test func cubicReproducesALineAndFallsBackToBilinear() {
        var plane = (0..<36).map { Float($0 % 6) + 10 * Float($0 / 6) }
        #expect(sample(.cubic, plane, width: 6, at: [(2.75, 3.25)]) == [29.75])
        plane[0] = .nan
        // (1.25, 1.25) would use the missing pixel with a positive weight; its four neighbours are there.
        #expect(sample(.cubic, plane, width: 6, at: [(1.75, 1.75)]) == [13.75])
    }

    @Test func averageWeighsAreas() {
        let values: [Float] = [4, 8, 16]
        // Half of the first, all of the second, half of the third.
        let result = sample(.average, [values, values].flatMap { $0 }, width: 3, at: [(1.5, 1)], size: 2)
        #expect(result == [9])
        #expect(sample(.average, [1, .nan, 3, .nan], width: 2, at: [(1, 1)], size: 2) == [2])
        #expect(sample(.average, [1, .nan, .nan, .nan], width: 2, at: [(1, 1)], size: 2)[0].isNaN)
        // From 0.6 to 2.6: 0.4 of the first column, all of the second, nothing beyond: (0.4 * 5 + 10) / 2.8.
        #expect(abs(sample(.average, square, width: 2, at: [(1.6, 1)], size: 2)[0] - 30 / 7) < 1e-6)
        #expect(sample(.average, square, width: 2, at: [(2.1, 1)], size: 2)[0].isNaN)
    }

    @Test func modeMinimumAndMaximum() {
        let plane: [Float] = [5, 5, 7, 5, 7, 7, 2, 2, 2]
        #expect(sample(.mode, plane, width: 3, at: [(1.5, 1.5)], size: 3) == [2])
        #expect(sample(.mode, [9, 9, 4, 9], width: 2, at: [(1, 1)], size: 2) == [9])
        #expect(sample(.mode, [9, 9, .nan, .nan], width: 2, at: [(1, 1)], size: 2) == [9])
        #expect(sample(.minimum, plane, width: 3, at: [(1.5, 1.5)], size: 3) == [2])
        #expect(sample(.maximum, plane, width: 3, at: [(1.5, 1.5)], size: 3) == [7])
        #expect(sample(.maximum, [1, .nan, .nan, .nan], width: 2, at: [(1, 1)], size: 2)[0].isNaN)
    }

    /// A pixel three times as large as those of the source sees all of them.
    @Test func widenedKernels() {
        var plane = [Float](repeating: 1, count: 81)
        #expect(sample(.bilinear, plane, width: 9, at: [(4.5, 4.5)], size: 3) == [1])
        #expect(sample(.cubic, plane, width: 9, at: [(4.5, 4.5)], size: 3) == [1])
        plane[4 * 9 + 4] = 10
        // The tent over three pixels: 3/3 in the middle, 2/3, 1/3 beside it; 3 in sum; so 1/9 for the centre.
        #expect(abs(sample(.bilinear, plane, width: 9, at: [(4.5, 4.5)], size: 3)[0] - 2) < 1e-6)
        plane[4 * 9 + 4] = .nan
        #expect(sample(.bilinear, plane, width: 9, at: [(4.5, 4.5)], size: 3) == [1])
        #expect(sample(.cubic, plane, width: 9, at: [(4.5, 4.5)], size: 3) == [1])
    }

    /// On its own grid every rule gives the raster back, bit by bit.
    @Test(arguments: Resampling.allCases) func identity(rule: Resampling) {
        var random = SplitMix64(seed: 5)
        let values = (0..<60).map { _ in
            Int.random(in: 0..<6, using: &random) == 0 ? Float.nan : Float.random(in: -1...1, using: &random)
        }
        for row in 0..<6 {
            let places = (0..<10).map { (Double($0) + 0.5 + 1e-8, Double(row) + 0.5 - 1e-8) }
            let result = sample(rule, values, width: 10, at: places)
            #expect(result.bits == Array(values[(row * 10)..<(row * 10 + 10)]).bits)
        }
    }

    @Test func theHeaviestReasonIsGiven() {
        let codes: [Float] = [0, 3, 3, 5]
        let resampler = Resampler(.average, sourceWidth: 2, sourceHeight: 2, growth: SIMD2(2, 2))
        var positions = PixelPositions(count: 3, hasFootprints: true)
        for (index, x) in [1.0, 1.9, 2.6].enumerated() {
            positions.set(index, x, 1)
            positions.setFootprint(index, along: SIMD2(2, 0), down: SIMD2(0, 2))
        }
        var result: [Float] = [-1, -1, -1]
        unsafe codes.withUnsafeBufferPointer { source in
            unsafe result.withUnsafeMutableBufferPointer { target in
                guard let base = source.baseAddress, let room = target.baseAddress else { return }
                unsafe [Float.nan, 0.5, .nan].withUnsafeBufferPointer { present in
                    guard let present = present.baseAddress else { return }
                    unsafe resampler.heaviestCode(
                        base, outside: 1, source: Window(column: 0, row: 0, width: 2, height: 2), at: positions,
                        present: present, into: room)
                }
            }
        }
        // All four: 3 twice. With a value: 0. Mostly outside: 1.
        #expect(result == [3, 0, 1])
    }
}
