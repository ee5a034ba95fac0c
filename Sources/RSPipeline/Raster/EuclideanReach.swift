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
    ///   - limit: columns and rows beyond it are not looked at.
    init(radius: Double, pixel: GroundPixelSize, limit: Int) {
        var columns: [Int] = []
        while columns.count <= limit, Self.reaches(0, columns.count, radius: radius, pixel: pixel) {
            let rows = columns.count
            let height = Double(rows) * pixel.height
            let rest = max(0, radius * radius - height * height).squareRoot()
            var count = Int(min(rest / pixel.width, Double(limit)))
            // The root is rounded; the rule above decides.
            while count < limit, Self.reaches(count + 1, rows, radius: radius, pixel: pixel) { count += 1 }
            while count > 0, !Self.reaches(count, rows, radius: radius, pixel: pixel) { count -= 1 }
            columns.append(count)
        }
        self.columns = columns
    }

    /// The most rows between two pixels.
    var rows: Int { columns.count - 1 }

    /// Whether a pixel reaches another.
    static func reaches(_ columns: Int, _ rows: Int, radius: Double, pixel: GroundPixelSize) -> Bool {
        let limit = radius + Grid.tolerance * min(pixel.width, pixel.height)
        let x = Double(columns) * pixel.width
        let y = Double(rows) * pixel.height
        return x * x + y * y <= limit * limit
    }
}
