import Testing

@testable import RSPipeline

@Suite struct HuffmanCodeTests {
    private static func lengths(_ counts: [UInt32], limit: Int) -> [Int] {
        let code = HuffmanCode(symbols: counts.count)
        unsafe counts.withUnsafeBufferPointer {
            if let base = $0.baseAddress { unsafe code.build(base, limit: limit) }
        }
        return (0..<counts.count).map { unsafe Int(code.lengths[$0]) }
    }

    /// The least size, as the sum of all inner nodes of Huffman's tree.
    private static func leastSize(_ counts: [UInt32]) -> Int {
        var weights = counts.filter { $0 > 0 }.map { Int($0) }
        var size = 0
        while weights.count > 1 {
            weights.sort(by: >)
            let sum = weights.removeLast() + weights.removeLast()
            size += sum
            weights.append(sum)
        }
        return size
    }

    @Test func isHuffmansWithoutALimit() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<20 {
            let counts = (0..<40).map { _ in UInt32(truncatingIfNeeded: random.next() % 5 * (random.next() % 300)) }
            let lengths = Self.lengths(counts, limit: 15)
            #expect(zip(counts, lengths).reduce(0) { $0 + Int($1.0) * $1.1 } == Self.leastSize(counts))
            #expect(zip(counts, lengths).allSatisfy { ($0.0 == 0) == ($0.1 == 0) })
        }
    }

    @Test(arguments: [7, 9, 12, 15]) func keepsTheLimitAndStaysComplete(limit: Int) {
        var fibonacci: [UInt32] = [1, 1]
        while fibonacci.count < 40 { fibonacci.append(fibonacci[fibonacci.count - 1] + fibonacci[fibonacci.count - 2]) }
        let lists: [[UInt32]] = [
            fibonacci, fibonacci.reversed(), [UInt32](repeating: 3, count: 100), [1, 1_000_000, 1],
        ]
        for counts in lists {
            let lengths = Self.lengths(counts, limit: limit)
            #expect(lengths.allSatisfy { 1...limit ~= $0 })
            #expect(lengths.reduce(0) { $0 + 1 << (limit - $1) } == 1 << limit)
            // A more frequent symbol has no longer code.
            for index in counts.indices {
                for other in counts.indices where counts[other] > counts[index] {
                    #expect(lengths[other] <= lengths[index])
                }
            }
        }
    }

    @Test func hasTwoCodesAtLeast() {
        #expect(Self.lengths([0, 0, 0], limit: 7) == [1, 1, 0])
        #expect(Self.lengths([9, 0, 0], limit: 7) == [1, 1, 0])
        #expect(Self.lengths([0, 0, 9], limit: 7) == [1, 0, 1])
    }
}
