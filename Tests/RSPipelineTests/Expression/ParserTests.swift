import Testing

@testable import RSPipeline

@Suite struct ParserTests {
    private let a = Expression.name("a")
    private let b = Expression.name("b")
    private let c = Expression.name("c")

    @Test(
        arguments: [
            ("-2^2", -4), ("2^-1", 0.5), ("2^3^2", 512), ("2**3", 8), ("(-2)^2", 4), ("-2**2", -4), ("2^-2^2", 0.0625),
            ("1 - 2 - 3", -4), ("8/4/2", 1), ("2+3*4", 14), ("(2+3)*4", 20), ("2*-3", -6), ("--3", 3), ("- -3", 3),
            ("1 < 2", 1), ("2 <= 1", 0), ("1 == 1", 1), ("1 != 1", 0), ("not 0", 1), ("not 1 < 2", 0),
            ("not 0 and 0", 0), ("1 or 0 and 0", 1), ("1 + 1 == 2 and 3 > 2", 1), ("not not 5", 1),
            ("1 ? 2 : 3", 2), ("0 ? 2 : 1 ? 4 : 5", 4), ("1 ? 0 ? 1 : 2 : 3", 2), ("1 > 2 ? 1 : 2 + 3", 5),
            ("if(0, 1, 2)", 2), ("IF(1, 1, 2)", 1), ("min(3, 1, 2)", 1), ("MAX(3, 1, 2)", 3), ("abs(-2)", 2),
            ("sqrt(9)", 3), ("pow(2, 3)", 8), ("clamp(5, 0, 1)", 1), ("clamp(-5, 0, 1)", 0), ("isnodata(nodata)", 1),
            ("coalesce(nodata, 4)", 4), ("exp(0)", 1), ("log(1)", 0), (" ( 1 ) ", 1), ("2^0.5*2^0.5 < 2.01", 1),
        ] as [(String, Double)])
    func values(source: String, value: Double) throws {
        #expect(try Expression.parse(source).evaluate { _ in nil } == value)
    }

    @Test func trees() throws {
        #expect(try Expression.parse("a - b - c") == .binary(.subtract, .binary(.subtract, a, b), c))
        #expect(try Expression.parse("a ^ b ^ c") == .binary(.power, a, .binary(.power, b, c)))
        #expect(try Expression.parse("-a ^ b") == .unary(.negate, .binary(.power, a, b)))
        #expect(try Expression.parse("-a * b") == .binary(.multiply, .unary(.negate, a), b))
        #expect(try Expression.parse("not a < b") == .unary(.not, .binary(.less, a, b)))
        #expect(try Expression.parse("a and b or c") == .binary(.or, .binary(.and, a, b), c))
        #expect(try Expression.parse("a ? b : c") == .conditional(a, b, c))
        #expect(try Expression.parse("if(a, b, c)") == .conditional(a, b, c))
        #expect(try Expression.parse("-1") == .constant(-1))
        #expect(try Expression.parse("-(1)") == .unary(.negate, .constant(1)))
        #expect(try Expression.parse("Nir") == .name("Nir"))
        #expect(try Expression.parse("nodata") == .noData)
    }

    @Test(
        arguments: [
            ("", 0), ("  ", 0), ("a +", 3), ("* a", 0), ("a b", 2), ("(a", 0), ("a)", 1), ("a < b < c", 6),
            ("a == b != c", 7), ("a ? b", 5), ("a : b", 2), ("min(a)", 0), ("pow(a)", 0), ("clamp(a, b)", 0),
            ("sqrt(a, b)", 0), ("if(a, b)", 0), ("coalesce(a)", 0), ("isnodata()", 0), ("sqrt", 4), ("sqrt a", 5),
            ("nir(2)", 0), ("a, b", 1), ("0,5", 1), ("a == not b", 5), ("-not a", 1), ("a not b", 2), ("()", 1),
            ("min(a,)", 6), ("if a", 3), ("a ** * b", 5), ("min(a b)", 6), ("(a ? b : c", 0), ("1 2", 2),
            ("+ a", 0), ("nodata(1)", 6),
        ])
    func refuses(source: String, offset: Int) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(source) }
        #expect(error?.offset == offset, "\(error?.description ?? "")")
    }

    @Test func suggestsTheNearestFunction() {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse("1 + sqr(a)") }
        #expect(error?.message.contains("did you mean `sqrt`?") == true)
        #expect(error?.description.hasSuffix("\n  1 + sqr(a)\n      ^") == true)
        let far = #expect(throws: ExpressionError.self) { try Expression.parse("import(a)") }
        #expect(far?.message.contains("the functions are min, max, abs") == true)
    }

    @Test func chainedComparisonSaysWhatToWrite() {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse("0 < a < 1") }
        #expect(error?.message.contains("a < b and b < c") == true)
    }

    // MARK: Limits

    /// A source nested to `depth` in one of the ways that nesting can be written.
    private static func nested(_ way: Int, _ depth: Int) -> String {
        let open = String(repeating: ["(", "-", "1^", "abs(", "not ", "1?1:", "1?", "1+(", "if(1,"][way], count: depth)
        let close = String(repeating: [")", "", "", ")", "", "", ":1", ")", ",1)"][way], count: depth)
        return open + "a" + close
    }

    @Test(arguments: 0..<9) func nestingIsLimited(way: Int) async throws {
        // `1+(` nests twice: a right operand, and a parenthesis in it.
        let deepest = way == 7 ? Expression.maximumDepth / 2 : Expression.maximumDepth
        let accepted = await onSmallStack { () -> Bool in
            guard let tree = try? Expression.parse(Self.nested(way, deepest)) else { return false }
            _ = tree.evaluate { _ in 1 }
            return tree.names == ["a"] && tree == tree.substituting { _ in nil } && !tree.description.isEmpty
        }
        #expect(accepted)
        let refused = await onSmallStack { () -> ExpressionError? in
            do throws(ExpressionError) {
                _ = try Expression.parse(Self.nested(way, deepest + 1))
                return nil
            } catch { return error }
        }
        #expect(refused?.message.contains("nested deeper than 100") == true)
        let hostile = await onSmallStack { (try? Expression.parse(Self.nested(way, 1_900))) == nil }
        #expect(hostile)
    }

    @Test func worstNestingFitsASmallStack() async {
        let level = "a or b and not c < d + e * -f ^ if(a, b, "
        let source = String(repeating: level, count: 11) + "a" + String(repeating: ")", count: 11)
        let parsed = await onSmallStack { (try? Expression.parse(source))?.evaluate { _ in 1 } != nil }
        #expect(parsed)
        let hostile = String(repeating: level, count: 200)
        #expect(await onSmallStack { (try? Expression.parse(hostile)) == nil })
    }

    @Test(arguments: ["+", "*", "-", "/", " and ", " or "]) func longChainsFitASmallStack(op: String) async throws {
        // 1000 operands and 999 operators: 1999 parts.
        let source = (0..<1_000).map { "x\($0 % 7)" }.joined(separator: op)
        let same = await onSmallStack { () -> Bool in
            guard let tree = try? Expression.parse(source), let again = try? Expression.parse(source) else {
                return false
            }
            guard let back = try? Expression.parse(tree.description) else { return false }
            let renamed = tree.substituting { .name($0 + "y") }
            _ = tree.evaluate { _ in 1 }
            return tree == again && back == tree && tree.hashValue == again.hashValue && renamed.names.count == 7
        }
        #expect(same)
        #expect(throws: ExpressionError.self) { try Expression.parse(source + "\(op)x\(op)x") }
    }

    @Test(arguments: 0..<300) func neverCrashesOnNoise(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = [
            "a", "nir", "1", ".5", "+", "-", "*", "/", "^", "(", ")", ",", "<", "==", "and", "or", "not", "?", ":",
            "if(", "min(", "sqrt(", "nodata", " ", "\n", "=", "é", "\u{0}",
        ]
        let count = Int.random(in: 0..<60, using: &random)
        let source = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined(separator: " ")
        do throws(ExpressionError) {
            let tree = try Expression.parse(source)
            #expect(try Expression.parse(tree.description) == tree, "seed \(seed): \(source)")
        } catch {
            #expect(!error.description.isEmpty && error.offset <= source.count, "seed \(seed): \(source)")
        }
    }
}
