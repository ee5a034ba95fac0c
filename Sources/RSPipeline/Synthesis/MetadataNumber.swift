import Foundation

/// Numbers in the texts of products: the same in every locale.
enum MetadataNumber {
    private static let locale = Locale(identifier: "en_US_POSIX")

    /// A number with a fixed number of decimals: `0.9054`.
    static func fixed(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", locale: locale, value)
    }

    /// A number with a power of ten: `2.0000E-05`.
    static func scientific(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)E", locale: locale, value)
    }

    /// The shortest form with at most so many significant digits: `24.1562`, `NaN` for no number.
    static func general(_ value: Double, _ digits: Int) -> String {
        value.isNaN ? "NaN" : String(format: "%.\(digits)g", locale: locale, value)
    }

    /// The share of a count in a total, in percent; 0 of nothing.
    static func percent(_ count: Int, of total: Int, _ places: Int = 2) -> String {
        fixed(total > 0 ? 100 * Double(count) / Double(total) : 0, places)
    }
}
