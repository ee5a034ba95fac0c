extension Expression {
    /// How the formula answers when all its bands are multiplied by one positive factor `k`.
    enum HomogeneousDegree: Sendable, Hashable {
        /// The value is multiplied by `k` to this power; 0 is scale-free.
        case degree(Double)
        /// The value is 0 for every `k`: it adds to anything.
        case zero
        /// The value answers in another way.
        case none
    }

    /// The degree in the names, worked out from the tree: sums need one degree, products add degrees.
    ///
    /// Degrees are compared exactly. A formula that is scale-free only by a cancellation between its terms comes out
    /// as `.none`, never the other way round.
    var homogeneousDegree: HomogeneousDegree {
        let spine = leftSpine
        var degree = spine.first.operandDegree
        for step in spine.rest { degree = step.operation.degree(degree, step.right) }
        return degree
    }

    private var operandDegree: HomogeneousDegree {
        switch self {
        case .constant(let value): value == 0 ? .zero : .degree(0)
        case .noData: .zero
        case .name: .degree(1)
        case .unary(.negate, let a): a.homogeneousDegree
        case .unary(.not, let a): a.homogeneousDegree == .none ? .none : .degree(0)
        case .binary: homogeneousDegree
        case .conditional(let condition, let a, let b):
            condition.homogeneousDegree == .none
                ? .none : a.homogeneousDegree.merged(with: b.homogeneousDegree)
        case .call(let function, let arguments): Self.degree(of: function, arguments)
        }
    }

    private static func degree(of function: Function, _ arguments: [Expression]) -> HomogeneousDegree {
        var merged = HomogeneousDegree.zero
        if function == .pow {
            guard arguments.count == 2 else { return .none }
            return BinaryOperator.power.degree(arguments[0].homogeneousDegree, arguments[1])
        }
        for argument in arguments { merged = merged.merged(with: argument.homogeneousDegree) }
        switch (function, merged) {
        case (_, .none): return .none
        case (.min, _), (.max, _), (.abs, _), (.clamp, _), (.coalesce, _): return merged
        case (.sqrt, .degree(let degree)): return .degree(degree / 2)
        case (.sqrt, .zero): return .zero
        case (.isnodata, _): return .degree(0)
        case (.exp, .degree(0)), (.log, .degree(0)), (.exp, .zero), (.log, .zero): return .degree(0)
        default: return .none
        }
    }
}

extension Expression.HomogeneousDegree {
    fileprivate func merged(with other: Self) -> Self {
        switch (self, other) {
        case (.none, _), (_, .none): .none
        case (.zero, let degree), (let degree, .zero): degree
        default: self == other ? self : .none
        }
    }
}

extension Expression.BinaryOperator {
    fileprivate func degree(
        _ a: Expression.HomogeneousDegree, _ right: Expression
    ) -> Expression.HomogeneousDegree {
        let b = right.homogeneousDegree
        switch self {
        case .add, .subtract: return a.merged(with: b)
        case .multiply, .divide:
            switch (a, b) {
            case (.degree(let x), .degree(let y)): return .degree(self == .multiply ? x + y : x - y)
            case (.none, _), (_, .none): return .none
            default: return .zero
            }
        case .power:
            let exponent = right.names.isEmpty ? right.evaluate { _ in nil } : .nan
            if case .degree(let x) = a, exponent.isFinite { return .degree(x * exponent) }
            return a == .degree(0) && b == .degree(0) ? .degree(0) : .none
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
            return a.merged(with: b) == .none ? .none : .degree(0)
        case .and, .or: return a == .none || b == .none ? .none : .degree(0)
        }
    }
}
