/// The stored numbers of one input for one unit of work.
@unsafe struct InputBlock {
    /// The first number of the unit.
    var base: UnsafeRawPointer
    var sampleType: SampleType
    /// The stored value that means no data; NaN when there is none (NaN itself always counts as no data).
    var noData: Double
}

/// Runs a program over blocks of pixels that stay in the first-level cache.
///
/// One per worker.
///
/// Plain loops over eight lanes; no allocation, closure or existential per block. Arithmetic is IEEE single precision
/// without fused operations, so every CPU gives the same bits.
@safe final class Evaluator {
    /// Pixels per block: 4 KB per register.
    static let blockSize = 1024
    typealias Lanes = SIMD8<Float>
    static let laneCount = 8
    private static let vectorsPerBlock = blockSize / laneCount

    let program: Program
    private let parameters: [Float]
    /// The registers, then one more for what a kernel needs on the way, then one vector per number that is the same for
    /// all pixels.
    private let memory: UnsafeMutablePointer<Lanes>
    private let spare: UnsafeMutablePointer<Lanes>
    private let kernels: [Kernel]

    /// Where an operand is read: `lanes[i * stride]` for vector `i` of the block.
    @unsafe private struct Source {
        var lanes: UnsafeMutablePointer<Lanes>
        /// 0 for a number that is the same for all pixels.
        var stride: Int

        subscript(vector: Int) -> Lanes {
            @inline(__always) get { unsafe lanes[vector &* stride] }
        }
    }

    /// An instruction with its places looked up, so that a block costs no decisions but which loop to run.
    @unsafe private struct Kernel {
        enum Kind { case operation, load, mask, test }

        var kind = Kind.operation
        var opcode: Opcode
        var target: UnsafeMutablePointer<Lanes>
        var a: Source
        var b: Source
        var c: Source
        var d: Source
        var payload: UInt32 = 0
        var scale = BlockLoader.Scale.none
        /// Of a load, two at once; further ones, and those of other instructions, are kernels of their own.
        var tests: (first: Program.BitTest, second: Program.BitTest)?
    }

    init(_ program: Program, parameters: [Float]) {
        self.program = program
        self.parameters = parameters
        let registers = (program.registerCount + 1) * Self.vectorsPerBlock
        let capacity = registers + program.instructions.count * 4
        let memory = UnsafeMutablePointer<Lanes>.allocate(capacity: capacity)
        unsafe memory.initialize(repeating: Lanes(repeating: 0), count: capacity)
        var uniforms = unsafe memory + registers
        var kernels = unsafe [Kernel]()
        for instruction in program.instructions {
            func source(_ operand: Program.Operand) -> Source {
                if case .register(let number) = operand {
                    return unsafe Source(lanes: memory + number * Self.vectorsPerBlock, stride: 1)
                }
                unsafe uniforms.pointee = Lanes(repeating: Self.uniform(operand, parameters) ?? .nan)
                defer { unsafe uniforms += 1 }
                return unsafe Source(lanes: uniforms, stride: 0)
            }
            let kernel = unsafe Kernel(
                opcode: instruction.opcode, target: memory + instruction.target * Self.vectorsPerBlock,
                a: source(instruction.a), b: source(instruction.b), c: source(instruction.c), d: source(instruction.d),
                payload: instruction.payload)
            unsafe kernels += Self.kernels(kernel, of: instruction, parameters)
        }
        unsafe self.memory = unsafe memory
        unsafe spare = memory + program.registerCount * Self.vectorsPerBlock
        unsafe self.kernels = unsafe kernels
    }

    deinit { unsafe memory.deallocate() }

    /// An instruction as one kernel or, with tests of stored bits, several.
    private static func kernels(
        _ operation: Kernel, of instruction: Program.Instruction, _ parameters: [Float]
    ) -> [Kernel] {
        var tests = instruction.tests[...]
        var kernels = unsafe [Kernel]()
        var kernel = unsafe operation
        switch instruction.opcode {
        case .load:
            unsafe kernel.kind = .load
            unsafe kernel.scale = BlockLoader.Scale(
                gain: uniform(instruction.a, parameters) ?? BlockLoader.Scale.none.gain,
                offset: uniform(instruction.b, parameters) ?? BlockLoader.Scale.none.offset)
            // A test done twice changes nothing.
            if let first = tests.popFirst() { unsafe kernel.tests = (first, tests.popFirst() ?? first) }
            unsafe kernels.append(kernel)
        case .storedBit: break
        default: unsafe kernels.append(kernel)
        }
        for test in tests {
            unsafe kernel.kind = instruction.opcode == .load ? .mask : .test
            unsafe kernel.tests = (test, test)
            unsafe kernels.append(kernel)
        }
        return unsafe kernels
    }

    /// The number of an operand that is the same for all pixels; nil for a register.
    private static func uniform(_ operand: Program.Operand, _ parameters: [Float]) -> Float? {
        switch operand {
        case .constant(let value): value
        case .parameter(let slot): parameters[slot]
        case .register, .none: nil
        }
    }

    /// Evaluates pixels `start ..< start + count` of a unit.
    ///
    /// - Parameter inputs: indexed by input slot; slots that the program does not load may be nil.
    func run(start: Int, count: Int, inputs: [InputBlock?]) {
        precondition(count > 0 && count <= Self.blockSize, "a block holds at most \(Self.blockSize) pixels")
        let vectors = (count + Self.laneCount - 1) / Self.laneCount
        for index in unsafe kernels.indices {
            let kernel = unsafe kernels[index]
            switch unsafe kernel.kind {
            case .operation: unsafe operate(kernel, vectors)
            case .load: unsafe load(kernel, start, count, inputs)
            case .mask:
                guard let test = unsafe kernel.tests?.first else { continue }
                unsafe mask(kernel.target, test, start, count, inputs)
            case .test:
                guard let test = unsafe kernel.tests?.first, let input = unsafe inputs[test.slot] else { continue }
                if let bits = unsafe BlockLoader.StoredBits(input, mask: test.mask) {
                    unsafe BlockLoader.test(bits, start: start, count: count, into: kernel.target)
                } else {
                    unsafe BlockLoader.load(input, start: start, count: count, into: kernel.target)
                    unsafe anyBit(Source(lanes: kernel.target, stride: 1), kernel.target, test.mask, vectors)
                }
            }
        }
    }

    /// Runs one operation over a block.
    ///
    /// A loop per operation, and no closure that a shared loop takes: what is more than a few instructions would be
    /// called for every vector.
    private func operate(_ kernel: Kernel, _ vectors: Int) {
        let target = unsafe kernel.target
        let (a, b, c, d) = unsafe (kernel.a, kernel.b, kernel.c, kernel.d)
        switch unsafe kernel.opcode {
        case .add: for i in 0..<vectors { unsafe target[i] = a[i] + b[i] }
        case .subtract: for i in 0..<vectors { unsafe target[i] = a[i] - b[i] }
        case .multiply: for i in 0..<vectors { unsafe target[i] = a[i] * b[i] }
        case .divide: unsafe divide(kernel, vectors)
        case .minimum: for i in 0..<vectors { unsafe target[i] = Self.minimum(a[i], b[i]) }
        case .maximum: for i in 0..<vectors { unsafe target[i] = Self.maximum(a[i], b[i]) }
        case .less: for i in 0..<vectors { unsafe target[i] = Self.less(a[i], b[i]) }
        case .lessOrEqual: for i in 0..<vectors { unsafe target[i] = Self.lessOrEqual(a[i], b[i]) }
        case .equal: for i in 0..<vectors { unsafe target[i] = Self.equal(a[i], b[i]) }
        case .notEqual: for i in 0..<vectors { unsafe target[i] = Self.notEqual(a[i], b[i]) }
        case .and: for i in 0..<vectors { unsafe target[i] = Self.and(a[i], b[i]) }
        case .or: for i in 0..<vectors { unsafe target[i] = Self.or(a[i], b[i]) }
        case .coalesce: for i in 0..<vectors { unsafe target[i] = Self.coalesce(a[i], b[i]) }
        case .invalidate: for i in 0..<vectors { unsafe target[i] = Self.invalidate(a[i], b[i]) }
        case .normalizedDifference: for i in 0..<vectors { unsafe target[i] = Self.normalizedDifference(a[i], b[i]) }
        case .negate: for i in 0..<vectors { unsafe target[i] = Self.negate(a[i]) }
        case .not: for i in 0..<vectors { unsafe target[i] = Self.not(a[i]) }
        case .absolute: for i in 0..<vectors { unsafe target[i] = Self.absolute(a[i]) }
        case .isNoData: for i in 0..<vectors { unsafe target[i] = Self.isNoData(a[i]) }
        case .squareRoot: unsafe squareRoot(kernel, vectors)
        case .select: for i in 0..<vectors { unsafe target[i] = Self.select(a[i], b[i], c[i]) }
        case .multiplyAdd: for i in 0..<vectors { unsafe target[i] = a[i] * b[i] + c[i] }
        case .subtractMultiply: for i in 0..<vectors { unsafe target[i] = (a[i] - b[i]) * c[i] }
        case .scaledDifference:
            let (gain, offset) = unsafe (c[0], d[0])
            for i in 0..<vectors {
                let (x, y) = unsafe (a[i], b[i])
                unsafe target[i] = Self.finite(((x - y) * gain) / ((x * gain + offset) + (y * gain + offset)))
            }
        case .power: for i in 0..<vectors { unsafe target[i] = Self.each(.power, a[i], b[i]) }
        case .exponential: for i in 0..<vectors { unsafe target[i] = Self.each(.exponential, a[i], a[i]) }
        case .logarithm: for i in 0..<vectors { unsafe target[i] = Self.each(.logarithm, a[i], a[i]) }
        case .anyBit: unsafe anyBit(a, target, kernel.payload, vectors)
        case .sine, .cosine, .arcCosine: unsafe trigonometry(kernel, vectors)
        case .load, .storedBit, .constant, .parameter: break
        }
    }

    /// Copies a result to memory, infinite values as NaN; returns how many of the values are NaN.
    @discardableResult
    func store(result: Int, count: Int, into target: UnsafeMutablePointer<Float>) -> Int {
        guard case .register(let number) = program.results[result] else {
            let value = ScalarOperation.finite(Self.uniform(program.results[result], parameters) ?? .nan)
            for i in 0..<count { unsafe target[i] = value }
            return value.isNaN ? count : 0
        }
        let source = unsafe memory + number * Self.vectorsPerBlock
        let output = UnsafeMutableRawPointer(target)
        var missing = SIMD8<Int32>()
        let whole = count / Self.laneCount
        for i in 0..<whole {
            let value = unsafe source[i]
            let isMissing = (value - value) .!= Lanes()
            unsafe output.storeBytes(
                of: value.replacing(with: .nan, where: isMissing), toByteOffset: i * MemoryLayout<Lanes>.size,
                as: Lanes.self)
            // The lanes of a mask are 0 or -1.
            missing &-= unsafe unsafeBitCast(isMissing, to: SIMD8<Int32>.self)
        }
        var total = Int(missing.wrappedSum())
        for i in (whole * Self.laneCount)..<count {
            let value = unsafe ScalarOperation.finite(source[i / Self.laneCount][i % Self.laneCount])
            unsafe target[i] = value
            if value.isNaN { total += 1 }
        }
        return total
    }

    // MARK: Stored numbers

    private func load(_ kernel: Kernel, _ start: Int, _ count: Int, _ inputs: [InputBlock?]) {
        guard let input = unsafe inputs[Int(kernel.payload)] else { return }
        guard let tests = unsafe kernel.tests else {
            return unsafe BlockLoader.load(
                input, start: start, count: count, scale: kernel.scale, into: kernel.target)
        }
        if let first = unsafe inputs[tests.first.slot], let second = unsafe inputs[tests.second.slot],
            let a = unsafe BlockLoader.StoredBits(first, mask: tests.first.mask),
            let b = unsafe BlockLoader.StoredBits(second, mask: tests.second.mask),
            unsafe BlockLoader.load(input, a, b, start: start, count: count, scale: kernel.scale, into: kernel.target)
        {
            return
        }
        unsafe BlockLoader.load(input, start: start, count: count, scale: kernel.scale, into: kernel.target)
        unsafe mask(kernel.target, tests.first, start, count, inputs)
        if tests.second != tests.first { unsafe mask(kernel.target, tests.second, start, count, inputs) }
    }

    /// Makes a register NaN where bits of an input are set.
    private func mask(
        _ target: UnsafeMutablePointer<Lanes>, _ test: Program.BitTest, _ start: Int, _ count: Int,
        _ inputs: [InputBlock?]
    ) {
        guard let input = unsafe inputs[test.slot] else { return }
        if let bits = unsafe BlockLoader.StoredBits(input, mask: test.mask) {
            return unsafe BlockLoader.invalidate(where: bits, start: start, count: count, target)
        }
        let vectors = (count + Self.laneCount - 1) / Self.laneCount
        unsafe BlockLoader.load(input, start: start, count: count, into: spare)
        unsafe anyBit(Source(lanes: spare, stride: 1), spare, test.mask, vectors)
        for i in 0..<vectors { unsafe target[i] = Self.missing(target[i], where: spare[i] .!= Lanes()) }
    }

    // MARK: Masks

    @inline(__always)
    static func truth(_ mask: SIMDMask<SIMD8<Int32>>) -> Lanes { Lanes().replacing(with: 1, where: mask) }

    /// The value, or NaN where a condition holds.
    @inline(__always)
    static func missing(_ value: Lanes, where mask: SIMDMask<SIMD8<Int32>>) -> Lanes {
        let bits = unsafe unsafeBitCast(value, to: SIMD8<Int32>.self)
        return unsafe unsafeBitCast(bits | unsafeBitCast(mask, to: SIMD8<Int32>.self), to: Lanes.self)
    }

    /// The value, or NaN where either operand is NaN.
    @inline(__always)
    private static func known(_ a: Lanes, _ b: Lanes, _ value: Lanes) -> Lanes {
        missing(value, where: (a .!= a) .| (b .!= b))
    }

    /// The value, or NaN where it is infinite.
    @inline(__always)
    static func finite(_ value: Lanes) -> Lanes { missing(value, where: (value - value) .!= Lanes()) }

    // MARK: Operations

    @inline(__always)
    private static func minimum(_ a: Lanes, _ b: Lanes) -> Lanes { known(a, b, a.replacing(with: b, where: b .< a)) }

    @inline(__always)
    private static func maximum(_ a: Lanes, _ b: Lanes) -> Lanes { known(a, b, a.replacing(with: b, where: b .> a)) }

    @inline(__always)
    private static func less(_ a: Lanes, _ b: Lanes) -> Lanes { known(a, b, truth(a .< b)) }

    @inline(__always)
    private static func lessOrEqual(_ a: Lanes, _ b: Lanes) -> Lanes { known(a, b, truth(a .<= b)) }

    @inline(__always)
    private static func equal(_ a: Lanes, _ b: Lanes) -> Lanes { known(a, b, truth(a .== b)) }

    @inline(__always)
    private static func notEqual(_ a: Lanes, _ b: Lanes) -> Lanes { known(a, b, truth(a .!= b)) }

    @inline(__always)
    private static func and(_ a: Lanes, _ b: Lanes) -> Lanes {
        known(a, b, truth((a .!= Lanes()) .& (b .!= Lanes())))
    }

    @inline(__always)
    private static func or(_ a: Lanes, _ b: Lanes) -> Lanes {
        known(a, b, truth((a .!= Lanes()) .| (b .!= Lanes())))
    }

    /// `-a` of a vector is `0 - a`, which makes 0 of 0 instead of -0.
    @inline(__always)
    private static func negate(_ a: Lanes) -> Lanes { Lanes(repeating: -0.0) - a }

    @inline(__always)
    private static func not(_ a: Lanes) -> Lanes { known(a, a, truth(a .== Lanes())) }

    @inline(__always)
    private static func absolute(_ a: Lanes) -> Lanes { a.replacing(with: -a, where: a .< Lanes()) + Lanes() }

    @inline(__always)
    private static func isNoData(_ a: Lanes) -> Lanes { truth(a .!= a) }

    @inline(__always)
    private static func coalesce(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: a .!= a) }

    @inline(__always)
    private static func invalidate(_ a: Lanes, _ b: Lanes) -> Lanes {
        missing(a, where: (b .== b) .& (b .!= Lanes()))
    }

    @inline(__always)
    private static func select(_ chooser: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
        missing(b.replacing(with: a, where: chooser .!= Lanes()), where: chooser .!= chooser)
    }

    @inline(__always)
    private static func normalizedDifference(_ a: Lanes, _ b: Lanes) -> Lanes { finite((a - b) / (a + b)) }

    @inline(__always)
    private static func each(_ opcode: Opcode, _ a: Lanes, _ b: Lanes) -> Lanes {
        var value = Lanes()
        for lane in 0..<laneCount { value[lane] = ScalarOperation.evaluate(opcode, a[lane], b[lane], 0) }
        return value
    }

    private func divide(_ kernel: Kernel, _ vectors: Int) {
        let target = unsafe kernel.target
        let (a, b) = unsafe (kernel.a, kernel.b)
        let divisor = unsafe b[0][0]
        let reciprocal = 1 / divisor
        // A divisor of 2, 4 ... has an exact reciprocal, and to multiply by it gives the same bits.
        if unsafe b.stride == 0, divisor.significand == 1, reciprocal.isFinite, 1 / reciprocal == divisor {
            for i in 0..<vectors { unsafe target[i] = Self.finite(a[i] * reciprocal) }
        } else {
            for i in 0..<vectors { unsafe target[i] = Self.finite(a[i] / b[i]) }
        }
    }

    /// Square roots, number by number.
    ///
    /// That of a vector calls the C library lane by lane. These loops become vector instructions, because the choice
    /// tells the compiler that no root of a negative number is taken. There is one for a register into itself, because
    /// in a loop between two the compiler tests whether they overlap, and would then go number by number.
    private func squareRoot(_ kernel: Kernel, _ vectors: Int) {
        @inline(__always) func root(_ value: Float) -> Float {
            let isKnown = value >= 0
            let root = (isKnown ? value : 0).squareRoot()
            return Float(bitPattern: root.bitPattern | (isKnown ? 0 : .max))
        }
        let a = unsafe kernel.a
        let target = unsafe UnsafeMutableRawPointer(kernel.target).assumingMemoryBound(to: Float.self)
        let source = unsafe UnsafeMutableRawPointer(a.lanes).assumingMemoryBound(to: Float.self)
        let count = vectors * Self.laneCount
        if unsafe a.stride == 1, unsafe source != target {
            for i in 0..<count { unsafe target[i] = root(source[i]) }
        } else {
            if unsafe a.stride == 0 { for i in 0..<vectors { unsafe kernel.target[i] = a[0] } }
            for i in 0..<count { unsafe target[i] = root(target[i]) }
        }
    }

    /// Sines, cosines and their inverse, number by number in Double.
    private func trigonometry(_ kernel: Kernel, _ vectors: Int) {
        let source = unsafe UnsafeMutableRawPointer(kernel.a.lanes).assumingMemoryBound(to: Float.self)
        let target = unsafe UnsafeMutableRawPointer(kernel.target).assumingMemoryBound(to: Float.self)
        let step = unsafe kernel.a.stride
        let count = vectors * Self.laneCount
        @inline(__always) func each(_ function: (Double) -> Double) {
            for i in 0..<count {
                let value = unsafe Float(function(Double(source[i &* step])))
                unsafe target[i] = ScalarOperation.finite(value)
            }
        }
        switch unsafe kernel.opcode {
        case .sine: each(Transcendental.sine(degrees:))
        case .cosine: each(Transcendental.cosine(degrees:))
        default: each(Transcendental.arcCosineInDegrees)
        }
    }

    private func anyBit(_ source: Source, _ target: UnsafeMutablePointer<Lanes>, _ mask: UInt32, _ vectors: Int) {
        let mask = SIMD8<UInt32>(repeating: mask & 0x7f_ffff)
        for i in 0..<vectors {
            let value = unsafe source[i]
            // Added to 2^23, a whole number below that stands in the low bits of the Float.
            let number = value.replacing(with: Lanes(), where: value .!= value) + 8_388_608
            let bits = unsafe unsafeBitCast(number, to: SIMD8<UInt32>.self) & mask
            unsafe target[i] = Self.truth(bits .!= SIMD8<UInt32>())
        }
    }
}
