/// Compressed bytes that cannot be decoded, or a codec that cannot work.
struct CodecError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    let message: String

    init(_ message: String) { self.message = message }

    /// The message.
    var description: String { message }
}
