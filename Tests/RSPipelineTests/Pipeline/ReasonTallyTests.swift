import Testing

@testable import RSPipeline

@Suite struct ReasonTallyTests {
    /// Blocks of every mixture, long stretches of one reason among them, counted one by one.
    @Test(arguments: 0..<30 as Range<UInt64>) func agreesWithCountingOneByOne(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tally = ReasonTally(planes: 2)
        var expected = [[Int]](repeating: [Int](repeating: 0, count: PixelReason.allCases.count), count: 2)
        for _ in 0..<20 {
            let count = Int.random(in: 1...300, using: &random)
            var values: [Float] = []
            var reasons: [Float] = []
            while values.count < count {
                let isMissing = Bool.random(using: &random)
                let code = Int.random(in: 1...8, using: &random)
                let hasReason = Int.random(in: 0..<4, using: &random) > 0
                for _ in 0..<Int.random(in: 1...40, using: &random) where values.count < count {
                    values.append(isMissing ? .nan : 0.5)
                    reasons.append(hasReason ? Float(code) : .nan)
                }
            }
            let plane = Int.random(in: 0...1, using: &random)
            for i in 0..<count {
                let code = reasons[i].isNaN ? Int(PixelReason.undefinedResult.rawValue) : Int(reasons[i])
                expected[plane][values[i].isNaN ? code : 0] += 1
            }
            unsafe values.withUnsafeBufferPointer { values in
                unsafe reasons.withUnsafeBufferPointer { reasons in
                    guard let first = values.baseAddress, let why = reasons.baseAddress else { return }
                    unsafe tally.add(first, reasons: why, count: count, plane: plane)
                }
            }
        }
        tally.add(7, .cloud, plane: 1)
        expected[1][Int(PixelReason.cloud.rawValue)] += 7
        #expect(tally.result == expected, "seed \(seed)")
    }
}
