/// What a step accepts, as data: its usage line, the checks of its arguments and `rsproc steps` all come from it.
public struct StepDeclaration: Sendable {
    /// How a value is checked.
    public enum Kind: Sendable {
        /// Any text.
        case text
        /// A finite number with a decimal point, or NaN.
        case number
        /// A whole number within limits, both included.
        case integer(ClosedRange<Int>)
        /// One of these words, in this spelling.
        case choice([String])
        /// Names separated by commas.
        case list
    }

    /// One `key=value` option.
    public struct Option: Sendable {
        /// The key.
        public let name: String
        /// How the value is checked.
        public let kind: Kind
        /// One line for people.
        public let help: String

        /// Makes an option.
        public init(_ name: String, _ kind: Kind, _ help: String) {
            self.name = name
            self.kind = kind
            self.help = help
        }
    }

    /// What stands without a key.
    public enum Positionals: Sendable {
        /// Nothing.
        case none
        /// Names, separated by commas or spaces.
        case names(required: Bool, help: String)
        /// Paths, one word each.
        case paths(help: String, allowsMany: Bool)
    }

    /// The word in the chain.
    public let word: String
    /// One line for people.
    public let summary: String
    /// What stands without a key.
    public let positionals: Positionals
    /// The `key=value` options.
    public let options: [Option]
    /// Whether any further `name=value` is taken (the formulas of `expr`).
    public let takesFormulas: Bool

    /// Declares a step.
    public init(
        word: String, summary: String, positionals: Positionals = .none, options: [Option] = [],
        takesFormulas: Bool = false
    ) {
        self.word = word
        self.summary = summary
        self.positionals = positionals
        self.options = options
        self.takesFormulas = takesFormulas
    }

    /// One line that shows how to write the step.
    public var usage: String {
        var parts = [word]
        switch positionals {
        case .none: break
        case .names(let required, _): parts.append(required ? "NAME,..." : "[NAME,...]")
        case .paths(_, let allowsMany): parts.append(allowsMany ? "PATH..." : "PATH")
        }
        if takesFormulas { parts.append("name=FORMULA...") }
        parts += options.map { option in
            switch option.kind {
            case .choice(let choices): "[\(option.name)=\(choices.joined(separator: "|"))]"
            case .number: "[\(option.name)=NUMBER]"
            case .integer: "[\(option.name)=N]"
            case .list: "[\(option.name)=NAME,...]"
            case .text: "[\(option.name)=TEXT]"
            }
        }
        return parts.joined(separator: " ")
    }
}

/// The checked arguments of one step.
struct StepArguments: Sendable, Hashable {
    /// Words without a key, names already split at commas.
    let positionals: [String]
    /// Options in the order they were written.
    let options: [(name: String, value: String)]

    private let values: [String: String]

    /// Checks the arguments of a call against a declaration.
    ///
    /// - Throws: ``ChainError`` for an unknown or repeated option (with a suggestion), a value of the wrong kind, or
    ///   too many or too few words.
    init(_ call: StepCall, declaration: StepDeclaration) throws(ChainError) {
        var positionals: [String] = []
        switch declaration.positionals {
        case .none:
            if let word = call.positionals.first {
                throw ChainError("'\(word)' is not understood; write: \(declaration.usage)")
            }
        case .names(let required, _):
            positionals = call.positionals.flatMap(NameList.split)
            if required && positionals.isEmpty {
                throw ChainError("names are missing; write: \(declaration.usage)")
            }
        case .paths(_, let allowsMany):
            positionals = call.positionals
            if positionals.count > 1 && !allowsMany {
                throw ChainError("one path is taken, not \(positionals.count); write: \(declaration.usage)")
            }
        }
        var values: [String: String] = [:]
        for option in call.options {
            let known = declaration.options.first { $0.name == option.name }
            if known == nil && !declaration.takesFormulas {
                let names = declaration.options.map(\.name)
                let hint = Suggestion.text(for: option.name, among: names)
                let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
                throw ChainError("unknown option '\(option.name)'\(hint); \(list)")
            }
            if values.updateValue(option.value, forKey: option.name) != nil {
                throw ChainError("'\(option.name)' is given twice")
            }
            if let known { try Self.check(option.value, known) }
        }
        self.positionals = positionals
        self.options = call.options
        self.values = values
    }

    private static func check(_ value: String, _ option: StepDeclaration.Option) throws(ChainError) {
        switch option.kind {
        case .text, .list:
            if value.isEmpty { throw ChainError("\(option.name)= is empty") }
        case .number:
            guard let number = Double(value), !number.isInfinite else {
                throw ChainError("\(option.name)=\(value): not a number")
            }
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                throw ChainError(
                    "\(option.name)=\(value): a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
            }
        case .choice(let choices):
            if !choices.contains(value) {
                let hint = Suggestion.text(for: value, among: choices)
                throw ChainError("\(option.name)=\(value): one of \(choices.joined(separator: ", "))\(hint)")
            }
        }
    }

    /// The value of an option as written.
    subscript(_ name: String) -> String? { values[name] }

    /// The value of a number option.
    func number(_ name: String) -> Double? { values[name].flatMap(Double.init) }

    /// The value of a whole-number option.
    func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

    /// The value of a list option, split at commas.
    func list(_ name: String) -> [String]? { values[name].map(NameList.split) }

    static func == (a: StepArguments, b: StepArguments) -> Bool {
        a.positionals == b.positionals && a.values == b.values
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(positionals)
        hasher.combine(values)
    }
}

/// Names separated by commas, where commas inside parentheses belong to the name: `ndvi,gdvi(n=3)`.
enum NameList {
    static func split(_ text: String) -> [String] {
        var names: [String] = []
        var current = ""
        var depth = 0
        for character in text {
            if character == "," && depth == 0 {
                names.append(current)
                current = ""
                continue
            }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            current.append(character)
        }
        names.append(current)
        return names.map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
    }
}
