/// Writes stretches of a parse as blocks of deflate, each in the smallest of its three forms.
@safe final class DeflateBlockWriter {
    /// Codes of literals and lengths are no longer than this, so that four literals fit between two flushes.
    private static let literalLimit = 12
    private static let distanceLimit = 15
    private static let codeLengthLimit = 7
    /// The order in which the lengths of the codes for lengths are written (RFC 1951, section 3.2.7).
    private static let codeLengthOrder: [UInt8] = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    private let format: DeflateFormat
    private let literalCode = HuffmanCode(symbols: DeflateFormat.literalSymbols)
    private let distanceCode = HuffmanCode(symbols: DeflateFormat.distanceSymbols)
    private let headerCode = HuffmanCode(symbols: DeflateFormat.codeLengthSymbols)
    private let fixedLiteralCode = HuffmanCode(symbols: 288)
    private let fixedDistanceCode = HuffmanCode(symbols: 32)
    /// Items of literals and the end of a block.
    private let literalItems: UnsafeMutablePointer<UInt64>
    /// Items of lengths less 3, with the bits that follow the code.
    private let lengthItems: UnsafeMutablePointer<UInt64>
    /// Items of the symbols of distances.
    private let distanceItems: UnsafeMutablePointer<UInt64>
    /// The lengths of codes, run-length coded: symbol and following bits.
    private let header: UnsafeMutablePointer<(symbol: UInt8, extra: UInt8)>
    private let headerCounts: UnsafeMutablePointer<UInt32>

    init(format: DeflateFormat) {
        self.format = format
        unsafe literalItems = .allocate(capacity: 257)
        unsafe lengthItems = .allocate(capacity: 256)
        unsafe distanceItems = .allocate(capacity: DeflateFormat.distanceSymbols)
        unsafe header = .allocate(capacity: DeflateFormat.literalSymbols + DeflateFormat.distanceSymbols)
        unsafe headerCounts = .allocate(capacity: DeflateFormat.codeLengthSymbols)
        fixedLiteralCode.assign { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        fixedDistanceCode.assign { _ in 5 }
    }

    deinit {
        unsafe literalItems.deallocate()
        unsafe lengthItems.deallocate()
        unsafe distanceItems.deallocate()
        unsafe header.deallocate()
        unsafe headerCounts.deallocate()
    }

    /// Writes a block.
    ///
    /// - Parameters:
    ///   - sequences: a parse of all bytes of the block.
    ///   - source: the bytes.
    ///   - statistics: the counts of the parse; the end of the block is added.
    ///   - isLast: whether the stream ends with this block.
    func write(
        _ sequences: UnsafeBufferPointer<DeflateSequence>, of source: UnsafeRawBufferPointer,
        statistics: DeflateStatistics, isLast: Bool, to writer: inout DeflateBitWriter
    ) {
        let counts = unsafe statistics.counts
        let distanceCounts = unsafe statistics.distanceCounts
        unsafe counts[DeflateFormat.endOfBlock] = 1
        unsafe literalCode.build(counts, limit: Self.literalLimit)
        unsafe distanceCode.build(distanceCounts, limit: Self.distanceLimit)
        let (literals, distances, items) = makeHeader()
        unsafe headerCode.build(headerCounts, limit: Self.codeLengthLimit)
        var sent = DeflateFormat.codeLengthSymbols
        while sent > 4, unsafe headerCode.lengths[Int(Self.codeLengthOrder[sent - 1])] == 0 { sent -= 1 }

        var dynamic = 3 + 14 + 3 * sent
        for item in 0..<items {
            let symbol = unsafe Int(header[item].symbol)
            dynamic += unsafe Int(headerCode.lengths[symbol]) + Self.headerExtra(symbol)
        }
        unsafe dynamic += size(counts, distanceCounts, literalCode, distanceCode)
        let fixed = unsafe 3 + size(counts, distanceCounts, fixedLiteralCode, fixedDistanceCode)
        let chunks = max(1, (source.count + DeflateFormat.longestStored - 1) / DeflateFormat.longestStored)
        let stored = 8 * source.count + chunks * (3 + 7 + 32)

        if stored <= min(dynamic, fixed) {
            unsafe store(source, isLast: isLast, to: &writer)
        } else if fixed <= dynamic {
            writer.put((isLast ? 1 : 0) | 1 << 1, 3)
            makeItems(fixedLiteralCode, fixedDistanceCode)
            unsafe writer = emit(sequences, of: source, to: writer)
        } else {
            writer.put((isLast ? 1 : 0) | 2 << 1, 3)
            writer.put(literals - 257, 5)
            writer.put(distances - 1, 5)
            writer.put(sent - 4, 4)
            for index in 0..<sent { unsafe writer.put(Int(headerCode.lengths[Int(Self.codeLengthOrder[index])]), 3) }
            for index in 0..<items {
                let item = unsafe header[index]
                let symbol = Int(item.symbol)
                unsafe writer.put(Int(headerCode.codes[symbol]), Int(headerCode.lengths[symbol]))
                writer.put(Int(item.extra), Self.headerExtra(symbol))
            }
            makeItems(literalCode, distanceCode)
            unsafe writer = emit(sequences, of: source, to: writer)
        }
    }

    /// The bits of all symbols with a pair of codes.
    private func size(
        _ counts: UnsafePointer<UInt32>, _ distanceCounts: UnsafePointer<UInt32>, _ literalCode: HuffmanCode,
        _ distanceCode: HuffmanCode
    ) -> Int {
        var bits = 0
        for symbol in 0...DeflateFormat.endOfBlock {
            unsafe bits &+= Int(counts[symbol]) &* Int(literalCode.lengths[symbol])
        }
        for symbol in 0..<29 {
            let length = unsafe Int(literalCode.lengths[257 + symbol]) + Int(format.lengthExtra[symbol])
            unsafe bits &+= Int(counts[257 + symbol]) &* length
        }
        for symbol in 0..<DeflateFormat.distanceSymbols {
            let length = unsafe Int(distanceCode.lengths[symbol]) + Int(format.distanceExtra[symbol])
            unsafe bits &+= Int(distanceCounts[symbol]) &* length
        }
        return bits
    }

    /// Run-length codes the lengths of both codes and counts the symbols (RFC 1951, section 3.2.7).
    private func makeHeader() -> (literals: Int, distances: Int, items: Int) {
        let literalLengths = unsafe literalCode.lengths
        let distanceLengths = unsafe distanceCode.lengths
        var literals = DeflateFormat.literalSymbols
        while literals > 257, unsafe literalLengths[literals - 1] == 0 { literals -= 1 }
        var distances = DeflateFormat.distanceSymbols
        while distances > 1, unsafe distanceLengths[distances - 1] == 0 { distances -= 1 }

        unsafe headerCounts.update(repeating: 0, count: DeflateFormat.codeLengthSymbols)
        var items = 0
        let total = literals + distances
        func length(_ index: Int) -> UInt8 {
            unsafe index < literals ? literalLengths[index] : distanceLengths[index - literals]
        }
        func append(_ symbol: Int, _ extra: Int) {
            unsafe header[items] = (UInt8(truncatingIfNeeded: symbol), UInt8(truncatingIfNeeded: extra))
            unsafe headerCounts[symbol] += 1
            items += 1
        }
        var index = 0
        while index < total {
            let value = length(index)
            var run = 1
            while index + run < total, length(index + run) == value { run += 1 }
            index += run
            if value == 0 {
                while run >= 11 {
                    let part = min(run, 138)
                    append(18, part - 11)
                    run -= part
                }
                if run >= 3 {
                    append(17, run - 3)
                    run = 0
                }
            } else {
                append(Int(value), 0)
                run -= 1
                while run >= 3 {
                    // A rest of 1 or 2 would have to be spelt out.
                    let part = run <= 6 ? run : run >= 9 ? 6 : run - 3
                    append(16, part - 3)
                    run -= part
                }
            }
            for _ in 0..<run { append(Int(value), 0) }
        }
        return (literals, distances, items)
    }

    /// The number of bits after a symbol of the header.
    private static func headerExtra(_ symbol: Int) -> Int { symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7 }

    /// Makes the tables that the emission reads.
    private func makeItems(_ literalCode: HuffmanCode, _ distanceCode: HuffmanCode) {
        for symbol in 0...DeflateFormat.endOfBlock {
            unsafe literalItems[symbol] = DeflateBitWriter.item(
                Int(literalCode.codes[symbol]), Int(literalCode.lengths[symbol]))
        }
        for length in 0..<256 {
            let symbol = unsafe Int(format.lengthSymbol[length])
            let code = unsafe Int(literalCode.codes[257 + symbol])
            let bits = unsafe Int(literalCode.lengths[257 + symbol])
            let extra = unsafe length - Int(format.lengthBase[symbol])
            unsafe lengthItems[length] = DeflateBitWriter.item(
                code | extra << bits, bits + Int(format.lengthExtra[symbol]))
        }
        for symbol in 0..<DeflateFormat.distanceSymbols {
            unsafe distanceItems[symbol] = DeflateBitWriter.item(
                Int(distanceCode.codes[symbol]), Int(distanceCode.lengths[symbol]))
        }
    }

    /// Writes the symbols of a block and its end.
    private func emit(
        _ sequences: UnsafeBufferPointer<DeflateSequence>, of source: UnsafeRawBufferPointer,
        to start: DeflateBitWriter
    ) -> DeflateBitWriter {
        // A copy in local variables stays in registers.
        var writer = start
        let literalItems = unsafe literalItems
        let lengthItems = unsafe lengthItems
        let distanceItems = unsafe distanceItems
        let distanceSymbol = unsafe format.distanceSymbol
        let distanceExtra = unsafe format.distanceExtra
        guard var next = source.baseAddress else {
            unsafe writer.add(literalItems[DeflateFormat.endOfBlock])
            writer.flush()
            return writer
        }
        for index in 0..<sequences.count {
            let sequence = unsafe sequences[index]
            let literals = sequence.literals
            let end = unsafe next + literals
            let whole = unsafe next + (literals & ~3)
            while unsafe next < whole {
                let word = unsafe UInt32(littleEndian: next.loadUnaligned(as: UInt32.self))
                unsafe writer.add(literalItems[Int(truncatingIfNeeded: word & 255)])
                unsafe writer.add(literalItems[Int(truncatingIfNeeded: word >> 8 & 255)])
                unsafe writer.add(literalItems[Int(truncatingIfNeeded: word >> 16 & 255)])
                unsafe writer.add(literalItems[Int(truncatingIfNeeded: word >> 24)])
                writer.flush()
                unsafe next += 4
            }
            if unsafe next < end {
                repeat {
                    unsafe writer.add(literalItems[Int(next.load(as: UInt8.self))])
                    unsafe next += 1
                } while unsafe next < end
                writer.flush()
            }
            let length = sequence.length
            if length > 0 {
                let distance = sequence.distance
                let symbol = unsafe Int(distanceSymbol[DeflateFormat.distanceIndex(distance)])
                let extra = unsafe UInt64(distanceExtra[symbol])
                unsafe writer.add(lengthItems[length &- 3])
                unsafe writer.add(distanceItems[symbol])
                let low = UInt64(truncatingIfNeeded: distance &- 1) & (1 &<< extra &- 1)
                writer.add((low &<< (64 &- extra)) | extra)
                writer.flush()
                unsafe next += length
            }
        }
        unsafe writer.add(literalItems[DeflateFormat.endOfBlock])
        writer.flush()
        return writer
    }

    /// Writes bytes as they are.
    private func store(_ source: UnsafeRawBufferPointer, isLast: Bool, to writer: inout DeflateBitWriter) {
        var start = 0
        repeat {
            let count = min(source.count - start, DeflateFormat.longestStored)
            writer.put(isLast && start + count == source.count ? 1 : 0, 3)
            writer.align()
            writer.put(count, 16)
            writer.put(~count & 0xFFFF, 16)
            unsafe writer.append(UnsafeRawBufferPointer(rebasing: source[start..<(start + count)]))
            start += count
        } while start < source.count
    }
}
