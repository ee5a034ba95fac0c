/// The steps of a grid on the ground: how many metres east and north the next column and the next row lie.
///
/// On the map they are the same everywhere. On the earth the map's north is not true north, and a metre of the map is not
/// a metre of the ground: 1.5 degrees and 0.04 % in the middle of a half UTM zone, 30 % for Web Mercator at 40 degrees,
/// any angle on a polar map.
struct GroundFrame: Sendable {
    /// The next column and the next row, in metres east (`x`) and north (`y`).
    struct Steps: Sendable, Hashable {
        var along: SIMD2<Double>
        var downward: SIMD2<Double>
    }

    private enum Frame: Sendable {
        /// The same everywhere.
        case map(Steps)
        /// At nodes `spacing` pixels apart from the first pixel on, so that it does not matter how windows are cut.
        case earth(nodes: [Steps], columns: Int)
    }

    private let frame: Frame
    /// Projections turn so slowly that the steps between nodes may be interpolated.
    private static let spacing = 64

    /// The steps on the map, whose top is taken for north.
    ///
    /// Nil where the grid has no coordinate system in a unit of length.
    init?(onMap grid: Grid) {
        guard let metres = grid.crs?.metresPerUnit else { return nil }
        let t = grid.transform
        frame = .map(
            Steps(along: SIMD2(t.columnX, t.columnY) * metres, downward: SIMD2(t.rowX, t.rowY) * metres))
    }

    /// The steps on the WGS 84 ellipsoid, from true north.
    ///
    /// Between nodes each step is interpolated along columns and rows. Where a node cannot be brought to longitude and
    /// latitude, the steps around it are NaN.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` where the grid has no coordinate system, or none that leads to
    ///   longitude and latitude.
    init(onEarth grid: Grid) throws(GDALError) {
        guard let crs = grid.crs else {
            throw GDALError(code: .badGeoreference, message: "the grid has no coordinate system", notes: [])
        }
        let transform = try CoordinateTransform(from: crs, to: try CoordinateSystem(text: "EPSG:4326"))
        let columns = grid.width / Self.spacing + 2
        let rows = grid.height / Self.spacing + 2
        // Half a pixel to each side of a node, in the order left, right, above, below.
        var points: [SIMD2<Double>] = []
        for row in 0..<rows {
            for column in 0..<columns {
                for (x, y) in [(-0.5, 0), (0.5, 0), (0, -0.5), (0, 0.5)] {
                    let place = grid.transform.map(
                        column: Double(column * Self.spacing) + x, row: Double(row * Self.spacing) + y)
                    points.append(SIMD2(place.x, place.y))
                }
            }
        }
        transform.transform(&points)
        let nodes = stride(from: 0, to: points.count, by: 4).map { first in
            func step(_ from: SIMD2<Double>, _ to: SIMD2<Double>) -> SIMD2<Double> {
                var turn = to - from
                // Across the date line.
                if turn.x > 180 { turn.x -= 360 }
                if turn.x < -180 { turn.x += 360 }
                return turn * Ellipsoid.wgs84.metresPerDegree(latitude: (from.y + to.y) / 2)
            }
            return Steps(
                along: step(points[first], points[first + 1]), downward: step(points[first + 2], points[first + 3]))
        }
        frame = .earth(nodes: nodes, columns: columns)
    }

    /// The steps at a pixel of the grid, or of its surroundings of less than ``spacing`` pixels.
    func steps(column: Int, row: Int) -> Steps {
        switch frame {
        case .map(let steps): return steps
        case .earth(let nodes, let columns):
            let x = (Double(column) + 0.5) / Double(Self.spacing)
            let y = (Double(row) + 0.5) / Double(Self.spacing)
            let left = min(max(Int(x), 0), columns - 2)
            let top = min(max(Int(y), 0), nodes.count / columns - 2)
            let (right, down) = (x - Double(left), y - Double(top))
            let first = top * columns + left
            func between(_ value: (Steps) -> SIMD2<Double>) -> SIMD2<Double> {
                let above = value(nodes[first]) * (1 - right) + value(nodes[first + 1]) * right
                let below = value(nodes[first + columns]) * (1 - right) + value(nodes[first + columns + 1]) * right
                return above * (1 - down) + below * down
            }
            return Steps(along: between(\.along), downward: between(\.downward))
        }
    }
}

extension GroundFrame {
    /// What the scale error of a projection may be for its metres to count as metres: 90 m are three pixels of 30 m all over a
    /// UTM zone and in the next one (0.6 %), but not on Web Mercator (30 % at 40 degrees).
    static let mapTolerance = 0.01

    /// The width and height in metres of the pixels of a grid: one size for all rows, or one for each.
    ///
    /// On a projected grid they are those of the map, unless those of the ground differ by more than ``mapTolerance``
    /// somewhere: then they are those of the ground, row by row, in the middle of the row. On a geographic grid: the pixel in
    /// degrees times the length of a degree at the latitude of the row's centre, see
    /// ``Ellipsoid/metresPerDegree(latitude:)``.
    ///
    /// Nil where metres are not known: no coordinate system, one that is neither projected nor geographic, pixels that are
    /// no rectangles, or a geographic grid that is turned.
    static func pixelSizes(of grid: Grid) -> [SIMD2<Double>]? {
        guard let crs = grid.crs else { return nil }
        let transform = grid.transform
        let pixel = SIMD2(transform.pixelWidth, transform.pixelHeight)
        if let metres = crs.metresPerUnit {
            let product = transform.columnX * transform.rowX + transform.columnY * transform.rowY
            guard abs(product) <= Grid.tolerance * pixel.x * pixel.y else { return nil }
            let map = pixel * metres
            // Of a map that nobody can place, metres are taken as they are.
            guard let frame = try? GroundFrame(onEarth: grid) else { return [map] }
            let ground = (0..<grid.height).map { row in
                let steps = frame.steps(column: grid.width / 2, row: row)
                let size = SIMD2(
                    (steps.along * steps.along).sum().squareRoot(), (steps.downward * steps.downward).sum().squareRoot()
                )
                return size.x.isFinite && size.y.isFinite ? size : map
            }
            let isMap = ground.allSatisfy { size in
                abs(size.x / map.x - 1) <= mapTolerance && abs(size.y / map.y - 1) <= mapTolerance
            }
            return isMap ? [map] : ground
        }
        guard crs.isGeographic, transform.isAxisAligned else { return nil }
        return (0..<grid.height).map { row in
            let latitude = transform.map(column: 0, row: Double(row) + 0.5).y
            return pixel * Ellipsoid.wgs84.metresPerDegree(latitude: latitude)
        }
    }
}
