/// How the numbers of a table are written: with a decimal point, or with a decimal comma where that cannot mean anything
/// else.
struct NumberStyle {
    /// A field that should hold a number.
    struct Field {
        let place: String
        let column: String
        let text: String
    }

    private let usesComma: Bool

    /// Looks at the fields that should hold numbers.
    ///
    /// A comma is a decimal comma where fields are not separated by commas, no number has a point, and at least one comma
    /// cannot stand for thousands (`12,5`, `0,125`).
    ///
    /// - Throws: ``SceneError`` for a table that mixes both, or in which `1,250` could be either.
    init(_ fields: [Field], isCommaSeparated: Bool, name: String) throws(SceneError) {
        let withComma = fields.filter { $0.text.contains(",") && Self.isNumeric($0.text) }
        guard !isCommaSeparated, let first = withComma.first else {
            usesComma = false
            return
        }
        func problem(_ text: String) -> SceneError {
            SceneError(code: .unreadable, message: "\(name): \(text); write all numbers with a decimal point")
        }
        if let both = withComma.first(where: { $0.text.contains(".") || $0.text.count { $0 == "," } > 1 }) {
            throw problem("\(both.place): '\(both.text)' in column '\(both.column)' has a separator of thousands")
        }
        if let point = fields.first(where: { $0.text.contains(".") && Self.isNumeric($0.text) }) {
            throw problem(
                "\(first.place) has '\(first.text)' in column '\(first.column)' with a comma, \(point.place) "
                    + "'\(point.text)' in column '\(point.column)' with a point")
        }
        guard withComma.contains(where: { Self.isDecimal($0.text) }) else {
            throw problem(
                "\(first.place): '\(first.text)' in column '\(first.column)' may be a number with three decimals or one "
                    + "in thousands")
        }
        usesComma = true
    }

    /// A finite number; nil for anything else.
    func read(_ text: String) -> Double? {
        DecimalNumber.read(usesComma ? text.replacing(",", with: ".") : text)
    }

    /// Why a field is not read.
    func problem(_ field: Field) -> String {
        let hint =
            Self.isNumeric(field.text) && field.text.contains(",")
            ? "write it with a decimal point (a decimal comma is understood where semicolons or tabs separate the fields)"
            : field.text.contains("°")
                ? "write decimal degrees" : "write a plain number, and leave the field empty where there is none"
        return "\(field.place): '\(field.text)' in column '\(field.column)' is no number; \(hint)"
    }

    /// Whether a text is made of what numbers are made of.
    private static func isNumeric(_ text: String) -> Bool {
        text.contains(where: \.isNumber)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.,eE".utf8.contains($0)
            }
    }

    /// Whether the comma of a number can only be a decimal one.
    private static func isDecimal(_ text: String) -> Bool {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let whole = parts[0].drop { $0 == "-" || $0 == "+" }
        return parts[1].count != 3 || whole.count > 3 || whole.first == "0" || whole.isEmpty
    }
}
