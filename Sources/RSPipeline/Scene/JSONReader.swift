/// Reads JSON that nobody has checked: numbers keep their value, a repeated name is an error, depth is limited.
///
/// `NaN`, `Infinity` and `-Infinity`, which some writers put where a number belongs, are read as numbers.
package struct JSONReader {
    /// No metadata is nested deeper.
    static let depthLimit = 60

    private let bytes: [UInt8]
    private let path: String
    private var position = 0

    /// Reads a whole document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte order mark.
    ///   - path: for messages.
    /// - Throws: ``SceneError`` with code `badMetadata` that names the place in the file.
    package static func read(_ bytes: [UInt8], path: String) throws(SceneError) -> JSONValue {
        var reader = JSONReader(bytes: bytes, path: path)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        if reader.position < bytes.count { throw reader.bad("text follows the end of the document") }
        return value
    }

    private init(bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    private mutating func value(depth: Int) throws(SceneError) -> JSONValue {
        if depth > Self.depthLimit { throw bad("it is nested deeper than \(Self.depthLimit) levels") }
        skipBlanks()
        switch peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case nil: throw bad("the document breaks off")
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(SceneError) -> [String: JSONValue] {
        position += 1
        var members: [String: JSONValue] = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipBlanks()
            guard peek() == UInt8(ascii: "\"") else { throw bad("a name in quotation marks is missing") }
            let name = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw bad("':' is missing after \"\(name.prefix(60))\"") }
            let value = try value(depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else {
                throw bad("\"\(name.prefix(60))\" stands twice in one object")
            }
            skipBlanks()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw bad("',' or '}' is missing") }
        }
    }

    private mutating func array(depth: Int) throws(SceneError) -> [JSONValue] {
        position += 1
        var values: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return values }
        while true {
            values.append(try value(depth: depth + 1))
            skipBlanks()
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw bad("',' or ']' is missing") }
        }
    }

    private mutating func string() throws(SceneError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let read = String(validating: text, as: UTF8.self) else {
                    throw bad("a text is not encoded as UTF-8")
                }
                return read
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw bad("a line break or control character stands in a text")
            default: text.append(byte)
            }
        }
        throw bad("a text is not closed")
    }

    /// The UTF-8 bytes of what follows a backslash.
    private mutating func escape() throws(SceneError) -> [UInt8] {
        guard let byte = peek() else { throw bad("a text is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw bad("half a character is missing in a text") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw bad("half a character is missing in a text") }
            return Array(String(Character(scalar)).utf8)
        default: throw bad("a text holds an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(SceneError) -> UInt32 {
        let digits = bytes[position..<min(position + 4, bytes.count)]
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw bad("\\u needs four hexadecimal digits") }
        position += 4
        return code
    }

    private mutating func word() throws(SceneError) -> JSONValue {
        let start = position
        while let byte = peek(), !Self.isBlank(byte), !",]}:[{\"".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "NaN": return .number(.nan)
        case "Infinity": return .number(.infinity)
        case "-Infinity": return .number(-.infinity)
        default:
            if let number = Int(text) { return .integer(number) }
            if let number = DecimalNumber.read(text) { return .number(number) }
            throw bad("'\(text.prefix(40))' is no value")
        }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek(), Self.isBlank(byte) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private func bad(_ what: String) -> SceneError {
        SceneError(
            code: .badMetadata,
            message: "\(path): not readable as JSON at byte \(position): \(what); fetch the file again")
    }
}
