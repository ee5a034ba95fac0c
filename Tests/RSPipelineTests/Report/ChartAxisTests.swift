import Testing

@testable import RSPipeline

@Suite struct ChartAxisTests {
    @Test(
        arguments: [
            ([0.2, 27.3], true, [0, 10, 20, 30], 0), ([0, 4.2], true, [0, 1, 2, 3, 4, 5], 0),
            ([0.11, 0.38], false, [0.1, 0.2, 0.3, 0.4], 1), ([0, 5000], true, [0, 1000, 2000, 3000, 4000, 5000], 0),
            ([-3, 3], false, [-4, -2, 0, 2, 4], 0),
        ] as [([Double], Bool, [Double], Int)])
    func marks(values: [Double], zero: Bool, expected: [Double], decimals: Int) {
        let axis = ChartAxis(enclosing: values, includingZero: zero)
        #expect(axis.marks.count == expected.count)
        for (mark, value) in zip(axis.marks, expected) { #expect(abs(mark - value) < 1e-9) }
        #expect(axis.decimals == decimals)
    }

    @Test func degenerateDataHaveAnAxisAllTheSame() {
        for values in [[], [0], [5, 5], [.nan], [1e300, -1e300], [1e-300]] as [[Double]] {
            let axis = ChartAxis(enclosing: values, includingZero: true)
            #expect(axis.high > axis.low && axis.marks.count >= 2 && axis.marks.count <= 51)
        }
    }

    @Test func allDataLieWithin() {
        let seed: UInt64 = 5
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let values = (0..<3).map { _ in
                Double.random(in: -1...1, using: &random) * [1e-4, 1, 1e5][Int.random(in: 0...2, using: &random)]
            }
            let axis = ChartAxis(enclosing: values, includingZero: Bool.random(using: &random))
            for value in values {
                #expect((-1e-9...1 + 1e-9).contains(axis.position(value)), "seed \(seed): \(values)")
            }
        }
    }
}
