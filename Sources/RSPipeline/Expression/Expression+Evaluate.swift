internal import Foundation

extension Expression {
    /// The value of the formula, in Double: the reference that faster evaluation is compared with.
    ///
    /// `lookup` gives the value of a name; NaN and nil (an unknown name) are no-data. No-data in an operand gives
    /// no-data, and so does every result that is not finite: division by 0, the square root of a negative number, the
    /// logarithm of a number that is not positive, a negative base with a broken exponent, 0 to a negative power,
    /// overflow. `pow(x, 0)` is 1 for every `x` but no-data. Exceptions: of a conditional only the chosen branch
    /// counts, `isnodata` is 1 or 0, `coalesce` is its first argument that is not no-data.
    public func evaluate(_ lookup: (String) -> Double?) -> Double {
        let spine = leftSpine
        var value = spine.first.evaluateOperand(lookup)
        for step in spine.rest {
            value = step.operation.apply(value, step.right.evaluate(lookup))
        }
        return value
    }

    private func evaluateOperand(_ lookup: (String) -> Double?) -> Double {
        switch self {
        case .constant(let value): Self.finite(value)
        case .noData: .nan
        case .name(let name): Self.finite(lookup(name) ?? .nan)
        case .unary(let operation, let a): operation.apply(a.evaluate(lookup))
        case .binary: evaluate(lookup)
        case .conditional(let condition, let a, let b):
            Self.choose(condition.evaluate(lookup), a, b, lookup)
        case .call(let function, let arguments): function.apply(Self.values(of: arguments, lookup))
        }
    }

    private static func values(of arguments: [Expression], _ lookup: (String) -> Double?) -> [Double] {
        var values: [Double] = []
        for argument in arguments { values.append(argument.evaluate(lookup)) }
        return values
    }

    private static func choose(
        _ condition: Double, _ a: Expression, _ b: Expression, _ lookup: (String) -> Double?
    ) -> Double {
        if condition.isNaN { return .nan }
        return (condition != 0 ? a : b).evaluate(lookup)
    }

    fileprivate static func finite(_ value: Double) -> Double { value.isFinite ? value : .nan }
    fileprivate static func truth(_ value: Bool) -> Double { value ? 1 : 0 }

    fileprivate static func power(_ base: Double, _ exponent: Double) -> Double {
        // C defines pow(NaN, 0) and pow(1, NaN) as 1; no-data stays no-data here.
        if base.isNaN || exponent.isNaN { return .nan }
        return finite(pow(base, exponent))
    }
}

extension Expression.UnaryOperator {
    fileprivate func apply(_ a: Double) -> Double {
        switch self {
        case .negate: -a
        case .not: a.isNaN ? .nan : Expression.truth(a == 0)
        }
    }
}

extension Expression.BinaryOperator {
    fileprivate func apply(_ a: Double, _ b: Double) -> Double {
        if a.isNaN || b.isNaN { return .nan }
        return switch self {
        case .add: Expression.finite(a + b)
        case .subtract: Expression.finite(a - b)
        case .multiply: Expression.finite(a * b)
        case .divide: Expression.finite(a / b)
        case .power: Expression.power(a, b)
        case .less: Expression.truth(a < b)
        case .lessOrEqual: Expression.truth(a <= b)
        case .greater: Expression.truth(a > b)
        case .greaterOrEqual: Expression.truth(a >= b)
        case .equal: Expression.truth(a == b)
        case .notEqual: Expression.truth(a != b)
        case .and: Expression.truth(a != 0 && b != 0)
        case .or: Expression.truth(a != 0 || b != 0)
        }
    }
}

extension Expression.Function {
    /// A wrong number of arguments, which the parser does not let pass, gives no-data.
    fileprivate func apply(_ x: [Double]) -> Double {
        switch self {
        case .isnodata: return x.count == 1 ? Expression.truth(x[0].isNaN) : .nan
        case .coalesce: return x.first { !$0.isNaN } ?? .nan
        default: break
        }
        if x.isEmpty || x.contains(where: \.isNaN) { return .nan }
        switch (self, x.count) {
        case (.min, _): return x.min() ?? .nan
        case (.max, _): return x.max() ?? .nan
        case (.abs, 1): return Swift.abs(x[0])
        case (.sqrt, 1): return x[0] < 0 ? .nan : x[0].squareRoot()
        case (.exp, 1): return Expression.finite(Foundation.exp(x[0]))
        case (.log, 1): return x[0] > 0 ? Foundation.log(x[0]) : .nan
        case (.pow, 2): return Expression.power(x[0], x[1])
        case (.clamp, 3): return Swift.min(Swift.max(x[0], x[1]), x[2])
        case (.sind, 1): return Expression.finite(Transcendental.sine(degrees: x[0]))
        case (.cosd, 1): return Expression.finite(Transcendental.cosine(degrees: x[0]))
        case (.acosd, 1): return Expression.finite(Transcendental.arcCosineInDegrees(x[0]))
        default: return .nan
        }
    }
}
