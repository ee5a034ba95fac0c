import Testing

@testable import RSPipeline

/// Runs programs over planes in memory.
enum BlockRun {
    /// The results of a program over Float inputs, in blocks as the executor cuts them.
    static func floats(_ program: Program, _ inputs: [[Float]], parameters: [Float] = []) -> [[Float]] {
        let evaluator = Evaluator(program, parameters: parameters)
        let count = inputs.first?.count ?? 0
        var results = [[Float]](repeating: [Float](repeating: 0, count: count), count: program.results.count)
        let storage = unsafe inputs.map { values in
            let copy = UnsafeMutablePointer<Float>.allocate(capacity: values.count)
            unsafe copy.initialize(from: values, count: values.count)
            return unsafe copy
        }
        defer { unsafe storage.forEach { unsafe $0.deallocate() } }
        let blocks = unsafe storage.map { pointer -> InputBlock? in
            unsafe InputBlock(base: UnsafeRawPointer(pointer), sampleType: .float32, noData: .nan)
        }
        var start = 0
        while start < count {
            let size = min(Evaluator.blockSize, count - start)
            unsafe evaluator.run(start: start, count: size, inputs: blocks)
            for index in results.indices {
                unsafe results[index].withUnsafeMutableBufferPointer { target in
                    guard let base = target.baseAddress else { return }
                    _ = unsafe evaluator.store(result: index, count: size, into: base + start)
                }
            }
            start += size
        }
        return results
    }

    /// Equal bits, where every NaN is one.
    static func same(_ a: Float, _ b: Float) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }
}

extension Program {
    /// The results come first, so that the graph is taken after they were added.
    init(of results: [ValueID], in graph: ValueGraph) { self.init(graph, results: results) }
}

@Suite struct EvaluatorTests {
    static let special: [Float] = [
        .nan, 0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 0.5, 2, 3, -3, 1e-20, 1e20, 1.5, 100,
    ]
    static let binary: [Opcode] = [
        .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .less, .lessOrEqual, .equal, .notEqual, .and,
        .or, .coalesce, .invalidate,
    ]
    static let unary: [Opcode] = [.negate, .not, .absolute, .squareRoot, .exponential, .logarithm, .isNoData]

    /// What `store` makes of a value: infinity is no-data.
    private func stored(_ value: Float) -> Float { ScalarOperation.finite(value) }

    /// Special values that are loaded as they are (loading turns infinity into no-data, so it is made by adding).
    private func operands() -> [(Float, Float)] {
        Self.special.flatMap { a in Self.special.map { b in (a, b) } }
    }

    @Test(arguments: binary) func kernelsOfTwoOperandsMeanWhatTheScalarsMean(opcode: Opcode) {
        let pairs = operands().filter { !$0.0.isInfinite && !$0.1.isInfinite }
        var graph = ValueGraph()
        let a = graph.load(slot: 0)
        let b = graph.load(slot: 1)
        let result = graph.apply(opcode, a, b)
        let values = BlockRun.floats(Program(of: [result], in: graph), [pairs.map(\.0), pairs.map(\.1)])[0]
        for (index, (x, y)) in pairs.enumerated() {
            let expected = stored(ScalarOperation.evaluate(opcode, x, y, 0))
            #expect(
                BlockRun.same(values[index], expected), "\(opcode)(\(x), \(y)) is \(values[index]), not \(expected)")
        }
        for constant in Self.special {
            var graph = ValueGraph()
            let x = graph.load(slot: 0)
            let left = graph.apply(opcode, graph.constant(constant), x)
            let right = graph.apply(opcode, x, graph.constant(constant))
            let numbers = Self.special.filter { !$0.isInfinite }
            let results = BlockRun.floats(Program(of: [left, right], in: graph), [numbers])
            for (index, number) in numbers.enumerated() {
                let first = stored(ScalarOperation.evaluate(opcode, constant, number, 0))
                let second = stored(ScalarOperation.evaluate(opcode, number, constant, 0))
                #expect(BlockRun.same(results[0][index], first), "\(opcode)(\(constant), \(number))")
                #expect(BlockRun.same(results[1][index], second), "\(opcode)(\(number), \(constant))")
            }
        }
    }

    @Test(arguments: unary) func kernelsOfOneOperandMeanWhatTheScalarsMean(opcode: Opcode) {
        let numbers = Self.special.filter { !$0.isInfinite }
        var graph = ValueGraph()
        let result = graph.apply(opcode, graph.load(slot: 0))
        let ofParameter = graph.apply(opcode, graph.parameter(slot: 0))
        let program = Program(of: [result, ofParameter], in: graph)
        let values = BlockRun.floats(program, [numbers], parameters: [2])
        for (index, number) in numbers.enumerated() {
            let expected = stored(ScalarOperation.evaluate(opcode, number, 0, 0))
            #expect(BlockRun.same(values[0][index], expected), "\(opcode)(\(number)) is \(values[0][index])")
        }
        let expected = stored(ScalarOperation.evaluate(opcode, 2, 0, 0))
        #expect(values[1].allSatisfy { BlockRun.same($0, expected) }, "\(opcode) of a parameter")
    }

    @Test func selectMeansWhatTheScalarMeans() {
        let numbers: [Float] = [.nan, 0, -0.0, 1, -2, 0.5]
        let triples = numbers.flatMap { a in numbers.flatMap { b in numbers.map { c in (a, b, c) } } }
        var graph = ValueGraph()
        let result = graph.apply(.select, graph.load(slot: 0), graph.load(slot: 1), graph.load(slot: 2))
        let program = Program(of: [result], in: graph)
        let values = BlockRun.floats(program, [triples.map(\.0), triples.map(\.1), triples.map(\.2)])[0]
        for (index, (a, b, c)) in triples.enumerated() {
            let expected = ScalarOperation.evaluate(.select, a, b, c)
            #expect(BlockRun.same(values[index], expected), "select(\(a), \(b), \(c))")
        }
    }

    @Test func infinityOnTheWayIsFoundAtTheEnd() {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let square = graph.apply(.multiply, x, x)
        let program = Program(of: [square, graph.apply(.subtract, square, square)], in: graph)
        let values = BlockRun.floats(program, [[1e30, 2]])
        #expect(values[0][0].isNaN && values[0][1] == 4)
        #expect(values[1][0].isNaN && values[1][1] == 0)
    }

    @Test func anyBitTestsBits() {
        var graph = ValueGraph()
        let result = graph.anyBit(graph.load(slot: 0), mask: 0b1010)
        let values = BlockRun.floats(Program(of: [result], in: graph), [[0, 1, 2, 8, 5, 65535, .nan]])[0]
        #expect(values == [0, 0, 1, 1, 0, 1, 0])
    }

    /// A register holds what an earlier instruction left in the lanes beyond the last pixel.
    @Test func bitTestsTakeBlocksThatEndInsideALane() {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let huge = graph.apply(.multiply, graph.apply(.multiply, x, x), x)
        let bits = graph.anyBit(graph.load(slot: 1), mask: 1)
        let program = Program(of: [graph.apply(.invalidate, huge, bits)], in: graph)
        let evaluator = Evaluator(program, parameters: [])
        var data = [Float](repeating: 1e12, count: 16)
        var flags = [Float](repeating: 0, count: 16)
        var output = [Float](repeating: 0, count: 16)
        unsafe data.withUnsafeMutableBytes { first in
            unsafe flags.withUnsafeMutableBytes { second in
                guard let a = first.baseAddress, let b = second.baseAddress else { return }
                let inputs: [InputBlock?] = unsafe [
                    InputBlock(base: a, sampleType: .float32, noData: .nan),
                    InputBlock(base: b, sampleType: .float32, noData: .nan),
                ]
                unsafe evaluator.run(start: 0, count: 16, inputs: inputs)
                unsafe evaluator.run(start: 0, count: 1, inputs: inputs)
                unsafe output.withUnsafeMutableBufferPointer { target in
                    guard let base = target.baseAddress else { return }
                    _ = unsafe evaluator.store(result: 0, count: 1, into: base)
                }
            }
        }
        #expect(output[0] > 9e35)
    }

    @Test(arguments: [1, 7, 8, 9, 1023, 1024, 1025, 2500]) func everyPixelOfABlockIsComputed(count: Int) {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let program = Program(of: [graph.apply(.add, graph.apply(.multiply, x, x), graph.constant(1)), x], in: graph)
        let input = (0..<count).map { Float($0 % 100) }
        let values = BlockRun.floats(program, [input])
        #expect(values[0] == input.map { $0 * $0 + 1 })
        #expect(values[1] == input)
    }

    @Test func resultsMayBeConstantsAndParameters() {
        var graph = ValueGraph()
        let results = [graph.load(slot: 0), graph.constant(3), graph.parameter(slot: 1), graph.constant(.nan)]
        let values = BlockRun.floats(Program(of: results, in: graph), [[1, 2]], parameters: [0, 9])
        #expect(values[0] == [1, 2] && values[1] == [3, 3] && values[2] == [9, 9])
        #expect(values[3].allSatisfy { $0.isNaN })
    }

    /// Any operations on any values, many results: every value as the scalars give it, bit by bit.
    ///
    /// Holds the kernels and the assignment of registers.
    @Test(arguments: 0..<60 as Range<UInt64>) func randomProgramsEqualTheScalars(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var graph = ValueGraph()
        for slot in 0..<4 { _ = graph.load(slot: slot) }
        for _ in 0..<3 { _ = graph.constant(Self.special.randomElement(using: &random) ?? 0) }
        _ = graph.parameter(slot: 0)
        for _ in 0..<Int.random(in: 3...50, using: &random) {
            func pick() -> ValueID { ValueID(index: Int.random(in: 0..<graph.nodes.count, using: &random)) }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: _ = graph.apply(.select, pick(), pick(), pick())
            case 1, 2: _ = graph.apply(Self.unary.randomElement(using: &random) ?? .negate, pick())
            default: _ = graph.apply(Self.binary.randomElement(using: &random) ?? .add, pick(), pick())
            }
        }
        let roots = (0..<5).map { _ in ValueID(index: Int.random(in: 0..<graph.nodes.count, using: &random)) }
        let count = Int.random(in: 1...40, using: &random)
        let inputs = (0..<4).map { _ in
            (0..<count).map { _ -> Float in
                Bool.random(using: &random)
                    ? Self.special.filter { !$0.isInfinite }.randomElement(using: &random) ?? 0
                    : Float.random(in: -5...5, using: &random)
            }
        }
        let program = Program(of: roots, in: graph)
        let values = BlockRun.floats(program, inputs, parameters: [0.25])
        for pixel in 0..<count {
            var known: [Float] = []
            for node in graph.nodes {
                func operand(_ index: Int) -> Float { index < 0 ? 0 : known[index] }
                switch node.opcode {
                case .load: known.append(inputs[Int(node.payload)][pixel])
                case .constant: known.append(Float(bitPattern: node.payload))
                case .parameter: known.append(0.25)
                default:
                    known.append(
                        ScalarOperation.evaluate(node.opcode, operand(node.a), operand(node.b), operand(node.c)))
                }
            }
            for (index, root) in roots.enumerated() {
                let expected = stored(known[root.index])
                #expect(
                    BlockRun.same(values[index][pixel], expected),
                    "seed \(seed), pixel \(pixel): \(values[index][pixel]), not \(expected)\n\(program)")
            }
        }
    }
}

@Suite struct BlockLoaderTests {
    private func load<Sample>(_ samples: [Sample], _ type: SampleType, noData: Double) -> [Float] {
        var graph = ValueGraph()
        let evaluator = Evaluator(Program(of: [graph.load(slot: 0)], in: graph), parameters: [])
        var output = [Float](repeating: -1, count: samples.count - 1)
        unsafe samples.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let block = unsafe InputBlock(base: base, sampleType: type, noData: noData)
            // From the second number on: `start` counts numbers, not bytes.
            unsafe evaluator.run(start: 1, count: output.count, inputs: [block])
            unsafe output.withUnsafeMutableBufferPointer { target in
                guard let target = target.baseAddress else { return }
                _ = unsafe evaluator.store(result: 0, count: samples.count - 1, into: target)
            }
        }
        return output
    }

    private func expect(_ values: [Float], _ expected: [Float]) {
        #expect(values.count == expected.count && zip(values, expected).allSatisfy(BlockRun.same), "\(values)")
    }

    @Test func integers() {
        expect(load([9, 0, 1, 255] as [UInt8], .uint8, noData: 0), [.nan, 1, 255])
        expect(load([9, 0, 1, 65535] as [UInt16], .uint16, noData: 65535), [0, 1, .nan])
        expect(load([9, -32768, -1, 32767] as [Int16], .int16, noData: -32768), [.nan, -1, 32767])
        expect(load([9, 0, 4_294_967_295] as [UInt32], .uint32, noData: 0), [.nan, 4_294_967_296])
        expect(load([9, -2_147_483_648, 7] as [Int32], .int32, noData: .nan), [-2_147_483_648, 7])
    }

    @Test func aNoDataValueThatTheTypeCannotHoldMeansNothing() {
        expect(load([9, 0, 255] as [UInt8], .uint8, noData: -9999), [0, 255])
        expect(load([9, 0, 1] as [UInt16], .uint16, noData: 0.5), [0, 1])
    }

    @Test func brokenNumbers() {
        let floats: [Float] = [9, -9999, .nan, .infinity, -.infinity, 0.5, -0.0]
        expect(load(floats, .float32, noData: -9999), [.nan, .nan, .nan, .nan, 0.5, -0.0])
        let lowest: [Float] = [9, -3.4e38, 1]
        expect(load(lowest, .float32, noData: -3.3999999521442643e38), [.nan, 1])
        let doubles: [Double] = [9, 1e300, .nan, -.infinity, 0.1, -9999.1]
        expect(load(doubles, .float64, noData: -9999.1), [.nan, .nan, .nan, 0.1, .nan])
    }
}
