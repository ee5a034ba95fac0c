import Testing

@testable import RSPipeline

@Suite struct LexerTests {
    private func kinds(_ source: String) throws -> [Lexer.Kind] { try Lexer.tokens(source).map(\.kind) }

    @Test(
        arguments: [
            ("1", 1), (".5", 0.5), ("0.25", 0.25), ("1.", 1), ("1e-3", 1e-3), ("2E+2", 200), ("1.5e2", 150),
        ] as [(String, Double)])
    func numbers(source: String, value: Double) throws {
        #expect(try kinds(source) == [.number(value), .end])
    }

    @Test func namesKeepTheirCase() throws {
        #expect(try kinds("SR_B4 _x nIr") == [.name("SR_B4"), .name("_x"), .name("nIr"), .end])
    }

    @Test func wordsAreReservedWhateverTheirCase() throws {
        #expect(
            try kinds("AND Or nOt IF NoData SQRT isNoData")
                == [
                    .operation(.and), .operation(.or), .not, .ifWord, .noData, .function(.sqrt), .function(.isnodata),
                    .end,
                ])
    }

    @Test func operators() throws {
        let expected: [Expression.BinaryOperator] = [
            .add, .subtract, .multiply, .divide, .power, .power, .less, .lessOrEqual, .greater, .greaterOrEqual,
            .equal, .notEqual,
        ]
        #expect(
            try kinds("+ - * / ^ ** < <= > >= == !=") == expected.map(Lexer.Kind.operation) + [.end])
        #expect(try kinds("(),?:") == [.leftParenthesis, .rightParenthesis, .comma, .question, .colon, .end])
    }

    @Test func offsetsCountCharacters() throws {
        #expect(try Lexer.tokens(" a\n+ bc").map(\.offset) == [1, 3, 5, 7])
    }

    @Test(
        arguments: [
            ("a = b", 2), ("a && b", 2), ("!a", 0), ("a \u{2212} b", 2), ("1e", 1), ("1e+", 1), ("1.2.3", 3),
            ("2nir", 1), ("1e999", 0), ("red; rm", 3), ("`ls`", 0), ("a[0]", 1), ("\u{0}", 0), ("ё", 0),
            ("a.b", 1), ("\"x\"", 0), ("٣", 0),
        ])
    func refusesWhatIsNotInTheLanguage(source: String, offset: Int) {
        let error = #expect(throws: ExpressionError.self) { try Lexer.tokens(source) }
        #expect(error?.offset == offset)
    }

    @Test func refusesLongText() throws {
        _ = try Lexer.tokens(String(repeating: "a", count: Lexer.maximumLength))
        #expect(throws: ExpressionError.self) {
            try Lexer.tokens(String(repeating: " ", count: Lexer.maximumLength + 1))
        }
        let error = #expect(throws: ExpressionError.self) {
            try Lexer.tokens("e" + String(repeating: "\u{301}", count: 1_000_000))
        }
        #expect((error?.source.utf8.count ?? .max) < 1_000)
    }
}
