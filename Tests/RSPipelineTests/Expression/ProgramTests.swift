import Testing

@testable import RSPipeline

@Suite struct ProgramTests {
    @Test func onlyWhatResultsNeedIsComputed() {
        var graph = ValueGraph()
        let x = graph.load(slot: 3)
        _ = graph.apply(.squareRoot, graph.load(slot: 1))
        let program = Program(of: [graph.apply(.negate, x)], in: graph)
        #expect(program.inputSlots == [3])
        #expect(program.instructions.map(\.opcode) == [.load, .negate])
    }

    @Test func registersAreUsedAgain() {
        var graph = ValueGraph()
        var value = graph.load(slot: 0)
        for number in 1...50 { value = graph.apply(.add, value, graph.constant(Float(number))) }
        let program = Program(of: [value], in: graph)
        #expect(program.registerCount == 1)
        #expect(BlockRun.floats(program, [[0]])[0] == [1275])
    }

    @Test func theTextIsTheSameEveryTime() {
        func text() -> String {
            var graph = ValueGraph()
            let loads = (0..<8).map { graph.load(slot: $0) }
            let sums = zip(loads, loads.reversed()).map { graph.apply(.select, $0, $1, loads[3]) }
            return Program(of: [sums.reduce(loads[0]) { graph.apply(.multiply, $0, $1) }], in: graph).description
        }
        #expect(text() == text())
        #expect(text().hasPrefix("r0 = load input 0\nr1 = load input 1"))
    }

    /// Formulas over any values, computed by the program and by the reference in Double.
    @Test(arguments: 0..<150 as Range<UInt64>) func compiledFormulasEqualTheReference(seed: UInt64) {
        var maker = FormulaMaker(seed: seed)
        let formulas = (0..<3).map { _ in maker.formula(depth: 4) }
        let values = (0..<4).map { _ in (0..<24).map { _ in maker.value() } }
        var graph = ValueGraph()
        let loads = (0..<4).map { graph.load(slot: $0) }
        let roots = formulas.map { formula in
            graph.add(formula) { loads[FormulaMaker.names.firstIndex(of: $0) ?? 0] }
        }
        let results = BlockRun.floats(Program(of: roots, in: graph), values)
        for pixel in 0..<24 {
            for (index, formula) in formulas.enumerated() {
                let lookup: (String) -> Double? = { name in
                    FormulaMaker.names.firstIndex(of: name).map { Double(values[$0][pixel]) }
                }
                let expected = formula.evaluate(lookup)
                let value = Double(results[index][pixel])
                let tolerance = 2e-5 * formula.magnitude(lookup) + 1e-30
                #expect(
                    value.isNaN == expected.isNaN && (value.isNaN || abs(value - expected) <= tolerance),
                    "seed \(seed), pixel \(pixel): \(formula) is \(value), not \(expected)")
            }
        }
    }
}

/// Random formulas whose branches and domains do not hang on a rounding.
///
/// Conditions, and what stands under a root, a logarithm or a fraction, are exact in Float: sums and products of small
/// dyadic numbers.
private struct FormulaMaker {
    static let names = ["a", "b", "c", "d"]
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func value() -> Float {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .nan
        case 1: 0
        default: Float(Int.random(in: -32...32, using: &random)) / 8
        }
    }

    private mutating func leaf() -> Expression {
        if Int.random(in: 0..<12, using: &random) == 0 { return .noData }
        if Int.random(in: 0..<4, using: &random) == 0 {
            return .constant(Double(Int.random(in: -8...8, using: &random)) / 4)
        }
        return .name(Self.names.randomElement(using: &random) ?? "a")
    }

    private mutating func exact(depth: Int) -> Expression {
        if depth == 0 { return leaf() }
        let a = exact(depth: depth - 1)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .binary(.add, a, leaf())
        case 1: return .binary(.subtract, a, leaf())
        case 2: return .binary(.multiply, a, leaf())
        case 3: return .unary(.negate, a)
        case 4: return .call(Bool.random(using: &random) ? .abs : .min, [a])
        case 5: return .call(.max, [a, leaf(), leaf()])
        case 6: return .call(.coalesce, [a, leaf()])
        default: return a
        }
    }

    private mutating func condition() -> Expression {
        let all: [Expression.BinaryOperator] = [
            .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .and, .or,
        ]
        let compared = Expression.binary(
            all.randomElement(using: &random) ?? .less, exact(depth: 1), exact(depth: 1))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .unary(.not, compared)
        case 1: return .call(.isnodata, [exact(depth: 1)])
        default: return compared
        }
    }

    mutating func formula(depth: Int) -> Expression {
        if depth == 0 {
            switch Int.random(in: 0..<9, using: &random) {
            case 0: return .call(.sqrt, [exact(depth: 2)])
            case 1: return .call(.log, [exact(depth: 2)])
            case 2: return .call(.exp, [leaf()])
            case 3: return .binary(.divide, exact(depth: 2), exact(depth: 1))
            case 4: return .binary(.power, leaf(), .constant(Double(Int.random(in: -9...9, using: &random))))
            case 5: return .call(.pow, [leaf(), .constant([0.5, 1.5, 0, 2.25].randomElement(using: &random) ?? 0)])
            case 6: return .call(.clamp, [exact(depth: 1), .constant(-1), .constant(2)])
            case 7: return condition()
            default: return exact(depth: 2)
            }
        }
        let a = formula(depth: depth - 1)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .binary(.add, a, formula(depth: depth - 1))
        case 1: return .binary(.subtract, a, formula(depth: depth - 1))
        case 2: return .binary(.multiply, a, .constant(Double(Int.random(in: -3...3, using: &random))))
        case 3: return .conditional(condition(), a, formula(depth: depth - 1))
        case 4: return .call(.coalesce, [a, formula(depth: depth - 1)])
        case 5: return .call(.min, [a, formula(depth: depth - 1)])
        case 6: return .call(.max, [a, formula(depth: depth - 1), leaf()])
        default: return .unary(.negate, a)
        }
    }
}

extension Expression {
    /// The size of the largest terms, to which rounding errors are relative.
    fileprivate func magnitude(_ lookup: (String) -> Double?) -> Double {
        func known(_ value: Double) -> Double { value.isNaN ? 0 : Swift.abs(value) }
        switch self {
        case .binary(.add, let a, let b), .binary(.subtract, let a, let b):
            return a.magnitude(lookup) + b.magnitude(lookup)
        case .binary(.multiply, let a, let b): return a.magnitude(lookup) * b.magnitude(lookup)
        case .unary(_, let a): return a.magnitude(lookup)
        case .conditional(_, let a, let b): return Swift.max(a.magnitude(lookup), b.magnitude(lookup))
        case .call(.coalesce, let all), .call(.min, let all), .call(.max, let all):
            return all.map { $0.magnitude(lookup) }.max() ?? 0
        default: return known(evaluate(lookup))
        }
    }
}
