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
                    unsafe Self.gather(from, to, count, plane: block.rowCount, bytes: block.bytesPerSample)
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
        var total: UInt8 = 0
        var index = 0
        while index + 16 <= count {
            var v = unsafe source.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 8, to: SIMD16<UInt8>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 16, to: SIMD16<UInt8>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 32, to: SIMD16<UInt8>.self)
            let middle = total &+ v[7]
            let sums =
                v &+ SIMD16(lowHalf: SIMD8(repeating: total), highHalf: SIMD8(repeating: middle))
            unsafe target.storeBytes(of: sums, toByteOffset: index, as: SIMD16<UInt8>.self)
            total = middle &+ v[15]
            index += 16
        }
        while index < count {
            total &+= unsafe source.load(fromByteOffset: index, as: UInt8.self)
            unsafe target.storeBytes(of: total, toByteOffset: index, as: UInt8.self)
            index += 1
        }
    }

    /// Running sums of 16-bit numbers, eight at a time.
    private static func sumWords(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int) {
        var total: UInt16 = 0
        var index = 0
        while index + 8 <= count {
            var v = unsafe source.loadUnaligned(fromByteOffset: index * 2, as: SIMD8<UInt16>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 16, to: SIMD8<UInt16>.self)
            v &+= unsafe unsafeBitCast(unsafeBitCast(v, to: SIMD2<UInt64>.self) &<< 32, to: SIMD8<UInt16>.self)
            let middle = total &+ v[3]
            let sums = v &+ SIMD8(lowHalf: SIMD4(repeating: total), highHalf: SIMD4(repeating: middle))
            unsafe target.storeBytes(of: sums, toByteOffset: index * 2, as: SIMD8<UInt16>.self)
            total = middle &+ v[7]
            index += 8
        }
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
            let d = unsafe source.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
            let c = unsafe source.loadUnaligned(fromByteOffset: index + plane, as: SIMD16<UInt8>.self)
            let b = unsafe source.loadUnaligned(fromByteOffset: index + plane * 2, as: SIMD16<UInt8>.self)
            let a = unsafe source.loadUnaligned(fromByteOffset: index + plane * 3, as: SIMD16<UInt8>.self)
            let low = SIMD16<UInt16>(truncatingIfNeeded: a) | (SIMD16<UInt16>(truncatingIfNeeded: b) &<< 8)
            let high = SIMD16<UInt16>(truncatingIfNeeded: c) | (SIMD16<UInt16>(truncatingIfNeeded: d) &<< 8)
            let whole = SIMD16<UInt32>(truncatingIfNeeded: low) | (SIMD16<UInt32>(truncatingIfNeeded: high) &<< 16)
            unsafe target.storeBytes(of: whole, toByteOffset: index * 4, as: SIMD16<UInt32>.self)
            index += 16
        }
        unsafe gather(source, target, count, plane: plane, bytes: 4, from: index)
    }

    private static func gather(
        _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, plane: Int, bytes: Int,
        from first: Int = 0
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
