import Foundation
import Testing

@testable import RSPipeline

@Suite struct XMLTextTests {
    @Test func whatWasWrittenIsReadBack() throws {
        let scratch = try SynthesisScratch()
        let text = XMLText(
            "Root", [("version", "a \"b\" & <c>")],
            [XMLText("Empty"), XMLText("Text", text: "5 < 6 & 7 > \"6\", µm²")]
        ).document(remark: "a remark")
        let path = scratch.path + "/file.xml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let read = try MadeXML(path)
        #expect(read.elements.map(\.path) == ["Root", "Root/Empty", "Root/Text"])
        #expect(read.elements[0].attributes == ["version": "a \"b\" & <c>"])
        #expect(read.texts("Text") == ["5 < 6 & 7 > \"6\", µm²"])
        #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<!-- a remark -->\n"))
    }
}
