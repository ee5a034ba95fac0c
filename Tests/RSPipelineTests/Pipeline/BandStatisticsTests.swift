import Testing

@testable import RSPipeline

@Suite struct BandStatisticsTests {
    private func statistics(_ values: [Float], noData: Double = .nan) -> BandStatistics {
        let storage = PlannedFile.Storage(sampleType: .float32, scale: nil, noData: NoData(noData), range: nil)
        var target = [Float](repeating: 0, count: values.count)
        return unsafe values.withUnsafeBufferPointer { buffer in
            unsafe target.withUnsafeMutableBytes { raw in
                guard let base = buffer.baseAddress, let out = raw.baseAddress else { return BandStatistics() }
                return unsafe StoredNumbers.encode(
                    StoredNumbers.Rectangle(
                        values: base, valueStride: values.count, target: out, targetStride: values.count,
                        targetStep: 1, width: values.count, height: 1), storage)
            }
        }
    }

    @Test func byHand() {
        let result = statistics([2, 4, .nan, 4, 4, 5, 5, 7, 9, .nan])
        #expect(result.count == 8 && result.minimum == 2 && result.maximum == 9)
        #expect(result.mean == 5 && result.deviation == 2)
    }

    @Test func aConstantHasNoSpread() {
        var total = BandStatistics()
        for _ in 0..<100 { total.merge(statistics([Float](repeating: 300.1, count: 77))) }
        #expect(total.mean == Double(Float(300.1)) && total.deviation == 0 && total.count == 7700)
    }

    @Test func nothingIsNothing() {
        var total = statistics([.nan, .nan])
        #expect(total.count == 0 && total.deviation == 0)
        total.merge(statistics([3]))
        #expect(total.count == 1 && total.mean == 3 && total.minimum == 3)
    }

    /// Far from zero and close together, where plain sums of squares lose every digit.
    @Test(arguments: 0..<20 as Range<UInt64>) func partsAgreeWithTheWhole(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let values = (0..<Int.random(in: 2...500, using: &random)).map { _ in
            Float(100_000 + Int.random(in: 0...7, using: &random))
        }
        var merged = BandStatistics()
        var position = 0
        while position < values.count {
            let end = min(values.count, position + Int.random(in: 1...90, using: &random))
            merged.merge(statistics(Array(values[position..<end])))
            position = end
        }
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        let spread = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        #expect(abs(merged.mean - mean) < 1e-9, "seed \(seed)")
        #expect(abs(merged.deviation - (spread / Double(values.count)).squareRoot()) < 1e-9, "seed \(seed)")
        #expect(merged.count == values.count, "seed \(seed)")
    }
}
