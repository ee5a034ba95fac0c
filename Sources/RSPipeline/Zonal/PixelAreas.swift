/// The area of each pixel of a grid on the ellipsoid of its datum, in hectares, whatever the projection.
///
/// A pixel is the quadrilateral of its corners in the cylindrical equal-area projection (``Ellipsoid``). For a grid along
/// meridians and parallels it is computed for every row. Elsewhere it is computed at the nodes of a lattice and
/// interpolated along columns and rows between them; the lattice is made so fine that the interpolation is off by at most
/// ``tolerance`` (nodes 64 pixels apart for the usual pixels of 10 to 60 m, where it is off by 2e-8).
public struct PixelAreas: Sendable {
    /// The largest error of the interpolation, as a share of the area, where pixels are smaller than 1 km.
    public static let tolerance = 1e-7

    private enum Frame: Sendable {
        case rows([Double])
        case lattice(nodes: [Double], columns: Int, spacing: Int)
    }

    private let frame: Frame

    /// Finds the areas.
    ///
    /// Pixels outside of the domain of the projection have the area NaN.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` where the grid has no coordinate system, or one without a place on
    ///   the earth.
    public init(of grid: Grid) throws(GDALError) {
        guard let crs = grid.crs else {
            throw GDALError(
                code: .badGeoreference, message: "the raster has no coordinate system, so areas are not known",
                notes: [])
        }
        let plane = try EqualAreaPlane(of: crs)
        if crs.isGeographic && grid.transform.isAxisAligned {
            frame = .rows(Self.areas(of: (0..<grid.height).map { SIMD2(0, Double($0)) }, grid, plane))
            return
        }
        var spacing = 64
        while spacing > 1, Self.error(of: spacing, grid, plane) > Self.tolerance { spacing /= 2 }
        let columns = grid.width / spacing + 2
        let rows = grid.height / spacing + 2
        var nodes: [Double] = []
        nodes.reserveCapacity(columns * rows)
        for row in 0..<rows {
            nodes += Self.areas(
                of: (0..<columns).map { SIMD2(Double($0 * spacing), Double(row * spacing)) }, grid, plane)
        }
        frame = .lattice(nodes: nodes, columns: columns, spacing: spacing)
    }

    /// The areas of the pixels whose first corners are given.
    private static func areas(of pixels: [SIMD2<Double>], _ grid: Grid, _ plane: EqualAreaPlane) -> [Double] {
        let corners = pixels.flatMap { pixel in
            [(0.0, 0.0), (1, 0), (1, 1), (0, 1)].map { offset in
                let place = grid.transform.map(column: pixel.x + offset.0, row: pixel.y + offset.1)
                return SIMD2(place.x, place.y)
            }
        }
        let places = plane.place(corners)
        return pixels.indices.map { abs(Array(places[4 * $0..<4 * $0 + 4]).signedArea) / 10_000 }
    }

    /// The largest error of a lattice, as a share of the area, in some of its cells.
    private static func error(of spacing: Int, _ grid: Grid, _ plane: EqualAreaPlane) -> Double {
        var worst = 0.0
        for j in 0...8 {
            for i in 0...8 {
                let x = Double(max(0, grid.width - spacing) * i / 8)
                let y = Double(max(0, grid.height - spacing) * j / 8)
                let s = Double(spacing)
                // The corners of a cell, its centre, and the middles of two sides, where errors along and across cannot
                // cancel.
                let found = areas(
                    of: [
                        SIMD2(x, y), SIMD2(x + s, y), SIMD2(x, y + s), SIMD2(x + s, y + s), SIMD2(x + s / 2, y + s / 2),
                        SIMD2(x + s / 2, y), SIMD2(x, y + s / 2),
                    ], grid, plane)
                for (between, exact) in [
                    ((found[0] + found[1] + found[2] + found[3]) / 4, found[4]), ((found[0] + found[1]) / 2, found[5]),
                    ((found[0] + found[2]) / 2, found[6]),
                ] {
                    let error = abs(between - exact) / exact
                    // NaN, out of the domain, says nothing.
                    if error > worst { worst = error }
                }
            }
        }
        return worst
    }

    /// The hectares of one pixel of the grid.
    public func hectares(column: Int, row: Int) -> Double {
        var areas: [Double] = []
        fill(&areas, row: row, columns: column..<column + 1)
        return areas[0]
    }

    /// The hectares of some pixels of a row of the grid; the list grows where it is too short.
    func fill(_ areas: inout [Double], row: Int, columns: Range<Int>) {
        if areas.count < columns.count { areas = [Double](repeating: 0, count: columns.count) }
        switch frame {
        case .rows(let rows):
            let area = rows[min(max(row, 0), rows.count - 1)]
            for index in 0..<columns.count { areas[index] = area }
        case .lattice(let nodes, let width, let spacing):
            let top = min(max(row / spacing, 0), nodes.count / width - 2)
            let down = Double(row - top * spacing) / Double(spacing)
            var column = columns.lowerBound
            while column < columns.upperBound {
                let cell = min(max(column / spacing, 0), width - 2)
                let end = cell == width - 2 ? columns.upperBound : min(columns.upperBound, (cell + 1) * spacing)
                let first = top * width + cell
                let left = nodes[first] * (1 - down) + nodes[first + width] * down
                let right = nodes[first + 1] * (1 - down) + nodes[first + width + 1] * down
                let step = (right - left) / Double(spacing)
                for current in column..<end {
                    areas[current - columns.lowerBound] = left + step * Double(current - cell * spacing)
                }
                column = end
            }
        }
    }
}
