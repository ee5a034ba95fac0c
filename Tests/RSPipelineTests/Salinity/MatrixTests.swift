import Testing

@testable import RSPipeline

@Suite struct MatrixTests {
    @Test func partsAndProducts() {
        let matrix = Matrix(columns: [[1, 2, 3], [4, 5, 6]], rows: 3)
        #expect(matrix.row(1) == [2, 5] && matrix.column(1) == [4, 5, 6])
        #expect(matrix.times([1, -1]) == [-3, -3, -3] && matrix.transposedTimes([1, 0, 1]) == [4, 10])
        #expect(matrix.taking(rows: [2, 0], columns: [1]) == Matrix(rows: 2, columns: 1, values: [6, 4]))
    }

    @Test func aTriangleIsInverted() throws {
        let inverse = try #require(Matrix(columns: [[2, 0], [4, 8]], rows: 2).invertedUpperTriangle())
        #expect(inverse == Matrix(columns: [[0.5, 0], [-0.25, 0.125]], rows: 2))
        #expect(Matrix(columns: [[1, 0], [1, 0]], rows: 2).invertedUpperTriangle() == nil)
    }

    /// Whatever the decompositions are, they give back what was decomposed.
    @Test func decompositionsMultiplyBack() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let (rows, columns) = (7, 4)
        let matrix = Matrix(
            rows: rows, columns: columns, values: (0..<rows * columns).map { _ in Double(random.next() % 1000) / 100 })
        let singular = try #require(matrix.singular())
        for row in 0..<rows {
            for column in 0..<columns {
                var value = 0.0
                for k in 0..<columns {
                    value += singular.left[row, k] * singular.values[k] * singular.rightTransposed[k, column]
                }
                #expect(abs(value - matrix[row, column]) < 1e-12 * 100, "seed \(seed)")
            }
        }
        // R'R = A'A, and the rotated vector solves the normal equations: R'(Q'y) = A'y.
        let y = (0..<rows).map { _ in Double(random.next() % 1000) / 100 }
        let form = try #require(matrix.triangular(with: y))
        let right = form.factor.transposedTimes(form.rotated)
        let expected = matrix.transposedTimes(y)
        for column in 0..<columns { #expect(abs(right[column] - expected[column]) < 1e-9, "seed \(seed)") }
    }

    @Test func numbersThatAreNoneAreRefused() {
        let matrix = Matrix(columns: [[1, .nan], [0, 1]], rows: 2)
        #expect(matrix.singular() == nil && matrix.triangular(with: [1, 2]) == nil)
        #expect(Matrix(columns: [[1], [2]], rows: 1).triangular(with: [1]) == nil)
    }
}
