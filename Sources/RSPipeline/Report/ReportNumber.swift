/// A number in a report: shown once rounded and grouped, and kept in full beside it.
///
/// In the page it becomes an element with `data-value`, the number itself, and `data-path`, its place in
/// `assessment.json` (RFC 6901), so that anybody can recompute what is printed.
struct ReportNumber: Sendable, Hashable {
    /// How it is shown.
    enum Style: Sendable, Hashable {
        /// With so many decimals.
        case decimals(Int)
        /// A share as percent, with so many decimals.
        case percent(Int)
    }

    /// The number.
    var value: Double
    /// Where it stands in `assessment.json`, for example `/classes/1/hectares`.
    var path: String
    /// How it is shown.
    var style: Style

    /// Makes a number.
    init(_ value: Double, _ path: String, _ style: Style) {
        self.value = value
        self.path = path
        self.style = style
    }

    static func count(_ value: Int, _ path: String) -> ReportNumber { ReportNumber(Double(value), path, .decimals(0)) }

    /// A share as percent, with two digits at least, so that what is small does not become nothing.
    static func share(_ value: Double, _ path: String) -> ReportNumber {
        let size = value.magnitude
        return ReportNumber(value, path, .percent(size == 0 || size >= 0.0995 ? 0 : size >= 0.00095 ? 1 : 2))
    }

    /// In words of a language, without unit, except for the percent sign.
    func text(_ texts: ReportTexts) -> String {
        switch style {
        case .decimals(let decimals): texts.number(value, decimals: decimals)
        case .percent(let decimals): texts.percent(texts.number(value * 100, decimals: decimals))
        }
    }

    /// As an element of a page.
    ///
    /// - Parameter tag: `span`, or `tspan` in a drawing.
    func markup(_ texts: ReportTexts, tag: Markup = "span") -> Markup {
        let full = value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
        return "<\(tag) data-value=\"\(full)\" data-path=\"\(path)\">\(text(texts))</\(tag)>"
    }
}
