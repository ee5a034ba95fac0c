/// A chain, an option or a recipe that is wrong.
///
/// Found before any pixel is read.
public struct ChainError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The step at fault, counted from 1; nil when the chain as a whole is meant.
    public var step: Int?
    /// The word of that step.
    public var word: String?
    /// What is wrong and what to do.
    public let message: String

    /// Makes an error; credentials in its message are removed.
    public init(_ message: String, step: Int? = nil, word: String? = nil) {
        self.message = ShownText.text(message)
        self.step = step
        self.word = word
    }

    /// The message with its step in front, as in `step 3 (index): ...`.
    public var description: String {
        switch (step, word) {
        case (let step?, let word?): "step \(step) (\(word)): \(message)"
        case (let step?, nil): "step \(step): \(message)"
        default: message
        }
    }
}
