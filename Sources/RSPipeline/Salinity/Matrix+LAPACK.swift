internal import CLAPACK

extension Matrix {
    /// `A = Q R` of a matrix with at least as many rows as columns, applied to one vector.
    struct TriangularForm {
        /// The upper triangular factor; zero below its diagonal.
        var factor: Matrix
        /// The first elements of `Q'y`, one per column.
        var rotated: [Double]
    }

    /// The singular value decomposition `A = U diag(s) V'`, thin.
    struct SingularForm {
        var left: Matrix
        var values: [Double]
        /// `V'`, one row per singular value.
        var rightTransposed: Matrix
    }

    /// Householder QR (LAPACK `dgeqrf`, `dormqr`); nil where a number is not finite.
    func triangular(with vector: [Double]) -> TriangularForm? {
        guard rows >= columns, columns > 0, vector.count == rows, isFinite, vector.allSatisfy(\.isFinite) else {
            return nil
        }
        var (packed, tau, rotated) = (values, [Double](repeating: 0, count: columns), vector)
        let (m, n) = (Int32(rows), Int32(columns))
        guard unsafe LAPACKE_dgeqrf(LAPACK_COL_MAJOR, m, n, &packed, m, &tau) == 0,
            unsafe LAPACKE_dormqr(
                LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), CChar(UInt8(ascii: "T")), m, 1, n, packed, m, tau, &rotated,
                m)
                == 0
        else { return nil }
        var factor = Matrix(rows: columns, columns: columns, values: [Double](repeating: 0, count: columns * columns))
        for column in 0..<columns {
            for row in 0...column { factor[row, column] = packed[column * rows + row] }
        }
        return TriangularForm(factor: factor, rotated: Array(rotated[..<columns]))
    }

    /// The inverse of an upper triangular matrix (LAPACK `dtrtri`); nil where a diagonal element is 0.
    func invertedUpperTriangle() -> Matrix? {
        guard rows == columns, rows > 0, isFinite else { return nil }
        var inverse = values
        let n = Int32(rows)
        guard
            unsafe LAPACKE_dtrtri(
                LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "N")), n, &inverse, n) == 0
        else { return nil }
        return Matrix(rows: rows, columns: columns, values: inverse)
    }

    /// The thin singular value decomposition (LAPACK `dgesdd`); nil where a number is not finite.
    func singular() -> SingularForm? {
        let size = min(rows, columns)
        guard size > 0, isFinite else { return nil }
        var packed = values
        var singular = [Double](repeating: 0, count: size)
        var left = [Double](repeating: 0, count: rows * size)
        var right = [Double](repeating: 0, count: size * columns)
        let (m, n, k) = (Int32(rows), Int32(columns), Int32(size))
        guard
            unsafe LAPACKE_dgesdd(
                LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), m, n, &packed, m, &singular, &left, m, &right, k) == 0
        else { return nil }
        return SingularForm(
            left: Matrix(rows: rows, columns: size, values: left), values: singular,
            rightTransposed: Matrix(rows: size, columns: columns, values: right))
    }

    private var isFinite: Bool { values.allSatisfy(\.isFinite) && rows <= Int(Int32.max) && columns <= Int(Int32.max) }
}
