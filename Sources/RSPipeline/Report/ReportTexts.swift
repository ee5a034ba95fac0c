import Foundation

/// The texts of a report in one language: a catalogue of `key = text` lines.
///
/// `{name}` in a text is where a value goes. Lines that start with `#`, and empty lines, count for nothing. Keys of the
/// families ``families`` are looked up by what they name (`class usda 2`, `step mask`) and may be missing; all others must be there,
/// with the same placeholders as in English.
public struct ReportTexts: Sendable {
    /// The language, as in HTML: `en`, `ru`, `az`.
    public let language: String
    private let texts: [String: String]
    private let group: String
    private let point: String

    /// The languages that need no file.
    public static let languages = catalogues.keys.sorted()

    private static let catalogues = ["en": english, "ru": russian]

    /// What may be added for names that the catalogue cannot know all of; without a text the name itself is shown.
    static let families = ["class ", "step ", "unit ", "reason ", "method ", "scheme "]

    /// English, which every other catalogue is held against.
    private static let reference = (try? entries(english, name: "en")) ?? [:]

    /// Takes a language by its code.
    ///
    /// - Throws: ``RunError`` of kind chain that lists the languages there are.
    public init(language: String) throws(RunError) {
        guard let catalogue = Self.catalogues[language] else {
            throw RunError(
                .chain,
                "no texts in '\(language)': languages are \(Self.languages.joined(separator: ", ")); "
                    + "for another give a file of texts")
        }
        try self.init(catalogue, name: language)
    }

    /// Reads a catalogue of the user's.
    ///
    /// - Throws: ``RunError`` of kind input that names the file and the line, or lists the keys that are missing.
    public init(path: String) throws(RunError) {
        guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20,
            let text = String(data: data, encoding: .utf8)
        else { throw RunError(.input, "\(path): no readable file of texts in UTF-8 of less than 1 MB") }
        try self.init(text, name: path)
    }

    /// The catalogue of a language as a file, to translate.
    ///
    /// - Throws: ``RunError`` as ``init(language:)``.
    public static func catalogue(_ language: String) throws(RunError) -> String {
        _ = try ReportTexts(language: language)
        return catalogues[language] ?? ""
    }

    init(_ catalogue: String, name: String) throws(RunError) {
        let texts = try Self.entries(catalogue, name: name)
        try Self.check(texts, name: name)
        self.texts = texts
        language = texts["language"] ?? ""
        group = try Self.sign(texts, "number_group", name)
        point = try Self.sign(texts, "number_point", name)
    }

    private static let signs = ["comma": ",", "point": ".", "space": "\u{202F}", "apostrophe": "\u{2019}", "none": ""]

    private static func sign(_ texts: [String: String], _ key: String, _ name: String) throws(RunError) -> String {
        if let sign = signs[texts[key] ?? ""] { return sign }
        throw RunError(.input, "\(name): \(key) is one of \(signs.keys.sorted().joined(separator: ", "))")
    }

    private static func entries(_ catalogue: String, name: String) throws(RunError) -> [String: String] {
        var entries: [String: String] = [:]
        let lines = catalogue.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            // A key may hold an equals sign (`scheme group=field`), so blanks belong to the separator.
            guard let equals = line.range(of: " = ") else {
                throw RunError(.input, "\(name): line \(number + 1): 'key = text' is needed, neither of them empty")
            }
            let key = line[..<equals.lowerBound].trimmingCharacters(in: .whitespaces)
            let text = line[equals.upperBound...].trimmingCharacters(in: .whitespaces)
            if entries.updateValue(text, forKey: key) != nil {
                throw RunError(.input, "\(name): line \(number + 1): '\(key)' stands twice")
            }
        }
        return entries
    }

    private static func isOfFamily(_ key: String) -> Bool { families.contains { key.hasPrefix($0) } }

    private static func check(_ texts: [String: String], name: String) throws(RunError) {
        let missing = reference.keys.filter { texts[$0] == nil && !isOfFamily($0) }.sorted()
        if !missing.isEmpty {
            throw RunError(
                .input,
                "\(name): \(missing.count) texts are missing: \(missing.prefix(10).joined(separator: ", "))"
                    + (missing.count > 10 ? ", ..." : ""))
        }
        for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let original = reference[key] else {
                if isOfFamily(key) { continue }
                throw RunError(.input, "\(name): no report uses '\(key)'")
            }
            let (mine, theirs) = (placeholders(text), placeholders(original))
            if mine != theirs {
                throw RunError(
                    .input,
                    "\(name): '\(key)' has the placeholders \(mine.sorted().joined(separator: ", ")); "
                        + "needed are \(theirs.sorted().joined(separator: ", "))")
            }
        }
        if let language = texts["language"], language.contains(where: { !$0.isASCII || !($0.isLetter || $0 == "-") }) {
            throw RunError(.input, "\(name): language is a code such as en or az-Latn")
        }
    }

    private static func placeholders(_ text: String) -> Set<String> {
        Set(pieces(text).filter(\.isPlaceholder).map(\.text))
    }

    private static func pieces(_ text: String) -> [(text: String, isPlaceholder: Bool)] {
        var pieces: [(text: String, isPlaceholder: Bool)] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            pieces.append((String(rest[..<open]), false))
            pieces.append((String(rest[rest.index(after: open)..<close]), true))
            rest = rest[rest.index(after: close)...]
        }
        return pieces + [(String(rest), false)]
    }

    /// A text without values; the key in brackets where there is none.
    subscript(_ key: String) -> String { texts[key] ?? "[\(key)]" }

    /// A text of one of ``families``; the name itself where there is none.
    func name(_ family: String, _ name: String) -> String { texts["\(family) \(name)"] ?? name }

    /// Whether a family has a text for a name.
    func has(_ family: String, _ name: String) -> Bool { texts["\(family) \(name)"] != nil }

    /// A text with its values in place.
    func fill(_ key: String, _ values: [String: Markup]) -> Markup {
        Self.pieces(self[key]).map { piece in
            piece.isPlaceholder
                ? values[piece.text] ?? Markup(escaping: "{\(piece.text)}") : Markup(escaping: piece.text)
        }
        .joined()
    }

    /// All texts without values, for the template.
    var plain: [String: Markup] {
        texts.filter { !$0.value.contains("{") }.mapValues { Markup(escaping: $0) }
    }

    /// A number with the signs of the language.
    func number(_ value: Double, decimals: Int) -> String {
        DecimalText.text(value, decimals: decimals, group: group, point: point)
    }

    /// A number in percent.
    func percent(_ number: String) -> String { replace("percent", "number", number) }

    /// A day such as `2021-08-14` in words; the text itself where it is no day.
    func date(_ text: String) -> String {
        let parts = text.prefix(10).split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...12).contains(month)
        else { return text }
        return self["date"].replacingOccurrences(of: "{day}", with: String(day))
            .replacingOccurrences(of: "{month}", with: self["month_\(month)"])
            .replacingOccurrences(of: "{year}", with: String(year))
    }

    private func replace(_ key: String, _ name: String, _ value: String) -> String {
        self[key].replacingOccurrences(of: "{\(name)}", with: value)
    }
}
