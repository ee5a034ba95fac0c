import Testing

@testable import RSPipeline

@Suite struct ExpressionTests {
    private func value(_ source: String, _ values: [String: Double] = [:]) throws -> Double {
        try Expression.parse(source).evaluate { values[$0] }
    }

    @Test(
        arguments: [
            "1/0", "0/0", "sqrt(-1)", "log(0)", "log(-1)", "(-8)^(1/3)", "0^-1", "pow(0, -2)", "exp(1000)",
            "1e308*10", "-1e308-1e308", "nodata", "unknown", "nodata + 1", "-nodata", "not nodata", "nodata < 1",
            "nodata == nodata", "nodata != 1", "nodata and 0", "0 and nodata", "1 or nodata", "nodata ? 1 : 2",
            "1 ? nodata : 2", "min(1, nodata)", "max(nodata, 1)", "clamp(nodata, 0, 1)", "clamp(1, nodata, 1)",
            "clamp(1, 0, nodata)", "abs(nodata)", "sqrt(nodata)", "exp(nodata)", "log(nodata)", "nodata^0", "1^nodata",
            "pow(nodata, 0)", "coalesce(nodata, nodata)", "0*(1/0)", "10^400",
        ])
    func noData(source: String) throws {
        #expect(try value(source).isNaN)
    }

    @Test(
        arguments: [
            ("0^0", 1), ("pow(5, 0)", 1), ("(-2)^3", -8), ("(-2)^-1", -0.5), ("0 ? nodata : 2", 2),
            ("1 ? 2 : nodata", 2), ("if(0, 1/0, 3)", 3), ("isnodata(1)", 0), ("isnodata(1/0)", 1),
            ("isnodata(unknown)", 1), ("coalesce(1/0, nodata, 7, 8)", 7), ("clamp(2, 3, 1)", 1),
            ("2 and -1", 1), ("0.5 ? 1 : 2", 1), ("sqrt(0)", 0), ("-0.5 ? 1 : 2", 1),
        ] as [(String, Double)])
    func hasData(source: String, expected: Double) throws {
        #expect(try value(source) == expected)
    }

    @Test func namesAreLookedUpAsWritten() throws {
        #expect(try value("B4 - b4", ["B4": 3, "b4": 1]) == 2)
        #expect(try value("a", ["a": .infinity]).isNaN)
        #expect(try value("isnodata(a)", ["a": .nan]) == 1)
    }

    @Test func treesBuiltByHandWithBadArityAreNoData() {
        #expect(Expression.call(.clamp, [.constant(1)]).evaluate { _ in nil }.isNaN)
        #expect(Expression.call(.min, []).evaluate { _ in nil }.isNaN)
        #expect(Expression.constant(.infinity).evaluate { _ in nil }.isNaN)
    }

    @Test func namesInOrderOfAppearance() throws {
        #expect(try Expression.parse("if(c > a, -b * a, max(d, c)) + e").names == ["c", "a", "b", "d", "e"])
    }

    @Test func substitutionReplacesEveryName() throws {
        let tree = try Expression.parse("if(n > 1, -n ^ n, max(n, m) - (not n))")
        let replaced = tree.substituting { $0 == "n" ? .constant(2) : nil }
        #expect(replaced.names == ["m"])
        #expect(replaced.evaluate { _ in nil } == -4)
    }

    @Test(
        arguments: [
            ("a+b*c", "a + b * c"), ("(a+b)*c", "(a + b) * c"), ("a-(b-c)", "a - (b - c)"), ("(a-b)-c", "a - b - c"),
            ("(a^b)^c", "(a^b)^c"), ("a**(b**c)", "a^b^c"), ("(-a)^2", "(-a)^2"), ("-(a^2)", "-a^2"),
            ("-(a*b)", "-(a * b)"), ("2^(-1)", "2^-1"), ("(-1)^2", "(-1)^2"), ("a?b:c", "if(a, b, c)"),
            ("(a<b)<c", "(a < b) < c"), ("not(a and b)", "not (a and b)"), ("(not a)==b", "(not a) == b"),
            ("1.0*.5", "1 * 0.5"), ("-(3)", "-(3)"), ("a/(b*c)", "a / (b * c)"), ("NODATA", "nodata"),
        ])
    func canonicalText(source: String, text: String) throws {
        #expect(try Expression.parse(source).description == text)
    }

    @Test(arguments: 0..<500) func descriptionParsesBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tree = Self.randomTree(depth: 6, &random)
        #expect(try Expression.parse(tree.description) == tree, "seed \(seed): \(tree.description)")
    }

    private static func randomTree(depth: Int, _ random: inout SplitMix64) -> Expression {
        if depth == 0 || Int.random(in: 0..<6, using: &random) == 0 { return randomLeaf(&random) }
        let a = randomTree(depth: depth - 1, &random)
        let b = randomTree(depth: depth - 1, &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .unary(.negate, a)
        case 1: return .unary(.not, a)
        case 2: return .conditional(randomLeaf(&random), a, b)
        case 3: return .call(.min, [a, b])
        case 4: return .call(.isnodata, [a])
        default:
            let operators: [Expression.BinaryOperator] = [
                .add, .subtract, .multiply, .divide, .power, .less, .lessOrEqual, .greater, .greaterOrEqual, .equal,
                .notEqual, .and, .or,
            ]
            return .binary(operators.randomElement(using: &random) ?? .add, a, b)
        }
    }

    private static func randomLeaf(_ random: inout SplitMix64) -> Expression {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .name(["nir", "red", "B8A", "_x"].randomElement(using: &random) ?? "nir")
        case 1: .constant(Double.random(in: -1e-6...1e-6, using: &random))
        case 2: .constant([0, -1, 2, 0.5, 1e300, -2.5e-300, 1e16].randomElement(using: &random) ?? 0)
        default: .noData
        }
    }
}
