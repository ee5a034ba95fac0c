import Testing

@testable import RSPipeline

@Suite struct ExpressionErrorTests {
    @Test func caretStandsUnderThePlace() {
        let error = ExpressionError(message: "wrong", source: "a + $", offset: 4)
        #expect(error.description == "wrong\n  a + $\n      ^")
    }

    @Test func showsTheLineOfThePlace() {
        let error = ExpressionError(message: "wrong", source: "first\n\tsecond +\nthird", offset: 14)
        #expect(error.description == "wrong\n   second +\n          ^")
        let atEnd = ExpressionError(message: "wrong", source: "a +\r\n", offset: 4)
        #expect(atEnd.description == "wrong\n  \n  ^")
    }

    @Test func cropsLongLines() {
        let source = String(repeating: "a", count: 200) + "$" + String(repeating: "b", count: 200)
        let lines = ExpressionError(message: "wrong", source: source, offset: 200).description
            .split(separator: "\n").map(Array.init)
        #expect(lines.count == 3)
        #expect(lines[1].count < 140)
        #expect(lines[1][lines[2].count - 1] == "$")
    }

    @Test func hidesControlCharacters() {
        let error = ExpressionError(message: "wrong", source: "\u{1B}[31m$", offset: 5)
        #expect(!error.description.contains("\u{1B}"))
    }

    @Test func keepsThePlaceInsideTheFormula() {
        #expect(ExpressionError(message: "", source: "ab", offset: 99).offset == 2)
        #expect(ExpressionError(message: "", source: "ab", offset: -1).offset == 0)
    }
}
