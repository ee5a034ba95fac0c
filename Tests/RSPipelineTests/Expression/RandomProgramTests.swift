import Testing

@testable import RSPipeline

/// Random formulas over random stored numbers, from the text to the stored result, against one pixel at a time.
///
/// The reference shares no code with the evaluator. It follows the rules of the language in Float32: every operation
/// is rounded on its own; no-data in an operand gives no-data, but not in `isnodata`, `coalesce` and the branch that is
/// not chosen; `x / 0` and what lies outside of a domain is no-data; infinity is no-data as the result of a division,
/// of `exp`, `log` and `pow`, and when it is stored; the difference of two bands of one scale is taken before it.
@Suite struct RandomProgramTests {
    @Test(arguments: 0..<300 as Range<UInt64>) func resultsEqualTheReference(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 20...60, using: &random)
        let layers = (0..<3).map { _ in Layer(count: count, isBits: true, using: &random) }
        let stored = (0..<4).map { _ in Layer(count: count, isBits: false, using: &random) }
        let inputs = stored + layers
        let bands = Self.bands(using: &random)
        let parameter = Float.random(in: -2...2, using: &random)

        var maker = FormulaMaker(random: random)
        // One or two formulas leave values that nothing else needs, more make them share.
        let formulas = (0..<[1, 1, 2, 6][Int(seed % 4)]).map { _ in maker.formula() }
        random = maker.random
        let masks = formulas.map { _ in
            Int.random(in: 0..<4, using: &random) == 0 ? Band.Test(using: &random) : nil
        }
        var graph = ValueGraph()
        var values = ["p": graph.parameter(slot: 0)]
        for (slot, band) in bands.enumerated() { values[Band.names[slot]] = band.add(slot: slot, to: &graph) }
        let none = graph.constant(.nan)
        var roots: [ValueID] = []
        for (formula, mask) in zip(formulas, masks) {
            var root = graph.add(try formula.expression()) { values[$0] ?? none }
            if let mask { root = mask.add(to: root, in: &graph) }
            roots.append(root)
        }
        let program = Program(of: roots, in: graph)
        let results = Self.run(program, inputs, parameter, count: count, using: &random)

        for pixel in 0..<count {
            let reference = Reference(bands: bands, inputs: inputs, parameter: parameter, pixel: pixel)
            for (index, formula) in formulas.enumerated() {
                var expected = reference.value(of: formula).number
                if let mask = masks[index], inputs[mask.slot].isSet(mask.bits, pixel) { expected = .nan }
                let value = results[index][pixel]
                let isRight =
                    if case .transcendental = formula, masks[index] == nil {
                        Self.isNear(value, reference.exact(formula))
                    } else {
                        value.bitPattern == (expected.isFinite ? expected : .nan).bitPattern
                    }
                #expect(
                    isRight,
                    """
                    seed \(seed), pixel \(pixel): \(formula.text) is \(value), not \(expected)
                    \(bands)
                    \(inputs.map { "\($0.type) \($0.values[pixel]), no-data \($0.noData)" })
                    \(program)
                    """)
            }
        }
    }

    /// Runs a program over blocks that start and end anywhere.
    private static func run(
        _ program: Program, _ inputs: [Layer], _ parameter: Float, count: Int, using random: inout SplitMix64
    ) -> [[Float]] {
        let evaluator = Evaluator(program, parameters: [parameter])
        let memory = unsafe inputs.map { unsafe $0.memory() }
        defer { for index in unsafe memory.indices { unsafe memory[index].deallocate() } }
        var blocks = unsafe [InputBlock?]()
        for (index, input) in inputs.enumerated() {
            guard let base = unsafe memory[index].baseAddress else { return [] }
            unsafe blocks.append(
                InputBlock(base: UnsafeRawPointer(base), sampleType: input.type, noData: input.noData))
        }
        var results = [[Float]](repeating: [Float](repeating: 0, count: count), count: program.results.count)
        var start = 0
        while start < count {
            let size = min(count - start, Int.random(in: 1...33, using: &random))
            unsafe evaluator.run(start: start, count: size, inputs: blocks)
            for index in results.indices {
                let missing = unsafe results[index].withUnsafeMutableBufferPointer { target in
                    guard let base = target.baseAddress else { return -1 }
                    return unsafe evaluator.store(result: index, count: size, into: base + start)
                }
                #expect(missing == results[index][start..<(start + size)].filter(\.isNaN).count)
            }
            start += size
        }
        return results
    }

    /// Two scales for four bands, so that some have the same; some of the bands masked.
    private static func bands(using random: inout SplitMix64) -> [Band] {
        let scales = [
            (2.75e-5, -0.2), [(1, 0), (0.0001, 0), (1, -3), (3.3e-4, 0.1)].randomElement(using: &random) ?? (1, 0),
        ]
        return (0..<4).map { _ in
            let scale = scales.randomElement(using: &random) ?? (1, 0)
            let masks = (0..<Int.random(in: 0...4, using: &random)).map { _ in Band.Test(using: &random) }
            return Band(gain: scale.0, offset: scale.1, masks: masks)
        }
    }

    /// Whether a value is within two units in the last place of a number.
    private static func isNear(_ value: Float, _ exact: Double) -> Bool {
        let nearest = Float(exact)
        if !nearest.isFinite || value.isNaN {
            return value.isNaN && (!nearest.isFinite || nearest.magnitude == .greatestFiniteMagnitude)
        }
        return abs(Double(value) - Double(nearest)) <= 2 * Double(nearest.ulp)
    }
}

/// The stored numbers of one input.
private struct Layer {
    let type: SampleType
    let noData: Double
    let values: [Double]

    init(count: Int, isBits: Bool, using random: inout SplitMix64) {
        let bitTypes: [SampleType] = [.uint16, .uint16, .uint16, .uint8, .uint8, .uint32, .float32]
        let dataTypes: [SampleType] = SampleType.allCases + [.uint16, .uint16, .uint16]
        let type = (isBits ? bitTypes : dataTypes).randomElement(using: &random) ?? .uint16
        self.type = type
        let range = type.integerRange
        let special: [Double] =
            range.map { [0, 1, $0.lowerBound, $0.upperBound, $0.upperBound - 1, 100] } ?? [
                0, -0.0, .nan, .infinity, -.infinity, 1e-42, -1e-40, 3.4028234663852886e38, 1e300, 1, -9999, 0.1,
            ]
        values = (0..<count).map { _ in
            let value: Double =
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where !isBits: special.randomElement(using: &random) ?? 0
                case 1: Double(Int.random(in: 0...255, using: &random))
                case 2 where !isBits && type == .float64: Double.random(in: -3...3, using: &random)
                default: isBits ? Double(Int.random(in: 0...7, using: &random)) : Self.any(range, using: &random)
                }
            return type == .float32 ? Double(Float(value)) : value
        }
        let noDataValues: [Double] =
            isBits ? [.nan, .nan, 3, 6, -9999] : [.nan, 0, -9999, 0.1, range?.upperBound ?? 3.4028234663852886e38]
        noData = noDataValues.randomElement(using: &random) ?? 0
    }

    private static func any(_ range: ClosedRange<Double>?, using random: inout SplitMix64) -> Double {
        guard let range else { return Double(Float.random(in: -4...4, using: &random)) }
        return Double.random(in: range, using: &random).rounded(.towardZero)
    }

    /// The number of a pixel before any scale.
    func number(_ pixel: Int) -> Float {
        let value = values[pixel]
        let isMissing = type == .float32 ? Float(value) == Float(noData) : value == noData
        let number = Float(value)
        return isMissing || !number.isFinite ? .nan : number
    }

    func isSet(_ bits: UInt32, _ pixel: Int) -> Bool {
        let number = number(pixel)
        return !number.isNaN && UInt32(number) & bits != 0
    }

    /// A copy of exactly the bytes, as they are in a file.
    func memory() -> UnsafeMutableRawBufferPointer {
        func bytes<Sample>(_ samples: [Sample]) -> UnsafeMutableRawBufferPointer {
            let memory = UnsafeMutableRawBufferPointer.allocate(
                byteCount: samples.count * MemoryLayout<Sample>.stride, alignment: 16)
            unsafe samples.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
            return unsafe memory
        }
        return switch type {
        case .uint8: unsafe bytes(values.map { UInt8($0) })
        case .uint16: unsafe bytes(values.map { UInt16($0) })
        case .int16: unsafe bytes(values.map { Int16($0) })
        case .uint32: unsafe bytes(values.map { UInt32($0) })
        case .int32: unsafe bytes(values.map { Int32($0) })
        case .float32: unsafe bytes(values.map { Float($0) })
        case .float64: unsafe bytes(values)
        }
    }
}

/// A name of the formulas: an input, masked by bits of others, and scaled.
private struct Band {
    struct Test {
        var slot: Int
        var bits: UInt32
        /// Whether the mask comes before the scale.
        var isFirst: Bool

        init(using random: inout SplitMix64) {
            slot = Int.random(in: 4...6, using: &random)
            bits = [1, 2, 4, 6, 128].randomElement(using: &random) ?? 1
            isFirst = Bool.random(using: &random)
        }

        func add(to value: ValueID, in graph: inout ValueGraph) -> ValueID {
            graph.apply(.invalidate, value, graph.anyBit(graph.load(slot: slot), mask: bits))
        }
    }

    static let names = ["a", "b", "c", "d"]

    var gain: Double
    var offset: Double
    var masks: [Test]

    func add(slot: Int, to graph: inout ValueGraph) -> ValueID {
        var value = graph.load(slot: slot)
        for mask in masks where mask.isFirst { value = mask.add(to: value, in: &graph) }
        value = graph.affine(value, gain: gain, offset: offset)
        for mask in masks where !mask.isFirst { value = mask.add(to: value, in: &graph) }
        return value
    }
}

/// A formula and its text.
private indirect enum Formula {
    case constant(Double)
    case name(String)
    case negate(Formula)
    case not(Formula)
    case binary(String, Formula, Formula)
    case choose(Formula, Formula, Formula)
    case call(String, [Formula])
    case power(Formula, Double)
    /// `exp`, `log` and `pow` with a power that no other operation computes; at the root also what users cannot write.
    case transcendental(String, [Formula])

    /// The parsed text; of a function that users cannot write, its parsed operands.
    func expression() throws -> Expression {
        guard case .transcendental(let name, let all) = self, let function = Expression.Function(rawValue: name),
            function.isInternal
        else { return try Expression.parse(text) }
        return .call(function, try all.map { try Expression.parse($0.text) })
    }

    var text: String {
        switch self {
        case .constant(let value): value.isNaN ? "nodata" : "(\(value))"
        case .name(let name): name
        case .negate(let a): "-(\(a.text))"
        case .not(let a): "(not (\(a.text)))"
        case .binary(let operation, let a, let b): "(\(a.text) \(operation) \(b.text))"
        case .choose(let condition, let a, let b): "(\(condition.text) ? \(a.text) : \(b.text))"
        case .call(let name, let all), .transcendental(let name, let all):
            "\(name)(\(all.map(\.text).joined(separator: ", ")))"
        case .power(let a, let exponent): "(\(a.text)) ^ (\(exponent))"
        }
    }
}

/// Makes formulas in which every operation has a name under it, and no number stands twice.
private struct FormulaMaker {
    var random: SplitMix64
    private var used: Set<Double> = []

    init(random: SplitMix64) { self.random = random }

    /// Every sixth or so is a transcendental function at the root, where its error can be seen.
    mutating func formula() -> Formula {
        used = []
        let depth = Int.random(in: 1...4, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return transcendental(depth - 1)
        case 1: return .transcendental(pick(["sind", "cosd", "acosd"]), [formula(depth - 1)])
        default: return formula(depth)
        }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func name() -> Formula { .name(pick(["a", "b", "c", "d", "a", "b", "p"])) }

    private mutating func operand(_ depth: Int) -> Formula {
        if Int.random(in: 0..<4, using: &random) > 0 { return formula(depth) }
        let special: [Double] = [0, -0.0, 1, -1, 2, 0.25, -8, 3, 1e30, 1e-40, .nan, 65535, 0.1, -1e-3]
        let value = pick(special)
        if used.insert(value == 0 ? 0 : value).inserted { return .constant(value) }
        return .constant(Double.random(in: -10...10, using: &random))
    }

    private mutating func formula(_ depth: Int) -> Formula {
        if depth <= 0 { return name() }
        let a = formula(depth - 1)
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .negate(a)
        case 1: return .not(a)
        case 2: return .choose(operand(depth - 1), a, operand(depth - 1))
        case 3: return .choose(a, operand(depth - 1), operand(depth - 1))
        case 4: return .call(pick(["abs", "sqrt", "isnodata"]), [a])
        case 5: return .call(pick(["min", "max", "coalesce"]), [a, operand(depth - 1), operand(depth - 2)])
        case 6: return .call("clamp", [a, operand(0), operand(0)])
        case 7: return .power(a, pick([2, 3, 8, -1, -2, 0.5]))
        case 8 where depth < 3: return transcendental(depth - 1)
        case 9, 10:
            // What the joined forms are made of.
            let isShallow = Bool.random(using: &random)
            let a = isShallow ? name() : a
            let b = isShallow ? name() : formula(depth - 1)
            let sum = Formula.binary("+", Bool.random(using: &random) ? a : b, Bool.random(using: &random) ? a : b)
            return .binary("/", .binary("-", a, b), sum)
        case 13:
            let (b, c) = (name(), name())
            let sum = Bool.random(using: &random) ? Formula.binary("+", b, c) : .binary("+", c, b)
            return .binary("/", .binary("-", b, c), sum)
        case 11: return .binary("+", .binary("*", a, operand(depth - 1)), operand(depth - 1))
        case 12: return .binary("*", .binary("-", a, operand(depth - 1)), operand(depth - 1))
        default:
            let operation = pick(["+", "-", "-", "*", "/", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or"])
            let b = operand(depth - 1)
            return Bool.random(using: &random) ? .binary(operation, a, b) : .binary(operation, b, a)
        }
    }

    private mutating func transcendental(_ depth: Int) -> Formula {
        let a = formula(depth)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .transcendental("exp", [a])
        case 1: return .transcendental("log", [a])
        case 2: return .transcendental("pow", [a, .constant(pick([1.5, -0.75, 9, -9, 0, 0.1]))])
        default: return .transcendental("pow", [a, formula(depth)])
        }
    }
}

/// One pixel of a formula, by walking it.
private struct Reference {
    let bands: [Band]
    let inputs: [Layer]
    let parameter: Float
    let pixel: Int

    /// A number, and what it is made of if it is `gain * base + offset` of a band or of a difference of bands.
    struct Value {
        var number: Float
        var linear: (base: Float, gain: Float, offset: Float?)?

        init(_ number: Float) { self.number = number }
        init(_ isTrue: Bool) { number = isTrue ? 1 : 0 }
    }

    func value(of formula: Formula) -> Value {
        switch formula {
        case .constant(let number): return Value(Float(number))
        case .name("p"): return Value(parameter)
        case .name(let name): return band(Band.names.firstIndex(of: name) ?? 0)
        case .negate(let a): return Value(-value(of: a).number)
        case .not(let a):
            let number = value(of: a).number
            return number.isNaN ? Value(.nan) : Value(number == 0)
        case .choose(let condition, let a, let b):
            let number = value(of: condition).number
            return number.isNaN ? Value(.nan) : Value(value(of: number != 0 ? a : b).number)
        case .binary(let operation, let a, let b): return binary(operation, value(of: a), value(of: b))
        case .power(let a, let exponent): return Value(power(value(of: a).number, exponent))
        case .call(let name, let all): return Value(call(name, all.map { value(of: $0).number }))
        case .transcendental(let name, let all):
            let numbers = all.map { Double(value(of: $0).number) }
            let result: Double =
                switch name {
                case "exp": Transcendental.exponential(numbers[0])
                case "log": Transcendental.logarithm(numbers[0])
                case "sind": Transcendental.sine(degrees: numbers[0])
                case "cosd": Transcendental.cosine(degrees: numbers[0])
                case "acosd": Transcendental.arcCosineInDegrees(numbers[0])
                default: Transcendental.power(numbers[0], numbers[1])
                }
            return Value(Self.finite(Float(result)))
        }
    }

    /// A transcendental function of operands in Float, by the C library in Double.
    func exact(_ formula: Formula) -> Double {
        guard case .transcendental(let name, let all) = formula else { return .nan }
        let names = ["x", "y"]
        let numbers = all.map { Double(value(of: $0).number) }
        if numbers.contains(where: \.isInfinite) { return Double(value(of: formula).number) }
        let call = Expression.Function(rawValue: name).map {
            Expression.call($0, names.prefix(all.count).map { .name($0) })
        }
        return call?.evaluate { names.firstIndex(of: $0).map { numbers[$0] } } ?? .nan
    }

    private static func finite(_ number: Float) -> Float { number.isFinite ? number : .nan }

    private func band(_ slot: Int) -> Value {
        let band = bands[slot]
        var number = inputs[slot].number(pixel)
        if band.masks.contains(where: { inputs[$0.slot].isSet($0.bits, pixel) }) { number = .nan }
        var value = Value(number)
        if band.gain != 1 {
            value.number = value.number * Float(band.gain)
            value.linear = (number, Float(band.gain), band.offset == 0 ? nil : Float(band.offset))
        }
        if band.offset != 0 { value.number = value.number + Float(band.offset) }
        return value
    }

    private func binary(_ operation: String, _ a: Value, _ b: Value) -> Value {
        let (x, y) = (a.number, b.number)
        switch operation {
        case "+": return Value(x + y)
        case "-":
            guard let first = a.linear, let second = b.linear, first.gain == second.gain,
                first.offset == second.offset
            else { return Value(x - y) }
            let difference = first.base - second.base
            var value = Value(difference * first.gain)
            value.linear = (difference, first.gain, nil)
            return value
        case "*": return Value(x * y)
        case "/": return Value(Self.finite(x / y))
        default: break
        }
        if x.isNaN || y.isNaN { return Value(.nan) }
        switch operation {
        case "<": return Value(x < y)
        case "<=": return Value(x <= y)
        case ">": return Value(x > y)
        case ">=": return Value(x >= y)
        case "==": return Value(x == y)
        case "!=": return Value(x != y)
        case "and": return Value(x != 0 && y != 0)
        default: return Value(x != 0 || y != 0)
        }
    }

    private func call(_ name: String, _ numbers: [Float]) -> Float {
        let x = numbers[0]
        switch name {
        case "isnodata": return x.isNaN ? 1 : 0
        case "coalesce": return numbers.first { !$0.isNaN } ?? .nan
        default: break
        }
        if numbers.contains(where: \.isNaN) { return .nan }
        switch name {
        case "abs": return x.magnitude
        case "sqrt": return x < 0 ? .nan : x.squareRoot()
        // Of equal numbers, 0 and -0 among them, the first.
        case "min": return numbers.dropFirst().reduce(x) { $1 < $0 ? $1 : $0 }
        case "max": return numbers.dropFirst().reduce(x) { $1 > $0 ? $1 : $0 }
        default:
            let raised = numbers[1] > x ? numbers[1] : x
            return numbers[2] < raised ? numbers[2] : raised
        }
    }

    /// Whole powers by multiplication from the left, one half as a square root.
    private func power(_ x: Float, _ exponent: Double) -> Float {
        if exponent == 0.5 { return x < 0 ? .nan : x.squareRoot() }
        var product = x
        for _ in 1..<Int(abs(exponent)) { product = product * x }
        return exponent > 0 ? product : Self.finite(1 / product)
    }
}
