/// Words of several languages that speak of salt in soil.
///
/// A map of an index that nobody has calibrated must not use them.
enum SaltWords {
    /// Anywhere in a word: `saline`, `non-saline`, `Salinität`; `засоленный`, `солончак`; `şoran`, `шоран`.
    private static let parts = ["salin", "засол", "солон", "şoran", "şorlaş", "шоран"]
    /// At the start of a word: basalt is no salt.
    private static let beginnings = ["salt", "sodic", "соль", "соле", "sho'r", "sho‘r", "shoʻr", "tuzlu", "duzlu"]

    /// Whether any of them stands in a text, whatever the case.
    static func appear(in text: String) -> Bool {
        let text = text.lowercased()
        if parts.contains(where: text.contains) { return true }
        let words = text.split { !($0.isLetter || "'‘ʻ".contains($0)) }
        return words.contains { word in beginnings.contains { word.hasPrefix($0) } }
    }
}
