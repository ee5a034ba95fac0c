/// An XML element under construction: what the writers of metadata need and nothing more.
struct XMLText: Sendable {
    private let name: String
    private let attributes: [(name: String, value: String)]
    private let text: String?
    private let children: [XMLText]

    /// An element that holds text; characters with a meaning in XML are escaped.
    init(_ name: String, _ attributes: [(name: String, value: String)] = [], text: String) {
        self.name = name
        self.attributes = attributes
        self.text = text
        children = []
    }

    /// An element that holds elements.
    init(_ name: String, _ attributes: [(name: String, value: String)] = [], _ children: [XMLText] = []) {
        self.name = name
        self.attributes = attributes
        text = nil
        self.children = children
    }

    /// The whole document with a remark at its head.
    func document(remark: String) -> String {
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>", "<!-- \(remark) -->"]
        write(into: &lines, indent: "")
        return lines.joined(separator: "\n") + "\n"
    }

    private func write(into lines: inout [String], indent: String) {
        let opening = name + attributes.map { " \($0.name)=\"\($0.value.escapedForXML)\"" }.joined()
        if let text {
            lines.append("\(indent)<\(opening)>\(text.escapedForXML)</\(name)>")
        } else if children.isEmpty {
            lines.append("\(indent)<\(opening)/>")
        } else {
            lines.append("\(indent)<\(opening)>")
            for child in children { child.write(into: &lines, indent: indent + "  ") }
            lines.append("\(indent)</\(name)>")
        }
    }

}
