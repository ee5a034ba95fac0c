/// A formula over bands and planes, as a tree.
///
/// The grammar is closed: nothing else can be written or evaluated. In every operation no-data (NaN) in an operand
/// gives no-data, with the exceptions named at the cases. Truth is 1, falsehood 0; in a condition every number but 0 is
/// true. A parsed tree is deep along its left operands only (up to `maximumNodes` / 2), elsewhere `maximumDepth` bounds
/// it: whoever walks trees walks `leftSpine` in a loop.
public indirect enum Expression: Sendable, Hashable {
    /// A number.
    case constant(Double)
    /// The literal `nodata`.
    case noData
    /// A band role, a delivered band name, an earlier plane or an index parameter.
    case name(String)
    /// One operand.
    case unary(UnaryOperator, Expression)
    /// Two operands.
    case binary(BinaryOperator, Expression, Expression)
    /// `condition ? a : b` and `if(condition, a, b)`: only the chosen branch counts.
    case conditional(Expression, Expression, Expression)
    /// A function of the closed list.
    case call(Function, [Expression])

    /// Operators with one operand.
    public enum UnaryOperator: String, Sendable, Hashable {
        case negate = "-"
        case not = "not"
    }

    /// Operators with two operands.
    public enum BinaryOperator: String, Sendable, Hashable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        /// No-data where the divisor is 0.
        case divide = "/"
        /// No-data for a negative base with a broken exponent, and for 0 to a negative power.
        case power = "^"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case and = "and"
        case or = "or"
    }

    /// The functions of the language.
    public enum Function: String, Sendable, Hashable, CaseIterable {
        /// Two or more arguments.
        case min, max
        case abs
        /// No-data below 0.
        case sqrt
        case exp
        /// Natural logarithm; no-data at and below 0.
        case log
        case pow
        /// `clamp(x, low, high)`.
        case clamp
        /// 1 where the argument is no-data, 0 elsewhere; never no-data itself.
        case isnodata
        /// The first argument that is not no-data; two or more arguments.
        case coalesce
        /// Sine and cosine of an angle in degrees. Not part of what users write.
        case sind, cosd
        /// The angle in degrees, 0...180, of a cosine; no-data beyond -1...1. Not part of what users write.
        case acosd

        /// Whether only this library's own formulas use it; as a written word it is a name like any other.
        var isInternal: Bool { self == .sind || self == .cosd || self == .acosd }
    }

    /// Whether the value is a truth: a comparison, `and`, `or`, `not`, or `isnodata`.
    public var isCondition: Bool {
        switch self {
        case .binary(let operation, _, _):
            [.less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .and, .or].contains(operation)
        case .unary(.not, _), .call(.isnodata, _): true
        default: false
        }
    }

    /// Every name the formula uses, in order of first appearance.
    public var names: [String] {
        var seen: Set<String> = []
        var ordered: [String] = []
        collectNames(into: &ordered, seen: &seen)
        return ordered
    }

    private func collectNames(into ordered: inout [String], seen: inout Set<String>) {
        let spine = leftSpine
        switch spine.first {
        case .constant, .noData, .binary: break
        case .name(let name): if seen.insert(name).inserted { ordered.append(name) }
        case .unary(_, let a): a.collectNames(into: &ordered, seen: &seen)
        case .conditional(let c, let a, let b):
            c.collectNames(into: &ordered, seen: &seen)
            a.collectNames(into: &ordered, seen: &seen)
            b.collectNames(into: &ordered, seen: &seen)
        case .call(_, let arguments):
            for argument in arguments { argument.collectNames(into: &ordered, seen: &seen) }
        }
        for step in spine.rest { step.right.collectNames(into: &ordered, seen: &seen) }
    }

    /// The same formula with names replaced by other formulas (parameters by numbers, symbols by roles).
    public func substituting(_ replacement: (String) -> Expression?) -> Expression {
        let spine = leftSpine
        var result: Expression =
            switch spine.first {
            case .constant, .noData, .binary: spine.first
            case .name(let name): replacement(name) ?? spine.first
            case .unary(let op, let a): .unary(op, a.substituting(replacement))
            case .conditional(let c, let a, let b):
                .conditional(c.substituting(replacement), a.substituting(replacement), b.substituting(replacement))
            case .call(let function, let arguments):
                .call(function, Self.substituting(arguments, replacement))
            }
        for step in spine.rest { result = .binary(step.operation, result, step.right.substituting(replacement)) }
        return result
    }

    private static func substituting(
        _ arguments: [Expression], _ replacement: (String) -> Expression?
    ) -> [Expression] {
        var replaced: [Expression] = []
        for argument in arguments { replaced.append(argument.substituting(replacement)) }
        return replaced
    }
}
