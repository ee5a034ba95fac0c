import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads the XML form of Landsat metadata: elements with elements are groups, elements with text are values.
///
/// A document type is refused before parsing, so that entities can neither grow without bound nor reach other files.
final class LandsatXMLReader: NSObject, XMLParserDelegate {
    private struct Element {
        let name: String
        var text = ""
        var hasChildren = false
    }

    private var tree: LandsatGroups
    private var open: [Element] = []
    private var failure: SceneError?

    private init(tree: LandsatGroups) { self.tree = tree }

    static func read(_ bytes: [UInt8], into tree: inout LandsatGroups) throws(SceneError) {
        var end = bytes.count
        while end > 0, LandsatMetadata.isBlank(bytes[end - 1]) { end -= 1 }
        let document = Array(bytes[..<end])
        try check(document, tree)
        let reader = LandsatXMLReader(tree: tree)
        let parser = XMLParser(data: Data(document))
        parser.shouldResolveExternalEntities = false
        parser.shouldProcessNamespaces = false
        parser.delegate = reader
        let isComplete = parser.parse()
        if let failure = reader.failure { throw failure }
        if !isComplete || !reader.open.isEmpty {
            throw tree.bad("XML, line \(parser.lineNumber): the document is not well formed or is truncated")
        }
        tree = reader.tree
    }

    /// Refuses what could hide a document type (another encoding) and a document type itself.
    private static func check(_ bytes: [UInt8], _ tree: LandsatGroups) throws(SceneError) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw tree.bad("the XML is not UTF-8 text")
        }
        let head = text.prefix(200).lowercased()
        if let declaration = head.range(of: "encoding") {
            let rest = head[declaration.upperBound...].drop { $0 == " " || $0 == "=" }.dropFirst()
            let encoding = rest.prefix { $0 != "\"" && $0 != "'" }
            guard ["utf-8", "us-ascii", "ascii"].contains(String(encoding)) else {
                throw tree.bad("the XML declares the encoding '\(encoding.prefix(20))'; only UTF-8 is read")
            }
        }
        for mark in ["<!doctype", "<!entity"] where text.range(of: mark, options: .caseInsensitive) != nil {
            throw tree.bad("the XML has a document type or entities, which Landsat metadata never has; it is refused")
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName qName: String?, attributes attributeDict: [String: String] = [:]
    ) {
        if let last = open.indices.last {
            if !open[last].hasChildren {
                open[last].hasChildren = true
                attempt(parser) { (tree: inout LandsatGroups, open: [Element]) throws(SceneError) in
                    try tree.open(open[last].name, depth: last)
                }
            }
        }
        open.append(Element(name: elementName))
        if open.count > LandsatMetadata.depthLimit + 1 {
            failure = failure ?? tree.bad("elements are nested too deep; the file is damaged or no Landsat metadata")
            parser.abortParsing()
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.indices.last, !open[last].hasChildren { open[last].text += string }
    }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName qName: String?
    ) {
        guard let element = open.popLast(), !element.hasChildren, let parent = open.last else { return }
        let value = LandsatJSONReader.trimmed(element.text)
        attempt(parser) { (tree: inout LandsatGroups, _: [Element]) throws(SceneError) in
            try tree.set(element.name, to: value, in: parent.name)
        }
    }

    private func attempt(
        _ parser: XMLParser, _ body: (inout LandsatGroups, [Element]) throws(SceneError) -> Void
    ) {
        if failure != nil { return }
        do throws(SceneError) {
            try body(&tree, open)
        } catch {
            failure = error
            parser.abortParsing()
        }
    }
}
