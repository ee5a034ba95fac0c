/// Finds earlier copies of bytes, fast where there are none.
///
/// One table holds the last place of each hash of 5 bytes. The longer nothing is found, the longer the steps become,
/// so that noise costs little; a copy that is found late is extended backwards. A repetition of the byte before needs
/// no table. Places in the table are only hints whose bytes are compared, so it is cleared once per stream.
@safe final class DeflateParser {
    private static let hashBits: UInt64 = 14
    /// One byte more is skipped after each 2^this bytes without a copy.
    private static let patience = 6

    private let table: UnsafeMutablePointer<UInt32>

    init() { unsafe table = .allocate(capacity: 1 << Int(Self.hashBits)) }

    deinit { unsafe table.deallocate() }

    /// Forgets the stream before.
    func reset() { unsafe table.update(repeating: 0, count: 1 << Int(Self.hashBits)) }

    /// Parses a stretch; it may end up to 258 bytes after `stop`, and does not end before.
    ///
    /// - Parameters:
    ///   - source: the whole stream, of `count` bytes.
    ///   - start: where the stretch begins.
    ///   - sequences: room for a third of the stretch.
    /// - Returns: where the stretch ended and the number of sequences.
    func parse(
        _ source: UnsafePointer<UInt8>, count: Int, from start: Int, to stop: Int,
        into sequences: UnsafeMutablePointer<DeflateSequence>, costs: DeflateCosts, format: DeflateFormat
    ) -> (end: Int, sequences: Int) {
        let table = unsafe table
        let bytes = unsafe UnsafeRawPointer(source)
        // Words of 8 bytes are read from here and from the end of a copy.
        let last = min(stop, count - 16)
        let reach = min(stop + DeflateFormat.longestMatch, count)
        let literalCosts = unsafe costs.literals
        let lengthCosts = unsafe costs.lengths
        let distanceCosts = unsafe costs.distances
        let distanceSymbol = unsafe format.distanceSymbol
        let runCost = unsafe Int(lengthCosts[5]) + Int(distanceCosts[0])
        var made = 0
        var anchor = start
        var place = max(start, 1)
        while place < last {
            let word = unsafe Self.word(bytes, place)
            let hash = Self.hash(word)
            let earlier = unsafe Int(table[hash])
            unsafe table[hash] = UInt32(truncatingIfNeeded: place)
            let before = unsafe Self.word(bytes, place &- 1)
            let other = unsafe Self.word(bytes, earlier)
            // One branch for both, because in noise neither holds.
            let isRun = UInt32(truncatingIfNeeded: word ^ before) == 0
            let isCopy = (word ^ other) << 16 == 0
            if !(isRun || isCopy) {
                place &+= 1 &+ (place &- anchor) >> Self.patience
                continue
            }
            let from = isCopy && !isRun ? earlier : place &- 1
            if place &- from > DeflateFormat.window {
                place &+= 1
                continue
            }
            var distance = place &- from
            var end = unsafe Self.extend(bytes, place &+ 4, distance, reach)
            if isRun, isCopy, place &- earlier <= DeflateFormat.window {
                let other = unsafe Self.extend(bytes, place &+ 4, place &- earlier, reach)
                if other > end + 2 {
                    end = other
                    distance = place &- earlier
                }
            }
            var begin = place
            if end &- place < 16 {
                let next = place &+ 1
                let word = unsafe Self.word(bytes, next)
                let hash = Self.hash(word)
                let earlier = unsafe Int(table[hash])
                
                if unsafe (word ^ Self.word(bytes, earlier)) << 16 == 0, next &- earlier <= DeflateFormat.window {
                    let other = unsafe Self.extend(bytes, next &+ 4, next &- earlier, reach)
                    if other > end + 2 {
                        end = other
                        distance = next &- earlier
                        begin = next
                    }
                }
            }
            while begin > anchor, begin > distance, unsafe source[begin &- 1] == source[begin &- 1 &- distance] {
                begin &-= 1
            }
            if end &- begin < 32 {
                var gain = 0
                if distance == 1 {
                    for index in begin..<end { unsafe gain &+= Int(literalCosts[Int(source[index])]) }
                } else {
                    var run = 0
                    var before = begin > 0 ? unsafe source[begin &- 1] : 0
                    for index in begin..<end {
                        let byte = unsafe source[index]
                        let literal = unsafe Int(literalCosts[Int(byte)])
                        if byte == before {
                            run &+= literal
                        } else {
                            gain &+= min(run, runCost) &+ literal
                            run = 0
                        }
                        before = byte
                    }
                    gain &+= min(run, runCost)
                }
                let symbol = unsafe Int(distanceSymbol[distance <= 256 ? distance &- 1 : 256 &+ (distance &- 1) >> 7])
                unsafe gain &-= Int(lengthCosts[end &- begin &- 3]) &+ Int(distanceCosts[symbol])
                if gain <= 32 {
                    place &+= 1
                    continue
                }
            }
            if end > reach { end = reach }
            // The hash of a place within helps to find it again where it was entered in the middle.
            var literals = begin &- anchor
            var rest = end &- begin
            while rest > 0 {
                let length =
                    rest <= DeflateFormat.longestMatch
                    ? rest : rest >= DeflateFormat.longestMatch + 3 ? DeflateFormat.longestMatch : rest - 3
                unsafe sequences[made] = DeflateSequence(literals: literals, length: length, distance: distance)
                made &+= 1
                literals = 0
                rest &-= length
            }
            anchor = end
            place = end
            if end < last {
                var inner = max(begin, end &- 24) &+ 1
                while inner < end {
                    unsafe table[Self.hash(Self.word(bytes, inner))] = UInt32(truncatingIfNeeded: inner)
                    inner &+= 1
                }
            }
        }
        let end = max(anchor, min(stop, count))
        if end > anchor {
            unsafe sequences[made] = DeflateSequence(literals: end - anchor, length: 0, distance: 0)
            made += 1
        }
        return (end, made)
    }

    /// The end of a copy of which the bytes before `place` are known to be equal.
    @inline(__always)
    private static func extend(_ bytes: UnsafeRawPointer, _ place: Int, _ distance: Int, _ reach: Int) -> Int {
        var place = place
        while place &+ 8 <= reach {
            let differing = unsafe word(bytes, place) ^ word(bytes, place &- distance)
            if differing != 0 { return place &+ differing.trailingZeroBitCount >> 3 }
            place &+= 8
        }
        while place < reach, unsafe half(bytes, place) & 255 == half(bytes, place &- distance) & 255 { place &+= 1 }
        return place
    }

    @inline(__always) private static func hash(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: ((word << 16) &* 0x9E37_79B1_85EB_CA87) >> (64 - hashBits))
    }

    @inline(__always) private static func word(_ bytes: UnsafeRawPointer, _ place: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    @inline(__always) private static func half(_ bytes: UnsafeRawPointer, _ place: Int) -> UInt32 {
        unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }
}
