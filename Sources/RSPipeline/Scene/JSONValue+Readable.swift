extension JSONValue {
    /// The document as text for people: indented, but short objects and lists of plain values on one line.
    ///
    /// Members stand in the order of their names; equal values give equal text.
    ///
    /// - Parameter width: the longest line, where breaking helps.
    func readableText(width: Int = 120) -> String {
        var text = ""
        write(into: &text, indent: 0, width: width, used: 0)
        return text + "\n"
    }

    private func write(into text: inout String, indent: Int, width: Int, used: Int) {
        if isPlain || (indent > 0 && depth <= 2) {
            let line = self.line
            if isPlain || used + line.utf8.count <= width {
                text += line
                return
            }
        }
        let margin = String(repeating: " ", count: indent + 2)
        let end = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .array(let values) where values.allSatisfy(\.isPlain):
            text += "[\n" + Self.filled(values, margin: margin, width: width) + end + "]"
        case .array(let values):
            text += "["
            for (place, value) in values.enumerated() {
                text += (place == 0 ? "\n" : ",\n") + margin
                value.write(into: &text, indent: indent + 2, width: width, used: indent + 2)
            }
            text += end + "]"
        case .object(let members):
            text += "{"
            for (place, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                let name = JSONValue.string(member.key).line + ": "
                text += (place == 0 ? "\n" : ",\n") + margin + name
                member.value.write(
                    into: &text, indent: indent + 2, width: width, used: indent + 2 + name.utf8.count)
            }
            text += end + "}"
        default: text += line
        }
    }

    /// The value on one line.
    private var line: String {
        switch self {
        case .array(let values): "[" + values.map(\.line).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { JSONValue.string($0.key).line + ": " + $0.value.line }.joined(separator: ", ") + "}"
        default: text(pretty: false)
        }
    }

    /// Plain values, as many on a line as fit.
    private static func filled(_ values: [JSONValue], margin: String, width: Int) -> String {
        var lines: [String] = []
        var line = margin
        for (place, value) in values.enumerated() {
            let word = value.line + (place + 1 < values.count ? "," : "")
            if line.utf8.count > margin.utf8.count, line.utf8.count + 1 + word.utf8.count > width {
                lines.append(line)
                line = margin
            }
            line += (line.utf8.count > margin.utf8.count ? " " : "") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }

    private var isPlain: Bool {
        switch self {
        case .array(let values): values.isEmpty
        case .object(let members): members.isEmpty
        default: true
        }
    }

    /// How deep lists and objects are nested.
    private var depth: Int {
        switch self {
        case .array(let values): 1 + (values.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }
}
