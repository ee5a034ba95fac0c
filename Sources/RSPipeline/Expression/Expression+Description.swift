extension Expression: CustomStringConvertible {
    /// The formula as canonical text: parentheses only where they are needed, `if(...)` for conditionals.
    ///
    /// Within the limits of the language the text parses back to an equal tree. A constant that is not finite is
    /// written as `nodata`, which it evaluates to.
    public var description: String {
        let spine = leftSpine
        var text = spine.first.operandText
        var level = spine.first.bindingLevel
        for step in spine.rest {
            text = Self.joined(text, level, step.operation, step.right.description, step.right.bindingLevel)
            level = step.operation.bindingLevel
        }
        return text
    }

    private static func joined(
        _ left: String, _ leftLevel: Int, _ operation: BinaryOperator, _ right: String, _ rightLevel: Int
    ) -> String {
        let own = operation.bindingLevel
        // A chain of its own level needs none on the left, except for powers and comparisons.
        let a = enclosed(left, if: leftLevel < (operation.chainsToTheLeft ? own : own + 1))
        // The right side of a power may carry a sign.
        let b = enclosed(right, if: rightLevel < (operation == .power ? BindingLevel.sign : own + 1))
        return operation == .power ? "\(a)^\(b)" : "\(a) \(operation.rawValue) \(b)"
    }

    private static func enclosed(_ text: String, if isNeeded: Bool) -> String { isNeeded ? "(\(text))" : text }

    private enum BindingLevel {
        static let or = 1
        static let and = 2
        static let not = 3
        static let comparison = 4
        static let sum = 5
        static let product = 6
        static let sign = 7
        static let power = 8
        static let operand = 9
    }

    private var bindingLevel: Int {
        switch self {
        case .constant(let value): value.sign == .minus && value.isFinite ? BindingLevel.sign : BindingLevel.operand
        case .noData, .name, .conditional, .call: BindingLevel.operand
        case .unary(.negate, _): BindingLevel.sign
        case .unary(.not, _): BindingLevel.not
        case .binary(let operation, _, _): operation.bindingLevel
        }
    }

    private var operandText: String {
        switch self {
        case .constant(let value): Self.text(of: value)
        case .noData: "nodata"
        case .name(let name): name
        case .unary(let operation, let a): Self.prefixed(operation, a)
        case .binary: description
        case .conditional(let condition, let a, let b): Self.callText("if", [condition, a, b])
        case .call(let function, let arguments): Self.callText(function.rawValue, arguments)
        }
    }

    private static func prefixed(_ operation: UnaryOperator, _ operand: Expression) -> String {
        let text = operand.description
        switch operation {
        case .negate:
            // A minus directly before a number would become part of the number.
            var isNumber: Bool { if case .constant = operand { true } else { false } }
            return "-" + enclosed(text, if: isNumber || operand.bindingLevel < BindingLevel.sign)
        case .not: return "not " + enclosed(text, if: operand.bindingLevel < BindingLevel.not)
        }
    }

    private static func callText(_ name: String, _ arguments: [Expression]) -> String {
        var texts: [String] = []
        for argument in arguments { texts.append(argument.description) }
        return "\(name)(\(texts.joined(separator: ", ")))"
    }

    /// The shortest text that reads back as the same number, without a trailing `.0`.
    static func text(of value: Double) -> String {
        if !value.isFinite { return "nodata" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension Expression.BinaryOperator {
    fileprivate var chainsToTheLeft: Bool {
        switch self {
        case .power, .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: false
        default: true
        }
    }

    fileprivate var bindingLevel: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 4
        case .add, .subtract: 5
        case .multiply, .divide: 6
        case .power: 8
        }
    }
}
