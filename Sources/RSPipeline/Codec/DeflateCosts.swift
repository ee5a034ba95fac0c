/// What symbols are expected to cost, from how often they occurred just before.
///
/// In 1/16 bit.
@safe final class DeflateCosts {
    /// Costs of literals.
    let literals: UnsafeMutablePointer<UInt16>
    /// Costs of lengths less 3, with the bits that follow the symbol.
    let lengths: UnsafeMutablePointer<UInt16>
    /// Costs of the symbols of distances, with the bits that follow.
    let distances: UnsafeMutablePointer<UInt16>

    init() {
        unsafe literals = .allocate(capacity: 256)
        unsafe lengths = .allocate(capacity: 256)
        unsafe distances = .allocate(capacity: DeflateFormat.distanceSymbols)
    }

    deinit {
        unsafe literals.deallocate()
        unsafe lengths.deallocate()
        unsafe distances.deallocate()
    }

    /// Sets costs that suit predicted samples.
    func reset(_ format: DeflateFormat) {
        for byte in 0..<256 { unsafe literals[byte] = byte == 0 ? 4 * 16 : byte == 1 || byte == 255 ? 6 * 16 : 8 * 16 }
        for length in 0..<256 { unsafe lengths[length] = 16 * (7 + UInt16(format.lengthExtra[Int(format.lengthSymbol[length])])) }
        for symbol in 0..<DeflateFormat.distanceSymbols {
            unsafe distances[symbol] = symbol == 0 ? 16 : 16 * (5 + UInt16(format.distanceExtra[symbol]))
        }
    }

    /// Learns from the counts of a stretch.
    func learn(_ statistics: DeflateStatistics, _ format: DeflateFormat, _ logarithm: DeflateLogarithm) {
        let counts = unsafe statistics.counts
        let distanceCounts = unsafe statistics.distanceCounts
        var total: UInt32 = 8
        for symbol in 0..<DeflateFormat.literalSymbols { unsafe total &+= counts[symbol] }
        let whole = logarithm.of(total)
        func cost(_ count: UInt32, _ whole: UInt32) -> UInt16 {
            // A symbol that has not occurred counts as half of one that has.
            UInt16(truncatingIfNeeded: min((whole &+ (1 << 16) &- logarithm.of(2 &* count &+ 1)) >> 12, 15 * 16))
        }
        for byte in 0..<256 { unsafe literals[byte] = cost(counts[byte], whole) }
        for length in 0..<256 {
            let symbol = unsafe Int(format.lengthSymbol[length])
            unsafe lengths[length] = cost(counts[257 + symbol], whole) + 16 * UInt16(format.lengthExtra[symbol])
        }
        total = 8
        for symbol in 0..<DeflateFormat.distanceSymbols { unsafe total &+= distanceCounts[symbol] }
        let wholeDistances = logarithm.of(total)
        for symbol in 0..<DeflateFormat.distanceSymbols {
            unsafe distances[symbol] = cost(distanceCounts[symbol], wholeDistances) + 16 * UInt16(format.distanceExtra[symbol])
        }
    }
}
