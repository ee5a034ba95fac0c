import Testing

@testable import RSPipeline

@Suite struct StoredNumbersTests {
    private func encode(_ values: [Float], _ storage: PlannedFile.Storage) -> (numbers: [Int], clamped: Int) {
        var statistics = BandStatistics()
        var bytes = [UInt8](repeating: 0xEE, count: values.count * storage.sampleType.byteCount)
        unsafe values.withUnsafeBufferPointer { buffer in
            unsafe bytes.withUnsafeMutableBytes { raw in
                guard let base = buffer.baseAddress, let target = raw.baseAddress else { return }
                statistics = unsafe StoredNumbers.encode(
                    StoredNumbers.Rectangle(
                        values: base, valueStride: values.count, target: target, targetStride: values.count,
                        targetStep: 1, width: values.count, height: 1), storage)
            }
        }
        let numbers = unsafe bytes.withUnsafeBytes { raw -> [Int] in
            switch storage.sampleType {
            case .uint8: unsafe raw.map { Int($0) }
            case .uint16: (0..<values.count).map { Int(unsafe raw.load(fromByteOffset: $0 * 2, as: UInt16.self)) }
            default: (0..<values.count).map { Int(unsafe raw.load(fromByteOffset: $0 * 2, as: Int16.self)) }
            }
        }
        return (numbers, statistics.clamped)
    }

    private func storage(_ type: SampleType, gain: Double, offset: Double = 0, noData: Double) -> PlannedFile.Storage {
        let full = type.integerRange ?? 0...0
        let range =
            noData == full.lowerBound ? full.lowerBound + 1...full.upperBound : full.lowerBound...full.upperBound - 1
        return PlannedFile.Storage(
            sampleType: type, scale: LinearScale(gain: gain, offset: offset), noData: .value(noData), range: range)
    }

    @Test func halvesGoAwayFromZero() {
        let half = storage(.int16, gain: 0.5, noData: -32768)
        let result = encode([0.25, -0.25, 0.75, -0.75, 0.5, 0, -0.0, .nan, 0.24], half)
        #expect(result.numbers == [1, -1, 2, -2, 1, 0, 0, -32768, 0])
        #expect(result.clamped == 0)
    }

    @Test func tenThousandths() {
        let result = encode([0.12345, -0.12345, 1, -1, 0.00004, 3.2767], storage(.int16, gain: 0.0001, noData: -32768))
        #expect(result.numbers == [1235, -1235, 10_000, -10_000, 0, 32767])
        #expect(result.clamped == 0)
    }

    @Test func whatDoesNotFitIsMovedAndCounted() {
        let signed = encode([4, -4, -3.2768, .nan], storage(.int16, gain: 0.0001, noData: -32768))
        #expect(signed.numbers == [32767, -32767, -32767, -32768] && signed.clamped == 3)
        let unsigned = encode([0, -1, 7, 6.5535, .nan], storage(.uint16, gain: 0.0001, noData: 0))
        #expect(unsigned.numbers == [1, 1, 65535, 65535, 0] && unsigned.clamped == 3)
        let bytes = encode([0, 254, 255, 300, .nan], storage(.uint8, gain: 1, noData: 255))
        #expect(bytes.numbers == [0, 254, 254, 254, 255] && bytes.clamped == 2)
    }

    @Test func offsetsAreTakenOffFirst() {
        let result = encode([-0.2, 0.8, 1], storage(.uint16, gain: 2.75e-5, offset: -0.2, noData: 0))
        #expect(result.numbers == [1, 36364, 43636] && result.clamped == 1)
    }
}
