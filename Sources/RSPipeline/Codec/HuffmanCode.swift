/// A prefix code of least size with a limit on its lengths.
///
/// Huffman's code by merging two queues of sorted weights (van Leeuwen 1976). Lengths above the limit are cut to it,
/// and shorter ones are lengthened until the code is complete again, the longest of them first; then the lengths are
/// given out again by frequency. That is at most a few bits per block from the optimum.
@safe final class HuffmanCode {
    /// The lengths of the codes of all symbols; 0 for a symbol that does not occur.
    let lengths: UnsafeMutablePointer<UInt8>
    /// The codes, first bit lowest.
    let codes: UnsafeMutablePointer<UInt16>
    private let symbols: Int
    private let keys: UnsafeMutablePointer<UInt64>
    private let sorted: UnsafeMutablePointer<UInt64>
    private let weights: UnsafeMutablePointer<UInt32>
    private let leafParents: UnsafeMutablePointer<UInt16>
    private let nodeParents: UnsafeMutablePointer<UInt16>
    private let tally: UnsafeMutablePointer<Int>

    /// Makes room for a code of so many symbols.
    init(symbols: Int) {
        self.symbols = symbols
        unsafe lengths = .allocate(capacity: symbols)
        unsafe codes = .allocate(capacity: symbols)
        unsafe keys = .allocate(capacity: symbols)
        unsafe sorted = .allocate(capacity: symbols)
        unsafe weights = .allocate(capacity: symbols)
        unsafe leafParents = .allocate(capacity: symbols)
        unsafe nodeParents = .allocate(capacity: symbols)
        unsafe tally = .allocate(capacity: 256)
    }

    deinit {
        unsafe lengths.deallocate()
        unsafe codes.deallocate()
        unsafe keys.deallocate()
        unsafe sorted.deallocate()
        unsafe weights.deallocate()
        unsafe leafParents.deallocate()
        unsafe nodeParents.deallocate()
        unsafe tally.deallocate()
    }

    /// Makes the code for counts of symbols whose sum is below 2^31.
    ///
    /// At least two symbols get a code, because some decoders refuse a code of one.
    func build(_ counts: UnsafePointer<UInt32>, limit: Int) {
        var used = 0
        var largest: UInt32 = 0
        for symbol in 0..<symbols {
            unsafe lengths[symbol] = 0
            let count = unsafe counts[symbol]
            if count > 0 {
                unsafe keys[used] = UInt64(count) << 32 | UInt64(truncatingIfNeeded: symbol)
                used += 1
                largest = max(largest, count)
            }
        }
        if used < 2 {
            let only = used == 0 ? 0 : unsafe Int(truncatingIfNeeded: keys[0] & 0xFFFF)
            unsafe lengths[only] = 1
            unsafe lengths[only == 0 ? 1 : 0] = 1
        } else {
            let order = unsafe sort(used, largest: largest)
            unsafe measure(order, used, limit: limit)
        }
        assignCodes()
    }

    /// Makes the code of given lengths.
    func assign(_ length: (Int) -> UInt8) {
        for symbol in 0..<symbols { unsafe lengths[symbol] = length(symbol) }
        assignCodes()
    }

    /// Sorts the keys by count, then symbol, byte by byte.
    private func sort(_ used: Int, largest: UInt32) -> UnsafeMutablePointer<UInt64> {
        var from = unsafe keys
        var to = unsafe sorted
        var shift: UInt64 = 32
        var rest = largest
        while rest > 0 {
            unsafe tally.update(repeating: 0, count: 256)
            for index in 0..<used { unsafe tally[Int(truncatingIfNeeded: from[index] >> shift & 255)] += 1 }
            var sum = 0
            for digit in 0..<256 {
                let count = unsafe tally[digit]
                unsafe tally[digit] = sum
                sum += count
            }
            for index in 0..<used {
                let key = unsafe from[index]
                let digit = Int(truncatingIfNeeded: key >> shift & 255)
                unsafe to[tally[digit]] = key
                unsafe tally[digit] += 1
            }
            unsafe swap(&from, &to)
            shift += 8
            rest >>= 8
        }
        return unsafe from
    }

    /// Finds the lengths for two or more sorted keys.
    private func measure(_ order: UnsafeMutablePointer<UInt64>, _ used: Int, limit: Int) {
        // The lighter of the next leaf and the next inner node, twice, makes a new inner node.
        var leaf = 0
        var node = 0
        for made in 0..<(used - 1) {
            var sum: UInt32 = 0
            for _ in 0..<2 {
                let weight = leaf < used ? unsafe UInt32(truncatingIfNeeded: order[leaf] >> 32) : UInt32.max
                if node < made, unsafe weights[node] < weight {
                    unsafe sum += weights[node]
                    unsafe nodeParents[node] = UInt16(truncatingIfNeeded: made)
                    node += 1
                } else {
                    sum += weight
                    unsafe leafParents[leaf] = UInt16(truncatingIfNeeded: made)
                    leaf += 1
                }
            }
            unsafe weights[made] = sum
        }
        // From here the weights of inner nodes are their depths.
        unsafe weights[used - 2] = 0
        for index in stride(from: used - 3, through: 0, by: -1) {
            unsafe weights[index] = weights[Int(nodeParents[index])] + 1
        }
        unsafe tally.update(repeating: 0, count: limit + 1)
        var kraft = 0
        for index in 0..<used {
            let length = unsafe min(Int(weights[Int(leafParents[index])]) + 1, limit)
            unsafe tally[length] += 1
            kraft += 1 << (limit - length)
        }
        // A leaf cut to the limit becomes the neighbour of one that moves down a level.
        while kraft > 1 << limit {
            var length = limit - 1
            while unsafe tally[length] == 0 { length -= 1 }
            unsafe tally[length] -= 1
            unsafe tally[length + 1] += 2
            unsafe tally[limit] -= 1
            kraft -= 1
        }
        var index = 0
        for length in stride(from: limit, to: 0, by: -1) {
            for _ in 0..<(unsafe tally[length]) {
                unsafe lengths[Int(truncatingIfNeeded: order[index] & 0xFFFF)] = UInt8(truncatingIfNeeded: length)
                index += 1
            }
        }
    }

    /// Numbers the codes as RFC 1951, section 3.2.2 does: by length, then symbol.
    private func assignCodes() {
        unsafe tally.update(repeating: 0, count: 17)
        for symbol in 0..<symbols { unsafe tally[Int(lengths[symbol])] += 1 }
        unsafe tally[0] = 0
        var code = 0
        var before = 0
        for length in 1...16 {
            code = (code + before) << 1
            before = unsafe tally[length]
            unsafe tally[length] = code
        }
        for symbol in 0..<symbols {
            let length = unsafe Int(lengths[symbol])
            guard length > 0 else { continue }
            unsafe codes[symbol] = Self.reversed(UInt16(truncatingIfNeeded: tally[length])) >> UInt16(16 - length)
            unsafe tally[length] += 1
        }
    }

    private static func reversed(_ value: UInt16) -> UInt16 {
        var value = value
        value = value >> 1 & 0x5555 | (value & 0x5555) << 1
        value = value >> 2 & 0x3333 | (value & 0x3333) << 2
        value = value >> 4 & 0x0F0F | (value & 0x0F0F) << 4
        return value.byteSwapped
    }
}
