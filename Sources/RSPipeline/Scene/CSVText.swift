import Foundation

/// A table as comma-separated text (RFC 4180): a header and rows of as many fields.
struct CSVText {
    /// One row.
    struct Row {
        /// The line of the file that the row begins on, from 1.
        var line: Int
        /// One per column, white space at both ends removed.
        var fields: [String]
    }

    /// The names of the columns.
    let columns: [String]
    let rows: [Row]
    /// Whether fields are separated by commas, so that a comma inside a number needs quotes.
    let isCommaSeparated: Bool

    /// Reads a table: UTF-8 with or without a byte order mark; commas, semicolons or tabs, whichever the header has most of.
    ///
    /// Empty lines and lines that start with `#` count for nothing.
    ///
    /// - Parameter name: the file, for messages.
    /// - Throws: ``SceneError`` that names the file and the line.
    init(_ data: Data, name: String) throws(SceneError) {
        func problem(_ text: String) -> SceneError { SceneError(code: .unreadable, message: "\(name): \(text)") }
        guard let text = String(data: data, encoding: .utf8) else {
            throw problem("the text is not UTF-8; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
        }
        if data.contains(0) { throw problem("the file holds zero bytes; it is no table") }
        let bytes = Array(text.utf8.dropFirst(text.utf8.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0))
        var scanner = Scanner(bytes: bytes)
        guard let header = scanner.next() else { throw problem("the file is empty") }
        let columns = header.fields
        if let twice = Set(columns).first(where: { column in columns.count { $0 == column } > 1 }) {
            throw problem(
                twice.isEmpty ? "the header has columns without a name" : "the header names '\(twice)' more than once")
        }
        var rows: [Row] = []
        while let row = scanner.next() {
            guard row.fields.count == columns.count else {
                throw problem(
                    "line \(row.line) has \(row.fields.count) fields, the header \(columns.count); "
                        + "is a comma inside a number or a quote left open?")
            }
            rows.append(row)
        }
        if let line = scanner.openQuote { throw problem("the quote that begins on line \(line) is never closed") }
        self.columns = columns
        self.rows = rows
        isCommaSeparated = scanner.separator == UInt8(ascii: ",")
    }

    /// Reads the table of a file.
    ///
    /// - Throws: ``SceneError`` that names the file, and the line where there is one.
    init(path: String) throws(SceneError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file, or it cannot be read")
        }
        try self.init(data, name: path)
    }

    /// Where a column stands, whatever the case; nil where there is none.
    func column(_ name: String) -> Int? {
        columns.firstIndex(of: name) ?? columns.firstIndex { $0.lowercased() == name.lowercased() }
    }

    /// One row as text, with its line end; quotes where they are needed.
    static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ field: String) -> String {
        let needsQuotes =
            field.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
            || field.first == "#" || field.first == " " || field.last == " "
        return needsQuotes ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
    }

    /// Takes rows from bytes one by one.
    private struct Scanner {
        let bytes: [UInt8]
        var position = 0
        var line = 1
        var separator: UInt8?
        /// The line of a quote that the text ends in.
        var openQuote: Int?

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() -> Row? {
            while position < bytes.count {
                let end = bytes[position...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
                let content = bytes[position..<end].filter { $0 != 32 && $0 != 9 }
                if content.isEmpty || content.first == UInt8(ascii: "#") {
                    position = end
                    takeLineEnd()
                    continue
                }
                return row(separator: chooseSeparator(before: end))
            }
            return nil
        }

        private mutating func chooseSeparator(before end: Int) -> UInt8 {
            if let separator { return separator }
            let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
            let counts = candidates.map { candidate in bytes[position..<end].count { $0 == candidate } }
            let best = counts.indices.max { counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1) } ?? 0
            separator = candidates[best]
            return candidates[best]
        }

        private mutating func takeLineEnd() {
            guard position < bytes.count else { return }
            if bytes[position] == 13, position + 1 < bytes.count, bytes[position + 1] == 10 { position += 1 }
            position += 1
            line += 1
        }

        private mutating func row(separator: UInt8) -> Row {
            var row = Row(line: line, fields: [])
            var field: [UInt8] = []
            var isQuoted = false
            func text() -> String {
                let text = String(decoding: field, as: UTF8.self)
                return isQuoted ? text : text.trimmingCharacters(in: .whitespaces)
            }
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\""), field.allSatisfy({ $0 == 32 }), !isQuoted {
                    field = []
                    isQuoted = true
                    takeQuoted(into: &field)
                } else if byte == separator {
                    row.fields.append(text())
                    field = []
                    isQuoted = false
                    position += 1
                } else if byte == 10 || byte == 13 {
                    takeLineEnd()
                    break
                } else {
                    // White space after a closing quote is no part of the field.
                    if !isQuoted || (byte != 32 && byte != 9) { field.append(byte) }
                    position += 1
                }
            }
            row.fields.append(text())
            return row
        }

        private mutating func takeQuoted(into field: inout [UInt8]) {
            let first = line
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\"") {
                    guard position + 1 < bytes.count, bytes[position + 1] == byte else {
                        position += 1
                        return
                    }
                    position += 1
                }
                if byte == 10 { line += 1 }
                field.append(byte)
                position += 1
            }
            openQuote = first
        }
    }
}
