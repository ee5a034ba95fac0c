import Testing

@testable import RSPipeline

@Suite struct OverviewReductionTests {
    /// Reduces a small raster that is one tile.
    private func reduce<Sample: BitwiseCopyable>(
        _ values: [Sample], width: Int, height: Int, _ type: SampleType, noData: Double?, rule: OverviewRule = .average
    ) -> [Sample] {
        let levels = (width: max(1, width / 2), height: max(1, height / 2))
        let axes = OverviewReduction.Axes(
            x: OverviewAxis(source: width, target: levels.width), y: OverviewAxis(source: height, target: levels.height)
        )
        var source = values
        var target = [Sample](repeating: values[0], count: levels.width * levels.height)
        let reduction = OverviewReduction(rule: rule, sampleType: type, samples: 1, noData: noData)
        unsafe source.withUnsafeMutableBytes { from in
            unsafe target.withUnsafeMutableBytes { to in
                guard let start = from.baseAddress, let end = to.baseAddress else { return }
                for rows in axes.y.parts(ofTile: 0, side: 512) {
                    for columns in axes.x.parts(ofTile: 0, side: 512) {
                        unsafe reduction.reduce(
                            OverviewReduction.Area(base: start, column: 0, row: 0, stride: width),
                            to: OverviewReduction.Area(base: end, column: 0, row: 0, stride: levels.width),
                            columns: columns, rows: rows, axes)
                    }
                }
            }
        }
        return target
    }

    @Test func meansOfFour() {
        #expect(reduce([1, 2, 3, 6] as [Float], width: 2, height: 2, .float32, noData: .nan) == [3])
        #expect(reduce([1, .nan, 3, .nan] as [Float], width: 2, height: 2, .float32, noData: .nan) == [2])
        let nothing = reduce([Float](repeating: .nan, count: 4), width: 2, height: 2, .float32, noData: .nan)
        #expect(nothing[0].isNaN)
        #expect(reduce([-9999, 4, -9999, 8] as [Float], width: 2, height: 2, .float32, noData: -9999) == [6])
    }

    @Test func halvesGoAwayFromZero() {
        #expect(reduce([1, 2, 1, 2] as [Int16], width: 2, height: 2, .int16, noData: -32768) == [2])
        #expect(reduce([-1, -2, -1, -2] as [Int16], width: 2, height: 2, .int16, noData: -32768) == [-2])
        #expect(reduce([1, 2, -32768, -32768] as [Int16], width: 2, height: 2, .int16, noData: -32768) == [2])
        #expect(
            reduce([-32768, -32768, -32768, -32768] as [Int16], width: 2, height: 2, .int16, noData: -32768) == [-32768]
        )
        #expect(reduce([65535, 65535, 65535, 65534] as [UInt16], width: 2, height: 2, .uint16, noData: 0) == [65535])
    }

    /// 3 columns to 1: all count in full; 5 to 2: the middle one counts half on either side.
    @Test func oddSides() {
        #expect(reduce([3, 6, 12] as [Float], width: 3, height: 1, .float32, noData: .nan) == [7])
        #expect(reduce([1, 2, 4, 8, 16] as [Float], width: 5, height: 1, .float32, noData: .nan) == [2, 10.4])
    }

    @Test func theMostFrequentValue() {
        #expect(reduce([1, 2, 2, 3] as [UInt8], width: 2, height: 2, .uint8, noData: 0, rule: .mode) == [2])
        #expect(reduce([0, 0, 0, 3] as [UInt8], width: 2, height: 2, .uint8, noData: 0, rule: .mode) == [3])
        #expect(reduce([4, 2, 4, 2] as [UInt8], width: 2, height: 2, .uint8, noData: nil, rule: .mode) == [4])
    }

    /// A mean is data, even where it falls on the no-data value.
    @Test func aMeanIsNeverNoData() {
        let result = reduce([-1, 1, -1, 1] as [Float], width: 2, height: 2, .float32, noData: 0)
        #expect(result == [Float(0).nextUp])
        #expect(reduce([-1, 1, -1, 1] as [Int16], width: 2, height: 2, .int16, noData: 0) == [1])
    }
}
