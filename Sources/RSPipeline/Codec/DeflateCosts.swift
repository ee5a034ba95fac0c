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
        for byte in 0..<256 {
            unsafe literals[byte] = 16 * (byte == 0 ? 4 : byte == 1 || byte == 255 ? 6 : 8)
        }
        for length in 0..<256 {
            unsafe lengths[length] = 16 * (7 + UInt16(format.lengthExtra[Int(format.lengthSymbol[length])]))
        }
        for symbol in 0..<DeflateFormat.distanceSymbols {
            unsafe distances[symbol] = 16 * (symbol == 0 ? 1 : 5 + UInt16(format.distanceExtra[symbol]))
        }
    }

    /// Learns from the counts of a stretch.
    func learn(_ statistics: DeflateStatistics, _ format: DeflateFormat, _ logarithm: DeflateLogarithm) {
        let counts = unsafe statistics.counts
        let distanceCounts = unsafe statistics.distanceCounts
        let all = unsafe Self.total(counts, DeflateFormat.literalSymbols)
        for byte in 0..<256 { unsafe literals[byte] = Self.cost(counts[byte], of: all, logarithm) }
        for length in 0..<256 {
            let symbol = unsafe Int(format.lengthSymbol[length])
            let extra = unsafe 16 * UInt16(format.lengthExtra[symbol])
            unsafe lengths[length] = Self.cost(counts[257 + symbol], of: all, logarithm) + extra
        }
        let allDistances = unsafe Self.total(distanceCounts, DeflateFormat.distanceSymbols)
        for symbol in 0..<DeflateFormat.distanceSymbols {
            let extra = unsafe 16 * UInt16(format.distanceExtra[symbol])
            unsafe distances[symbol] = Self.cost(distanceCounts[symbol], of: allDistances, logarithm) + extra
        }
    }

    /// The sum of counts, and a few more, so that a stretch with hardly any symbols teaches little.
    private static func total(_ counts: UnsafePointer<UInt32>, _ size: Int) -> UInt32 {
        var total: UInt32 = 8
        for index in 0..<size { unsafe total &+= counts[index] }
        return total
    }

    /// The cost of a symbol; one that has not occurred counts as half of one that has.
    private static func cost(_ count: UInt32, of total: UInt32, _ logarithm: DeflateLogarithm) -> UInt16 {
        let bits = logarithm.of(total) &+ (1 << 16) &- logarithm.of(2 &* count &+ 1)
        return UInt16(truncatingIfNeeded: min(bits >> 12, 15 * 16))
    }
}
