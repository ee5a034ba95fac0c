import Testing

@testable import RSPipeline

@Suite struct PredictorDecodingTests {
    /// The predictor as TIFF describes it, number by number.
    private func encode(_ predictor: Predictor, _ bytes: [UInt8], _ block: PredictedBlock, rows: Int) -> [UInt8] {
        var result = bytes
        let size = block.bytesPerSample
        for row in 0..<rows {
            let start = row * block.rowBytes
            switch predictor {
            case .none: break
            case .horizontal:
                for index in stride(from: block.rowCount - 1, through: block.samples, by: -1) {
                    func number(_ position: Int) -> UInt64 {
                        (0..<size).reversed().reduce(0) { $0 << 8 | UInt64(bytes[start + position * size + $1]) }
                    }
                    let difference = number(index) &- number(index - block.samples)
                    for byte in 0..<size {
                        result[start + index * size + byte] = UInt8(truncatingIfNeeded: difference >> UInt64(byte * 8))
                    }
                }
            case .floatingPoint:
                var sorted = [UInt8](repeating: 0, count: block.rowBytes)
                for index in 0..<block.rowCount {
                    for byte in 0..<size {
                        sorted[byte * block.rowCount + index] = bytes[start + index * size + size - 1 - byte]
                    }
                }
                for index in 0..<block.rowBytes {
                    let before = index >= block.samples ? sorted[index - block.samples] : 0
                    result[start + index] = sorted[index] &- before
                }
            }
        }
        return result
    }

    @Test(arguments: [
        (Predictor.none, 2), (.horizontal, 1), (.horizontal, 2), (.horizontal, 4), (.horizontal, 8),
        (.floatingPoint, 4), (.floatingPoint, 8),
    ])
    func undoingGivesTheNumbersBack(predictor: Predictor, bytesPerSample: Int) {
        var random = SplitMix64(seed: 5)
        for columns in [1, 2, 7, 8, 9, 16, 31, 33, 64] {
            for samples in [1, 2, 3, 4, 7] {
                let rows = 3
                let block = PredictedBlock(columns: columns, samples: samples, bytesPerSample: bytesPerSample)
                let numbers = (0..<rows * block.rowBytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                let wanted = Int.random(in: 1...columns, using: &random)
                var source = encode(predictor, numbers, block, rows: rows)
                let rowBytes = wanted * samples * bytesPerSample + 5
                var target = [UInt8](repeating: 0xEE, count: rowBytes * rows + 40)
                unsafe source.withUnsafeMutableBytes { from in
                    unsafe target.withUnsafeMutableBytes { to in
                        guard let from = from.baseAddress, let to = to.baseAddress else { return }
                        unsafe predictor.undo(from, block, into: to, rowBytes: rowBytes, rows: rows, columns: wanted)
                    }
                }
                var expected = [UInt8](repeating: 0xEE, count: target.count)
                for row in 0..<rows {
                    for byte in 0..<wanted * samples * bytesPerSample {
                        expected[row * rowBytes + byte] = numbers[row * block.rowBytes + byte]
                    }
                }
                #expect(target == expected, "\(columns) x \(samples), \(wanted) wanted")
            }
        }
    }

    @Test func numbersAreSummedInPlace() {
        let block = PredictedBlock(columns: 20, samples: 1, bytesPerSample: 2)
        let numbers = (0..<80).map { UInt8(truncatingIfNeeded: $0 * 37) }
        var bytes = encode(.horizontal, numbers, block, rows: 2)
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe Predictor.horizontal.undo(base, block, into: base, rowBytes: 40, rows: 2, columns: 20)
        }
        #expect(bytes == numbers)
    }

    @Test(arguments: [1, 2, 4, 8]) func bytesAreSwapped(size: Int) {
        let numbers = (0..<64).map { UInt8($0) }
        var bytes = numbers
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe ByteOrder.swap(base, count: 64 / size, bytesPerSample: size)
        }
        let expected = (0..<64).map { numbers[$0 / size * size + size - 1 - $0 % size] }
        #expect(bytes == expected)
    }
}
