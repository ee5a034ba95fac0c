import Foundation
import Yams

/// A chain saved as YAML, to be run on any scene.
///
/// ```yaml
/// version: 1
/// steps:
///   - read: {saturated: keep}
///   - toa:
///   - mask: {args: [cloud, shadow]}
///   - index: {args: [ndvi, crsi]}
///   - write: {args: ["{date}/"], compress: zstd}
/// ```
public struct Recipe: Sendable {
    /// The steps; `read` has no path yet.
    public var chain: Chain

    /// The largest recipe that is read, in bytes.
    private static let sizeLimit = 1 << 20

    /// Reads a recipe.
    ///
    /// Words and layout are checked, options are not; ``Chain/check()`` does that.
    ///
    /// - Throws: ``ChainError`` for anything that is not a recipe of version 1, or larger than 1 MiB, naming the step.
    public init(yaml text: String) throws(ChainError) {
        guard text.utf8.count <= Self.sizeLimit else { throw ChainError("the recipe is larger than 1 MiB") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ChainError("the recipe is not YAML: \(error)")
        }
        guard let map = node?.mapping else { throw ChainError("a recipe is a map with version: 1 and steps:") }
        for (key, _) in map where !["version", "steps", "description"].contains(key.string ?? "") {
            throw ChainError("'\(key.string ?? "?")' is not part of a recipe; it has version, steps, description")
        }
        guard map["version"]?.int == 1 else { throw ChainError("version: 1 is needed in a recipe") }
        guard let steps = map["steps"]?.sequence, !steps.isEmpty else {
            throw ChainError("steps: is missing or empty in the recipe")
        }
        var calls: [StepCall] = []
        for (index, step) in steps.enumerated() {
            calls.append(try Self.call(step, number: index + 1))
        }
        chain = Chain(calls)
    }

    /// Reads a recipe from a file.
    ///
    /// - Throws: ``ChainError``, also when the file cannot be read.
    public init(path: String) throws(ChainError) {
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else { throw ChainError("\(path): the recipe cannot be read") }
        do throws(ChainError) {
            try self.init(yaml: text)
        } catch {
            throw ChainError("\(path): \(error.description)")
        }
    }

    private static func call(_ node: Node, number: Int) throws(ChainError) -> StepCall {
        if let word = node.string, node.mapping == nil { return try call(word, nil, number) }
        guard let map = node.mapping, map.count == 1, let entry = map.first, let word = entry.key.string else {
            throw ChainError("a step is written '- word: {options}'", step: number)
        }
        return try call(word, entry.value, number)
    }

    private static func call(_ word: String, _ options: Node?, _ number: Int) throws(ChainError) -> StepCall {
        guard StepRegistry.words.contains(word) else {
            let hint = Suggestion.text(for: word, among: StepRegistry.words)
            throw ChainError(
                "unknown step '\(word)'\(hint); the steps are \(StepRegistry.words.joined(separator: ", "))",
                step: number)
        }
        var call = StepCall(word)
        guard let options, options.tag != Tag(.null) else { return call }
        if let list = options.sequence {
            call.positionals = try list.map { node throws(ChainError) in try text(node, word, number) }
            return call
        }
        guard let map = options.mapping else {
            call.positionals = [try text(options, word, number)]
            return call
        }
        for (key, value) in map {
            let name = try text(key, word, number)
            if name == "args" {
                if let list = value.sequence {
                    for node in list { call.positionals.append(try text(node, word, number)) }
                } else {
                    call.positionals = [try text(value, word, number)]
                }
            } else if let list = value.sequence {
                var parts: [String] = []
                for node in list { parts.append(try text(node, word, number)) }
                call.options.append((name, parts.joined(separator: ",")))
            } else {
                call.options.append((name, try text(value, word, number)))
            }
        }
        return call
    }

    private static func text(_ node: Node, _ word: String, _ number: Int) throws(ChainError) -> String {
        guard let scalar = node.scalar else {
            throw ChainError("a word or a number is needed", step: number, word: word)
        }
        return scalar.string
    }

    /// Changes an option: `write.compress=zstd`, or `mask[2].args=cloud` for the second `mask`.
    ///
    /// `args` replaces all words without a key. Whether the step has the option is checked when the chain is.
    ///
    /// - Throws: ``ChainError`` when the text is not of this form or the recipe has no such step.
    public mutating func set(_ text: String) throws(ChainError) {
        guard let equals = text.firstIndex(of: "="), let dot = text[..<equals].firstIndex(of: ".") else {
            throw ChainError("--set \(text): write STEP.OPTION=VALUE, for example write.compress=zstd")
        }
        var word = String(text[..<dot])
        let option = String(text[text.index(after: dot)..<equals])
        let value = String(text[text.index(after: equals)...])
        var wanted = 1
        if word.hasSuffix("]"), let open = word.firstIndex(of: "["),
            let number = Int(word[word.index(after: open)...].dropLast()), number > 0
        {
            wanted = number
            word = String(word[..<open])
        }
        let matches = chain.calls.indices.filter { chain.calls[$0].word == word }
        guard matches.count >= wanted else {
            throw ChainError("--set \(text): the recipe has \(matches.count) steps '\(word)'")
        }
        let index = matches[wanted - 1]
        if option == "args" {
            chain.calls[index].positionals = NameList.split(value)
        } else if let position = chain.calls[index].options.firstIndex(where: { $0.name == option }) {
            chain.calls[index].options[position].value = value
        } else {
            chain.calls[index].options.append((option, value))
        }
    }

    /// The chain for one scene: its path filled into `read`.
    public func chain(reading scene: String) -> Chain {
        var copy = chain
        if let first = copy.calls.indices.first, copy.calls[first].word == "read" {
            copy.calls[first].positionals = [scene]
        }
        return copy
    }
}
