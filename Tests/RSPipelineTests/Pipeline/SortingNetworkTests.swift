import Testing

@testable import RSPipeline

/// A network that sorts all zeros and ones sorts everything.
@Suite struct SortingNetworkTests {
    @Test(arguments: 0...14) func sortsEverything(count: Int) {
        let exchanges = SortingNetwork.exchanges(count)
        #expect(exchanges.allSatisfy { $0.low >= 0 && $0.low < $0.high && $0.high < count })
        for pattern in 0..<(1 << count) {
            var bits = pattern
            for (low, high) in exchanges where bits >> low & 1 == 1 && bits >> high & 1 == 0 {
                bits ^= 1 << low | 1 << high
            }
            // Ones, the larger numbers, are at the end.
            let ones = pattern.nonzeroBitCount
            if bits != (1 << ones - 1) << (count - ones) {
                Issue.record("\(count) numbers, pattern \(pattern)")
                return
            }
        }
    }

    @Test func numberOfExchanges() {
        #expect([0, 1, 2, 3, 4, 8, 12].map { SortingNetwork.exchanges($0).count } == [0, 0, 1, 3, 5, 19, 41])
    }

    @Test func sortsManyNumbers() {
        let seed: UInt64 = 31
        var random = SplitMix64(seed: seed)
        for count in [17, 40, 100] {
            var numbers = (0..<count).map { _ in Int.random(in: -50...50, using: &random) }
            let sorted = numbers.sorted()
            for (low, high) in SortingNetwork.exchanges(count) where numbers[low] > numbers[high] {
                numbers.swapAt(low, high)
            }
            #expect(numbers == sorted, "seed \(seed), \(count) numbers")
        }
    }
}
