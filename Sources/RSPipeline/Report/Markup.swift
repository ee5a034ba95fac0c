internal import Mustache

/// HTML or SVG that is safe to put into a page: text that is put between its literal parts is escaped.
struct Markup: Sendable, Hashable, ExpressibleByStringInterpolation, MustacheCustomRenderable {
    /// The markup.
    var text: String

    /// Literal markup of our own.
    init(stringLiteral value: String) { text = value }

    init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// Text as people wrote it.
    init(escaping text: String) { self.text = Self.escaped(text) }

    static let empty: Markup = ""

    var renderText: String { text }
    var isNull: Bool { text.isEmpty }

    static func + (a: Markup, b: Markup) -> Markup {
        var sum = a
        sum.text += b.text
        return sum
    }

    static func += (a: inout Markup, b: Markup) { a.text += b.text }

    /// Signs that would change the direction of what follows them are left out: a name must not rearrange a table.
    private static func escaped(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}", "\u{FEFF}": continue
            default: plain.append(scalar)
            }
        }
        return String(plain).escapedForXML
    }

    struct Interpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

        mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }

        mutating func appendInterpolation(_ value: Int) { text += String(value) }

        /// A coordinate of a drawing, to a hundredth.
        mutating func appendInterpolation(_ value: Double) { text += DecimalText.plain(value, decimals: 2) }
    }
}

extension Sequence where Element == Markup {
    func joined(separator: Markup = .empty) -> Markup {
        var result = Markup.empty
        for (index, part) in enumerated() {
            if index > 0 { result += separator }
            result += part
        }
        return result
    }
}
