/// Which neighbours of a pixel lie within a Euclidean distance: between centres, with pixels of a width and a height.
///
/// Two pixels `c` columns and `r` rows apart lie within the radius `R` when `(c · width)² + (r · height)² <= R²`, with a
/// millionth of a pixel added to `R`, so that 90 m are three pixels of 30 m however their sizes are rounded.
struct EuclideanReach: Sendable, Hashable {
    /// By the number of rows between two pixels, the most columns between them; fewer with every row.
    ///
    /// Its count is one more than the rows that are reached.
    let columns: [Int]

    /// - Parameters:
    ///   - radius: in the unit of the pixel's sides.
    ///   - pixel: width and height.
    ///   - limit: columns and rows beyond it are not looked at.
    init(radius: Double, pixel: SIMD2<Double>, limit: Int) {
        columns = (0...Self.rows(radius: radius, pixel: pixel, limit: limit)).map { rows in
            Self.columns(rows: rows, radius: radius, pixel: pixel, limit: limit)
        }
    }

    /// The most columns between two pixels that are so many rows apart, which must be within the radius.
    static func columns(rows: Int, radius: Double, pixel: SIMD2<Double>, limit: Int) -> Int {
        let height = Double(rows) * pixel.y
        let rest = max(0, radius * radius - height * height).squareRoot()
        return most(rest, of: pixel.x, limit: limit) { reaches($0, rows, radius: radius, pixel: pixel) }
    }

    /// The most rows between two pixels of one column.
    static func rows(radius: Double, pixel: SIMD2<Double>, limit: Int) -> Int {
        most(radius, of: pixel.y, limit: limit) { reaches(0, $0, radius: radius, pixel: pixel) }
    }

    /// The largest number up to a limit for which a rule holds, near the quotient of a length and a size.
    private static func most(_ length: Double, of size: Double, limit: Int, holds: (Int) -> Bool) -> Int {
        var count = length > 0 ? Int(min(length / size, Double(limit))) : 0
        // The quotient is rounded; the rule decides.
        while count < limit, holds(count + 1) { count += 1 }
        while count > 0, !holds(count) { count -= 1 }
        return count
    }

    /// Whether a pixel reaches another.
    static func reaches(_ columns: Int, _ rows: Int, radius: Double, pixel: SIMD2<Double>) -> Bool {
        let limit = radius + Grid.tolerance * min(pixel.x, pixel.y)
        let x = Double(columns) * pixel.x
        let y = Double(rows) * pixel.y
        return x * x + y * y <= limit * limit
    }
}
