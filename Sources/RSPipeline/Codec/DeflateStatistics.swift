/// How often each symbol occurs in a stretch of a parse.
@safe final class DeflateStatistics {
    private static let distances = 288
    private static let size = 320

    /// Counts of literals, the end of a block, lengths, and from 288 on distances.
    let counts: UnsafeMutablePointer<UInt32>
    /// Counts of literals in separate tables: a count that follows another of the same byte need not wait for it.
    private let lanes: UnsafeMutablePointer<UInt32>

    init() {
        unsafe counts = .allocate(capacity: Self.size)
        unsafe lanes = .allocate(capacity: 1024)
        unsafe counts.update(repeating: 0, count: Self.size)
    }

    deinit {
        unsafe counts.deallocate()
        unsafe lanes.deallocate()
    }

    /// Counts of distances.
    var distanceCounts: UnsafeMutablePointer<UInt32> { unsafe counts + Self.distances }

    /// Sets all counts to 0.
    func clear() { unsafe counts.update(repeating: 0, count: Self.size) }

    /// The number of symbols that occur.
    var used: Int {
        var used = 0
        for index in 0..<Self.size where unsafe counts[index] > 0 { used &+= 1 }
        return used
    }

    /// Replaces the counts by those of a parse of the bytes from an address on.
    func collect(
        _ sequences: UnsafeBufferPointer<DeflateSequence>, of source: UnsafePointer<UInt8>, format: DeflateFormat
    ) {
        unsafe counts.update(repeating: 0, count: Self.size)
        unsafe lanes.update(repeating: 0, count: 1024)
        let counts = unsafe counts
        let distanceCounts = unsafe distanceCounts
        let lengthSymbol = unsafe format.lengthSymbol
        let distanceSymbol = unsafe format.distanceSymbol
        let first = unsafe lanes
        let second = unsafe lanes + 256
        let third = unsafe lanes + 512
        let fourth = unsafe lanes + 768
        var next = unsafe UnsafeRawPointer(source)
        for index in 0..<sequences.count {
            let sequence = unsafe sequences[index]
            let end = unsafe next + sequence.literals
            let whole = unsafe next + (sequence.literals & ~7)
            while unsafe next < whole {
                let word = unsafe UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
                unsafe first[Int(truncatingIfNeeded: word & 255)] &+= 1
                unsafe second[Int(truncatingIfNeeded: word >> 8 & 255)] &+= 1
                unsafe third[Int(truncatingIfNeeded: word >> 16 & 255)] &+= 1
                unsafe fourth[Int(truncatingIfNeeded: word >> 24 & 255)] &+= 1
                unsafe first[Int(truncatingIfNeeded: word >> 32 & 255)] &+= 1
                unsafe second[Int(truncatingIfNeeded: word >> 40 & 255)] &+= 1
                unsafe third[Int(truncatingIfNeeded: word >> 48 & 255)] &+= 1
                unsafe fourth[Int(truncatingIfNeeded: word >> 56)] &+= 1
                unsafe next += 8
            }
            while unsafe next < end {
                unsafe first[Int(next.load(as: UInt8.self))] &+= 1
                unsafe next += 1
            }
            let length = sequence.length
            if length > 0 {
                unsafe counts[257 + Int(lengthSymbol[length - 3])] &+= 1
                let index = DeflateFormat.distanceIndex(sequence.distance)
                unsafe distanceCounts[Int(distanceSymbol[index])] &+= 1
                unsafe next += length
            }
        }
        for byte in 0..<256 { unsafe counts[byte] = first[byte] &+ second[byte] &+ third[byte] &+ fourth[byte] }
    }

    /// Adds the counts of another stretch.
    func add(_ other: DeflateStatistics) {
        let counts = unsafe counts
        let others = unsafe other.counts
        for index in 0..<Self.size { unsafe counts[index] &+= others[index] }
    }

    /// The bits that the symbols take at best, in 1/65536, together with those of another stretch.
    func entropy(with other: DeflateStatistics?, _ logarithm: DeflateLogarithm) -> Int {
        entropy(0, DeflateFormat.literalSymbols, other, logarithm)
            + entropy(Self.distances, DeflateFormat.distanceSymbols, other, logarithm)
    }

    private func entropy(_ start: Int, _ size: Int, _ other: DeflateStatistics?, _ logarithm: DeflateLogarithm) -> Int {
        var bits = 0
        var total: UInt32 = 0
        for index in start..<(start + size) {
            let count = unsafe counts[index] &+ (other?.counts[index] ?? 0)
            total &+= count
            bits &-= logarithm.weighted(count)
        }
        return bits &+ logarithm.weighted(total)
    }
}
