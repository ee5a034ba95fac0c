import Testing

@testable import RSPipeline

@Suite struct InstructionFusionTests {
    private var graph = ValueGraph()

    /// A program's text, one line per instruction.
    private func lines(_ results: ValueID...) -> [String] {
        Program(graph, results: results).description.split(separator: "\n").map(String.init)
    }

    private mutating func masked(_ value: ValueID, slot: Int, bits: UInt32) -> ValueID {
        graph.apply(.invalidate, value, graph.anyBit(graph.load(slot: slot), mask: bits))
    }

    @Test mutating func aLoadTakesItsScaleAndItsMasks() {
        var value = masked(graph.load(slot: 0), slot: 5, bits: 8)
        value = graph.affine(value, gain: 0.5, offset: -0.25)
        value = masked(value, slot: 4, bits: 8)
        // Bits of one layer are one test.
        value = masked(value, slot: 4, bits: 16)
        #expect(lines(value) == ["r0 = load input 0 * 0.5 + -0.25 unless input 5 & 0x8, input 4 & 0x18"])
        #expect(Program(graph, results: [value]).inputSlots == [0, 4, 5])
    }

    @Test mutating func aLoadThatOthersNeedStaysAsItIs() {
        let raw = graph.load(slot: 0)
        let scaled = graph.affine(raw, gain: 2, offset: 1)
        #expect(lines(scaled, raw) == ["r0 = load input 0", "r1 = multiplyAdd r0, 2.0, 1.0"])
        let product = graph.apply(.multiply, raw, graph.constant(2))
        #expect(lines(scaled, product) == ["r0 = load input 0 * 2.0", "r1 = add r0, 1.0"])
    }

    @Test mutating func aTestOfBitsReadsThem() {
        let bits = graph.anyBit(graph.load(slot: 1), mask: 6)
        let root = graph.apply(.squareRoot, graph.load(slot: 0))
        let value = graph.apply(.invalidate, root, bits)
        #expect(lines(value).contains { $0.hasSuffix("= storedBit input 1 & 0x6") })
        #expect(lines(value).filter { $0.contains("load") } == ["r1 = load input 0"])
    }

    @Test mutating func parametersScaleToo() {
        let value = graph.apply(.add, graph.load(slot: 0), graph.parameter(slot: 0))
        #expect(lines(value) == ["r0 = load input 0 + p0"])
        #expect(Program(graph, results: [value]).uses(parameter: 0))
        #expect(BlockRun.floats(Program(graph, results: [value]), [[1, -0.0]], parameters: [2])[0] == [3, 2])
    }

    @Test mutating func differencesAreOneInstruction() {
        let a = graph.affine(graph.load(slot: 0), gain: 2, offset: 1)
        let b = graph.affine(graph.load(slot: 1), gain: 3, offset: 1)
        let value = graph.apply(.divide, graph.apply(.subtract, a, b), graph.apply(.add, b, a))
        #expect(lines(value).last == "r1 = normalizedDifference r0, r1")
        let c = graph.affine(graph.load(slot: 1), gain: 2, offset: 1)
        let scaled = graph.apply(.divide, graph.apply(.subtract, a, c), graph.apply(.add, a, c))
        #expect(lines(scaled).last == "r1 = scaledDifference r0, r1, 2.0, 1.0")
        let other = graph.apply(.divide, graph.apply(.subtract, a, c), graph.apply(.add, a, b))
        #expect(lines(other).last?.contains("divide") == true)
    }

    @Test mutating func sumsInAnyOrderAreOneValue() {
        let a = graph.load(slot: 0)
        let b = graph.load(slot: 1)
        #expect(graph.apply(.add, a, b) == graph.apply(.add, b, a))
        #expect(graph.apply(.multiply, a, b) == graph.apply(.multiply, b, a))
        // Of 0 and -0 the first is the smaller.
        #expect(graph.apply(.minimum, a, b) != graph.apply(.minimum, b, a))
        #expect(graph.apply(.subtract, a, b) != graph.apply(.subtract, b, a))
    }

    /// A joined scale rounds twice: the product is not exact before the offset comes.
    @Test mutating func aJoinedScaleRoundsTwice() {
        let value = graph.affine(graph.load(slot: 0), gain: 0.1, offset: -0.1)
        let numbers = (1...3000).map(Float.init)
        let results = BlockRun.floats(Program(graph, results: [value]), [numbers])[0]
        #expect(results == numbers.map { $0 * 0.1 + -0.1 })
        #expect(results != numbers.map { Float(-0.1).addingProduct($0, 0.1) })
    }

    @Test(arguments: [2, -4, 0.5, 3, .leastNonzeroMagnitude, 1e38, 0, -0.0, .infinity, 1.7014118e38] as [Float])
    func aDivisorMayBeMultipliedBy(divisor: Float) {
        var graph = ValueGraph()
        let value = graph.apply(.divide, graph.load(slot: 0), graph.constant(divisor))
        let numbers: [Float] = [0, -0.0, 1, 3, -7, .leastNonzeroMagnitude, 3e38, 1e-38, .nan]
        let results = BlockRun.floats(Program(graph, results: [value]), [numbers])[0]
        for (number, result) in zip(numbers, results) {
            let quotient = number / divisor
            #expect(BlockRun.same(result, quotient.isFinite ? quotient : .nan), "\(number) / \(divisor)")
        }
    }

    /// The evaluator in Double knows every instruction that the evaluator of blocks knows.
    @Test mutating func bothEvaluatorsKnowAllForms() {
        let mask = graph.anyBit(graph.load(slot: 2), mask: 2)
        let a = graph.affine(masked(graph.load(slot: 0), slot: 2, bits: 1), gain: 0.5, offset: -1)
        let b = graph.affine(masked(graph.load(slot: 1), slot: 2, bits: 4), gain: 0.5, offset: -1)
        let c = graph.affine(graph.load(slot: 1), gain: 0.25, offset: 2)
        let scaled = graph.apply(.divide, graph.apply(.subtract, a, b), graph.apply(.add, a, b))
        let normalized = graph.apply(.divide, graph.apply(.subtract, a, c), graph.apply(.add, a, c))
        let product = graph.apply(.multiply, graph.apply(.subtract, c, scaled), b)
        let sum = graph.apply(.add, graph.apply(.multiply, c, b), scaled)
        let kept = graph.apply(.invalidate, graph.apply(.absolute, c), mask)
        for root in [a, c, scaled, normalized, product, sum, kept] {
            let program = Program(graph, results: [root])
            let planes: [[UInt16]] = [[1, 9, 0, 20, 7], [5, 3, 8, 0, 40], [0, 1, 2, 3, 4]]
            let numbers = planes.map { $0.map(Float.init) }
            let blocks = BlockRun.floats(program, numbers)[0]
            let evaluator = DoubleEvaluator(program, parameters: [])
            unsafe numbers.joined().map { $0 }.withUnsafeBytes { memory in
                guard let base = memory.baseAddress else { return }
                let inputs = unsafe numbers.indices.map { slot -> InputBlock? in
                    unsafe InputBlock(base: base + slot * 20, sampleType: .float32, noData: .nan)
                }
                for (pixel, value) in blocks.enumerated() {
                    let exact = unsafe evaluator.value(of: 0, pixel: pixel, inputs: inputs)
                    #expect(
                        value.isNaN == exact.isNaN && (value.isNaN || abs(Double(value) - exact) < 1e-5),
                        "pixel \(pixel): \(value), not \(exact)\n\(program)")
                }
            }
        }
    }
}
