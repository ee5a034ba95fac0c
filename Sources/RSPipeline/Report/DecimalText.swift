/// Numbers as text with a fixed number of decimals, whatever the locale of the machine.
enum DecimalText {
    /// Rounded half away from zero, grouped as a language does it; `-0` is written `0`, what is not finite as an en dash.
    static func text(_ value: Double, decimals: Int, group: String, point: String, minus: String = "\u{2212}") -> String
    {
        guard value.isFinite else { return "\u{2013}" }
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        let scaled = (value.magnitude * factor).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        var digits = String(Int64(scaled))
        if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
        let whole = digits.dropLast(decimals)
        var result = value < 0 && scaled > 0 ? minus : ""
        for (index, digit) in whole.enumerated() {
            if index > 0 && (whole.count - index) % 3 == 0 { result += group }
            result.append(digit)
        }
        return decimals > 0 ? result + point + digits.suffix(decimals) : result
    }

    /// For files: a point, no groups, no zeros at the end.
    static func plain(_ value: Double, decimals: Int) -> String {
        var result = text(value, decimals: decimals, group: "", point: ".", minus: "-")
        if decimals > 0, result.contains(".") {
            while result.last == "0" { result.removeLast() }
            if result.last == "." { result.removeLast() }
        }
        return result
    }

    /// As many decimals as show the largest of some numbers with three digits, at most `most`.
    static func decimals(for values: [Double], most: Int = 2) -> Int {
        let largest = values.filter(\.isFinite).map(\.magnitude).max() ?? 0
        return min(largest >= 100 ? 0 : largest >= 10 ? 1 : largest >= 1 ? 2 : 3, most)
    }
}
