/// Finds earlier copies of bytes, fast where there are none.
///
/// One table holds the last place of each hash of 6 bytes. The longer nothing is found, the longer the steps become,
/// so that noise costs little; a copy that is found late is extended backwards. A repetition of the byte before needs
/// no table. A short copy is taken only if it costs fewer bits than its bytes would: among noise a distance is dear,
/// and a run of zeros is better left whole for a repetition. Places in the table are only hints whose bytes are
/// compared.
@safe final class DeflateParser {
    private static let hashBits: UInt64 = 14
    /// One byte more is skipped after each 2^this places without a copy.
    private static let patience = 4
    /// No more than this is skipped at once, so that the end of noise is found soon.
    private static let longestSkip = 31
    /// Copies from this length on are taken unseen.
    private static let surelyWorth = 32
    /// What a copy must save, in 1/16 bit: it also makes the codes of other copies longer.
    private static let leastGain = 32
    /// Copies from this length on are taken without a look at the next place.
    private static let longEnough = 16
    /// The last places of a copy that are entered in the table.
    private static let entered = 24

    private let format: DeflateFormat
    private let costs: DeflateCosts
    private let table: UnsafeMutablePointer<UInt32>

    /// Makes a parser that reads its costs from an object that the caller keeps up to date.
    init(format: DeflateFormat, costs: DeflateCosts) {
        self.format = format
        self.costs = costs
        unsafe table = .allocate(capacity: 1 << Int(Self.hashBits))
    }

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
        into sequences: UnsafeMutablePointer<DeflateSequence>
    ) -> (end: Int, sequences: Int) {
        let table = unsafe table
        let prices = Prices(costs, format)
        // Words of 8 bytes are read at places before this, and at the next one.
        let last = min(stop, count &- 16)
        let reach = min(stop &+ DeflateFormat.longestMatch, count)
        var made = 0
        var anchor = start
        var place = max(start, 1)
        // Steps grow with a count of places, not with the distance: the next place then waits for one addition only.
        var misses = 0
        while place < last {
            let word = unsafe Self.word(source, place)
            let hash = Self.hash(word)
            let earlier = unsafe Int(table[hash])
            unsafe table[hash] = UInt32(truncatingIfNeeded: place)
            // One branch for both, because in noise neither holds.
            let isRun = unsafe UInt32(truncatingIfNeeded: word ^ Self.word(source, place &- 1)) == 0
            var isCopy = unsafe Self.agree(word, Self.word(source, earlier))
            if !(isRun || isCopy) {
                place &+= 1 &+ min(misses >> Self.patience, Self.longestSkip)
                misses &+= 1
                continue
            }
            isCopy = isCopy && Self.isWithinReach(place, earlier)
            if !(isRun || isCopy) {
                place &+= 1
                continue
            }

            var begin = place
            var distance = 1
            var end = place
            if isRun { end = unsafe Self.extend(source, place &+ 4, 1, reach) }
            if isCopy {
                let other = unsafe Self.extend(source, place &+ 6, place &- earlier, reach)
                if !isRun || other > end &+ 2 {
                    end = other
                    distance = place &- earlier
                }
            }
            if end &- place < Self.longEnough {
                let next = place &+ 1
                let word = unsafe Self.word(source, next)
                let earlier = unsafe Int(table[Self.hash(word)])
                if unsafe Self.agree(word, Self.word(source, earlier)), Self.isWithinReach(next, earlier) {
                    let other = unsafe Self.extend(source, next &+ 6, next &- earlier, reach)
                    if other > end &+ 2 {
                        end = other
                        distance = next &- earlier
                        begin = next
                    }
                }
            }
            while begin > anchor, begin > distance, unsafe source[begin &- 1] == source[begin &- 1 &- distance] {
                begin &-= 1
            }
            if end &- begin < Self.surelyWorth, unsafe prices.gain(source, begin, end, distance) <= Self.leastGain {
                place &+= 1
                continue
            }

            var literals = begin &- anchor
            var rest = end &- begin
            while rest > DeflateFormat.longestMatch {
                // No rest may be shorter than the shortest copy.
                let length = min(DeflateFormat.longestMatch, rest &- DeflateFormat.shortestMatch)
                unsafe sequences[made] = DeflateSequence(literals: literals, length: length, distance: distance)
                made &+= 1
                literals = 0
                rest &-= length
            }
            unsafe sequences[made] = DeflateSequence(literals: literals, length: rest, distance: distance)
            made &+= 1
            anchor = end
            place = end
            misses = 0
            if end < last {
                for inner in max(begin, end &- Self.entered)..<end {
                    unsafe table[Self.hash(Self.word(source, inner))] = UInt32(truncatingIfNeeded: inner)
                }
            }
        }
        let end = max(anchor, min(stop, count))
        if end > anchor {
            unsafe sequences[made] = DeflateSequence(literals: end &- anchor, length: 0, distance: 0)
            made &+= 1
        }
        return (end, made)
    }

    /// The end of a copy whose bytes before `place` are equal.
    @inline(__always)
    private static func extend(_ source: UnsafePointer<UInt8>, _ place: Int, _ distance: Int, _ reach: Int) -> Int {
        var place = place
        while place &+ 8 <= reach {
            let differing = unsafe word(source, place) ^ word(source, place &- distance)
            if differing != 0 { return place &+ differing.trailingZeroBitCount >> 3 }
            place &+= 8
        }
        while place < reach, unsafe source[place] == source[place &- distance] { place &+= 1 }
        return place
    }

    /// Whether two words agree in the bytes that are hashed.
    @inline(__always) private static func agree(_ word: UInt64, _ other: UInt64) -> Bool { (word ^ other) << 16 == 0 }

    @inline(__always) private static func hash(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: ((word << 16) &* 0x9E37_79B9_7F4A_7C15) >> (64 - hashBits))
    }

    /// Whether a copy may begin at an earlier place; the place itself is none.
    @inline(__always) private static func isWithinReach(_ place: Int, _ earlier: Int) -> Bool {
        UInt(bitPattern: place &- earlier &- 1) < UInt(DeflateFormat.window)
    }

    @inline(__always) private static func word(_ source: UnsafePointer<UInt8>, _ place: Int) -> UInt64 {
        unsafe UInt64(littleEndian: UnsafeRawPointer(source).loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// The tables of costs, for the length of a parse.
    @safe private struct Prices {
        let literals: UnsafeMutablePointer<UInt16>
        let lengths: UnsafeMutablePointer<UInt16>
        let distances: UnsafeMutablePointer<UInt16>
        let symbols: UnsafeMutablePointer<UInt8>
        /// What a repetition of the byte before costs.
        let run: Int

        init(_ costs: DeflateCosts, _ format: DeflateFormat) {
            unsafe literals = costs.literals
            unsafe lengths = costs.lengths
            unsafe distances = costs.distances
            unsafe symbols = format.distanceSymbol
            run = unsafe Int(costs.lengths[5]) + Int(costs.distances[0])
        }

        /// What is saved by a copy, in 1/16 bit, against literals and, if it is no run itself, short runs.
        @inline(__always)
        func gain(_ source: UnsafePointer<UInt8>, _ begin: Int, _ end: Int, _ distance: Int) -> Int {
            let symbol = unsafe Int(symbols[DeflateFormat.distanceIndex(distance)])
            var gain = unsafe 0 &- Int(lengths[end &- begin &- 3]) &- Int(distances[symbol])
            if distance == 1 {
                for place in begin..<end { unsafe gain &+= Int(literals[Int(source[place])]) }
                return gain
            }
            var pending = 0
            var before = unsafe source[begin &- 1]
            for place in begin..<end {
                let byte = unsafe source[place]
                let cost = unsafe Int(literals[Int(byte)])
                if byte == before {
                    pending &+= cost
                } else {
                    gain &+= min(pending, run) &+ cost
                    pending = 0
                }
                before = byte
            }
            return gain &+ min(pending, run)
        }
    }
}
