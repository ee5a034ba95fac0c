/// A finished file that waits under a temporary name.
struct MadeFile: Sendable, Hashable {
    /// Where it is.
    var temporary: String
    /// Where it belongs.
    var target: String
    /// Bytes.
    var size: Int
    /// The hash of its bytes; nil where it cannot be read.
    var content: String?

    init(_ temporary: String, target: String, content: String? = nil) {
        self.temporary = temporary
        self.target = target
        size = FileFacts.size(temporary)
        self.content = content ?? FileFacts.contentHash(temporary)
    }
}
