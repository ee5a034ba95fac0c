import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The elements of an XML file as a flat list, for tests that look at what a writer has made.
final class MadeXML: NSObject, XMLParserDelegate {
    struct Element {
        /// Names from the root down, joined by slashes.
        let path: String
        let attributes: [String: String]
        var text = ""
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    private var failure: (any Error)?

    init(_ path: String) throws {
        super.init()
        let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
        parser.delegate = self
        if !parser.parse() { throw failure ?? CocoaError(.fileReadCorruptFile) }
    }

    /// Elements whose path ends so, in the order of the file.
    func all(_ ending: String) -> [Element] {
        elements.filter { $0.path == ending || $0.path.hasSuffix("/" + ending) }
    }

    /// The texts of those elements.
    func texts(_ ending: String) -> [String] { all(ending).map(\.text) }

    func numbers(_ ending: String) -> [Double] { texts(ending).compactMap(Double.init) }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let parent = open.last.map { elements[$0].path + "/" } ?? ""
        open.append(elements.count)
        elements.append(Element(path: parent + name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let index = open.last { elements[index].text += text }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        if let index = open.popLast() {
            elements[index].text = elements[index].text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { failure = error }
}
