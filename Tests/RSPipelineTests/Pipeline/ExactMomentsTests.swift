import Testing

@testable import RSPipeline

@Suite struct ExactMomentsTests {
    @Test func sums() {
        var moments = ExactMoments()
        for value: Float in [1, 2, -3.5, 0, -0.0, 0.25] { moments.add(value) }
        #expect(moments.sum == -0.25)
        #expect(moments.sumOfSquares == 1 + 4 + 12.25 + 0.0625)
    }

    @Test func extremes() {
        var moments = ExactMoments()
        moments.add(.greatestFiniteMagnitude)
        moments.add(1)
        moments.add(-.greatestFiniteMagnitude)
        #expect(moments.sum == 1)
        var small = ExactMoments()
        small.add(.leastNonzeroMagnitude)
        #expect(small.sum == Double(Float.leastNonzeroMagnitude))
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func orderAndPartsDoNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let values = (0..<500).map { _ in Float.random(in: -1...1, using: &random) * 300 }
        var whole = ExactMoments()
        for value in values { whole.add(value) }
        var merged = ExactMoments()
        for part in 0..<5 {
            var some = ExactMoments()
            for value in values[(part * 100)..<(part * 100 + 100)].reversed() { some.add(value) }
            merged.merge(some)
        }
        #expect(whole.sum == merged.sum && whole.sumOfSquares == merged.sumOfSquares, "seed \(seed)")
        let plain = values.reduce(0.0) { $0 + Double($1) }
        #expect(abs(plain - whole.sum) < 1e-8, "seed \(seed)")
    }
}
