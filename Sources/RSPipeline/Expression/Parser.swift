extension Expression {
    /// The most nodes (numbers, names, operators, calls) a formula may have.
    public static let maximumNodes = 2_000
    /// The deepest nesting of parentheses, calls, conditionals, signs and powers in a formula.
    public static let maximumDepth = 100

    /// Reads a formula.
    ///
    /// From the loosest to the tightest: `c ? a : b`, `or`, `and`, `not`, comparisons (which do not chain), `+ -`,
    /// `* /`, unary `-`, `^` or `**` (from right to left: `2^3^2` is 512, `-2^2` is -4, `2^-1` is 0.5). A minus
    /// directly before a number that is not raised to a power belongs to the number. Names keep their case;
    /// keywords and function names are reserved whatever their case.
    ///
    /// - Throws: `ExpressionError` with the place, for text outside of the language, a formula of more than 10 000
    ///   characters or `maximumNodes` nodes, or nested deeper than `maximumDepth`.
    public static func parse(_ source: String) throws(ExpressionError) -> Expression {
        var parser = Parser(source: source, tokens: try Lexer.tokens(source))
        return try parser.formula()
    }
}

/// Builds the tree of a formula by precedence climbing.
///
/// Everything that makes the recursion deeper is counted against `Expression.maximumDepth`; chains of left-associative
/// operators are a loop here, and deep only along the left operands of the tree.
private struct Parser {
    /// How tightly an operator binds.
    private enum Level: Int, Comparable {
        case conditional, or, and, not, comparison, sum, product, sign, power

        static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    private let source: String
    private let tokens: [Lexer.Token]
    private var position = 0
    private var depth = 0
    private var nodes = 0

    init(source: String, tokens: [Lexer.Token]) {
        self.source = source
        self.tokens = tokens
    }

    mutating func formula() throws(ExpressionError) -> Expression {
        if tokens.count <= 1 { throw error("the formula is empty", at: 0) }
        let result = try expression(.conditional)
        if current.kind != .end { throw leftover() }
        return result
    }

    // MARK: Precedence climbing

    // The functions of the recursion are small and leave everything else to helpers: that keeps their frames small,
    // so that the deepest formula fits a thread's small stack even in a debug build.
    private mutating func expression(_ lowest: Level) throws(ExpressionError) -> Expression {
        try enter()
        var left = try prefix(lowest)
        while let op = acceptOperation(lowest) {
            // The right side of a power may carry a sign; every other operator takes what binds more tightly.
            let right = try expression(Self.rightLevel(of: Self.level(of: op)))
            left = try combined(op, left, right)
        }
        if lowest == .conditional, current.kind == .question { left = try conditional(left) }
        depth -= 1
        return left
    }

    private mutating func acceptOperation(_ lowest: Level) -> Expression.BinaryOperator? {
        guard case .operation(let op) = current.kind, Self.level(of: op) >= lowest else { return nil }
        position += 1
        return op
    }

    private mutating func combined(
        _ op: Expression.BinaryOperator, _ left: Expression, _ right: Expression
    ) throws(ExpressionError) -> Expression {
        if Self.level(of: op) == .comparison { try refuseChainedComparison() }
        return try counted(.binary(op, left, right))
    }

    private static func level(of op: Expression.BinaryOperator) -> Level {
        switch op {
        case .or: .or
        case .and: .and
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: .comparison
        case .add, .subtract: .sum
        case .multiply, .divide: .product
        case .power: .power
        }
    }

    private static func rightLevel(of level: Level) -> Level {
        switch level {
        case .power: .sign
        default: Level(rawValue: level.rawValue + 1) ?? .power
        }
    }

    private func refuseChainedComparison() throws(ExpressionError) {
        guard case .operation(let op) = current.kind, Self.level(of: op) == .comparison else { return }
        throw error("comparisons do not chain: write `a < b and b < c`", at: current.offset)
    }

    private mutating func conditional(_ condition: Expression) throws(ExpressionError) -> Expression {
        position += 1
        let chosen = try expression(.conditional)
        try colon()
        let otherwise = try expression(.conditional)
        return try counted(.conditional(condition, chosen, otherwise))
    }

    private mutating func colon() throws(ExpressionError) {
        if current.kind != .colon {
            throw error("a conditional needs `:` and a second value: write `c ? a : b`", at: current.offset)
        }
        position += 1
    }

    // MARK: Operands

    private mutating func prefix(_ lowest: Level) throws(ExpressionError) -> Expression {
        switch current.kind {
        case .operation(.subtract): return try signed()
        case .not: return try negatedTruth(lowest)
        case .leftParenthesis: return try group()
        case .ifWord, .function: return try call()
        default: return try leaf()
        }
    }

    private mutating func signed() throws(ExpressionError) -> Expression {
        position += 1
        if let number = try signedNumber() { return number }
        return try counted(.unary(.negate, try expression(.sign)))
    }

    private mutating func signedNumber() throws(ExpressionError) -> Expression? {
        guard case .number(let value) = current.kind, following.kind != .operation(.power) else { return nil }
        position += 1
        return try counted(.constant(-value))
    }

    private mutating func negatedTruth(_ lowest: Level) throws(ExpressionError) -> Expression {
        if lowest > .not { throw error("put parentheses around `not ...` here", at: current.offset) }
        position += 1
        return try counted(.unary(.not, try expression(.not)))
    }

    private mutating func group() throws(ExpressionError) -> Expression {
        let opening = current.offset
        position += 1
        let inner = try expression(.conditional)
        try close(openedAt: opening)
        return inner
    }

    private mutating func leaf() throws(ExpressionError) -> Expression {
        let token = current
        let node: Expression
        switch token.kind {
        case .number(let value): node = .constant(value)
        case .noData: node = .noData
        case .name(let name):
            if following.kind == .leftParenthesis { throw unknownFunction(name, at: token.offset) }
            node = .name(name)
        default: throw missingOperand(token)
        }
        position += 1
        return try counted(node)
    }

    private mutating func call() throws(ExpressionError) -> Expression {
        let function = position
        position += 1
        let opening = current.offset
        try open(tokens[function].kind)
        let arguments = try self.arguments()
        try close(openedAt: opening)
        return try counted(node(of: tokens[function], arguments))
    }

    private mutating func arguments() throws(ExpressionError) -> [Expression] {
        if current.kind == .rightParenthesis { return [] }
        var arguments = [try expression(.conditional)]
        while current.kind == .comma {
            position += 1
            arguments.append(try expression(.conditional))
        }
        return arguments
    }

    private mutating func open(_ function: Lexer.Kind) throws(ExpressionError) {
        if current.kind != .leftParenthesis {
            throw error(
                "a function needs its arguments in parentheses: write `\(Self.usage(of: function).text)`",
                at: current.offset)
        }
        position += 1
    }

    private func node(of token: Lexer.Token, _ arguments: [Expression]) throws(ExpressionError) -> Expression {
        let usage = Self.usage(of: token.kind)
        if !usage.arguments.contains(arguments.count) {
            throw error(
                "\(arguments.count) argument\(arguments.count == 1 ? "" : "s") given: write `\(usage.text)`",
                at: token.offset)
        }
        if case .function(let function) = token.kind { return .call(function, arguments) }
        return .conditional(arguments[0], arguments[1], arguments[2])
    }

    /// How a call is written and how many arguments it takes.
    private static func usage(of kind: Lexer.Kind) -> (text: String, arguments: ClosedRange<Int>) {
        guard case .function(let function) = kind else { return ("if(condition, a, b)", 3...3) }
        return switch function {
        case .min, .max, .coalesce: ("\(function.rawValue)(a, b, ...)", 2...Expression.maximumNodes)
        case .abs, .sqrt, .exp, .log, .isnodata, .sind, .cosd, .acosd: ("\(function.rawValue)(x)", 1...1)
        case .pow: ("pow(base, exponent)", 2...2)
        case .clamp: ("clamp(x, low, high)", 3...3)
        }
    }

    private mutating func close(openedAt opening: Int) throws(ExpressionError) {
        if current.kind == .rightParenthesis {
            position += 1
            return
        }
        if current.kind == .end {
            throw error("this parenthesis is never closed: add `)`", at: opening)
        }
        throw leftover()
    }

    // MARK: Limits

    private mutating func enter() throws(ExpressionError) {
        depth += 1
        // One level is the formula itself.
        if depth > Expression.maximumDepth + 1 {
            throw error(
                "the formula is nested deeper than \(Expression.maximumDepth) levels: split it into steps",
                at: current.offset)
        }
    }

    private mutating func counted(_ node: Expression) throws(ExpressionError) -> Expression {
        nodes += 1
        if nodes > Expression.maximumNodes {
            throw error(
                "the formula has more than \(Expression.maximumNodes) parts: split it into steps",
                at: current.offset)
        }
        return node
    }

    // MARK: Tokens and errors

    private var current: Lexer.Token { tokens[position] }
    private var following: Lexer.Token { tokens[Swift.min(position + 1, tokens.count - 1)] }

    private func error(_ message: String, at offset: Int) -> ExpressionError {
        ExpressionError(message: message, source: source, offset: offset)
    }

    private func leftover() -> ExpressionError {
        let message =
            switch current.kind {
            case .rightParenthesis: "this `)` closes nothing: remove it or open it before"
            case .comma:
                "a comma separates the arguments of a function only; a decimal number is written with a point: 0.5"
            case .colon: "this `:` has no `?` before it: write `c ? a : b`"
            case .question: "put parentheses around the conditional `( c ? a : b )`"
            case .not: "an operator is missing here: write `and not` or `or not`"
            case .end: "the formula ends too early"
            default: "an operator (+ - * / ^ < > == and or ...) is missing here"
            }
        return error(message, at: current.offset)
    }

    private func missingOperand(_ token: Lexer.Token) -> ExpressionError {
        let message =
            switch token.kind {
            case .end: "the formula ends where a number, a name or `(` must follow"
            case .operation(let op): "`\(op.rawValue)` needs a number, a name or `(` before it"
            default: "a number, a name or `(` must stand here"
            }
        return error(message, at: token.offset)
    }

    private func unknownFunction(_ name: String, at offset: Int) -> ExpressionError {
        let known = Expression.Function.allCases.filter { !$0.isInternal }.map(\.rawValue) + ["if"]
        if let near = Suggestion.nearest(to: name, among: known, limit: 1).first {
            return error("there is no function `\(name)`: did you mean `\(near)`?", at: offset)
        }
        let list = known.joined(separator: ", ")
        return error(
            "there is no function `\(name)`; the functions are \(list). To multiply, write `*`", at: offset)
    }
}
