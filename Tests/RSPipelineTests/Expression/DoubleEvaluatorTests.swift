import Testing

@testable import RSPipeline

@Suite struct DoubleEvaluatorTests {
    private func value(_ formula: String, _ numbers: [UInt16], pixel: Int = 0, noData: Double = 0) throws -> Double {
        var graph = ValueGraph()
        let x = graph.load(slot: 0)
        let scaled = graph.affine(x, gain: 0.0001, offset: -0.1)
        let root = graph.add(try Expression.parse(formula)) { $0 == "x" ? x : scaled }
        let evaluator = DoubleEvaluator(Program(of: [root], in: graph), parameters: [])
        return unsafe numbers.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return .nan }
            return unsafe evaluator.value(
                of: 0, pixel: pixel, inputs: [InputBlock(base: base, sampleType: .uint16, noData: noData)])
        }
    }

    @Test func constantsKeepTheirDigits() throws {
        #expect(try value("y", [12_345]) == 12_345 * 0.0001 - 0.1)
        #expect(try value("x * 0.1", [3]) == 3 * 0.1)
        #expect(try value("x ^ 0.3", [7], pixel: 0).distance(to: 1.7927899625209970) < 1e-12)
    }

    @Test func noDataAndDomainsAreThoseOfTheLanguage() throws {
        #expect(try value("x", [5, 0], pixel: 1).isNaN)
        #expect(try value("1 / (x - 5)", [5]).isNaN)
        #expect(try value("isnodata(x)", [0]) == 1)
        #expect(try value("x > 2 ? 10 : 20", [3]) == 10)
        #expect(try value("sqrt(x - 6)", [5]).isNaN)
    }
}
