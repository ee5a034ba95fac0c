import Foundation
import RSPipeline

/// The numbers of a report: elements with the number in full and its place in assessment.json.
enum ReportNumbers {
    struct Shown {
        /// A JSON pointer.
        let path: String
        let value: Double
        /// What one unit of the text stands for: 1000 metres where kilometres are shown.
        let factor: Double
        let text: String

        /// The number that the text says, and how far it may be off by rounding.
        func read(_ language: String) -> (number: Double, tolerance: Double)? {
            var plain = text.filter { !$0.isWhitespace && $0 != "%" }.replacingOccurrences(of: "\u{2212}", with: "-")
            if language == "en" { plain = plain.replacingOccurrences(of: ",", with: "") }
            plain = plain.replacingOccurrences(of: ",", with: ".")
            let decimals = plain.split(separator: ".").dropFirst().first?.count ?? 0
            return Double(plain).map { ($0, 0.5000001 * pow(10, -Double(decimals))) }
        }

        /// What the text ought to say.
        var meant: Double { text.contains("%") ? value * 100 : value / factor }
    }

    static func all(in page: String) -> [Shown] {
        page.components(separatedBy: "<").dropFirst().compactMap { piece in
            guard let end = piece.firstIndex(of: ">") else { return nil }
            let tag = String(piece[..<end])
            func attribute(_ name: String) -> String? {
                guard let start = tag.range(of: " \(name)=\"") else { return nil }
                return String(tag[start.upperBound...].prefix { $0 != "\"" })
            }
            guard let path = attribute("data-path"), let value = attribute("data-value").flatMap(Double.init) else {
                return nil
            }
            return Shown(
                path: path, value: value, factor: attribute("data-factor").flatMap(Double.init) ?? 1,
                text: String(piece[piece.index(after: end)...]))
        }
    }
}

extension JSONValue {
    /// The member at a JSON pointer.
    func at(_ path: String) -> JSONValue? {
        var value: JSONValue? = self
        for part in path.split(separator: "/") {
            if case .array(let items)? = value {
                value = Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil }
            } else {
                value = value?[String(part)]
            }
        }
        return value
    }

    /// The number at a JSON pointer; NaN where there is none.
    func number(_ path: String) -> Double {
        switch at(path) {
        case .integer(let number)?: Double(number)
        case .number(let number)?: number
        default: .nan
        }
    }

    /// The elements of the array at a JSON pointer.
    func items(_ path: String) -> [JSONValue] {
        if case .array(let items)? = at(path) { return items }
        return []
    }
}
