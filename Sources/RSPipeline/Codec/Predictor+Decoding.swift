/// The numbers of a decompressed block: rows without gaps, samples of a pixel beside each other.
struct PredictedBlock: Sendable, Hashable {
    /// Pixels of one row.
    var columns: Int
    /// Numbers per pixel.
    var samples: Int
    /// Bytes per number: 1, 2, 4 or 8.
    var bytesPerSample: Int

    /// Numbers of one row.
    var rowCount: Int { columns * samples }
    /// Bytes of one row.
    var rowBytes: Int { rowCount * bytesPerSample }
}

extension Predictor {
    /// Undoes the predictor of the first rows and columns of a block.
    ///
    /// Numbers are little-endian, save those of ``floatingPoint``, which is the same in every file. All bit patterns are
    /// taken as they are.
    ///
    /// - Parameters:
    ///   - source: whole rows of the block; ``floatingPoint`` leaves intermediate sums in it.
    ///   - block: how its rows are made up.
    ///   - target: receives the numbers; may be `source` for all but ``floatingPoint``, with the rows at the same place.
    ///   - rowBytes: from one row of the target to the next.
    ///   - rows: the rows wanted.
    ///   - columns: the pixels wanted of each row.
    func undo(
        _ source: UnsafeMutableRawPointer, _ block: PredictedBlock, into target: UnsafeMutableRawPointer, rowBytes: Int,
        rows: Int, columns: Int
    ) {
        precondition(columns <= block.columns, "more pixels are wanted than a row has")
        precondition(self != .floatingPoint || block.bytesPerSample == 4 || block.bytesPerSample == 8)
        let count = columns * block.samples
        for row in 0..<rows {
            let from = unsafe source + row * block.rowBytes
            let to = unsafe target + row * rowBytes
            switch self {
            case .none:
                if unsafe to != from { unsafe to.copyMemory(from: from, byteCount: count * block.bytesPerSample) }
            case .horizontal:
                switch (block.bytesPerSample, block.samples) {
                case (1, 1): unsafe Self.sumBytes(from, to, count)
                case (2, 1): unsafe Self.sumWords(from, to, count)
                case (1, _): unsafe Self.sum(UInt8.self, from, to, count, every: block.samples)
                case (2, _): unsafe Self.sum(UInt16.self, from, to, count, every: block.samples)
                case (4, _): unsafe Self.sum(UInt32.self, from, to, count, every: block.samples)
                default: unsafe Self.sum(UInt64.self, from, to, count, every: block.samples)
                }
            case .floatingPoint:
                if block.samples == 1 {
                    unsafe Self.sumBytes(from, from, block.rowBytes)
                } else {
                    unsafe Self.sum(UInt8.self, from, from, block.rowBytes, every: block.samples)
                }
                if block.bytesPerSample == 4 {
                    unsafe Self.gatherFloats(from, to, count, plane: block.rowCount)
                } else {
                    unsafe Self.gatherDoubles(from, to, count, plane: block.rowCount)
                }
            }
        }
    }

    /// Running sums of numbers that lie `step` apart, modulo their size.
    @inline(__always)
    private static func sum<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ type: Word.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, every step: Int
    ) {
        for first in 0..<min(step, count) {
            var total: Word = 0
            var index = first
            while index < count {
                let offset = index * MemoryLayout<Word>.size
                total &+= unsafe source.loadUnaligned(fromByteOffset: offset, as: Word.self)
                unsafe target.storeBytes(of: total, toByteOffset: offset, as: Word.self)
                index += step
            }
        }
    }

    /// Running sums of bytes, sixteen at a time.
    private static func sumBytes(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int) {
        var totals = SIMD16<UInt8>(repeating: 0)
        var index = 0
        // Written lane by lane, each of these is one instruction.
        while index + 16 <= count {
            var v = unsafe source.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
            v &+= SIMD16(
                0, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14])
            v &+= SIMD16(0, 0, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13])
            v &+= SIMD16(0, 0, 0, 0, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11])
            v &+= SIMD16(0, 0, 0, 0, 0, 0, 0, 0, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7])
            unsafe target.storeBytes(of: v &+ totals, toByteOffset: index, as: SIMD16<UInt8>.self)
            totals &+= SIMD16(repeating: v[15])
            index += 16
        }
        var total = totals[0]
        while index < count {
            total &+= unsafe source.load(fromByteOffset: index, as: UInt8.self)
            unsafe target.storeBytes(of: total, toByteOffset: index, as: UInt8.self)
            index += 1
        }
    }

    /// Running sums of 16-bit numbers, eight at a time.
    private static func sumWords(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int) {
        var totals = SIMD8<UInt16>(repeating: 0)
        var index = 0
        // Shifts of whole halves: lane by lane, these would become single numbers again.
        while index + 8 <= count {
            var v = unsafe source.loadUnaligned(fromByteOffset: index * 2, as: SIMD8<UInt16>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 16, to: SIMD8<UInt16>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 32, to: SIMD8<UInt16>.self)
            v &+= SIMD8(0, 0, 0, 0, v[3], v[3], v[3], v[3])
            unsafe target.storeBytes(of: v &+ totals, toByteOffset: index * 2, as: SIMD8<UInt16>.self)
            totals &+= SIMD8(repeating: v[7])
            index += 8
        }
        var total = totals[0]
        while index < count {
            total &+= unsafe source.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
            unsafe target.storeBytes(of: total, toByteOffset: index * 2, as: UInt16.self)
            index += 1
        }
    }

    /// 32-bit numbers of bytes sorted by significance, the most significant first.
    private static func gatherFloats(
        _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, plane: Int
    ) {
        var index = 0
        while index + 16 <= count {
            let low = unsafe words(source + index, plane, 3, 2)
            let high = unsafe words(source + index, plane, 1, 0)
            let to = unsafe target + index * 4
            unsafe to.storeBytes(of: zipLow(low.0, high.0), as: SIMD8<UInt16>.self)
            unsafe to.storeBytes(of: zipHigh(low.0, high.0), toByteOffset: 16, as: SIMD8<UInt16>.self)
            unsafe to.storeBytes(of: zipLow(low.1, high.1), toByteOffset: 32, as: SIMD8<UInt16>.self)
            unsafe to.storeBytes(of: zipHigh(low.1, high.1), toByteOffset: 48, as: SIMD8<UInt16>.self)
            index += 16
        }
        unsafe gather(source, target, count, plane: plane, bytes: 4, from: index)
    }

    /// The same for 64-bit numbers.
    private static func gatherDoubles(
        _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, plane: Int
    ) {
        var index = 0
        while index + 16 <= count {
            let a = unsafe words(source + index, plane, 7, 6)
            let b = unsafe words(source + index, plane, 5, 4)
            let c = unsafe words(source + index, plane, 3, 2)
            let d = unsafe words(source + index, plane, 1, 0)
            let to = unsafe target + index * 8
            unsafe store(zipLow(a.0, b.0), zipLow(c.0, d.0), to)
            unsafe store(zipHigh(a.0, b.0), zipHigh(c.0, d.0), to + 32)
            unsafe store(zipLow(a.1, b.1), zipLow(c.1, d.1), to + 64)
            unsafe store(zipHigh(a.1, b.1), zipHigh(c.1, d.1), to + 96)
            index += 16
        }
        unsafe gather(source, target, count, plane: plane, bytes: 8, from: index)
    }

    /// Sixteen 16-bit numbers of two planes of bytes.
    @inline(__always)
    private static func words(
        _ source: UnsafeRawPointer, _ plane: Int, _ low: Int, _ high: Int
    ) -> (SIMD8<UInt16>, SIMD8<UInt16>) {
        let a = unsafe source.loadUnaligned(fromByteOffset: low * plane, as: SIMD16<UInt8>.self)
        let b = unsafe source.loadUnaligned(fromByteOffset: high * plane, as: SIMD16<UInt8>.self)
        let first = SIMD16(
            a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3], a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7])
        let second = SIMD16(
            a[8], b[8], a[9], b[9], a[10], b[10], a[11], b[11], a[12], b[12], a[13], b[13], a[14], b[14], a[15], b[15])
        return unsafe (unsafeBitCast(first, to: SIMD8<UInt16>.self), unsafeBitCast(second, to: SIMD8<UInt16>.self))
    }

    @inline(__always)
    private static func zipLow(_ a: SIMD8<UInt16>, _ b: SIMD8<UInt16>) -> SIMD8<UInt16> {
        SIMD8(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3])
    }

    @inline(__always)
    private static func zipHigh(_ a: SIMD8<UInt16>, _ b: SIMD8<UInt16>) -> SIMD8<UInt16> {
        SIMD8(a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7])
    }

    /// Stores four 64-bit numbers of their lower and upper halves.
    @inline(__always)
    private static func store(_ low: SIMD8<UInt16>, _ high: SIMD8<UInt16>, _ target: UnsafeMutableRawPointer) {
        let a = unsafe unsafeBitCast(low, to: SIMD4<UInt32>.self)
        let b = unsafe unsafeBitCast(high, to: SIMD4<UInt32>.self)
        unsafe target.storeBytes(of: SIMD4(a[0], b[0], a[1], b[1]), as: SIMD4<UInt32>.self)
        unsafe target.storeBytes(of: SIMD4(a[2], b[2], a[3], b[3]), toByteOffset: 16, as: SIMD4<UInt32>.self)
    }

    private static func gather(
        _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, plane: Int, bytes: Int,
        from first: Int
    ) {
        var index = first
        while index < count {
            for byte in 0..<bytes {
                let value = unsafe source.load(fromByteOffset: (bytes - 1 - byte) * plane + index, as: UInt8.self)
                unsafe target.storeBytes(of: value, toByteOffset: index * bytes + byte, as: UInt8.self)
            }
            index += 1
        }
    }
}

/// Turns numbers of the other byte order around.
enum ByteOrder {
    /// Swaps the bytes of `count` numbers in place.
    static func swap(_ memory: UnsafeMutableRawPointer, count: Int, bytesPerSample: Int) {
        switch bytesPerSample {
        case 2: unsafe swap(UInt16.self, memory, count)
        case 4: unsafe swap(UInt32.self, memory, count)
        case 8: unsafe swap(UInt64.self, memory, count)
        default: break
        }
    }

    @inline(__always)
    private static func swap<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type, _ memory: UnsafeMutableRawPointer, _ count: Int
    ) {
        for index in 0..<count {
            let offset = index * MemoryLayout<Word>.size
            let word = unsafe memory.loadUnaligned(fromByteOffset: offset, as: Word.self)
            unsafe memory.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: Word.self)
        }
    }
}
