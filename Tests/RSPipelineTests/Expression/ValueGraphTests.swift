import Testing

@testable import RSPipeline

@Suite struct ValueGraphTests {
    private func add(_ text: String, to graph: inout ValueGraph) throws -> ValueID {
        let expression = try Expression.parse(text)
        let names = ["a": graph.load(slot: 0), "b": graph.load(slot: 1)]
        let none = graph.constant(.nan)
        return graph.add(expression) { names[$0] ?? none }
    }

    @Test func equalPartsAreOne() throws {
        var graph = ValueGraph()
        let first = try add("(a - b) / (a + b)", to: &graph)
        let count = graph.nodes.count
        let second = try add("(a - b) / (a + b)", to: &graph)
        #expect(first == second)
        #expect(graph.nodes.count == count)
        _ = try add("(a + b) * (a - b)", to: &graph)
        #expect(graph.nodes.count == count + 1)
    }

    @Test(arguments: ["2 + 3 * 4", "sqrt(4)", "min(3, 1, 2)", "1 / 0", "-(2 ^ 0.5)", "if(1, 2, 3)", "exp(1)"])
    func partsWithoutNamesAreComputedOnceInDouble(text: String) throws {
        var graph = ValueGraph()
        let value = try add(text, to: &graph)
        let node = graph[value]
        #expect(node.opcode == .constant)
        let expected = Float(try Expression.parse(text).evaluate { _ in nil })
        #expect(BlockRun.same(Float(bitPattern: node.payload), expected))
    }

    @Test func leadingNumbersFoldInDouble() throws {
        var graph = ValueGraph()
        // 0.1 + 0.2 in Double, then rounded: not the sum of two Floats.
        let value = try add("0.1 + 0.2 + a", to: &graph)
        let node = graph[value]
        #expect(Float(bitPattern: graph.nodes[node.a].payload) == Float(0.1 + 0.2))
    }

    @Test func aDifferenceIsTakenBetweenStoredNumbers() throws {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let y = graph.load(slot: 1)
        let first = graph.affine(x, gain: 2e-5, offset: -0.1)
        let second = graph.affine(y, gain: 2e-5, offset: -0.1)
        let value = graph.apply(.subtract, first, second)
        let difference = graph[value]
        #expect(difference.opcode == .multiply)
        #expect(graph.nodes[difference.a] == ValueGraph.Node(opcode: .subtract, a: x.index, b: y.index))
        // Exactly gain times the difference of the counts.
        let program = Program(of: [graph.apply(.subtract, first, second)], in: graph)
        #expect(BlockRun.floats(program, [[10000], [9999]])[0][0] == Float(2e-5))
    }

    @Test func otherDifferencesStay() {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let y = graph.load(slot: 1)
        let scaled = graph.affine(x, gain: 2, offset: 1)
        for other in [
            graph.affine(y, gain: 3, offset: 1), graph.affine(y, gain: 2, offset: 5),
            graph.affine(y, gain: 2, offset: 0),
            y,
        ] {
            let value = graph.apply(.subtract, scaled, other)
            #expect(graph[value].opcode == .subtract)
        }
        let sum = graph.apply(.add, scaled, graph.affine(y, gain: 2, offset: 1))
        #expect(graph[sum].opcode == .add)
    }

    @Test func aMaskGoesToTheStoredNumbersAndStillMasks() {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let y = graph.load(slot: 1)
        let mask = graph.load(slot: 2)
        func masked(_ value: ValueID) -> ValueID {
            graph.apply(.invalidate, graph.affine(value, gain: 0.5, offset: -1), mask)
        }
        let first = masked(x)
        let second = masked(y)
        let difference = graph.apply(.subtract, first, second)
        #expect(graph[difference].opcode == .multiply)
        let program = Program(of: [first, difference], in: graph)
        let values = BlockRun.floats(program, [[4, 4, 4], [2, 2, .nan], [0, 1, 0]])
        #expect(values[0][0] == 1 && values[0][1].isNaN && values[0][2] == 1)
        #expect(values[1][0] == 1 && values[1][1].isNaN && values[1][2].isNaN)
    }

    @Test(arguments: [("a ^ 2", 9), ("a ^ 8", 6561), ("a ^ -2", 1.0 / 9), ("a ^ 0", 1), ("pow(a, 3)", 27)])
    func wholePowersAreProducts(text: String, expected: Double) throws {
        var graph = ValueGraph()
        let program = Program(of: [try add(text, to: &graph)], in: graph)
        #expect(abs(Double(BlockRun.floats(program, [[3]])[0][0]) - expected) <= 1e-6 * expected)
        #expect(BlockRun.floats(program, [[.nan]])[0][0].isNaN)
        if text != "a ^ 0" { #expect(!program.instructions.contains { $0.opcode == .power }) }
    }

    @Test func strictnessIsKnown() throws {
        for text in ["a + b", "sqrt(a)", "min(a, b)", "a and b", "clamp(a, 0, 1)", "pow(a, 0)"] {
            let formula = try Expression.parse(text)
            #expect(formula.isStrict, "\(text)")
        }
        for text in ["coalesce(a, b)", "isnodata(a)", "if(a, b, 1)", "1 + coalesce(a, 0)", "-isnodata(a)"] {
            let formula = try Expression.parse(text)
            #expect(!formula.isStrict, "\(text)")
        }
    }
}
