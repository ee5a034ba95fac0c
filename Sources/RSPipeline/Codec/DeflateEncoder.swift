internal import CDeflate

/// Compresses bytes of which most are noise, such as predicted samples, into a zlib stream.
///
/// A fast search finds only cheap copies, and nearly all time goes into the prefix codes (RFC 1951). The stream is cut
/// into blocks where the statistics change. One per thread; the bytes of a stream depend on nothing but its source.
@safe final class DeflateEncoder {
    /// Statistics are compared, and blocks end, at about every so many bytes.
    private static let stretch = 65536
    /// The longest block.
    private static let longestBlock = 1 << 18
    /// The most sequences of a block: all but one per stretch stand for three bytes or more.
    private static let capacity = (longestBlock + 2 * stretch) / 3 + 64

    /// The longest source.
    static let longestSource = 1 << 31 - 1

    private let format: DeflateFormat
    private let costs = DeflateCosts()
    private let parser: DeflateParser
    private let writer: DeflateBlockWriter
    private let logarithm = DeflateLogarithm()
    private var pending = DeflateStatistics()
    private var fresh = DeflateStatistics()
    private let sequences: UnsafeMutablePointer<DeflateSequence>

    init() {
        format = DeflateFormat()
        parser = DeflateParser(format: format, costs: costs)
        writer = DeflateBlockWriter(format: format)
        unsafe sequences = .allocate(capacity: Self.capacity)
    }

    deinit { unsafe sequences.deallocate() }

    /// The largest size that `count` bytes can be compressed to, with what is written over beyond.
    ///
    /// A stretch of noise takes two stored blocks, each with 5 bytes and some bits of its own.
    static func bound(_ count: Int) -> Int { count + 12 * (count / stretch + 2) + 32 }

    /// Compresses a buffer of at most 2 GiB; the target must hold ``bound(_:)`` bytes.
    ///
    /// - Returns: the number of bytes written.
    func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        precondition(target.count >= Self.bound(source.count), "the target is smaller than the bound")
        precondition(source.count <= Self.longestSource, "the source is larger than 2 GiB")
        guard let start = target.baseAddress else { return 0 }
        var output = unsafe DeflateBitWriter(start)
        // A window of 32 KiB; a fast method.
        output.put(0x78, 8)
        output.put(0x5E, 8)
        unsafe compress(source, to: &output)
        output.align()
        let sum = unsafe libdeflate_adler32(1, source.baseAddress, source.count)
        for shift in stride(from: 24, through: 0, by: -8) {
            output.put(Int(truncatingIfNeeded: sum >> UInt32(shift) & 255), 8)
        }
        return unsafe output.count(since: start)
    }

    private func compress(_ source: UnsafeRawBufferPointer, to output: inout DeflateBitWriter) {
        guard let base = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self), source.count > 0 else {
            pending.clear()
            unsafe writer.write(
                UnsafeBufferPointer(start: sequences, count: 0), of: source, statistics: pending, isLast: true,
                to: &output)
            return
        }
        parser.reset()
        costs.reset(format)
        var blockStart = 0
        var blockEnd = 0
        var blockSequences = 0
        var blockEntropy = 0
        while blockEnd < source.count {
            let found = unsafe parser.parse(
                base, count: source.count, from: blockEnd, to: min(blockEnd + Self.stretch, source.count),
                into: sequences + blockSequences)
            let added = unsafe UnsafeBufferPointer(start: sequences + blockSequences, count: found.sequences)
            unsafe fresh.collect(added, of: base + blockEnd, format: format)
            costs.learn(fresh, format, logarithm)
            let entropy = fresh.entropy(with: nil, logarithm)
            if blockEnd == blockStart {
                swap(&pending, &fresh)
                blockEntropy = entropy
                blockSequences = found.sequences
            } else {
                let together = pending.entropy(with: fresh, logarithm)
                // A block of its own costs about 3 bits per symbol that occurs.
                let header = fresh.used * (3 << 16)
                if together > blockEntropy + entropy + header || found.end - blockStart > Self.longestBlock {
                    unsafe writer.write(
                        UnsafeBufferPointer(start: sequences, count: blockSequences),
                        of: UnsafeRawBufferPointer(rebasing: source[blockStart..<blockEnd]), statistics: pending,
                        isLast: false, to: &output)
                    unsafe sequences.update(from: sequences + blockSequences, count: found.sequences)
                    swap(&pending, &fresh)
                    blockStart = blockEnd
                    blockEntropy = entropy
                    blockSequences = found.sequences
                } else {
                    pending.add(fresh)
                    blockEntropy = together
                    blockSequences += found.sequences
                }
            }
            blockEnd = found.end
        }
        unsafe writer.write(
            UnsafeBufferPointer(start: sequences, count: blockSequences),
            of: UnsafeRawBufferPointer(rebasing: source[blockStart..<blockEnd]), statistics: pending, isLast: true,
            to: &output)
    }
}
