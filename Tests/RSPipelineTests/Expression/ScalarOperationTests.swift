import Testing

@testable import RSPipeline

@Suite struct ScalarOperationTests {
    /// Operations with hand-made results; NaN stands for no-data.
    static let cases: [(Opcode, Float, Float, Float, Float)] = [
        (.add, 1, 2, 0, 3), (.subtract, 1, 2, 0, -1), (.multiply, 3, -2, 0, -6), (.divide, 1, 4, 0, 0.25),
        (.divide, 1, 0, 0, .nan), (.divide, 0, 0, 0, .nan), (.power, 2, 3, 0, 8), (.power, -8, 0.5, 0, .nan),
        (.power, 0, -1, 0, .nan), (.minimum, 1, 2, 0, 1), (.minimum, 1, .nan, 0, .nan), (.maximum, 1, 2, 0, 2),
        (.maximum, .nan, 2, 0, .nan), (.less, 1, 2, 0, 1), (.less, 2, 2, 0, 0), (.lessOrEqual, 2, 2, 0, 1),
        (.equal, 2, 2, 0, 1), (.equal, .nan, .nan, 0, .nan), (.notEqual, 1, 2, 0, 1), (.notEqual, .nan, 2, 0, .nan),
        (.and, 1, 2, 0, 1), (.and, 1, 0, 0, 0), (.and, 0, .nan, 0, .nan), (.or, 0, 2, 0, 1), (.or, 0, 0, 0, 0),
        (.or, 1, .nan, 0, .nan), (.negate, 3, 0, 0, -3), (.not, 0, 0, 0, 1), (.not, 5, 0, 0, 0),
        (.not, .nan, 0, 0, .nan), (.absolute, -2, 0, 0, 2), (.squareRoot, 9, 0, 0, 3), (.squareRoot, -1, 0, 0, .nan),
        (.exponential, 0, 0, 0, 1), (.exponential, 100, 0, 0, .nan), (.logarithm, 1, 0, 0, 0),
        (.logarithm, 0, 0, 0, .nan), (.logarithm, -1, 0, 0, .nan), (.isNoData, .nan, 0, 0, 1), (.isNoData, 0, 0, 0, 0),
        (.coalesce, .nan, 2, 0, 2), (.coalesce, 1, 2, 0, 1), (.select, 1, 5, 6, 5), (.select, 0, 5, 6, 6),
        (.select, .nan, 5, 6, .nan), (.select, 1, 5, .nan, 5), (.select, 0, .nan, 6, 6), (.invalidate, 4, 0, 0, 4),
        (.invalidate, 4, 1, 0, .nan), (.invalidate, 4, .nan, 0, 4),
    ]

    @Test func meanings() {
        for (opcode, a, b, c, expected) in Self.cases {
            let result = ScalarOperation.evaluate(opcode, a, b, c)
            #expect(
                result == expected || (result.isNaN && expected.isNaN),
                "\(opcode)(\(a), \(b), \(c)) is \(result), not \(expected)")
        }
    }
}
