import Testing

@testable import RSPipeline

@Suite struct PredictorTests {
    private func encoded(_ predictor: Predictor, _ bytes: [UInt8], columns: Int, samples: Int, _ type: SampleType)
        -> [UInt8]
    {
        var result = [UInt8](repeating: 0xEE, count: bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            unsafe result.withUnsafeMutableBytes { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe predictor.encode(
                    from, into: to, rows: bytes.count / (columns * samples * type.byteCount), columns: columns,
                    samples: samples, sampleType: type)
            }
        }
        return result
    }

    /// Rows begin anew; differences are those of one sample and wrap round.
    @Test func differencesByHand() {
        #expect(encoded(.horizontal, [5, 7, 4, 250, 1, 1], columns: 3, samples: 1, .uint8) == [5, 2, 253, 250, 7, 0])
        #expect(
            encoded(.horizontal, [1, 10, 3, 30, 2, 20], columns: 3, samples: 2, .uint8) == [1, 10, 2, 20, 255, 246])
        #expect(encoded(.horizontal, [0xFF, 0x00, 0x00, 0x01], columns: 2, samples: 1, .uint16) == [0xFF, 0, 0x01, 0])
        #expect(encoded(.none, [9, 8, 7], columns: 3, samples: 1, .uint8) == [9, 8, 7])
    }

    /// 1.0 is 3F 80 00 00, 2.0 is 40 00 00 00: sorted 3F 40 80 00 00 00 00 00, then differences.
    @Test func sortedBytesByHand() {
        let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
        #expect(encoded(.floatingPoint, bytes, columns: 2, samples: 1, .float32) == [0x3F, 1, 0x40, 0x80, 0, 0, 0, 0])
    }

    /// What is encoded is undone, whatever the type, the width and the samples.
    @Test(arguments: 0..<60 as Range<UInt64>) func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let type = try #require(SampleType.allCases.randomElement(using: &random))
        let predictor: Predictor = type.isInteger || Bool.random(using: &random) ? .horizontal : .floatingPoint
        let (columns, rows) = (Int.random(in: 1...70, using: &random), Int.random(in: 1...4, using: &random))
        let samples = Int.random(in: 1...3, using: &random)
        let rowBytes = columns * samples * type.byteCount
        let bytes = (0..<rows * rowBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
        var coded = encoded(predictor, bytes, columns: columns, samples: samples, type)
        var undone = [UInt8](repeating: 0, count: bytes.count)
        let shape = PredictedBlock(columns: columns, samples: samples, bytesPerSample: type.byteCount)
        unsafe coded.withUnsafeMutableBytes { source in
            unsafe undone.withUnsafeMutableBytes { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe predictor.undo(from, shape, into: to, rowBytes: rowBytes, rows: rows, columns: columns)
            }
        }
        #expect(undone == bytes, "seed \(seed)")
    }
}
