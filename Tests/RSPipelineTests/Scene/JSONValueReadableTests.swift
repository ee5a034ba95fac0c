import Foundation
import Testing

@testable import RSPipeline

@Suite struct JSONValueReadableTests {
    @Test func shortThingsStandOnOneLine() {
        let value = JSONValue.object([
            "b": .array([.integer(1), .number(0.5)]), "a": .array([.object(["x": .string("\"q\"")]), .object([:])]),
            "c": .object([:]),
        ])
        #expect(
            value.readableText() == "{\n  \"a\": [{\"x\": \"\\\"q\\\"\"}, {}],\n  \"b\": [1, 0.5],\n  \"c\": {}\n}\n")
        #expect(JSONValue.array([]).readableText() == "[]\n")
    }

    @Test func longListsAreFilledAndReadBack() throws {
        let value = JSONValue.object([
            "list": .array((0..<200).map { .number(Double($0) + 0.5) }),
            "objects": .array((0..<9).map { .object(["deep": .object(["deeper": .array([.integer($0)])])]) }),
        ])
        let text = value.readableText(width: 60)
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 60 })
        #expect(text.split(separator: "\n").count < 60)
        #expect(try JSONReader.read(Array(text.utf8), path: "t") == value)
    }
}
