/// The rules for names of indices: ids, qualified aliases and the names that mean different things in different papers.
enum IndexName {
    /// The prefix of the entries of a community catalogue.
    static let communityPrefix = "asi:"
    /// The longest id or alias, in characters.
    static let maximumLength = 64

    /// A word of letters, digits and `_` that is neither reserved nor a band role; `asi:` may stand before it.
    static func isValidID(_ id: String) -> Bool {
        let word = id.hasPrefix(communityPrefix) ? id.dropFirst(communityPrefix.count) : id[...]
        guard isWord(word) else { return false }
        if id.hasPrefix(communityPrefix) { return true }
        return Lexer.reserved(id) == nil && BandRole(name: id) == nil
    }

    /// A name such as `SI-T`, with or without `@` and where it is used.
    static func isValidAlias(_ alias: String) -> Bool {
        let parts = alias.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, alias.utf8.count <= maximumLength else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { isLetterOrDigit($0) || $0 == "-" || $0 == "_" }
        }
    }

    /// What names are compared by: lower case, without hyphens (`SI-T` and `SIT` are one name).
    static func key(_ name: some StringProtocol) -> String { name.lowercased().filter { $0 != "-" } }

    /// The name in front of `@`.
    static func bare(_ alias: String) -> Substring { alias.prefix { $0 != "@" } }

    /// Whether papers use the name for different formulas, so that it is never accepted without its source.
    static func isKnownAmbiguous(_ bareName: some StringProtocol) -> Bool {
        let key = key(bareName)
        if ["si", "s", "sit", "ndsi", "bi", "msi", "endvi"].contains(key) { return true }
        let digits = key.hasPrefix("si") ? key.dropFirst(2) : key.hasPrefix("s") ? key.dropFirst(1) : ""
        return !digits.isEmpty && digits.allSatisfy(\.isNumber)
    }

    private static func isWord(_ text: Substring) -> Bool {
        guard let first = text.first, !(first.isASCII && first.isNumber), text.utf8.count <= maximumLength else {
            return false
        }
        return text.allSatisfy { isLetterOrDigit($0) || $0 == "_" }
    }

    private static func isLetterOrDigit(_ c: Character) -> Bool { c.isASCII && (c.isLetter || c.isNumber) }
}
