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
    private let registers: UnsafeMutablePointer<Lanes>
    private let parameters: [Float]

    init(_ program: Program, parameters: [Float]) {
        self.program = program
        self.parameters = parameters
        let count = max(1, program.registerCount) * Self.vectorsPerBlock
        unsafe registers = .allocate(capacity: count)
        unsafe registers.initialize(repeating: Lanes(repeating: 0), count: count)
    }

    deinit { unsafe registers.deallocate() }

    private func register(_ number: Int) -> UnsafeMutablePointer<Lanes> {
        unsafe registers + number * Self.vectorsPerBlock
    }

    /// The number of an operand that is the same for the whole block; nil for a register.
    private func uniform(_ operand: Program.Operand) -> Float? {
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
        for instruction in program.instructions {
            let target = unsafe register(instruction.target)
            switch instruction.opcode {
            case .load:
                guard let input = unsafe inputs[Int(instruction.payload)] else { continue }
                // Lanes beyond the last pixel hold what the register held before, which bit tests cannot take.
                unsafe target[vectors - 1] = Lanes(repeating: 0)
                unsafe BlockLoader.load(input, start: start, count: count, into: target)
            case .anyBit: anyBit(instruction, vectors)
            case .add: binary(instruction, vectors) { $0 + $1 }
            case .subtract: binary(instruction, vectors) { $0 - $1 }
            case .multiply: binary(instruction, vectors) { $0 * $1 }
            case .divide: binary(instruction, vectors) { Self.finite($0 / $1) }
            case .minimum: binary(instruction, vectors) { Self.known($0, $1, $0.replacing(with: $1, where: $1 .< $0)) }
            case .maximum: binary(instruction, vectors) { Self.known($0, $1, $0.replacing(with: $1, where: $1 .> $0)) }
            case .less: binary(instruction, vectors) { Self.known($0, $1, Self.truth($0 .< $1)) }
            case .lessOrEqual: binary(instruction, vectors) { Self.known($0, $1, Self.truth($0 .<= $1)) }
            case .equal: binary(instruction, vectors) { Self.known($0, $1, Self.truth($0 .== $1)) }
            case .notEqual: binary(instruction, vectors) { Self.known($0, $1, Self.truth($0 .!= $1)) }
            case .and: binary(instruction, vectors) { Self.known($0, $1, Self.truth(($0 .!= 0) .& ($1 .!= 0))) }
            case .or: binary(instruction, vectors) { Self.known($0, $1, Self.truth(($0 .!= 0) .| ($1 .!= 0))) }
            // `-$0` of SIMD is `0 - $0`, which makes 0 of 0 instead of -0.
            case .negate: unary(instruction, vectors) { Lanes(repeating: -0.0) - $0 }
            case .not: unary(instruction, vectors) { Self.known($0, $0, Self.truth($0 .== 0)) }
            case .absolute: unary(instruction, vectors) { $0.replacing(with: -$0, where: $0 .< 0) + 0 }
            case .squareRoot: unary(instruction, vectors) { $0.squareRoot() }
            case .isNoData: unary(instruction, vectors) { Self.truth($0 .!= $0) }
            case .coalesce: binary(instruction, vectors) { $0.replacing(with: $1, where: $0 .!= $0) }
            case .invalidate:
                binary(instruction, vectors) { $0.replacing(with: .nan, where: ($1 .== $1) .& ($1 .!= 0)) }
            case .select: select(instruction, vectors)
            case .power: each(instruction, vectors) { ScalarOperation.evaluate(.power, $0, $1, 0) }
            case .exponential: each(instruction, vectors) { a, _ in ScalarOperation.evaluate(.exponential, a, 0, 0) }
            case .logarithm: each(instruction, vectors) { a, _ in ScalarOperation.evaluate(.logarithm, a, 0, 0) }
            case .constant, .parameter: continue
            }
        }
    }

    /// Copies a result to memory, infinite values as NaN; returns how many of the values are NaN.
    @discardableResult
    func store(result: Int, count: Int, into target: UnsafeMutablePointer<Float>) -> Int {
        var missing = 0
        if let value = uniform(program.results[result]) {
            let stored = ScalarOperation.finite(value)
            for i in 0..<count { unsafe target[i] = stored }
            return stored.isNaN ? count : 0
        }
        guard case .register(let number) = program.results[result] else { return 0 }
        let source = unsafe UnsafeRawPointer(register(number)).assumingMemoryBound(to: Float.self)
        for i in 0..<count {
            let value = unsafe source[i]
            let isFinite = value - value == 0
            unsafe target[i] = isFinite ? value : .nan
            missing += isFinite ? 0 : 1
        }
        return missing
    }

    // MARK: Loops

    @inline(__always)
    private static func truth(_ mask: SIMDMask<SIMD8<Int32>>) -> Lanes {
        Lanes(repeating: 0).replacing(with: 1, where: mask)
    }

    /// The value, or NaN where either operand is NaN.
    @inline(__always)
    private static func known(_ a: Lanes, _ b: Lanes, _ value: Lanes) -> Lanes {
        value.replacing(with: .nan, where: (a .!= a) .| (b .!= b))
    }

    @inline(__always)
    private static func finite(_ value: Lanes) -> Lanes { value.replacing(with: .nan, where: (value - value) .!= 0) }

    @inline(__always)
    private func unary(_ instruction: Program.Instruction, _ vectors: Int, _ body: (Lanes) -> Lanes) {
        let target = unsafe register(instruction.target)
        guard case .register(let number) = instruction.a else {
            let value = body(Lanes(repeating: uniform(instruction.a) ?? .nan))
            for i in 0..<vectors { unsafe target[i] = value }
            return
        }
        let a = unsafe register(number)
        for i in 0..<vectors { unsafe target[i] = body(a[i]) }
    }

    @inline(__always)
    private func binary(_ instruction: Program.Instruction, _ vectors: Int, _ body: (Lanes, Lanes) -> Lanes) {
        let target = unsafe register(instruction.target)
        switch (instruction.a, instruction.b) {
        case (.register(let first), .register(let second)):
            let a = unsafe register(first)
            let b = unsafe register(second)
            for i in 0..<vectors { unsafe target[i] = body(a[i], b[i]) }
        case (.register(let first), let other):
            let a = unsafe register(first)
            let b = Lanes(repeating: uniform(other) ?? .nan)
            for i in 0..<vectors { unsafe target[i] = body(a[i], b) }
        case (let other, .register(let second)):
            let a = Lanes(repeating: uniform(other) ?? .nan)
            let b = unsafe register(second)
            for i in 0..<vectors { unsafe target[i] = body(a, b[i]) }
        case (let first, let second):
            let value = body(Lanes(repeating: uniform(first) ?? .nan), Lanes(repeating: uniform(second) ?? .nan))
            for i in 0..<vectors { unsafe target[i] = value }
        }
    }

    @inline(__always)
    private func each(_ instruction: Program.Instruction, _ vectors: Int, _ body: (Float, Float) -> Float) {
        binary(instruction.withSecondOperand, vectors) { a, b in
            var value = Lanes()
            for lane in 0..<Self.laneCount { value[lane] = body(a[lane], b[lane]) }
            return value
        }
    }

    private func anyBit(_ instruction: Program.Instruction, _ vectors: Int) {
        guard case .register(let number) = instruction.a else { return }
        let source = unsafe UnsafeRawPointer(register(number)).assumingMemoryBound(to: Float.self)
        let target = unsafe UnsafeMutableRawPointer(register(instruction.target)).assumingMemoryBound(to: Float.self)
        let mask = instruction.payload
        for i in 0..<(vectors * Self.laneCount) {
            let value = unsafe source[i]
            // Added to 2^23, a whole number below that stands in the low bits of the Float.
            let bits = (value == value ? value : 0) + 8_388_608
            unsafe target[i] = bits.bitPattern & mask & 0x7f_ffff != 0 ? 1 : 0
        }
    }

    private func select(_ instruction: Program.Instruction, _ vectors: Int) {
        let target = unsafe register(instruction.target)
        for i in 0..<vectors {
            let chooser = lanes(instruction.a, i)
            let value = lanes(instruction.c, i).replacing(with: lanes(instruction.b, i), where: chooser .!= 0)
            unsafe target[i] = value.replacing(with: .nan, where: chooser .!= chooser)
        }
    }

    @inline(__always)
    private func lanes(_ operand: Program.Operand, _ index: Int) -> Lanes {
        if case .register(let number) = operand { return unsafe register(number)[index] }
        return Lanes(repeating: uniform(operand) ?? .nan)
    }
}

extension Program.Instruction {
    /// The instruction with a second operand, for kernels that take two.
    fileprivate var withSecondOperand: Program.Instruction {
        var copy = self
        if copy.b == .none { copy.b = .constant(0) }
        return copy
    }
}

/// Turns stored numbers into Float, no-data and non-finite ones into NaN.
enum BlockLoader {
    static func load(_ input: InputBlock, start: Int, count: Int, into target: UnsafeMutablePointer<SIMD8<Float>>) {
        let output = unsafe UnsafeMutableRawPointer(target).assumingMemoryBound(to: Float.self)
        switch unsafe input.sampleType {
        case .uint8: unsafe integers(UInt8.self, input, start, count, output)
        case .uint16: unsafe integers(UInt16.self, input, start, count, output)
        case .int16: unsafe integers(Int16.self, input, start, count, output)
        case .uint32: unsafe integers(UInt32.self, input, start, count, output)
        case .int32: unsafe integers(Int32.self, input, start, count, output)
        case .float32:
            let source = unsafe input.base.assumingMemoryBound(to: Float.self) + start
            let noData = unsafe Float(input.noData)
            for i in 0..<count {
                let value = unsafe source[i]
                unsafe output[i] = value == noData || value - value != 0 ? .nan : value
            }
        case .float64:
            let source = unsafe input.base.assumingMemoryBound(to: Double.self) + start
            let noData = unsafe input.noData
            for i in 0..<count {
                let value = unsafe source[i]
                unsafe output[i] = value == noData || value - value != 0 ? .nan : ScalarOperation.finite(Float(value))
            }
        }
    }

    @inline(__always)
    private static func integers<Sample: FixedWidthInteger>(
        _ type: Sample.Type, _ input: InputBlock, _ start: Int, _ count: Int, _ output: UnsafeMutablePointer<Float>
    ) {
        let source = unsafe input.base.assumingMemoryBound(to: Sample.self) + start
        guard let noData = unsafe Sample(exactly: input.noData) else {
            for i in 0..<count { unsafe output[i] = Float(source[i]) }
            return
        }
        for i in 0..<count {
            let value = unsafe source[i]
            unsafe output[i] = value == noData ? .nan : Float(value)
        }
    }
}
