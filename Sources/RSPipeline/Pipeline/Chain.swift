/// One step as written: a word, words without a key, and `key=value` options.
public struct StepCall: Sendable {
    /// The step's word.
    public var word: String
    /// Words without a key, as written.
    public var positionals: [String]
    /// Options, in the order they were written.
    public var options: [(name: String, value: String)]

    /// Makes a call.
    public init(_ word: String, _ positionals: [String] = [], options: [(name: String, value: String)] = []) {
        self.word = word
        self.positionals = positionals
        self.options = options
    }

    /// The step as it is written in a chain, with quotes around words that need them.
    public var text: String {
        ([word] + positionals + options.map { "\($0.name)=\($0.value)" }).map(Chain.quoted).joined(separator: " ")
    }
}

/// Steps in order, as an analyst writes them: `read SCENE ! toa ! mask cloud,shadow ! index ndvi ! write OUT/`.
public struct Chain: Sendable {
    /// The steps as written.
    public var calls: [StepCall]

    /// Makes a chain from calls.
    public init(_ calls: [StepCall]) { self.calls = calls }

    /// Reads a chain from the words of a command line, with `!` between steps.
    ///
    /// A word `name=value` is an option where the name is a plain word; anything else stands without a key. Options are
    /// not checked here; see ``check()``.
    ///
    /// - Throws: ``ChainError`` for an empty step or an unknown word (with a suggestion).
    public init(words: [String]) throws(ChainError) {
        if words.isEmpty {
            throw ChainError("the chain is empty; write for example: read SCENE ! toa ! index ndvi ! write OUT/")
        }
        var calls: [StepCall] = []
        for (index, group) in words.split(separator: "!", omittingEmptySubsequences: false).enumerated() {
            guard let word = group.first else {
                throw ChainError("a step is missing between two '!' or at an end", step: index + 1)
            }
            if !StepRegistry.words.contains(word) {
                let hint = Suggestion.text(for: word, among: StepRegistry.words)
                throw ChainError(
                    "unknown step '\(word)'\(hint); the steps are \(StepRegistry.words.joined(separator: ", "))",
                    step: index + 1)
            }
            var call = StepCall(word)
            for token in group.dropFirst() {
                if let option = Self.option(token) {
                    call.options.append(option)
                } else {
                    call.positionals.append(token)
                }
            }
            calls.append(call)
        }
        self.init(calls)
    }

    /// Reads a chain from one line of text; single or double quotes keep spaces together.
    ///
    /// Put a path that holds spaces in quotes: `read 'my scenes/LC08' ! toa`. A word that is just `!` separates steps even
    /// in quotes.
    ///
    /// - Throws: ``ChainError``, also for a quote that is not closed.
    public init(_ text: String) throws(ChainError) {
        var words: [String] = []
        var current = ""
        var inWord = false
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { current.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                inWord = true
            } else if character.isWhitespace {
                if inWord { words.append(current) }
                current = ""
                inWord = false
            } else {
                current.append(character)
                inWord = true
            }
        }
        if quote != nil { throw ChainError("a quote is not closed in: \(text)") }
        if inWord { words.append(current) }
        try self.init(words: words)
    }

    /// `key=value` where the key is a plain name; `gdvi(n=3)` and `a,b=c` are not options.
    private static func option(_ token: String) -> (name: String, value: String)? {
        guard let equals = token.firstIndex(of: "="), equals != token.startIndex else { return nil }
        let name = token[..<equals]
        let value = token[token.index(after: equals)...]
        guard let first = name.first, first.isLetter || first == "_",
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        else { return nil }
        return (String(name), String(value))
    }

    /// The chain as text that reads back as itself, unless a word holds both kinds of quotes.
    public var text: String { calls.map(\.text).joined(separator: " ! ") }

    static func quoted(_ word: String) -> String {
        let needs = word.isEmpty || word == "!" || word.contains { $0.isWhitespace || $0 == "'" || $0 == "\"" }
        if !needs { return word }
        if !word.contains("'") { return "'\(word)'" }
        return word.contains("\"") ? "'" + word.replacing("'", with: "'\"'\"'") + "'" : "\"\(word)\""
    }

    /// The chain with steps checked and their arguments read.
    ///
    /// - Throws: ``ChainError`` that names the step.
    func steps() throws(ChainError) -> [any Step] {
        var steps: [any Step] = []
        for (index, call) in calls.enumerated() {
            do throws(ChainError) {
                guard let type = StepRegistry.type(for: call.word) else {
                    throw ChainError("unknown step '\(call.word)'")
                }
                steps.append(try type.init(StepArguments(call, declaration: type.declaration)))
            } catch {
                var located = error
                located.step = index + 1
                located.word = call.word
                throw located
            }
            if (call.word == "read") != (index == 0) {
                throw ChainError(
                    index == 0 ? "a chain starts with read" : "read stands only at the start", step: index + 1,
                    word: call.word)
            }
        }
        if steps.isEmpty { throw ChainError("the chain is empty") }
        return steps
    }

    /// Checks every word, option and formula of the chain, without a scene.
    ///
    /// - Throws: ``ChainError`` that names the step.
    public func check() throws(ChainError) { _ = try steps() }

    /// Whether opening the scene inflates an archive (`.tar.gz`) to a temporary file, which lasts as long as the scene.
    public var inflatesArchive: Bool {
        calls.first.map { $0.word == "read" && $0.positionals.contains(where: ArchiveSpool.isNeeded) } ?? false
    }

    /// Opens the scene that `read` names, with the options that it gives.
    ///
    /// Metadata and file headers are read, never pixels.
    ///
    /// - Throws: ``RunError``, of kind `chain` for a chain that is wrong, of kind `input` for a scene that cannot be read.
    public func openScene() throws(RunError) -> Scene {
        do {
            guard let read = try steps().first as? ReadStep else { throw ChainError("a chain starts with read") }
            return try Scene.open(read.inputs, options: read.options)
        } catch {
            throw RunError(error)
        }
    }
}
