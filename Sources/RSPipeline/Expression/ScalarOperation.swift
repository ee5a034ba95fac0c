/// What each operation means for one number: the definition that folding uses and the block kernels are tested against.
enum ScalarOperation {
    /// The result of an operation on up to four operands.
    static func evaluate<Value: BinaryFloatingPoint>(
        _ opcode: Opcode, _ a: Value, _ b: Value, _ c: Value, _ d: Value = .nan
    ) -> Value {
        switch opcode {
        case .load, .constant, .parameter, .anyBit, .storedBit: return .nan
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return finite(a / b)
        case .power: return finite(Value(Transcendental.power(Double(a), Double(b))))
        case .minimum: return a.isNaN || b.isNaN ? .nan : (b < a ? b : a)
        case .maximum: return a.isNaN || b.isNaN ? .nan : (b > a ? b : a)
        case .less: return a.isNaN || b.isNaN ? .nan : (a < b ? 1 : 0)
        case .lessOrEqual: return a.isNaN || b.isNaN ? .nan : (a <= b ? 1 : 0)
        case .equal: return a.isNaN || b.isNaN ? .nan : (a == b ? 1 : 0)
        case .notEqual: return a.isNaN || b.isNaN ? .nan : (a != b ? 1 : 0)
        case .and: return a.isNaN || b.isNaN ? .nan : (a != 0 && b != 0 ? 1 : 0)
        case .or: return a.isNaN || b.isNaN ? .nan : (a != 0 || b != 0 ? 1 : 0)
        case .negate: return -a
        case .not: return a.isNaN ? .nan : (a == 0 ? 1 : 0)
        case .absolute: return abs(a)
        case .squareRoot: return a < 0 ? .nan : a.squareRoot()
        case .exponential: return finite(Value(Transcendental.exponential(Double(a))))
        case .logarithm: return finite(Value(Transcendental.logarithm(Double(a))))
        case .sine: return finite(Value(Transcendental.sine(degrees: Double(a))))
        case .cosine: return finite(Value(Transcendental.cosine(degrees: Double(a))))
        case .arcCosine: return finite(Value(Transcendental.arcCosineInDegrees(Double(a))))
        case .isNoData: return a.isNaN ? 1 : 0
        case .coalesce: return a.isNaN ? b : a
        case .select: return a.isNaN ? .nan : (a != 0 ? b : c)
        case .invalidate: return b.isNaN || b == 0 ? a : .nan
        case .multiplyAdd: return a * b + c
        case .subtractMultiply: return (a - b) * c
        case .normalizedDifference: return finite((a - b) / (a + b))
        case .scaledDifference: return finite(((a - b) * c) / ((a * c + d) + (b * c + d)))
        }
    }

    /// The number, or NaN when it is infinite.
    static func finite<Value: BinaryFloatingPoint>(_ value: Value) -> Value { value.isFinite ? value : .nan }
}
