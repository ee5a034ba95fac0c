import Testing

@testable import RSPipeline

@Suite struct NumberStyleTests {
    private func style(_ texts: [String], commaSeparated: Bool = false) throws -> NumberStyle {
        try NumberStyle(
            texts.enumerated().map { NumberStyle.Field(place: "line \($0 + 2)", column: "EC", text: $1) },
            isCommaSeparated: commaSeparated, name: "t.csv")
    }

    @Test func pointsAreRead() throws {
        let style = try style(["1.5", "2", ""])
        #expect(style.read("1.250") == 1.25 && style.read("-3e2") == -300)
        #expect(style.read("1,5") == nil && style.read("nan") == nil && style.read("0x10") == nil)
    }

    /// One number that can only be meant so says how all are meant.
    @Test(arguments: [["1,250", "12,5"], ["0,125"], ["1234,567"], ["-0,125"], [",5"]])
    func commasAreDecimalWhereNothingElseIsPossible(texts: [String]) throws {
        #expect(try style(texts).read("1,250") == 1.25)
    }

    @Test(arguments: [
        (["1,250"], "thousands"), (["12,5", "3.5"], "with a comma"), (["1.250,5"], "separator of thousands"),
        (["1,250,000"], "separator of thousands"),
    ])
    func whatCouldBeTwoThingsIsRefused(texts: [String], word: String) {
        let error = #expect(throws: SceneError.self) { try style(texts) }
        #expect(error?.message.contains(word) == true && error?.message.contains("line 2") == true, "\(error as Any)")
    }

    @Test func insideCommasNoCommaIsDecimal() throws {
        let style = try style(["12,5"], commaSeparated: true)
        #expect(style.read("12,5") == nil)
        #expect(style.problem(.init(place: "line 2", column: "EC", text: "12,5")).contains("semicolons"))
    }
}
