/// One value of a ``ValueGraph``.
struct ValueID: Hashable, Sendable {
    let index: Int
}

/// What the evaluator can do with blocks of numbers.
///
/// The user's language lowers to these; some have no word there.
enum Opcode: UInt8, Sendable, Hashable {
    /// An input's stored numbers as Float; no-data and non-finite numbers as NaN. `payload` is the input slot.
    case load
    /// `payload` is the bit pattern of a Float.
    case constant
    /// A number known only when the pass starts (the result of a reduction). `payload` is its slot.
    case parameter
    case add, subtract, multiply, divide, power, minimum, maximum
    case less, lessOrEqual, equal, notEqual, and, or
    case negate, not, absolute, squareRoot, exponential, logarithm
    /// Of an angle in degrees.
    case sine, cosine
    /// In degrees, 0...180; NaN beyond -1...1.
    case arcCosine
    /// 1 where the operand is NaN, else 0.
    case isNoData
    /// The first operand, or the second where the first is NaN.
    case coalesce
    /// `a` chooses: NaN gives NaN, 0 gives `c`, anything else `b`.
    case select
    /// 1 where any bit of `payload` is set in the operand, a whole number below 2^23; 0 for NaN.
    case anyBit
    /// `a`, but NaN where `b` is neither 0 nor NaN.
    case invalidate

    // What follows stands in programs only, made by joining operations. Each is exactly the operations it is made of,
    // with a rounding after every one.

    /// 1 where a bit of the instruction's test is set in an input as it is stored.
    case storedBit
    /// `a * b + c`.
    case multiplyAdd
    /// `(a - b) * c`.
    case subtractMultiply
    /// `(a - b) / (a + b)`.
    case normalizedDifference
    /// `((a - b) * c) / ((a * c + d) + (b * c + d))`: of two bands of one scale.
    case scaledDifference

    /// Whether operands may change places: the same bits either way.
    var isCommutative: Bool {
        switch self {
        case .add, .multiply, .equal, .notEqual, .and, .or: true
        default: false
        }
    }
}

/// The pixel program of a whole plan in static single assignment form: every value is computed by one node, equal
/// nodes are one, and constants are folded as they are added.
struct ValueGraph: Sendable {
    struct Node: Hashable, Sendable {
        var opcode: Opcode
        var a = -1
        var b = -1
        var c = -1
        var payload: UInt32 = 0

        /// The node with its first two operands in the other order.
        var swapped: Node { Node(opcode: opcode, a: b, b: a, c: c, payload: payload) }
    }

    private(set) var nodes: [Node] = []
    private var known: [Node: Int] = [:]
    /// The numbers that constants stand for before they are rounded to Float, by its bit pattern.
    private(set) var exactConstants: [UInt32: Double] = [:]

    subscript(id: ValueID) -> Node { nodes[id.index] }

    private mutating func intern(_ node: Node) -> ValueID {
        if let index = known[node] { return ValueID(index: index) }
        if node.opcode.isCommutative, let index = known[node.swapped] { return ValueID(index: index) }
        nodes.append(node)
        known[node] = nodes.count - 1
        return ValueID(index: nodes.count - 1)
    }

    mutating func load(slot: Int) -> ValueID { intern(Node(opcode: .load, payload: UInt32(slot))) }

    mutating func parameter(slot: Int) -> ValueID { intern(Node(opcode: .parameter, payload: UInt32(slot))) }

    mutating func constant(_ value: Float) -> ValueID {
        intern(Node(opcode: .constant, payload: value.isNaN ? Float.nan.bitPattern : value.bitPattern))
    }

    /// A constant whose unrounded value is kept for ``DoubleEvaluator``.
    mutating func constant(exactly value: Double) -> ValueID {
        let rounded = Float(value)
        if exactConstants[rounded.bitPattern] == nil { exactConstants[rounded.bitPattern] = value }
        return constant(rounded)
    }

    mutating func anyBit(_ a: ValueID, mask: UInt32) -> ValueID {
        intern(Node(opcode: .anyBit, a: a.index, payload: mask))
    }

    /// 1 where either condition holds; bit tests of one value become one.
    mutating func anyOf(_ a: ValueID, _ b: ValueID) -> ValueID {
        let first = nodes[a.index]
        let second = nodes[b.index]
        if first.opcode == .anyBit, second.opcode == .anyBit, first.a == second.a {
            return anyBit(ValueID(index: first.a), mask: first.payload | second.payload)
        }
        return apply(.or, a, b)
    }

    /// Adds an operation with one to three operands.
    mutating func apply(_ opcode: Opcode, _ a: ValueID, _ b: ValueID? = nil, _ c: ValueID? = nil) -> ValueID {
        if let folded = fold(opcode, a, b, c) { return constant(folded) }
        if let b, let better = rewrite(opcode, a, b) { return better }
        return intern(Node(opcode: opcode, a: a.index, b: b?.index ?? -1, c: c?.index ?? -1))
    }

    /// A value as `gain * base + offset`, where it is one.
    private func linear(_ id: ValueID) -> (base: ValueID, gain: ValueID, offset: ValueID?)? {
        if let (scaled, offset) = withConstant(id, .add) {
            return withConstant(scaled, .multiply).map { ($0.other, $0.constant, offset) }
        }
        return withConstant(id, .multiply).map { ($0.other, $0.constant, nil) }
    }

    /// The operands of an operation of which one is a constant.
    private func withConstant(_ id: ValueID, _ opcode: Opcode) -> (other: ValueID, constant: ValueID)? {
        let node = nodes[id.index]
        guard node.opcode == opcode else { return nil }
        let a = ValueID(index: node.a)
        let b = ValueID(index: node.b)
        if constantValue(b) != nil { return (a, b) }
        return constantValue(a) == nil ? nil : (b, a)
    }

    /// Forms that lose less precision than what was asked for (docs/decisions/0004-difference-of-bands.md).
    ///
    /// - The difference of two bands of one scale is taken between the stored numbers, where it is exact, and scaled
    ///   then: `(g x + o) - (g y + o) = g (x - y)`.
    /// - A mask on a calibrated band is put on the stored numbers, so that the first form can still be seen.
    private mutating func rewrite(_ opcode: Opcode, _ a: ValueID, _ b: ValueID) -> ValueID? {
        switch opcode {
        case .subtract:
            guard let first = linear(a), let second = linear(b), first.gain == second.gain,
                first.offset == second.offset
            else { return nil }
            return apply(.multiply, apply(.subtract, first.base, second.base), first.gain)
        case .invalidate:
            guard let scaled = linear(a) else { return nil }
            let product = apply(.multiply, apply(.invalidate, scaled.base, b), scaled.gain)
            return scaled.offset.map { apply(.add, product, $0) } ?? product
        default: return nil
        }
    }

    private func constantValue(_ id: ValueID?) -> Float? {
        guard let id, nodes[id.index].opcode == .constant else { return nil }
        return Float(bitPattern: nodes[id.index].payload)
    }

    private func fold(_ opcode: Opcode, _ a: ValueID, _ b: ValueID?, _ c: ValueID?) -> Float? {
        guard let x = constantValue(a) else { return nil }
        if b == nil { return ScalarOperation.evaluate(opcode, x, 0, 0) }
        guard let y = constantValue(b) else { return nil }
        if c == nil { return ScalarOperation.evaluate(opcode, x, y, 0) }
        guard let z = constantValue(c) else { return nil }
        return ScalarOperation.evaluate(opcode, x, y, z)
    }

    /// Scale and offset: `gain * value + offset`.
    mutating func affine(_ value: ValueID, gain: Double, offset: Double) -> ValueID {
        let scaled = gain == 1 ? value : apply(.multiply, value, constant(exactly: gain))
        return offset == 0 ? scaled : apply(.add, scaled, constant(exactly: offset))
    }

    /// Adds a formula; `lookup` gives the value of each name.
    ///
    /// Parts without names are computed in Double, then rounded once.
    mutating func add<Failure: Error>(
        _ expression: Expression, lookup: (String) throws(Failure) -> ValueID
    ) throws(Failure) -> ValueID {
        if case .constant(let number) = expression { return constant(exactly: number) }
        if expression.names.isEmpty { return constant(exactly: expression.evaluate { _ in nil }) }
        switch expression {
        case .constant, .noData: return constant(.nan)
        case .name(let name): return try lookup(name)
        case .unary(let op, let a):
            let value = try add(a, lookup: lookup)
            return apply(op == .negate ? .negate : .not, value)
        case .conditional(let condition, let a, let b):
            let chooser = try add(condition, lookup: lookup)
            let first = try add(a, lookup: lookup)
            let second = try add(b, lookup: lookup)
            return apply(.select, chooser, first, second)
        case .binary:
            // A loop, because chains such as a + b + c are deep along their left operands.
            let spine = expression.leftSpine
            var left = spine.first
            var value = try add(left, lookup: lookup)
            for (operation, right) in spine.rest {
                if case .constant(let number) = left, right.names.isEmpty {
                    left = .constant(Expression.binary(operation, .constant(number), right).evaluate { _ in nil })
                    value = try add(left, lookup: lookup)
                    continue
                }
                left = .noData
                value = try apply(operation, value, right, lookup: lookup)
            }
            return value
        case .call(.pow, let arguments) where arguments.count == 2:
            let base = try add(arguments[0], lookup: lookup)
            return power(base, try add(arguments[1], lookup: lookup))
        case .call(let function, let arguments):
            var values: [ValueID] = []
            for argument in arguments { values.append(try add(argument, lookup: lookup)) }
            guard let first = values.first else { return constant(.nan) }
            let rest = values.dropFirst()
            switch function {
            case .min: return rest.reduce(first) { apply(.minimum, $0, $1) }
            case .max: return rest.reduce(first) { apply(.maximum, $0, $1) }
            case .coalesce: return rest.reduce(first) { apply(.coalesce, $0, $1) }
            case .abs: return apply(.absolute, first)
            case .sqrt: return apply(.squareRoot, first)
            case .exp: return apply(.exponential, first)
            case .log: return apply(.logarithm, first)
            case .isnodata: return apply(.isNoData, first)
            case .sind: return apply(.sine, first)
            case .cosd: return apply(.cosine, first)
            case .acosd: return apply(.arcCosine, first)
            case .clamp:
                guard values.count == 3 else { return constant(.nan) }
                return apply(.minimum, apply(.maximum, first, values[1]), values[2])
            case .pow: return constant(.nan)
            }
        }
    }

    /// Adds one operator whose left operand is there already.
    private mutating func apply<Failure: Error>(
        _ operation: Expression.BinaryOperator, _ first: ValueID, _ right: Expression,
        lookup: (String) throws(Failure) -> ValueID
    ) throws(Failure) -> ValueID {
        let second = try add(right, lookup: lookup)
        switch operation {
        case .add: return apply(.add, first, second)
        case .subtract: return apply(.subtract, first, second)
        case .multiply: return apply(.multiply, first, second)
        case .divide: return apply(.divide, first, second)
        case .power: return power(first, second)
        case .less: return apply(.less, first, second)
        case .lessOrEqual: return apply(.lessOrEqual, first, second)
        case .greater: return apply(.less, second, first)
        case .greaterOrEqual: return apply(.lessOrEqual, second, first)
        case .equal: return apply(.equal, first, second)
        case .notEqual: return apply(.notEqual, first, second)
        case .and: return apply(.and, first, second)
        case .or: return apply(.or, first, second)
        }
    }

    /// Whole powers up to 8 by multiplication, one half by square root, the rest by ``Opcode/power``.
    private mutating func power(_ value: ValueID, _ power: ValueID) -> ValueID {
        guard let number = constantValue(power) else { return apply(.power, value, power) }
        if number == 0.5 { return apply(.squareRoot, value) }
        guard number == number.rounded(), abs(number) >= 1, abs(number) <= 8 else {
            return apply(.power, value, power)
        }
        var product = value
        for _ in 1..<Int(abs(number)) { product = apply(.multiply, product, value) }
        return number > 0 ? product : apply(.divide, constant(1), product)
    }
}

extension Expression {
    /// Whether no-data in any name makes the result no-data whatever the other names are.
    var isStrict: Bool {
        switch self {
        case .constant, .noData, .name: true
        case .unary(_, let a): a.isStrict
        case .binary: leftSpine.first.isStrict && leftSpine.rest.allSatisfy(\.right.isStrict)
        case .conditional: false
        case .call(let function, let arguments):
            function != .isnodata && function != .coalesce && arguments.allSatisfy(\.isStrict)
        }
    }
}
