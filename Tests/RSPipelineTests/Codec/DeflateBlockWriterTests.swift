import Testing

@testable import RSPipeline

@Suite struct DeflateBlockWriterTests {
    /// Writes given steps as one block and reads them again.
    private static func roundTrip(
        _ steps: [DeflateSequence], literals: [UInt8]
    ) throws -> (made: [UInt8], read: SlowInflate) {
        var bytes: [UInt8] = []
        var used = 0
        for step in steps {
            bytes += literals[used..<(used + step.literals)]
            used += step.literals
            for _ in 0..<step.length { bytes.append(bytes[bytes.count - step.distance]) }
        }
        let format = DeflateFormat()
        let writer = DeflateBlockWriter(format: format)
        let statistics = DeflateStatistics()
        var stream = [UInt8](repeating: 0, count: bytes.count + 100)
        let count = unsafe stream.withUnsafeMutableBytes { target in
            guard let start = target.baseAddress else { return 0 }
            var output = unsafe DeflateBitWriter(start)
            output.put(0x78, 8)
            output.put(0x5E, 8)
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let base = source.baseAddress else { return }
                unsafe steps.withUnsafeBufferPointer { steps in
                    unsafe statistics.collect(steps, of: base, format: format)
                    unsafe writer.write(
                        steps, of: UnsafeRawBufferPointer(source), statistics: statistics, isLast: true, to: &output)
                }
            }
            output.align()
            return unsafe output.count(since: start)
        }
        var (a, b) = (1, 0)
        for byte in bytes {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        let whole = Array(stream[..<count]) + [b >> 8, b & 255, a >> 8, a & 255].map { UInt8($0) }
        return try (bytes, SlowInflate(whole))
    }

    /// Few values, so that a block is not stored.
    private static func bits(_ count: Int, seed: UInt64) -> [UInt8] {
        DeflateMaterial.noise(count, seed: seed).map { $0 & 1 }
    }

    @Test func allLengthsAndDistances() throws {
        var distances = [1, 2, 3, 4]
        var power = 4
        while power < 32_768 {
            distances += [power + 1, power + power / 2, power + power / 2 + 1, 2 * power]
            power *= 2
        }
        var steps = [DeflateSequence(literals: 32_768, length: 0, distance: 0)]
        var index = 0
        for length in 3...258 {
            steps.append(
                DeflateSequence(literals: index % 3, length: length, distance: distances[index % distances.count]))
            index += 1
        }
        let (bytes, read) = try Self.roundTrip(steps, literals: Self.bits(34_000, seed: 1))
        #expect(read.output == bytes)
        #expect(read.copies.map(\.length) == Array(3...258))
        #expect(read.copies.map(\.distance) == steps.dropFirst().map(\.distance))
        #expect(Set(read.copies.map(\.distance)).isSuperset(of: distances))
        #expect(read.blocks == [0, 0, 1])
    }

    @Test func oneDistanceOrNone() throws {
        let start = DeflateSequence(literals: 3000, length: 0, distance: 0)
        let none = try Self.roundTrip([start], literals: Self.bits(3000, seed: 2))
        #expect(none.read.output == none.made && none.read.copies.isEmpty && none.read.blocks == [0, 0, 1])
        let copy = DeflateSequence(literals: 0, length: 100, distance: 3000)
        let one = try Self.roundTrip([start, copy, copy], literals: Self.bits(3000, seed: 3))
        #expect(one.read.output == one.made && one.read.copies.count == 2)
    }

    @Test func theLongestCodesFollowEachOther() throws {
        // In order, the rarest bytes stand side by side.
        let bytes = DeflateMaterial.fibonacci(20, seed: 4).sorted()
        let step = DeflateSequence(literals: bytes.count, length: 0, distance: 0)
        for start in 0..<8 {
            let literals = [UInt8](repeating: 133, count: start) + bytes.dropLast(start)
            let (made, read) = try Self.roundTrip([step], literals: literals)
            #expect(read.output == made && read.blocks == [0, 0, 1])
        }
    }
}
