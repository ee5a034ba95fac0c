/// Positions of the pixels of one raster in another, exact on a lattice of pixel corners and bilinear in between.
///
/// The lattice belongs to the raster, not to a window of it: cell `(i, j)` spans the columns `i * spacing` to
/// `(i + 1) * spacing` and rows likewise, cut at the raster's edge. So the position of a pixel is the same whatever
/// windows are asked for. Every cell is checked against the exact positions of its centre and of the midpoints of its
/// four sides; at the centre alone a conformal map shows no error, since the curvatures along and across cancel there.
/// Where a check is off by more than ``tolerance``, all pixels of the cell are positioned exactly.
///
/// Memory is 16 bytes per lattice point: 1.6 MB for 20,000 x 20,000 pixels at the usual spacing of 64.
struct CoordinateLattice: Sendable {
    /// Replaces positions in the raster (pixel coordinates: 0 is the outer edge of the first pixel) by those in the
    /// other, NaN where there is none.
    typealias Exact = @Sendable (inout [SIMD2<Double>]) -> Void

    /// The largest error, in pixels of the other raster, that interpolation may have at a checked point.
    static let tolerance = 0.01
    /// The spacings that are tried.
    private static let spacings = [64, 32, 16, 8]
    /// The most lattice points along with which a finer spacing is tried.
    private static let mostNodes = 4_000_000

    enum Cell: UInt8, Sendable {
        /// Positions between the corners are interpolated.
        case interpolated
        /// Every pixel is positioned exactly.
        case exact
        /// No checked point has a position: neither has any pixel.
        case outside
    }

    let width: Int
    let height: Int
    /// Pixels between lattice points.
    let spacing: Int
    /// Cells beside each other.
    let across: Int
    /// Cells below each other.
    let down: Int
    private(set) var cells: [Cell] = []
    private var nodes: [SIMD2<Double>] = []
    private let exact: Exact

    /// Computes a lattice for a raster of a size.
    init(width: Int, height: Int, exact: @escaping Exact) {
        self.width = width
        self.height = height
        self.exact = exact
        spacing = Self.spacing(width: width, height: height, exact: exact)
        across = max(1, (width - 1) / spacing + 1)
        down = max(1, (height - 1) / spacing + 1)
        nodes.reserveCapacity((across + 1) * (down + 1))
        cells.reserveCapacity(across * down)
        var top = row(0)
        nodes += top.nodes
        for j in 0..<down {
            let bottom = row(j + 1)
            nodes += bottom.nodes
            let middle = between(j)
            for i in 0..<across {
                cells.append(
                    Self.cell(
                        corners: (top.nodes[i], top.nodes[i + 1], bottom.nodes[i], bottom.nodes[i + 1]),
                        sides: (top.middles[i], bottom.middles[i], middle[2 * i], middle[2 * i + 2]),
                        centre: middle[2 * i + 1]))
            }
            top = bottom
        }
    }

    // MARK: Building

    private func left(_ i: Int) -> Int { min(i * spacing, width) }
    private func top(_ j: Int) -> Int { min(j * spacing, height) }

    /// The lattice points of a lattice row, and the midpoints between them.
    private func row(_ j: Int) -> (nodes: [SIMD2<Double>], middles: [SIMD2<Double>]) {
        let y = Double(top(j))
        var points = (0...across).map { SIMD2(Double(left($0)), y) }
        points += (0..<across).map { SIMD2(Double(left($0) + left($0 + 1)) / 2, y) }
        exact(&points)
        return (Array(points[0...across]), Array(points[(across + 1)...]))
    }

    /// Halfway between two lattice rows: side, centre, side, centre, ..., side.
    private func between(_ j: Int) -> [SIMD2<Double>] {
        let y = Double(top(j) + top(j + 1)) / 2
        var points: [SIMD2<Double>] = []
        for i in 0..<across {
            points.append(SIMD2(Double(left(i)), y))
            points.append(SIMD2(Double(left(i) + left(i + 1)) / 2, y))
        }
        points.append(SIMD2(Double(left(across)), y))
        exact(&points)
        return points
    }

    private typealias Four = (SIMD2<Double>, SIMD2<Double>, SIMD2<Double>, SIMD2<Double>)

    /// - Parameters:
    ///   - corners: top left, top right, bottom left, bottom right.
    ///   - sides: the midpoints of the top, bottom, left and right side.
    private static func cell(corners: Four, sides: Four, centre: SIMD2<Double>) -> Cell {
        let (a, b, c, d) = corners
        let points = [a, b, c, d, sides.0, sides.1, sides.2, sides.3, centre]
        let known = points.filter { $0.x.isFinite && $0.y.isFinite }.count
        if known == 0 { return .outside }
        if known < points.count { return .exact }
        let isGood =
            isClose(a, b, to: sides.0) && isClose(c, d, to: sides.1) && isClose(a, c, to: sides.2)
            && isClose(b, d, to: sides.3) && isClose((a + b) / 2, (c + d) / 2, to: centre)
        return isGood ? .interpolated : .exact
    }

    /// Whether a point lies halfway between two others, to ``tolerance``.
    private static func isClose(_ a: SIMD2<Double>, _ b: SIMD2<Double>, to point: SIMD2<Double>) -> Bool {
        let error: SIMD2<Double> = (a + b) / 2 - point
        return abs(error.x) <= tolerance && abs(error.y) <= tolerance
    }

    /// The widest spacing at which, of up to 289 cells spread over the raster, at most one in fifty is too coarse.
    private static func spacing(width: Int, height: Int, exact: Exact) -> Int {
        for spacing in spacings {
            let (across, down) = ((width - 1) / spacing + 1, (height - 1) / spacing + 1)
            let isLast = spacing == spacings.last || (across * 2 + 1) * (down * 2 + 1) > mostNodes
            if isLast { return spacing }
            var points: [SIMD2<Double>] = []
            for (i, j) in spread(across, down) {
                let (x0, x1) = (Double(i * spacing), Double(min((i + 1) * spacing, width)))
                let (y0, y1) = (Double(j * spacing), Double(min((j + 1) * spacing, height)))
                let (x, y) = ((x0 + x1) / 2, (y0 + y1) / 2)
                points += [
                    SIMD2(x0, y0), SIMD2(x1, y0), SIMD2(x0, y1), SIMD2(x1, y1), SIMD2(x, y0), SIMD2(x, y1),
                    SIMD2(x0, y), SIMD2(x1, y), SIMD2(x, y),
                ]
            }
            exact(&points)
            var bad = 0
            for k in stride(from: 0, to: points.count, by: 9) {
                let p = points[k..<(k + 9)]
                let kind = cell(
                    corners: (p[k], p[k + 1], p[k + 2], p[k + 3]), sides: (p[k + 4], p[k + 5], p[k + 6], p[k + 7]),
                    centre: p[k + 8])
                if kind == .exact { bad += 1 }
            }
            if bad * 50 <= points.count / 9 { return spacing }
        }
        return spacings[spacings.count - 1]
    }

    private static func spread(_ across: Int, _ down: Int) -> [(Int, Int)] {
        func some(_ count: Int) -> [Int] { count <= 17 ? Array(0..<count) : (0..<17).map { $0 * (count - 1) / 16 } }
        return some(down).flatMap { j in some(across).map { ($0, j) } }
    }

    // MARK: Positions

    /// The four corners of a cell: top left, top right, bottom left, bottom right.
    private func corners(_ i: Int, _ j: Int) -> Four {
        let k = j * (across + 1) + i
        return (nodes[k], nodes[k + 1], nodes[k + across + 1], nodes[k + across + 2])
    }

    /// Gives the positions of the centres of some pixels of one row, and the size of their footprints where asked.
    func positions(row: Int, columns: Range<Int>, into result: inout PixelPositions) {
        let j = row / spacing
        let (y0, y1) = (top(j), top(j + 1))
        var column = columns.lowerBound
        while column < columns.upperBound {
            let i = column / spacing
            let (x0, x1) = (left(i), left(i + 1))
            let end = min(x1, columns.upperBound)
            let first = column - columns.lowerBound
            switch cells[j * across + i] {
            case .outside: for index in 0..<(end - column) { result.set(first + index, .nan, .nan) }
            case .exact: exactPositions(row: row, columns: column..<end, into: &result, at: first)
            case .interpolated:
                let (a, b, c, d) = corners(i, j)
                let v = (Double(row - y0) + 0.5) / Double(y1 - y0)
                let start = a + (c - a) * v
                let span = b + (d - b) * v - start
                let width = Double(x1 - x0)
                let offset = column - x0
                result.set(first, count: end - column) { start + span * ((Double(offset + $0) + 0.5) / width) }
                if result.hasFootprints {
                    let along = span / width
                    for index in 0..<(end - column) {
                        let u = (Double(offset + index) + 0.5) / width
                        let down = (c - a + (d - b - (c - a)) * u) / Double(y1 - y0)
                        result.setFootprint(first + index, along: along, down: down)
                    }
                }
            }
            column = end
        }
    }

    private func exactPositions(row: Int, columns: Range<Int>, into result: inout PixelPositions, at first: Int) {
        let y = Double(row) + 0.5
        var centres = columns.map { SIMD2(Double($0) + 0.5, y) }
        exact(&centres)
        for (index, point) in centres.enumerated() { result.set(first + index, point.x, point.y) }
        guard result.hasFootprints else { return }
        var sides = (columns.lowerBound...columns.upperBound).map { SIMD2(Double($0), y) }
        exact(&sides)
        var above = columns.map { SIMD2(Double($0) + 0.5, Double(row)) }
        exact(&above)
        var below = columns.map { SIMD2(Double($0) + 0.5, Double(row + 1)) }
        exact(&below)
        for index in centres.indices {
            result.setFootprint(
                first + index, along: sides[index + 1] - sides[index], down: below[index] - above[index])
        }
    }

    /// The box that holds the positions of all pixel centres of a window and the largest footprint among them; nil where
    /// none has a position.
    func bounds(of window: Window) -> PixelPositions.Bounds? {
        var bounds: PixelPositions.Bounds?
        func take(_ part: Window) {
            var positions = PixelPositions(count: part.width, hasFootprints: true)
            for row in part.row..<(part.row + part.height) {
                self.positions(row: row, columns: part.column..<(part.column + part.width), into: &positions)
                positions.extend(&bounds)
            }
        }
        for j in (window.row / spacing)...((window.row + window.height - 1) / spacing) {
            for i in (window.column / spacing)...((window.column + window.width - 1) / spacing) {
                let cell = Window(
                    column: left(i), row: top(j), width: left(i + 1) - left(i), height: top(j + 1) - top(j))
                guard let part = cell.intersection(window) else { continue }
                switch cells[j * across + i] {
                case .outside: continue
                case .exact: take(part)
                case .interpolated:
                    // A bilinear function is largest and smallest at corners, and so is the length of its derivative.
                    for row in Set([part.row, part.row + part.height - 1]) {
                        for column in Set([part.column, part.column + part.width - 1]) {
                            take(Window(column: column, row: row, width: 1, height: 1))
                        }
                    }
                }
            }
        }
        return bounds
    }

    /// The median over the interpolated cells of the footprint of a pixel at the cell's centre; nil where no cell is
    /// interpolated.
    var typicalFootprint: SIMD2<Double>? {
        var widths: [Double] = []
        var heights: [Double] = []
        for j in 0..<down {
            for i in 0..<across where cells[j * across + i] == .interpolated {
                let (a, b, c, d) = corners(i, j)
                let along = (b - a + (d - c)) / (2 * Double(left(i + 1) - left(i)))
                let down = (c - a + (d - b)) / (2 * Double(top(j + 1) - top(j)))
                let size = PixelPositions.footprint(along: along, down: down)
                widths.append(size.x)
                heights.append(size.y)
            }
        }
        if widths.isEmpty { return nil }
        widths.sort()
        heights.sort()
        return SIMD2(widths[widths.count / 2], heights[heights.count / 2])
    }
}

/// Where the centres of some pixels of one row lie in another raster, in its pixel coordinates.
struct PixelPositions: Sendable {
    /// Columns of the other raster, whole numbers being edges of pixels; NaN where there is no position.
    private(set) var x: [Double]
    /// Rows of the other raster.
    private(set) var y: [Double]
    /// Columns of the other raster that a pixel covers; empty where not asked for.
    private(set) var width: [Double]
    /// Rows of the other raster that a pixel covers; empty where not asked for.
    private(set) var height: [Double]
    let hasFootprints: Bool

    init(count: Int, hasFootprints: Bool) {
        x = [Double](repeating: .nan, count: count)
        y = x
        width = hasFootprints ? x : []
        height = width
        self.hasFootprints = hasFootprints
    }

    var count: Int { x.count }

    mutating func set(_ index: Int, _ x: Double, _ y: Double) {
        self.x[index] = x
        self.y[index] = y
    }

    /// Sets some pixels beside each other.
    ///
    /// - Parameter position: the position of a pixel, counted from the first one.
    @inline(__always)
    mutating func set(_ first: Int, count: Int, to position: (Int) -> SIMD2<Double>) {
        unsafe x.withUnsafeMutableBufferPointer { x in
            unsafe y.withUnsafeMutableBufferPointer { y in
                for index in 0..<count {
                    let place = position(index)
                    unsafe x[first + index] = place.x
                    unsafe y[first + index] = place.y
                }
            }
        }
    }

    /// - Parameters:
    ///   - along: the step from a pixel to the next in its row.
    ///   - down: the step from a pixel to the next in its column.
    mutating func setFootprint(_ index: Int, along: SIMD2<Double>, down: SIMD2<Double>) {
        let size = Self.footprint(along: along, down: down)
        width[index] = size.x
        height[index] = size.y
    }

    /// The footprint of a pixel as a box along the columns and rows of the other raster: per axis, the length of that
    /// axis' part of both steps.
    ///
    /// Exact where the grids are parallel; where they are turned against each other the box keeps the pixel's size.
    static func footprint(along: SIMD2<Double>, down: SIMD2<Double>) -> SIMD2<Double> {
        (along * along + down * down).squareRoot()
    }

    /// A box of positions.
    struct Bounds: Sendable, Hashable {
        var low: SIMD2<Double>
        var high: SIMD2<Double>
        /// The largest footprint.
        var footprint: SIMD2<Double>

        /// The pixels within a distance (in pixels of the other raster) of the box, cut to a raster of a size; nil where
        /// there are none.
        func window(reach: SIMD2<Double>, width: Int, height: Int) -> Window? {
            // A thousandth of a pixel for the errors of arithmetic.
            let from = low - reach - 0.001
            let to = high + reach + 0.001
            let left = Int(min(max(from.x.rounded(.down), 0), Double(width)))
            let top = Int(min(max(from.y.rounded(.down), 0), Double(height)))
            let right = Int(min(max(to.x.rounded(.up), 0), Double(width)))
            let bottom = Int(min(max(to.y.rounded(.up), 0), Double(height)))
            guard left < right, top < bottom else { return nil }
            return Window(column: left, row: top, width: right - left, height: bottom - top)
        }
    }

    /// Widens a box so that it holds these positions.
    func extend(_ bounds: inout Bounds?) {
        for index in 0..<count where x[index].isFinite && y[index].isFinite {
            let point = SIMD2(x[index], y[index])
            var size = hasFootprints ? SIMD2(width[index], height[index]) : SIMD2(0, 0)
            if !size.x.isFinite || !size.y.isFinite { size = SIMD2(0, 0) }
            guard var known = bounds else {
                bounds = Bounds(low: point, high: point, footprint: size)
                continue
            }
            known.low = pointwiseMin(known.low, point)
            known.high = pointwiseMax(known.high, point)
            known.footprint = pointwiseMax(known.footprint, size)
            bounds = known
        }
    }
}
