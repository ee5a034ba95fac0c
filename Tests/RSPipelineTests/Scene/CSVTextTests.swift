import Foundation
import Testing

@testable import RSPipeline

@Suite struct CSVTextTests {
    private static func read(_ text: String) throws -> CSVText { try CSVText(Data(text.utf8), name: "t.csv") }

    @Test func quotesSeparatorsAndLineEnds() throws {
        let table = try Self.read(
            "\u{feff}# made by hand\r\nid, name ,v\r\n1,\"a, \"\"b\"\"\nc\",2.5\r\n\r\n 2 ,x,\r\n")
        #expect(table.columns == ["id", "name", "v"])
        #expect(table.rows.map(\.fields) == [["1", "a, \"b\"\nc", "2.5"], ["2", "x", ""]])
        #expect(table.rows.map(\.line) == [3, 6])
        #expect(table.column("NAME") == 1)
    }

    @Test func semicolonsAndTabs() throws {
        #expect(try Self.read("a;b\n1,5;2\n").rows[0].fields == ["1,5", "2"])
        #expect(try Self.read("a\tb\n1\t2\n").rows[0].fields == ["1", "2"])
        #expect(try Self.read("only\n7\n").rows[0].fields == ["7"])
    }

    @Test func writtenFieldsReadBack() throws {
        let fields = ["plain", "a,b", "say \"so\"", "two\nlines", " edge", "#1", "", "x"]
        let columns = fields.indices.map { "c\($0)" }
        let table = try Self.read(CSVText.line(columns) + CSVText.line(fields))
        #expect(table.rows[0].fields == fields)
    }

    @Test(arguments: [
        ("", "empty"), ("\n \n", "empty"), ("a,a\n1,2\n", "more than once"), ("a,b\n1\n", "line 2 has 1 fields"),
        ("a,b\n1,\"x\n", "never closed"), ("a,b\n1,2\0\n", "zero bytes"),
    ])
    func damagedTablesNameThePlace(_ text: String, _ words: String) {
        let error = #expect(throws: SceneError.self) { try Self.read(text) }
        #expect(error?.message.contains("t.csv") == true && error?.message.contains(words) == true, "\(error as Any)")
    }

    @Test func otherEncodingsAreRefused() {
        let error = #expect(throws: SceneError.self) { try CSVText(Data([0x61, 0xcf, 0xee, 10]), name: "t.csv") }
        #expect(error?.message.contains("UTF-8") == true)
    }
}
