/// Cuts the text of a formula into tokens.
///
/// Numbers are written with a decimal point whatever the locale; function names and keywords are reserved whatever
/// their case; other names keep the case they are written in.
struct Lexer {
    /// A piece of a formula and the character it begins at.
    struct Token: Sendable, Hashable {
        let kind: Kind
        let offset: Int
    }

    /// What a token is.
    enum Kind: Sendable, Hashable {
        case number(Double)
        case name(String)
        case function(Expression.Function)
        case operation(Expression.BinaryOperator)
        case not, ifWord, noData
        case leftParenthesis, rightParenthesis, comma, question, colon
        case end
    }

    /// The longest formula, in characters.
    static let maximumLength = 10_000

    private let source: String
    private let characters: [Character]
    private var position = 0

    private init(_ source: String, _ characters: [Character]) {
        self.source = source
        self.characters = characters
    }

    /// All tokens of a formula; the last is `.end`.
    static func tokens(_ source: String) throws(ExpressionError) -> [Token] {
        // One character can be made of many scalars, so the bytes are bounded as well.
        if source.utf8.count > 8 * maximumLength || source.count > maximumLength {
            throw ExpressionError(
                message: "the formula is longer than \(maximumLength) characters: split it into steps",
                source: String(String(source.unicodeScalars.prefix(40))), offset: 0)
        }
        var lexer = Lexer(source, Array(source))
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private func character(at index: Int) -> Character? { index < characters.count ? characters[index] : nil }

    private func error(_ message: String, at offset: Int) -> ExpressionError {
        ExpressionError(message: message, source: source, offset: offset)
    }

    private mutating func next() throws(ExpressionError) -> Token {
        while let c = character(at: position), c.isWhitespace { position += 1 }
        let start = position
        guard let c = character(at: start) else { return Token(kind: .end, offset: start) }
        if Self.isDigit(c) || (c == "." && character(at: start + 1).map(Self.isDigit) == true) {
            return Token(kind: .number(try number()), offset: start)
        }
        if Self.isNameStart(c) { return Token(kind: word(), offset: start) }
        return Token(kind: try symbol(c), offset: start)
    }

    /// `12`, `1.5`, `.5`, `1.`, `1e-3`.
    private mutating func number() throws(ExpressionError) -> Double {
        let start = position
        skipDigits()
        if character(at: position) == "." {
            position += 1
            skipDigits()
        }
        if let e = character(at: position), e == "e" || e == "E" {
            let exponentStart = position
            position += 1
            if let sign = character(at: position), sign == "+" || sign == "-" { position += 1 }
            let digitsStart = position
            skipDigits()
            if position == digitsStart {
                throw error("the exponent of this number has no digits: write for example 1e-3", at: exponentStart)
            }
        }
        if let c = character(at: position) {
            if c == "." { throw error("a number has one decimal point only", at: position) }
            if Self.isNameStart(c) {
                throw error("a name cannot follow a number directly: write `*` between them", at: position)
            }
        }
        guard let value = Double(String(characters[start..<position])), value.isFinite else {
            throw error("this number is too large", at: start)
        }
        return value
    }

    private mutating func skipDigits() {
        while let c = character(at: position), Self.isDigit(c) { position += 1 }
    }

    private mutating func word() -> Kind {
        let start = position
        while let c = character(at: position), Self.isNameStart(c) || Self.isDigit(c) { position += 1 }
        let name = String(characters[start..<position])
        return Self.reserved(name) ?? .name(name)
    }

    /// The keyword or function behind a word, whatever its case; nil for a name.
    static func reserved(_ word: String) -> Kind? {
        let lower = word.lowercased()
        switch lower {
        case "and": return .operation(.and)
        case "or": return .operation(.or)
        case "not": return .not
        case "if": return .ifWord
        case "nodata": return .noData
        default:
            guard let function = Expression.Function(rawValue: lower), !function.isInternal else { return nil }
            return .function(function)
        }
    }

    private mutating func symbol(_ c: Character) throws(ExpressionError) -> Kind {
        let start = position
        let following = character(at: start + 1)
        position += 1
        switch (c, following) {
        case ("*", "*"):
            position += 1
            return .operation(.power)
        case ("<", "="):
            position += 1
            return .operation(.lessOrEqual)
        case (">", "="):
            position += 1
            return .operation(.greaterOrEqual)
        case ("=", "="):
            position += 1
            return .operation(.equal)
        case ("!", "="):
            position += 1
            return .operation(.notEqual)
        default: break
        }
        switch c {
        case "+": return .operation(.add)
        case "-": return .operation(.subtract)
        case "*": return .operation(.multiply)
        case "/": return .operation(.divide)
        case "^": return .operation(.power)
        case "<": return .operation(.less)
        case ">": return .operation(.greater)
        case "(": return .leftParenthesis
        case ")": return .rightParenthesis
        case ",": return .comma
        case "?": return .question
        case ":": return .colon
        default: throw error(Self.advice(c), at: start)
        }
    }

    private static func advice(_ c: Character) -> String {
        switch c {
        case "=": "a formula assigns nothing: compare with `==`"
        case "!": "write `not` instead of `!`"
        case "&": "write `and` instead of `&`"
        case "|": "write `or` instead of `|`"
        case "\u{2212}", "\u{2013}", "\u{2014}": "this is a typographic dash: write the minus sign `-`"
        case "\u{00D7}", "\u{00B7}": "write `*` for multiplication"
        case "\u{00F7}": "write `/` for division"
        case "\u{221A}": "write `sqrt(...)` for the square root"
        case "[", "]", "{", "}": "write round parentheses `( )`"
        case ";": "a formula is one expression: `;` is not part of the language"
        case "%": "there is no remainder or percent sign in the language"
        default: "this character is not part of the formula language"
        }
    }

    private static func isDigit(_ c: Character) -> Bool { c.isASCII && c.isNumber }
    private static func isNameStart(_ c: Character) -> Bool { c == "_" || (c.isASCII && c.isLetter) }
}
