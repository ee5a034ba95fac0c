import Testing

/// A changed file, more words, and what comes of it.
struct TableMistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let edit: @Sendable (CommaTable) -> String
    let words: [String]
    let status: Int32
    /// Parts of what is said.
    let said: [String]

    init(
        _ name: String, _ status: Int32, _ said: String..., words: [String] = [],
        edit: @escaping @Sendable (CommaTable) -> String
    ) {
        (testDescription, self.status, self.said, self.words, self.edit) = (name, status, said, words, edit)
    }
}
