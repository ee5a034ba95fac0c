/// How far flagged areas are grown.
enum BufferRadius: Sendable, Hashable {
    case metres(Double)
    case pixels(Double)

    /// Reads `90m` or `3px`; nil for anything else, and for what is not above 0.
    init?(_ text: String) {
        let isPixels = text.hasSuffix("px")
        guard isPixels || text.hasSuffix("m"), let number = Double(text.dropLast(isPixels ? 2 : 1)), number > 0,
            number.isFinite
        else { return nil }
        self = isPixels ? .pixels(number) : .metres(number)
    }

    var text: String {
        switch self {
        case .metres(let number): "\(number) m"
        case .pixels(let number): "\(number) pixels"
        }
    }
}

/// Grows flagged areas: 1 for pixels whose centre lies within a radius of the centre of a flagged pixel, 0 for all others.
///
/// In metres, the distance of two pixels is that of their columns and rows times the size of a pixel in the row of the
/// pixel concerned, see ``GroundFrame/pixelSizes(of:)``. Pixels beyond the grid do not exist, and no distance goes around
/// the globe. NaN is not flagged.
struct BufferOperation: StageOperation {
    /// Rows and columns that a radius may reach: each unit is computed with as many around it.
    static let mostPixels = 1000

    private let grid: Grid
    private let radius: Double
    /// One for all rows, or one for each.
    private let sizes: [SIMD2<Double>]
    /// Columns and rows that pixels of a row look at; one for all rows, or one for each.
    private let halos: [(columns: Int, rows: Int)]
    /// Where all rows have one.
    private let reach: EuclideanReach?
    private let planes: Int

    /// - Throws: ``ChainError`` where metres are not known on the grid, or the radius reaches too far.
    init(_ radius: BufferRadius, grid: Grid, planes: Int) throws(ChainError) {
        self.grid = grid
        self.planes = planes
        let sizes: [SIMD2<Double>]
        switch radius {
        case .pixels(let number):
            self.radius = number
            sizes = [SIMD2(1, 1)]
        case .metres(let number):
            self.radius = number
            guard let known = GroundFrame.pixelSizes(of: grid) else {
                throw ChainError(
                    "buffer=\(number)m: nobody says how many metres a pixel has "
                        + "(\(grid.crs.map { "\($0.label), pixels turned or skewed" } ?? "no coordinate system")); "
                        + "give the distance in pixels, as in buffer=3px")
            }
            sizes = known
        }
        self.sizes = sizes
        var halos: [(columns: Int, rows: Int)] = []
        for (row, size) in sizes.enumerated() {
            let columns = min(self.radius / size.x, Double(grid.width))
            let rows = min(self.radius / size.y, Double(grid.height))
            guard max(columns, rows) <= Double(Self.mostPixels) else {
                throw ChainError(
                    "buffer of \(radius.text): it reaches \(max(columns, rows).rounded(toPlaces: 0)) pixels"
                        + (sizes.count > 1 ? " at row \(row)" : "") + "; at most \(Self.mostPixels) are possible")
            }
            halos.append(
                (
                    EuclideanReach.columns(rows: 0, radius: self.radius, pixel: size, limit: grid.width),
                    EuclideanReach.rows(radius: self.radius, pixel: size, limit: grid.height)
                ))
        }
        self.halos = halos
        reach =
            sizes.count == 1
            ? EuclideanReach(radius: self.radius, pixel: sizes[0], limit: max(grid.width, grid.height)) : nil
    }

    func sourceWindow(for window: Window) -> Window? {
        var left = window.column
        var right = window.column + window.width
        var top = window.row
        var bottom = window.row + window.height
        for row in halos.count == 1 ? window.row..<window.row + 1 : window.row..<window.row + window.height {
            let halo = halos[halos.count == 1 ? 0 : row]
            left = min(left, window.column - halo.columns)
            right = max(right, window.column + window.width + halo.columns)
            // With one halo for all rows, the first and the last row matter.
            let last = halos.count == 1 ? window.row + window.height - 1 : row
            top = min(top, row - halo.rows)
            bottom = max(bottom, last + 1 + halo.rows)
        }
        return Window(column: left, row: top, width: right - left, height: bottom - top).intersection(grid.window)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        for plane in 0..<planes {
            unsafe FlagGrowth.grow(values[plane], source: source, into: results[plane], window: window) { row in
                reach ?? EuclideanReach(radius: radius, pixel: sizes[row], limit: max(grid.width, grid.height))
            }
        }
    }

    var workingBytesPerPixel: Int { FlagGrowth.bytesPerPixel }

    var summary: String {
        let columns = halos.map(\.columns).max() ?? 0
        let rows = halos.map(\.rows).max() ?? 0
        return "halo of \(columns) columns and \(rows) rows"
    }
}
