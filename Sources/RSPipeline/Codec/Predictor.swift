/// How a TIFF block is rearranged before it is compressed, so that neighbouring numbers become small differences.
///
/// Source: TIFF 6.0, section 14, and Adobe Photoshop TIFF Technical Note 3 (floating point).
enum Predictor: Int, Sendable, Hashable {
    /// Numbers as they are.
    case none = 1
    /// Each number less the one before it in its row, of the same sample.
    case horizontal = 2
    /// The bytes of a row sorted by significance, then each byte less the one before it.
    case floatingPoint = 3
}
