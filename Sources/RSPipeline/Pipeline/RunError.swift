/// Why a scene could not be finished, in the classes that exit codes are made of.
public struct RunError: Error, Sendable, CustomStringConvertible {
    /// The class of a failure.
    public enum Kind: String, Sendable, Codable {
        /// The chain, an option or a recipe is wrong; nothing was run.
        case chain
        /// An input cannot be read or is not what it claims.
        case input
        /// An output cannot be written.
        case output
        /// Stopped on request.
        case cancelled
    }

    /// The class.
    public let kind: Kind
    /// What happened, where, and what to do.
    public let message: String

    /// Makes an error; credentials in its message are removed.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = ShownText.text(message)
    }

    /// Classifies any error of the library.
    public init(_ error: any Error, default kind: Kind = .input) {
        switch error {
        case let error as RunError: self = error
        case let error as ChainError: self.init(.chain, error.description)
        case let error as ExpressionError: self.init(.chain, error.description)
        case let error as IndexError: self.init(.chain, error.description)
        case let error as SceneError: self.init(error.code == .badOption ? .chain : .input, error.description)
        case SynthesisError.badOption(let text): self.init(.chain, text)
        case let error as SynthesisError: self.init(.output, error.description)
        case let error as TIFFError: self.init(.input, error.description)
        case let error as GDALError:
            let kind: Kind =
                error.code == .cancelled ? .cancelled : error.code == .writeFailed ? .output : .input
            self.init(kind, error.description)
        default: self.init(kind, "\(error)")
        }
    }

    /// The message.
    public var description: String { message }
}
