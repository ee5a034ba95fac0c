import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// One element of a metadata file in XML.
///
/// Names are without the prefix of their namespace.
struct XMLElement: Sendable, Hashable {
    let name: String
    let attributes: [String: String]
    /// The text directly inside, without blanks at its ends.
    fileprivate(set) var text = ""
    fileprivate(set) var children: [XMLElement] = []

    /// The elements at a path of names such as `Radiometric_Data/Dynamic_Range`, in the order of the file.
    func all(_ path: String) -> [XMLElement] {
        var found = [self]
        for step in path.split(separator: "/") {
            found = found.flatMap { element in element.children.filter { $0.name == step } }
        }
        return found
    }

    /// The first of ``all(_:)``.
    func first(_ path: String) -> XMLElement? { all(path).first }

    /// The text at a path; nil where it is missing or empty.
    func text(_ path: String) -> String? {
        guard let text = first(path)?.text, !text.isEmpty else { return nil }
        return text
    }

    /// Every element of a name below this one, in the order of the file.
    func descendants(_ name: String) -> [XMLElement] {
        children.flatMap { child in (child.name == name ? [child] : []) + child.descendants(name) }
    }
}

/// A product's metadata file in XML, read as a tree.
///
/// A document type is refused before parsing, so that entities can neither grow without bound nor reach other files.
/// Depth, number of elements and length of texts are limited far above real products.
struct MetadataXML: Sendable {
    /// Where it came from, for messages.
    let path: String
    let root: XMLElement

    /// A file larger than this is refused; real ones have up to 2 MB.
    static let sizeLimit = 32 << 20
    static let depthLimit = 32
    static let elementLimit = 500_000
    static let textLimit = 1 << 20

    /// Reads metadata from memory.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for what is damaged, truncated, too large or has a document
    ///   type.
    init(bytes: [UInt8], path: String) throws(SceneError) {
        self.path = path
        root = try Reader.read(bytes, path)
    }

    /// The text at a path below the root.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names element and file when it is missing or empty.
    func requiredText(_ place: String) throws(SceneError) -> String {
        if let text = root.text(place) { return text }
        throw missing(place)
    }

    /// The number at a path below the root; nil where there is no such element.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when it is not a finite number.
    func number(_ place: String) throws(SceneError) -> Double? {
        guard let text = root.text(place) else { return nil }
        return try number(text, of: place)
    }

    /// The number at a path below the root.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when it is missing or not a finite number.
    func requiredNumber(_ place: String) throws(SceneError) -> Double {
        try number(try requiredText(place), of: place)
    }

    /// The finite number that a text is.
    ///
    /// - Parameter place: the element's name, for the message.
    func number(_ text: String, of place: String) throws(SceneError) -> Double {
        if let number = DecimalNumber.read(text) { return number }
        throw SceneError(
            code: .badMetadata,
            message: "\(place) in \(path) is not a number: '\(text.prefix(40))'; fetch the metadata file again")
    }

    /// The error for an element that has to be there.
    func missing(_ place: String) -> SceneError {
        SceneError(
            code: .badMetadata, message: "\(place) is missing from \(path); fetch the metadata file again")
    }
}

extension MetadataXML {
    private final class Reader: NSObject, XMLParserDelegate {
        private let path: String
        private var open: [XMLElement] = []
        private var root: XMLElement?
        private var count = 0
        private var failure: SceneError?

        private init(path: String) { self.path = path }

        static func read(_ bytes: [UInt8], _ path: String) throws(SceneError) -> XMLElement {
            let reader = Reader(path: path)
            if bytes.count > MetadataXML.sizeLimit {
                throw reader.bad("\(bytes.count) bytes are too many for a metadata file")
            }
            let document = try reader.checked(bytes)
            let parser = XMLParser(data: Data(document))
            parser.shouldResolveExternalEntities = false
            parser.shouldProcessNamespaces = false
            parser.delegate = reader
            let isComplete = parser.parse()
            if let failure = reader.failure { throw failure }
            guard isComplete, reader.open.isEmpty, let root = reader.root else {
                throw reader.bad("XML, line \(parser.lineNumber): the document is not well formed or is truncated")
            }
            return root
        }

        private func bad(_ what: String) -> SceneError {
            SceneError(code: .badMetadata, message: "\(path): \(what)")
        }

        /// The document as UTF-8 without what could hide a document type, and refused when it has one.
        private func checked(_ bytes: [UInt8]) throws(SceneError) -> [UInt8] {
            var end = bytes.count
            while end > 0, LandsatMetadata.isBlank(bytes[end - 1]) { end -= 1 }
            var content = Array(bytes[..<end])
            if content.contains(0) { throw bad("the XML is not UTF-8 text") }
            if content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
            let head = String(decoding: content.prefix(200), as: UTF8.self).lowercased()
            if let declaration = head.range(of: "encoding") {
                let rest = head[declaration.upperBound...].drop { $0 == " " || $0 == "=" }.dropFirst()
                let encoding = String(rest.prefix { $0 != "\"" && $0 != "'" })
                switch encoding {
                case "utf-8", "us-ascii", "ascii": break
                case "iso-8859-1", "latin1":
                    guard let close = content.firstIndex(of: UInt8(ascii: ">")) else {
                        throw bad("the XML declaration is not closed")
                    }
                    // One byte is one character there; the declaration goes, as the text is UTF-8 from here on.
                    let text = content[(close + 1)...].map { Character(Unicode.Scalar($0)) }
                    content = Array(String(text).utf8)
                default:
                    throw bad("the XML declares the encoding '\(encoding.prefix(20))'; UTF-8 and ISO-8859-1 are read")
                }
            }
            guard let text = String(validating: content, as: UTF8.self) else { throw bad("the XML is not UTF-8 text") }
            for mark in ["<!doctype", "<!entity"] where text.range(of: mark, options: .caseInsensitive) != nil {
                throw bad("the XML has a document type or entities, which product metadata never has; it is refused")
            }
            return content
        }

        func parser(
            _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
            qualifiedName qName: String?, attributes attributeDict: [String: String] = [:]
        ) {
            count += 1
            if open.count >= MetadataXML.depthLimit || count > MetadataXML.elementLimit {
                fail(parser, "elements are nested too deep or too many; the file is damaged or no product metadata")
                return
            }
            var attributes: [String: String] = [:]
            for (key, value) in attributeDict { attributes[Self.local(key)] = value }
            open.append(XMLElement(name: Self.local(elementName), attributes: attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard let last = open.indices.last else { return }
            open[last].text += string
            if open[last].text.utf8.count > MetadataXML.textLimit {
                fail(parser, "the text of \(open[last].name.prefix(60)) is longer than any product's; it is refused")
            }
        }

        func parser(
            _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
            qualifiedName qName: String?
        ) {
            guard var element = open.popLast() else { return }
            element.text = element.text.trimmingWhitespace()
            if let parent = open.indices.last {
                open[parent].children.append(element)
            } else {
                root = element
            }
        }

        private func fail(_ parser: XMLParser, _ what: String) {
            failure = failure ?? bad(what)
            parser.abortParsing()
        }

        private static func local(_ name: String) -> String {
            name.split(separator: ":", maxSplits: 1).last.map(String.init) ?? name
        }
    }
}
