/// Turns stored numbers into Float, no-data and non-finite ones into NaN, and scales them on the way.
///
/// Eight numbers at a time. Comparisons and bit operations are spelled with whole vectors: the forms that take a vector
/// and a single number (`v .== 0`), and most on 64-bit lanes, compile to loops over lanes. Which NaN a register holds
/// does not matter, because storing a result writes one kind only; so missing lanes are set by an `or` of all bits.
enum BlockLoader {
    typealias Lanes = SIMD8<Float>

    /// Gain and offset of a load: multiplied, rounded, added, rounded, never fused.
    struct Scale {
        var gain: Float
        var offset: Float

        /// Changes no number: adding -0 keeps zeros of either sign.
        static let none = Scale(gain: 1, offset: -0.0)

        var isNone: Bool { gain == 1 && offset == 0 && offset.sign == .minus }
    }

    /// Where the bits of a test are stored.
    @unsafe struct StoredBits {
        var base: UnsafeRawPointer
        var sampleType: SampleType
        var mask: UInt32

        /// Makes a test on stored bits; nil for numbers that only a conversion to Float can test.
        init?(_ input: InputBlock, mask: UInt32) {
            switch unsafe input.sampleType {
            // A number that means no data has no bits.
            case .uint8 where unsafe UInt8(exactly: input.noData) == nil: break
            case .uint16 where unsafe UInt16(exactly: input.noData) == nil: break
            default: return nil
            }
            unsafe base = unsafe input.base
            unsafe sampleType = unsafe input.sampleType
            unsafe self.mask = mask
        }
    }

    // MARK: Loads

    /// Fills a register with pixels `start ..< start + count` of an input.
    static func load(
        _ input: InputBlock, start: Int, count: Int, scale: Scale = .none, into target: UnsafeMutablePointer<Lanes>
    ) {
        let noData = unsafe input.noData
        switch unsafe input.sampleType {
        case .uint8:
            // Narrow types compare as Int32, where a number that they cannot hold stands for no such number.
            let missing = SIMD8<Int32>(repeating: UInt8(exactly: noData).map(Int32.init) ?? .min)
            unsafe each(SIMD8<UInt8>.self, input, start, count, scale, target) {
                number(SIMD8<Int32>(truncatingIfNeeded: $0), missing)
            }
        case .uint16:
            let missing = SIMD8<Int32>(repeating: UInt16(exactly: noData).map(Int32.init) ?? .min)
            unsafe each(SIMD8<UInt16>.self, input, start, count, scale, target) {
                number(SIMD8<Int32>(truncatingIfNeeded: $0), missing)
            }
        case .int16:
            let missing = SIMD8<Int32>(repeating: Int16(exactly: noData).map(Int32.init) ?? .min)
            unsafe each(SIMD8<Int16>.self, input, start, count, scale, target) {
                number(SIMD8<Int32>(truncatingIfNeeded: $0), missing)
            }
        case .int32:
            guard let noData = Int32(exactly: noData) else {
                return unsafe each(SIMD8<Int32>.self, input, start, count, scale, target) { Lanes($0) }
            }
            let missing = SIMD8<Int32>(repeating: noData)
            unsafe each(SIMD8<Int32>.self, input, start, count, scale, target) { number($0, missing) }
        case .uint32:
            guard let noData = UInt32(exactly: noData) else {
                return unsafe each(SIMD8<UInt32>.self, input, start, count, scale, target) { Lanes($0) }
            }
            let missing = SIMD8<UInt32>(repeating: noData)
            unsafe each(SIMD8<UInt32>.self, input, start, count, scale, target) {
                Evaluator.missing(Lanes($0), where: $0 .== missing)
            }
        case .float32:
            let missing = Lanes(repeating: Float(noData))
            unsafe each(Lanes.self, input, start, count, scale, target) {
                Evaluator.missing(Evaluator.finite($0), where: $0 .== missing)
            }
        case .float64:
            unsafe each(SIMD8<Double>.self, input, start, count, scale, target) {
                var numbers = Evaluator.finite(Lanes($0))
                for lane in 0..<Lanes.scalarCount where $0[lane] == noData { numbers[lane] = .nan }
                return numbers
            }
        }
    }

    @inline(__always)
    private static func number(_ value: SIMD8<Int32>, _ missing: SIMD8<Int32>) -> Lanes {
        Evaluator.missing(Lanes(value), where: value .== missing)
    }

    /// Converts and scales vector by vector.
    ///
    /// The last, incomplete one is read number by number, because nothing need follow the last pixel in memory.
    @inline(__always)
    private static func each<Samples: SIMD>(
        _ type: Samples.Type, _ input: InputBlock, _ start: Int, _ count: Int, _ scale: Scale,
        _ target: UnsafeMutablePointer<Lanes>, _ convert: (Samples) -> Lanes
    ) {
        let size = MemoryLayout<Samples.Scalar>.stride
        let source = unsafe input.base + start * size
        let whole = count / Lanes.scalarCount
        let gain = Lanes(repeating: scale.gain)
        let offset = Lanes(repeating: scale.offset)
        if scale.isNone {
            for i in 0..<whole {
                unsafe target[i] = convert(source.loadUnaligned(fromByteOffset: i * 8 * size, as: type))
            }
        } else {
            for i in 0..<whole {
                let value = unsafe convert(source.loadUnaligned(fromByteOffset: i * 8 * size, as: type))
                unsafe target[i] = value * gain + offset
            }
        }
        if count > whole * Lanes.scalarCount {
            let rest = unsafe rest(type, source + whole * 8 * size, count - whole * Lanes.scalarCount)
            unsafe target[whole] = convert(rest) * gain + offset
        }
    }

    /// The last numbers of a block, followed by zeros.
    @inline(__always)
    private static func rest<Samples: SIMD>(_ type: Samples.Type, _ source: UnsafeRawPointer, _ count: Int) -> Samples {
        var samples = Samples()
        unsafe withUnsafeMutableBytes(of: &samples) {
            unsafe $0.copyMemory(
                from: UnsafeRawBufferPointer(start: source, count: count * MemoryLayout<Samples.Scalar>.stride))
        }
        return samples
    }

    // MARK: Tests of stored bits

    /// ``load(_:start:count:scale:into:)`` of two-byte numbers, missing also where bits of two-byte layers are set.
    ///
    /// - Returns: whether it was done; the types may be others.
    static func load(
        _ input: InputBlock, _ first: StoredBits, _ second: StoredBits, start: Int, count: Int, scale: Scale,
        into target: UnsafeMutablePointer<Lanes>
    ) -> Bool {
        guard unsafe input.sampleType == .uint16, unsafe first.sampleType == .uint16,
            unsafe second.sampleType == .uint16
        else { return false }
        typealias Samples = SIMD8<UInt16>
        let noData = unsafe UInt16(exactly: input.noData)
        let missing = Samples(repeating: noData ?? 0)
        // Where no number means no data, none of the comparison counts.
        let counts = Samples(repeating: noData == nil ? 0 : .max)
        let firstMask = unsafe Samples(repeating: UInt16(truncatingIfNeeded: first.mask))
        let secondMask = unsafe Samples(repeating: UInt16(truncatingIfNeeded: second.mask))
        let gain = Lanes(repeating: scale.gain)
        let offset = Lanes(repeating: scale.offset)
        @inline(__always) func number(_ value: Samples, _ a: Samples, _ b: Samples) -> Lanes {
            let isNoData = unsafe unsafeBitCast(value .== missing, to: Samples.self) & counts
            let bits = (a & firstMask) | (b & secondMask) | isNoData
            let isMissing = unsafe unsafeBitCast(bits .!= Samples(), to: SIMD8<Int16>.self)
            let wide = SIMD8<Int32>(truncatingIfNeeded: isMissing)
            let scaled = Lanes(SIMD8<Int32>(truncatingIfNeeded: value)) * gain + offset
            return unsafe Evaluator.missing(scaled, where: unsafeBitCast(wide, to: SIMDMask<SIMD8<Int32>>.self))
        }
        let source = unsafe input.base + start * 2
        let a = unsafe first.base + start * 2
        let b = unsafe second.base + start * 2
        let whole = count / Lanes.scalarCount
        for i in 0..<whole {
            unsafe target[i] = number(
                source.loadUnaligned(fromByteOffset: i * 16, as: Samples.self),
                a.loadUnaligned(fromByteOffset: i * 16, as: Samples.self),
                b.loadUnaligned(fromByteOffset: i * 16, as: Samples.self))
        }
        let left = count - whole * Lanes.scalarCount
        if left > 0 {
            unsafe target[whole] = number(
                rest(Samples.self, source + whole * 16, left), rest(Samples.self, a + whole * 16, left),
                rest(Samples.self, b + whole * 16, left))
        }
        return true
    }

    /// Makes a register NaN where bits are set.
    static func invalidate(
        where bits: StoredBits, start: Int, count: Int, _ target: UnsafeMutablePointer<Lanes>
    ) {
        unsafe test(bits, start, count) { unsafe target[$0] = Evaluator.missing(target[$0], where: $1) }
    }

    /// Fills a register with 1 where bits are set, 0 elsewhere.
    static func test(_ bits: StoredBits, start: Int, count: Int, into target: UnsafeMutablePointer<Lanes>) {
        unsafe test(bits, start, count) { unsafe target[$0] = Evaluator.truth($1) }
    }

    @inline(__always)
    private static func test(
        _ bits: StoredBits, _ start: Int, _ count: Int, _ body: (Int, SIMDMask<SIMD8<Int32>>) -> Void
    ) {
        let mask = unsafe SIMD8<UInt32>(repeating: bits.mask)
        if unsafe bits.sampleType == .uint8 {
            unsafe each(SIMD8<UInt8>.self, bits.base + start, count) {
                body($0, (SIMD8<UInt32>(truncatingIfNeeded: $1) & mask) .!= SIMD8<UInt32>())
            }
        } else {
            unsafe each(SIMD8<UInt16>.self, bits.base + start * 2, count) {
                body($0, (SIMD8<UInt32>(truncatingIfNeeded: $1) & mask) .!= SIMD8<UInt32>())
            }
        }
    }

    @inline(__always)
    private static func each<Samples: SIMD>(
        _ type: Samples.Type, _ source: UnsafeRawPointer, _ count: Int, _ body: (Int, Samples) -> Void
    ) {
        let size = MemoryLayout<Samples.Scalar>.stride
        let whole = count / Lanes.scalarCount
        for i in 0..<whole { body(i, unsafe source.loadUnaligned(fromByteOffset: i * 8 * size, as: type)) }
        if count > whole * Lanes.scalarCount {
            body(whole, unsafe rest(type, source + whole * 8 * size, count - whole * Lanes.scalarCount))
        }
    }
}
