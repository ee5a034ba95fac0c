import Foundation
import Testing

@testable import RSPipeline

@Suite struct JSONValueTests {
    @Test func documentsReadBack() throws {
        let value = JSONValue.object([
            "b": .array([.integer(1), .number(0.5), .bool(true), .null]), "a": .string("x/y \u{e9}"),
        ])
        #expect(
            value.text(pretty: false)
                == #"{"a":"x/y \u{e9}","b":[1,0.5,true,null]}"#.replacing(#"\u{e9}"#, with: "\u{e9}"))
        #expect(JSONValue(Data(value.text(pretty: true).utf8)) == value)
        #expect(value["a"]?.text == "x/y \u{e9}" && value["z"] == nil && value.members?.count == 2)
    }

    @Test func numbersThatJSONLacksAreNull() {
        #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text(pretty: false) == "[null,null]")
        #expect(JSONValue(Data("{".utf8)) == nil)
    }
}
