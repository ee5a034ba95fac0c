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
                    unsafe anyBit(kernel.target, kernel.target, test.mask, vectors)
                }
            }
        }
    }

    private func operate(_ kernel: Kernel, _ vectors: Int) {
        switch unsafe kernel.opcode {
        case .add: unsafe binary(kernel, vectors) { $0 + $1 }
        case .subtract: unsafe binary(kernel, vectors) { $0 - $1 }
        case .multiply: unsafe binary(kernel, vectors) { $0 * $1 }
        case .divide: unsafe divide(kernel, vectors)
        case .minimum: unsafe strided(kernel, vectors, Self.minimum)
        case .maximum: unsafe strided(kernel, vectors, Self.maximum)
        case .less: unsafe strided(kernel, vectors, Self.less)
        case .lessOrEqual: unsafe strided(kernel, vectors, Self.lessOrEqual)
        case .equal: unsafe strided(kernel, vectors, Self.equal)
        case .notEqual: unsafe strided(kernel, vectors, Self.notEqual)
        case .and: unsafe strided(kernel, vectors, Self.and)
        case .or: unsafe strided(kernel, vectors, Self.or)
        case .negate: unsafe unary(kernel, vectors, Self.negate)
        case .not: unsafe unary(kernel, vectors, Self.not)
        case .absolute: unsafe unary(kernel, vectors, Self.absolute)
        case .squareRoot: unsafe squareRoot(kernel, vectors)
        case .isNoData: unsafe unary(kernel, vectors, Self.isNoData)
        case .coalesce: unsafe strided(kernel, vectors, Self.coalesce)
        case .invalidate: unsafe strided(kernel, vectors, Self.invalidate)
        case .select: unsafe ternary(kernel, vectors, Self.select)
        case .multiplyAdd: unsafe multiplyAdd(kernel, vectors)
        case .subtractMultiply: unsafe ternary(kernel, vectors, Self.subtractMultiply)
        case .normalizedDifference: unsafe strided(kernel, vectors, Self.normalizedDifference)
        case .scaledDifference: unsafe scaledDifference(kernel, vectors)
        case .power: unsafe each(kernel, vectors) { ScalarOperation.evaluate(.power, $0, $1, 0) }
        case .exponential: unsafe each(kernel, vectors) { a, _ in ScalarOperation.evaluate(.exponential, a, 0, 0) }
        case .logarithm: unsafe each(kernel, vectors) { a, _ in ScalarOperation.evaluate(.logarithm, a, 0, 0) }
        case .anyBit: unsafe anyBit(kernel.a.lanes, kernel.target, kernel.payload, vectors)
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
        unsafe anyBit(spare, spare, test.mask, vectors)
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

    // Functions, because these are put into the loops that take them; a closure that is more than a few instructions
    // may be called for every vector instead.

    @inline(__always)
    private static func quotient(_ a: Lanes, _ b: Lanes) -> Lanes { finite(a / b) }

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
    private static func subtractMultiply(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { (a - b) * c }

    @inline(__always)
    private static func normalizedDifference(_ a: Lanes, _ b: Lanes) -> Lanes { finite((a - b) / (a + b)) }

    // MARK: Loops

    @inline(__always)
    private func unary(_ kernel: Kernel, _ vectors: Int, _ body: (Lanes) -> Lanes) {
        let target = unsafe kernel.target
        let a = unsafe kernel.a
        for i in 0..<vectors { unsafe target[i] = body(a.lanes[i &* a.stride]) }
    }

    /// One loop for every kind of operands, with the number that is the same for all pixels taken out of the loop.
    ///
    /// For the smallest bodies only: a larger one would not be copied into four loops, but called for every vector.
    @inline(__always)
    private func binary(_ kernel: Kernel, _ vectors: Int, _ body: (Lanes, Lanes) -> Lanes) {
        let target = unsafe kernel.target
        let (a, b) = unsafe (kernel.a.lanes, kernel.b.lanes)
        switch unsafe (kernel.a.stride, kernel.b.stride) {
        case (1, 1): for i in 0..<vectors { unsafe target[i] = body(a[i], b[i]) }
        case (1, _):
            let right = unsafe b[0]
            for i in 0..<vectors { unsafe target[i] = body(a[i], right) }
        case (_, 1):
            let left = unsafe a[0]
            for i in 0..<vectors { unsafe target[i] = body(left, b[i]) }
        default:
            let value = unsafe body(a[0], b[0])
            for i in 0..<vectors { unsafe target[i] = value }
        }
    }

    @inline(__always)
    private func strided(_ kernel: Kernel, _ vectors: Int, _ body: (Lanes, Lanes) -> Lanes) {
        let target = unsafe kernel.target
        let (a, b) = unsafe (kernel.a, kernel.b)
        for i in 0..<vectors { unsafe target[i] = body(a.lanes[i &* a.stride], b.lanes[i &* b.stride]) }
    }

    @inline(__always)
    private func ternary(_ kernel: Kernel, _ vectors: Int, _ body: (Lanes, Lanes, Lanes) -> Lanes) {
        let target = unsafe kernel.target
        let (a, b, c) = unsafe (kernel.a, kernel.b, kernel.c)
        for i in 0..<vectors {
            unsafe target[i] = body(a.lanes[i &* a.stride], b.lanes[i &* b.stride], c.lanes[i &* c.stride])
        }
    }

    private func divide(_ kernel: Kernel, _ vectors: Int) {
        let divisor = unsafe kernel.b.lanes[0][0]
        let reciprocal = 1 / divisor
        // A divisor of 2, 4 ... has an exact reciprocal, and to multiply by it gives the same bits.
        if unsafe kernel.b.stride == 0, divisor.significand == 1, reciprocal.isFinite, 1 / reciprocal == divisor {
            unsafe unary(kernel, vectors) { Self.finite($0 * Lanes(repeating: reciprocal)) }
        } else {
            unsafe strided(kernel, vectors, Self.quotient)
        }
    }

    private func multiplyAdd(_ kernel: Kernel, _ vectors: Int) {
        guard unsafe kernel.a.stride == 1, unsafe kernel.b.stride == 0, unsafe kernel.c.stride == 0 else {
            return unsafe ternary(kernel, vectors) { $0 * $1 + $2 }
        }
        let (gain, offset) = unsafe (kernel.b.lanes[0], kernel.c.lanes[0])
        unsafe unary(kernel, vectors) { $0 * gain + offset }
    }

    /// Square roots, number by number.
    ///
    /// That of a vector calls the C library lane by lane. This loop becomes vector instructions, because the choice
    /// tells the compiler that no root of a negative number is taken; within one register or between two, which the
    /// compiler would otherwise have to find out for every block.
    private func squareRoot(_ kernel: Kernel, _ vectors: Int) {
        @inline(__always) func root(_ value: Float) -> Float {
            let isKnown = value >= 0
            let root = (isKnown ? value : 0).squareRoot()
            return Float(bitPattern: root.bitPattern | (isKnown ? 0 : .max))
        }
        guard unsafe kernel.a.stride == 1, unsafe kernel.a.lanes != kernel.target else {
            let target = unsafe UnsafeMutableRawPointer(kernel.target).assumingMemoryBound(to: Float.self)
            if unsafe kernel.a.stride == 0 { unsafe unary(kernel, vectors) { $0 } }
            for i in 0..<(vectors * Self.laneCount) { unsafe target[i] = root(target[i]) }
            return
        }
        let target = unsafe UnsafeMutableRawPointer(kernel.target).assumingMemoryBound(to: Float.self)
        let source = unsafe UnsafeMutableRawPointer(kernel.a.lanes).assumingMemoryBound(to: Float.self)
        for i in 0..<(vectors * Self.laneCount) { unsafe target[i] = root(source[i]) }
    }

    private func scaledDifference(_ kernel: Kernel, _ vectors: Int) {
        let (gain, offset) = unsafe (kernel.c.lanes[0], kernel.d.lanes[0])
        unsafe strided(kernel, vectors) { a, b in
            Self.finite(((a - b) * gain) / ((a * gain + offset) + (b * gain + offset)))
        }
    }

    @inline(__always)
    private func each(_ kernel: Kernel, _ vectors: Int, _ body: (Float, Float) -> Float) {
        let target = unsafe kernel.target
        let (a, b) = unsafe (kernel.a, kernel.b)
        for i in 0..<vectors {
            let (x, y) = unsafe (a.lanes[i &* a.stride], b.lanes[i &* b.stride])
            var value = Lanes()
            for lane in 0..<Self.laneCount { value[lane] = body(x[lane], y[lane]) }
            unsafe target[i] = value
        }
    }

    private func anyBit(
        _ source: UnsafeMutablePointer<Lanes>, _ target: UnsafeMutablePointer<Lanes>, _ mask: UInt32, _ vectors: Int
    ) {
        let mask = SIMD8<UInt32>(repeating: mask & 0x7f_ffff)
        for i in 0..<vectors {
            let value = unsafe source[i]
            // Added to 2^23, a whole number below that stands in the low bits of the Float.
            let number = value.replacing(with: 0, where: value .!= value) + 8_388_608
            let bits = unsafe unsafeBitCast(number, to: SIMD8<UInt32>.self) & mask
            unsafe target[i] = Self.truth(bits .!= SIMD8<UInt32>())
        }
    }
}
