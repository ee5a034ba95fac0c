extension Predictor {
    /// Rearranges the rows of a block for compression.
    ///
    /// - Parameters:
    ///   - source: `rows` rows of `columns * samples` numbers without gaps.
    ///   - target: as many bytes; must not overlap the source.
    ///   - sampleType: how numbers are stored; ``floatingPoint`` needs a floating-point type.
    ///   - samples: numbers per pixel; differences are taken between neighbours of one sample.
    func encode(
        _ source: UnsafeRawPointer, into target: UnsafeMutableRawPointer, rows: Int, columns: Int, samples: Int,
        sampleType: SampleType
    ) {
        let count = columns * samples
        let rowBytes = count * sampleType.byteCount
        switch self {
        case .none: unsafe target.copyMemory(from: source, byteCount: rows * rowBytes)
        case .horizontal:
            for row in 0..<rows {
                let from = unsafe source + row * rowBytes
                let to = unsafe target + row * rowBytes
                switch sampleType.byteCount {
                case 1: unsafe Self.difference(UInt8.self, from, to, count, samples)
                case 2: unsafe Self.difference(UInt16.self, from, to, count, samples)
                case 4: unsafe Self.difference(UInt32.self, from, to, count, samples)
                default: unsafe Self.difference(UInt64.self, from, to, count, samples)
                }
            }
        case .floatingPoint:
            precondition(!sampleType.isInteger, "whole numbers have no floating-point predictor")
            unsafe withUnsafeTemporaryAllocation(byteCount: rowBytes + 64, alignment: 64) { planes in
                guard let sorted = planes.baseAddress else { return }
                for row in 0..<rows {
                    let from = unsafe source + row * rowBytes
                    if sampleType == .float32 {
                        unsafe Self.sortBytes(from, sorted.assumingMemoryBound(to: UInt8.self), count)
                    } else {
                        unsafe Self.sortBytes8(from, sorted.assumingMemoryBound(to: UInt8.self), count)
                    }
                    unsafe Self.difference(UInt8.self, sorted, target + row * rowBytes, rowBytes, samples)
                }
            }
        }
    }

    /// Each number less the one `stride` before it, modulo its size.
    @inline(__always)
    private static func difference<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, _ stride: Int
    ) {
        let from = unsafe source.assumingMemoryBound(to: Number.self)
        let to = unsafe target.assumingMemoryBound(to: Number.self)
        for i in 0..<min(stride, count) { unsafe to[i] = from[i] }
        if count <= stride { return }
        // With a stride known to be 1 the compiler uses wide loads.
        if stride == 1 {
            for i in 1..<count { unsafe to[i] = from[i] &- from[i - 1] }
        } else {
            for i in stride..<count { unsafe to[i] = from[i] &- from[i - stride] }
        }
    }

    /// Splits Floats into four planes of bytes, the most significant first.
    private static func sortBytes(_ source: UnsafeRawPointer, _ planes: UnsafeMutablePointer<UInt8>, _ count: Int) {
        let words = unsafe source.assumingMemoryBound(to: UInt32.self)
        var i = 0
        while i + 16 <= count {
            let bits = unsafe (source + 4 * i).loadUnaligned(as: SIMD16<UInt32>.self)
            for plane in 0..<4 {
                let bytes = SIMD16<UInt8>(truncatingIfNeeded: bits &>> SIMD16(repeating: UInt32(24 - 8 * plane)))
                unsafe UnsafeMutableRawPointer(planes + plane * count + i).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
            }
            i += 16
        }
        while i < count {
            let bits = unsafe words[i]
            for plane in 0..<4 {
                unsafe planes[plane * count + i] = UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * plane))
            }
            i += 1
        }
    }

    /// Splits Doubles into eight planes of bytes, the most significant first.
    private static func sortBytes8(_ source: UnsafeRawPointer, _ planes: UnsafeMutablePointer<UInt8>, _ count: Int) {
        let words = unsafe source.assumingMemoryBound(to: UInt64.self)
        for i in 0..<count {
            let bits = unsafe words[i]
            for plane in 0..<8 {
                unsafe planes[plane * count + i] = UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * plane))
            }
        }
    }
}
