/// Texts and paths as they may leave the library: no credentials, and archives by the names they were delivered under.
enum ShownText {
    /// A text, such as a message.
    static func text(_ text: String) -> String { ArchiveSpool.delivered(in: Redaction.text(text)) }

    /// A path or URL.
    static func path(_ path: String) -> String { ArchiveSpool.delivered(in: Redaction.path(path)) }
}
