/// A block that cannot be had.
struct BlockError: Error, Sendable, Hashable {
    /// What is wrong, with file, band and position.
    let message: String
    /// Whether the file is to blame; otherwise memory or the system.
    let isDamage: Bool
}
