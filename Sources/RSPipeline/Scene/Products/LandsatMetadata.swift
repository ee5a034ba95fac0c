import Foundation

/// The metadata file of a Landsat product (`*_MTL.txt`, `.json` or `.xml`), as groups of keys and values.
///
/// The three forms of one product give the same groups. Values are looked up by group, because a Level-2 file holds
/// the same key names (`REFLECTANCE_MULT_BAND_2`) for two different scales. Values are text, without quotes and
/// surrounding blanks; an empty string is a value that the product leaves empty.
public struct LandsatMetadata: Sendable, Hashable {
    /// Where the metadata came from, for messages.
    public let path: String
    /// The outermost group: `LANDSAT_METADATA_FILE` (Collection 2) or `L1_METADATA_FILE` (before).
    public let root: String
    /// Keys and values by name of group.
    public let groups: [String: [String: String]]

    /// The size from which a file is refused: 5 MiB, some 80 times the largest real one.
    public static let sizeLimit = 5 * 1024 * 1024

    /// The depth of groups at which a file is refused; real ones have two.
    static let depthLimit = 8

    /// Reads a metadata file; the form is told from its content.
    ///
    /// - Throws: ``SceneError``: `notFound`, `unreadable`, `badMetadata` (damaged, truncated, contradictory, too large,
    ///   with a document type), or `notRecognised` when the file is no Landsat metadata.
    public init(path: String) throws(SceneError) {
        try self.init(bytes: Self.contents(of: path), path: path)
    }

    /// Reads metadata from memory; the path is for messages.
    ///
    /// - Throws: ``SceneError`` as ``init(path:)``.
    public init(bytes: [UInt8], path: String) throws(SceneError) {
        if bytes.count > Self.sizeLimit {
            throw SceneError(
                code: .badMetadata,
                message: "\(path): \(bytes.count) bytes are too many for a Landsat metadata file "
                    + "(limit \(Self.sizeLimit)); give the product's own *_MTL file")
        }
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, Self.isBlank(bytes[start]) { start += 1 }
        var tree = LandsatGroups(path: path)
        switch start < bytes.count ? bytes[start] : 0 {
        case UInt8(ascii: "{"):
            var reader = LandsatJSONReader(bytes: bytes, position: start, tree: tree)
            tree = try reader.read()
        case UInt8(ascii: "<"): try LandsatXMLReader.read(bytes, into: &tree)
        default: try LandsatTextReader.read(bytes[start...], into: &tree)
        }
        guard let root = tree.root else { throw tree.bad("the file holds no groups; it is empty or damaged") }
        guard root == "LANDSAT_METADATA_FILE" || root == "L1_METADATA_FILE" else {
            throw SceneError(
                code: .notRecognised,
                message: "\(path): the outermost group is \(root.prefix(60)), not LANDSAT_METADATA_FILE or "
                    + "L1_METADATA_FILE; give a Landsat *_MTL file")
        }
        self.path = path
        self.root = root
        groups = tree.groups
    }

    /// The value of a key in a group; nil when the file does not have it or leaves it empty.
    public func value(_ key: String, in group: String) -> String? {
        guard let text = groups[group]?[key], !text.isEmpty else { return nil }
        return text
    }

    /// The value of a key in a group.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names key, group and file when it is missing.
    public func requiredValue(_ key: String, in group: String) throws(SceneError) -> String {
        if let text = value(key, in: group) { return text }
        throw SceneError(
            code: .badMetadata,
            message: "\(key) is missing from group \(group) of \(path); fetch the metadata file again")
    }

    /// The number of a key in a group, nil when the file does not have it.
    ///
    /// Read with a decimal point, whatever the locale.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when the value is not a finite number.
    public func number(_ key: String, in group: String) throws(SceneError) -> Double? {
        guard let text = value(key, in: group) else { return nil }
        if let number = DecimalNumber.read(text) { return number }
        throw SceneError(
            code: .badMetadata,
            message: "\(key) in group \(group) of \(path) is not a number: '\(text.prefix(40))'; "
                + "fetch the metadata file again")
    }

    /// The number of a key in a group.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names key, group and file when it is missing or not a
    ///   finite number.
    public func requiredNumber(_ key: String, in group: String) throws(SceneError) -> Double {
        _ = try requiredValue(key, in: group)
        if let number = try number(key, in: group) { return number }
        throw SceneError(code: .badMetadata, message: "\(key) is missing from group \(group) of \(path)")
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0 || byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func contents(of path: String) throws(SceneError) -> [UInt8] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else {
            throw SceneError(code: .notFound, message: "\(path): the metadata file does not exist")
        }
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? manager.attributesOfItem(atPath: resolved)
        guard attributes?[.type] as? FileAttributeType == .typeRegular,
            let handle = FileHandle(forReadingAtPath: path)
        else {
            throw SceneError(
                code: .unreadable,
                message: "\(path): the metadata file cannot be read; check what it is and its rights")
        }
        defer { try? handle.close() }
        // One byte more than the limit is enough to know that a file is too large.
        guard let data = try? handle.read(upToCount: sizeLimit + 1) else { return [] }
        return [UInt8](data)
    }
}

/// The groups of a metadata file while it is being read.
struct LandsatGroups {
    let path: String
    private(set) var root: String?
    private(set) var groups: [String: [String: String]] = [:]

    init(path: String) { self.path = path }

    /// Enters a group at a depth (0 is the outermost).
    mutating func open(_ name: String, depth: Int) throws(SceneError) {
        if depth >= LandsatMetadata.depthLimit {
            throw bad("groups are nested \(depth + 1) deep; the file is damaged or no Landsat metadata")
        }
        if depth == 0 {
            if let root { throw bad("a second outermost group \(name.prefix(60)) follows \(root)") }
            root = name
        }
        if groups[name] == nil { groups[name] = [:] }
    }

    /// Records a value; the same key twice in one group must have the same value.
    mutating func set(_ key: String, to value: String, in group: String) throws(SceneError) {
        if let known = groups[group]?[key], known != value {
            throw bad(
                "\(key.prefix(60)) occurs twice in group \(group.prefix(60)) with different values, "
                    + "'\(known.prefix(40))' and '\(value.prefix(40))'")
        }
        groups[group, default: [:]][key] = value
    }

    /// An error in the file, with its name.
    func bad(_ what: String) -> SceneError {
        SceneError(code: .badMetadata, message: "\(path): \(what); fetch the metadata file again")
    }
}

/// Reads the text form: `GROUP = X`, `KEY = VALUE`, `END_GROUP = X`, and a bare `END`.
///
/// After `END` anything goes: files are padded with blanks or NUL. Some Level-2 files end without it.
private enum LandsatTextReader {
    static func read(_ bytes: ArraySlice<UInt8>, into tree: inout LandsatGroups) throws(SceneError) {
        var open: [String] = []
        var line = 0
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
            let text = trim(bytes[start..<end])
            let isReturn = end < bytes.endIndex && bytes[end] == 0x0D
            start = min(end + 1, bytes.endIndex)
            if isReturn, start < bytes.endIndex, bytes[start] == 0x0A { start += 1 }
            line += 1
            if text.isEmpty { continue }
            if text.elementsEqual("END".utf8) {
                if let group = open.last { throw tree.bad("line \(line): END inside group \(group.prefix(60))") }
                return
            }
            try take(text, line: line, open: &open, tree: &tree)
        }
        if let group = open.last {
            throw tree.bad("the file ends inside group \(group.prefix(60)); it is truncated")
        }
    }

    private static func take(
        _ text: ArraySlice<UInt8>, line: Int, open: inout [String], tree: inout LandsatGroups
    ) throws(SceneError) {
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
            throw tree.bad("line \(line): '\(shown(text))' is not KEY = VALUE")
        }
        let keyBytes = trim(text[..<equals])
        guard !keyBytes.isEmpty, keyBytes.count <= 200, keyBytes.allSatisfy(isKeyByte) else {
            throw tree.bad("line \(line): '\(shown(keyBytes))' is not a key")
        }
        let key = String(decoding: keyBytes, as: UTF8.self)
        let value = try unquoted(trim(text[(equals + 1)...]), line: line, tree: tree)
        switch key {
        case "GROUP":
            if value.isEmpty { throw tree.bad("line \(line): GROUP without a name") }
            try tree.open(value, depth: open.count)
            open.append(value)
        case "END_GROUP":
            guard let group = open.last, group == value else {
                throw tree.bad(
                    "line \(line): END_GROUP = \(value.prefix(60)) closes "
                        + (open.last.map { "group \($0.prefix(60))" } ?? "no open group"))
            }
            open.removeLast()
        default:
            guard let group = open.last else {
                throw tree.bad("line \(line): \(key.prefix(60)) stands outside every group")
            }
            try tree.set(key, to: value, in: group)
        }
    }

    private static func unquoted(
        _ value: ArraySlice<UInt8>, line: Int, tree: LandsatGroups
    ) throws(SceneError) -> String {
        if value.contains(where: { $0 < 0x20 && $0 != 0x09 }) {
            throw tree.bad("line \(line): the value holds control characters")
        }
        let quote = UInt8(ascii: "\"")
        guard value.first == quote else { return String(decoding: value, as: UTF8.self) }
        let inner = value.dropFirst()
        guard let close = inner.firstIndex(of: quote) else { throw tree.bad("line \(line): the quote is not closed") }
        if close != value.index(before: value.endIndex) {
            throw tree.bad("line \(line): '\(shown(value[(close + 1)...]))' follows the closing quote")
        }
        return String(decoding: trim(inner[..<close]), as: UTF8.self)
    }

    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = bytes
        while let first = slice.first, LandsatMetadata.isBlank(first) { slice.removeFirst() }
        while let last = slice.last, LandsatMetadata.isBlank(last) { slice.removeLast() }
        return slice
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// The start of a line for a message, with anything unprintable replaced.
    private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix(40).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
