/// Numbers in rows and columns, column after column, as LAPACK takes them.
struct Matrix: Sendable, Hashable {
    let rows: Int
    let columns: Int
    private(set) var values: [Double]

    /// Takes the values column after column.
    init(rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == rows * columns, "a matrix has rows times columns values")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// Puts columns of one length beside each other.
    init(columns list: [[Double]], rows: Int) {
        self.init(rows: rows, columns: list.count, values: list.flatMap(\.self))
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[column * rows + row] }
        set { values[column * rows + row] = newValue }
    }

    func column(_ index: Int) -> [Double] { Array(values[index * rows..<(index + 1) * rows]) }

    func row(_ index: Int) -> [Double] { (0..<columns).map { self[index, $0] } }

    /// Some rows of some columns, in the order given.
    func taking(rows chosen: [Int], columns wanted: [Int]? = nil) -> Matrix {
        let list = wanted ?? Array(0..<columns)
        return Matrix(
            rows: chosen.count, columns: list.count, values: list.flatMap { column in chosen.map { self[$0, column] } })
    }

    /// `self * vector`.
    func times(_ vector: [Double]) -> [Double] {
        var product = [Double](repeating: 0, count: rows)
        for column in 0..<columns where vector[column] != 0 {
            for row in 0..<rows { product[row] += self[row, column] * vector[column] }
        }
        return product
    }

    /// The transposed matrix times a vector.
    func transposedTimes(_ vector: [Double]) -> [Double] {
        (0..<columns).map { column in
            var sum = 0.0
            for row in 0..<rows { sum += self[row, column] * vector[row] }
            return sum
        }
    }
}
