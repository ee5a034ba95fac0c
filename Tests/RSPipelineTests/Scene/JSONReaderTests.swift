import Foundation
import Testing

@testable import RSPipeline

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8), path: "x.json") }

    @Test func everyKindOfValue() throws {
        let value = try read(
            #" {"a": [1, -2.5, 1e3, true, false, null, "x\n\u00e4\ud83d\ude00\/"], "b": {}, "c": [], "d": NaN} "#)
        #expect(
            value["a"]
                == .array([
                    .integer(1), .number(-2.5), .number(1000), .bool(true), .bool(false), .null, .string("x\nä😀/"),
                ]))
        #expect(value["b"] == .object([:]) && value["c"] == .array([]))
        #expect(value["d"]?.double?.isNaN == true)
        #expect(try JSONReader.read([0xEF, 0xBB, 0xBF] + Array("1".utf8), path: "x") == .integer(1))
    }

    @Test(arguments: [
        "", "{", "[", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "\"", "\"\\", "\"\\u12",
        "\"\\ud800\"", "\"\\x\"", "tru", "1.2.3", "0x10", "{} x", "{\"a\":1,\"a\":2}", "\"a\nb\"", "-", "+",
    ])
    func whatIsNotJSONIsRefusedWithItsPlace(_ text: String) {
        let message = Run.message { _ = try read(text) }
        #expect(message.contains("x.json") && message.contains("byte"), "\(message)")
    }

    @Test func depthAndEncodingAreChecked() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(Run.message { _ = try read(deep) }.contains("deeper"))
        #expect(Run.message { _ = try JSONReader.read([0x22, 0xFF, 0xFE, 0x22], path: "x") }.contains("UTF-8"))
    }
}
