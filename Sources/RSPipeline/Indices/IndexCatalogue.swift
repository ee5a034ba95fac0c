/// The indices that can be asked for by name.
public struct IndexCatalogue: Sendable {
    /// An entry that cannot be computed, and why.
    public struct Refusal: Sendable, Hashable {
        /// The id of the entry.
        public let name: String
        /// Why it cannot be computed.
        public let reason: String
    }

    /// All indices, in the order of their loading.
    public private(set) var indices: [SpectralIndex] = []
    /// The entries that were read but cannot be computed, in the order of their loading.
    public private(set) var refused: [Refusal] = []

    /// Position in `indices` by exact id.
    private var positions: [String: Int] = [:]
    /// Positions in `indices` by lower-case id without the community prefix; own and community ids apart.
    private var ownByKey: [String: Int] = [:]
    private var communityByKey: [String: [Int]] = [:]
    /// Aliases by the key of the whole alias, and by the key of the name before `@`.
    private var aliasByKey: [String: (alias: String, position: Int)] = [:]
    private var aliasesByBareKey: [String: [(alias: String, position: Int)]] = [:]

    /// The longest text that `resolve` reads, in bytes.
    private static let longestText = 500

    /// A catalogue without an index.
    init() {}

    /// The index with exactly this id.
    public func index(id: String) -> SpectralIndex? { positions[id].map { indices[$0] } }

    /// The indices whose bands are all there, in the order of the catalogue; `nir08` serves where `nir` is missing.
    public func runnable(with roles: Set<BandRole>) -> [SpectralIndex] {
        let available = roles.contains(.nir08) ? roles.union([.nir]) : roles
        return indices.filter { available.isSuperset(of: $0.roles) }
    }

    /// Adds an index.
    ///
    /// - Throws: `IndexError.badCatalogue` if its id or one of its aliases is taken, whatever the case.
    mutating func add(_ index: SpectralIndex) throws(IndexError) {
        let isCommunity = index.id.hasPrefix(IndexName.communityPrefix)
        if isCommunity ? positions[index.id] != nil : ownByKey[index.id.lowercased()] != nil {
            throw IndexError(
                .badCatalogue, "the id `\(index.id)` is already in the catalogue: give the index another id")
        }
        for alias in index.aliases {
            let key = IndexName.key(alias)
            if aliasByKey[key] != nil || ownByKey[key] != nil {
                throw IndexError(
                    .badCatalogue, "index `\(index.id)`: the alias `\(alias)` already names another index")
            }
        }
        let position = indices.count
        indices.append(index)
        positions[index.id] = position
        if isCommunity {
            communityByKey[index.id.dropFirst(IndexName.communityPrefix.count).lowercased(), default: []]
                .append(position)
        } else {
            ownByKey[index.id.lowercased()] = position
        }
        for alias in index.aliases {
            aliasByKey[IndexName.key(alias)] = (alias, position)
            aliasesByBareKey[IndexName.key(IndexName.bare(alias)), default: []].append((alias, position))
        }
    }

    /// Refuses an id or an unqualified alias that papers use for other formulas; `add` refuses ids that are taken.
    func checkPaperNames(of index: SpectralIndex) throws(IndexError) {
        for name in [index.id] + index.aliases.filter({ !$0.contains("@") })
        where ownByKey[IndexName.key(name)] == nil
            && (IndexName.isKnownAmbiguous(name) || aliasesByBareKey[IndexName.key(name)] != nil)
        {
            throw IndexError(
                .badCatalogue,
                "index `\(index.id)`: papers use the name `\(name)` for other formulas; choose an id that describes the "
                    + "formula and add where the name is used to an alias, such as `\(name)@Author2024`")
        }
    }

    /// Notes an entry that cannot be computed.
    mutating func refuse(_ name: String, _ reason: String) { refused.append(Refusal(name: name, reason: reason)) }

    // MARK: Resolving

    /// Finds the index that a text asks for.
    ///
    /// The text is an id (`ndvi`, whatever the case), a paper's name with its source (`SI1@Douaoui2006`), the name of a
    /// loaded community entry (`asi:NDVI`, or `NDVI` where nothing else has that name), each with parameters or
    /// without: `gdvi(n=3)`.
    ///
    /// - Throws: `IndexError`: a paper's name without its source that stands for different formulas (`SI1`, `NDSI`,
    ///   `BI`), with one candidate per line; an unknown name, with the nearest; a wrong or missing parameter.
    public func resolve(_ text: String) throws(IndexError) -> IndexInvocation {
        let (name, given) = try Self.split(text)
        let index = try find(name)
        var parameters: [String: Double] = [:]
        for (written, value) in given {
            let parameter = index.parameters.first { $0.name == written }
            let sameButCase = index.parameters.filter { $0.name.lowercased() == written.lowercased() }
            let known = parameter ?? (sameButCase.count == 1 ? sameButCase.first : nil)
            if parameters.updateValue(value, forKey: known?.name ?? written) != nil {
                throw IndexError(.badParameter, "the parameter `\(written)` of `\(index.id)` is given twice")
            }
        }
        return try IndexInvocation(index, parameters: parameters)
    }

    private func find(_ name: String) throws(IndexError) -> SpectralIndex {
        if let position = positions[name] { return indices[position] }
        // `sit` is an id, but `SIT` is what papers write for two formulas.
        if !IndexName.isKnownAmbiguous(name), let position = ownByKey[name.lowercased()] { return indices[position] }
        if name.lowercased().hasPrefix(IndexName.communityPrefix) {
            return try findCommunity(String(name.dropFirst(IndexName.communityPrefix.count)), asWritten: name)
        }
        if let position = aliasByKey[IndexName.key(name)]?.position, name.contains("@") { return indices[position] }
        let isQualified = name.contains("@")
        let aliases = aliasesByBareKey[IndexName.key(IndexName.bare(name))] ?? []
        if isQualified { throw unknownQualified(name, aliases) }
        let community = communityByKey[name.lowercased()] ?? []
        let isAmbiguous = IndexName.isKnownAmbiguous(name) || Set(aliases.map(\.position)).count > 1
        if isAmbiguous, !aliases.isEmpty || !community.isEmpty { throw ambiguous(name, aliases, community) }
        if let only = aliases.first { return indices[only.position] }
        return try findCommunity(name, asWritten: name)
    }

    private func findCommunity(_ name: String, asWritten: String) throws(IndexError) -> SpectralIndex {
        let id = IndexName.communityPrefix + name
        if let position = positions[id] { return indices[position] }
        if let refusal = refused.first(where: { $0.name == id }) { throw Self.refusedIndex(refusal) }
        let sameButCase = communityByKey[name.lowercased()] ?? []
        if sameButCase.count > 1 { throw ambiguous(asWritten, [], sameButCase) }
        if let only = sameButCase.first { return indices[only] }
        if let refusal = refused.first(where: { $0.name.lowercased() == id.lowercased() }) {
            throw Self.refusedIndex(refusal)
        }
        throw unknown(asWritten)
    }

    // MARK: Errors

    private static func refusedIndex(_ refusal: Refusal) -> IndexError {
        IndexError(.refusedIndex, "`\(refusal.name)` cannot be computed here: \(refusal.reason)")
    }

    private func ambiguous(
        _ name: String, _ aliases: [(alias: String, position: Int)], _ community: [Int]
    ) -> IndexError {
        let found = aliases + community.map { (indices[$0].id, $0) }
        var lines: [String] = []
        for (alias, position) in found {
            let index = indices[position]
            let middle = alias == index.id ? "" : "\(index.id) = "
            lines.append("  \(alias) = \(middle)\(index.formula)")
        }
        let list = lines.joined(separator: "\n")
        return IndexError(
            .ambiguousName,
            "`\(name)` stands for different formulas in different papers; write one of these:\n\(list)",
            candidates: found.map(\.0))
    }

    private func unknownQualified(_ name: String, _ aliases: [(alias: String, position: Int)]) -> IndexError {
        if aliases.isEmpty { return unknown(name) }
        let known = aliases.map(\.alias)
        return IndexError(
            .unknownName, "`\(name)` is not in the catalogue; it has \(known.joined(separator: ", "))",
            candidates: known)
    }

    private func unknown(_ name: String) -> IndexError {
        let aliases = indices.flatMap(\.aliases)
        let others = name.contains("@") ? aliases : aliases.map { String(IndexName.bare($0)) }
        var seen: Set<String> = []
        let known = (indices.map(\.id) + others).filter { seen.insert($0.lowercased()).inserted }
        let near = Suggestion.nearest(to: name, among: known)
        let shown = near.map { "`\($0)`" }.joined(separator: " or ")
        let advice = near.isEmpty ? "list the catalogue to see its ids" : "did you mean \(shown)?"
        return IndexError(.unknownName, "there is no index `\(name)`: \(advice)", candidates: near)
    }

    // MARK: Reading the text

    /// Splits `gdvi(n=3, m=2)` into the name and the values.
    private static func split(_ text: String) throws(IndexError) -> (name: String, given: [(String, Double)]) {
        if text.utf8.count > longestText {
            throw IndexError(.badSyntax, "the name of an index is at most \(longestText) characters long")
        }
        let trimmed = trim(text[...])
        let name = trim(trimmed.prefix { $0 != "(" })
        if name.isEmpty { throw IndexError(.badSyntax, "the name of the index is missing: write for example `ndvi`") }
        if !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || "_-@:".contains($0) }) {
            throw IndexError(
                .badSyntax,
                "`\(name)` is not the name of an index: write a name like `ndvi`, `gdvi(n=3)` or `SI1@Douaoui2006`")
        }
        guard let opening = trimmed.firstIndex(of: "(") else { return (String(name), []) }
        guard trimmed.last == ")" else {
            throw IndexError(.badSyntax, "`\(trimmed)`: the parenthesis is never closed; write `\(name)(n=3)`")
        }
        let inner = trim(trimmed[trimmed.index(after: opening)...].dropLast())
        if inner.isEmpty { return (String(name), []) }
        var given: [(String, Double)] = []
        for part in inner.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(trim)
            guard sides.count == 2, !sides[0].isEmpty, let value = number(sides[1]) else {
                throw IndexError(
                    .badSyntax, "`\(trim(part))` is not a parameter: write the name, `=` and a number, such as `n=3`")
            }
            given.append((String(sides[0]), value))
        }
        return (String(name), given)
    }

    private static func number(_ text: Substring) -> Double? {
        let isPlain = text.allSatisfy { $0.isASCII && $0.isNumber || "+-.eE".contains($0) }
        guard isPlain, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
