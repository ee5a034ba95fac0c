/// Why a synthetic scene could not be made.
public enum SynthesisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An option lies outside what can be made.
    case badOption(String)
    /// A product stands where this one would go.
    case exists(String)
    /// Something could not be written.
    case writeFailed(String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .badOption(let text), .exists(let text), .writeFailed(let text): text
        }
    }
}
