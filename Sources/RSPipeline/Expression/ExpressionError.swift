/// What is wrong with a formula, and where.
///
/// `description` shows the line of the formula with a caret under the place.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what to write instead.
    public let message: String
    /// The formula as written; of a formula beyond the length limit only the beginning.
    public let source: String
    /// The place in `source`, in characters from its beginning; the length of `source` means its end.
    public let offset: Int

    /// Characters of a line shown on either side of the place.
    private static let shownEachSide = 60

    /// An error at a place of a formula; an offset outside of the formula is moved to its nearer end.
    public init(message: String, source: String, offset: Int) {
        self.message = message
        self.source = source
        self.offset = Swift.min(Swift.max(offset, 0), source.count)
    }

    /// The message, the line in question (cropped if long) and a caret under the place.
    public var description: String {
        let characters = Array(source)
        let place = Swift.min(offset, characters.count)
        let lineStart = (characters[..<place].lastIndex(where: \.isNewline) ?? -1) + 1
        let lineEnd = characters[place...].firstIndex(where: \.isNewline) ?? characters.count
        let start = Swift.max(lineStart, place - Self.shownEachSide)
        let end = Swift.min(lineEnd, place + Self.shownEachSide)
        let before = start > lineStart ? "..." : ""
        let after = end < lineEnd ? "..." : ""
        let shown = String(characters[start..<end].map(Self.visible))
        let caret = String(repeating: " ", count: before.count + place - start) + "^"
        return "\(message)\n  \(before)\(shown)\(after)\n  \(caret)"
    }

    /// Control characters would move the caret or change the terminal: they are shown as a space or a question mark.
    private static func visible(_ character: Character) -> Character {
        if character.isWhitespace { return " " }
        let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isControl ? "?" : character
    }
}
