/// Why an index or a catalogue of indices cannot be used.
public struct IndexError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error, to switch on.
    public enum Code: Sendable, Hashable {
        /// No index has this name.
        case unknownName
        /// The name stands for different formulas in different papers.
        case ambiguousName
        /// A parameter that the index does not have, or a value that is not a number.
        case badParameter
        /// A parameter without a default was not given.
        case missingParameter
        /// The index is known but its formula cannot be computed here.
        case refusedIndex
        /// The text is not of the form `name` or `name(parameter=value, ...)`.
        case badSyntax
        /// A catalogue cannot be read, or an entry of it is wrong.
        case badCatalogue
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String
    /// The names that can be written instead, where there are some.
    public let candidates: [String]

    /// An error of an index or a catalogue.
    public init(_ code: Code, _ message: String, candidates: [String] = []) {
        self.code = code
        self.message = message
        self.candidates = candidates
    }

    /// The message.
    public var description: String { message }
}
