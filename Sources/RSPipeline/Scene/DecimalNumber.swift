/// Reads numbers as metadata writes them, whatever the locale.
enum DecimalNumber {
    /// A finite number with a decimal point; nil for anything else that Swift would take (`nan`, `inf`, hexadecimal).
    static func read(_ text: String) -> Double? {
        let allowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
        }
        guard allowed, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
