/// Reads the JSON form of Landsat metadata.
///
/// Not a general reader on purpose: numbers keep their digits, a repeated key is seen, and depth is limited.
struct LandsatJSONReader {
    private let bytes: [UInt8]
    private var position: Int
    private var tree: LandsatGroups

    init(bytes: [UInt8], position: Int, tree: LandsatGroups) {
        self.bytes = bytes
        self.position = position
        self.tree = tree
    }

    /// Reads the whole document: one object with one member, the outermost group.
    mutating func read() throws(SceneError) -> LandsatGroups {
        try expect(UInt8(ascii: "{"))
        let name = try string()
        try expect(UInt8(ascii: ":"))
        try tree.open(name, depth: 0)
        try object(name, depth: 0)
        try expect(UInt8(ascii: "}"))
        while let byte = peek() {
            guard LandsatMetadata.isBlank(byte) else { throw bad("text follows the end of the document") }
            position += 1
        }
        return tree
    }

    private mutating func object(_ group: String, depth: Int) throws(SceneError) {
        try expect(UInt8(ascii: "{"))
        skipBlanks()
        if peek() == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            skipBlanks()
            switch peek() {
            case UInt8(ascii: "{"):
                try tree.open(key, depth: depth + 1)
                try object(key, depth: depth + 1)
            case UInt8(ascii: "\""): try tree.set(key, to: Self.trimmed(string()), in: group)
            case UInt8(ascii: "["): throw bad("\(key.prefix(60)) is a list, which Landsat metadata does not have")
            default:
                let word = try bareWord()
                try tree.set(key, to: word == "null" ? "" : word, in: group)
            }
            skipBlanks()
            let next = peek()
            position += 1
            if next == UInt8(ascii: "}") { return }
            guard next == UInt8(ascii: ",") else { throw bad("',' or '}' is missing") }
        }
    }

    private mutating func bareWord() throws(SceneError) -> String {
        let start = position
        while let byte = peek(), !LandsatMetadata.isBlank(byte), !",}]".utf8.contains(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard DecimalNumber.read(word) != nil || word == "null" || word == "true" || word == "false" else {
            throw bad("'\(word.prefix(40))' is not a value")
        }
        return word
    }

    private mutating func string() throws(SceneError) -> String {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw bad("a string holds control characters")
            default: text.append(byte)
            }
        }
        throw bad("a string is not closed; the file is truncated")
    }

    private mutating func escape(into text: inout [UInt8]) throws(SceneError) {
        guard let byte = peek() else { throw bad("the file is truncated") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            text.append(UInt8(ascii: " "))
        case UInt8(ascii: "u"):
            guard position + 4 <= bytes.count,
                let code = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
            else { throw bad("a \\u escape is damaged") }
            position += 4
            // Half of a surrogate pair is no scalar; such text never matters here and becomes the replacement sign.
            text.append(contentsOf: String(Unicode.Scalar(code).map(Character.init) ?? "\u{FFFD}").utf8)
        default: throw bad("an escape is damaged")
        }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek(), byte != 0, LandsatMetadata.isBlank(byte) { position += 1 }
    }

    private mutating func expect(_ wanted: UInt8) throws(SceneError) {
        skipBlanks()
        guard peek() == wanted else {
            let found = peek() == nil ? "; the file is truncated" : ""
            throw bad("'\(Character(Unicode.Scalar(wanted)))' is missing\(found)")
        }
        position += 1
    }

    private func bad(_ what: String) -> SceneError { tree.bad("JSON, byte \(position): \(what)") }

    static func trimmed(_ text: String) -> String {
        var slice = text.utf8[...]
        while let first = slice.first, LandsatMetadata.isBlank(first) { slice.removeFirst() }
        while let last = slice.last, LandsatMetadata.isBlank(last) { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }
}
