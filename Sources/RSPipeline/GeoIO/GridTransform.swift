/// Where the pixels of a result grid lie in a source grid.
///
/// Between grids of one coordinate system the way is affine and exact. Between two systems it goes through PROJ on the
/// points of a ``CoordinateLattice`` that belongs to the result grid, with at most 0.01 source pixels of error at checked
/// points. Either way the position of a pixel never depends on the window it is asked for in.
struct GridTransform: Sendable {
    /// The grid whose pixels are positioned.
    let result: Grid
    /// The grid they are positioned in.
    let source: Grid
    /// Source pixels per result pixel along source columns and rows: the median over the grid.
    let growth: SIMD2<Double>

    private enum Kind: Sendable {
        case affine(GeoTransform)
        case lattice(CoordinateLattice)
    }

    private let kind: Kind

    /// Finds the way from a result grid to a source grid.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` where one of the grids has no coordinate system and the other
    ///   has, a transform cannot be inverted, or there is no way between the systems.
    init(from result: Grid, to source: Grid) throws(GDALError) {
        guard let inverse = source.transform.inverse else {
            throw GDALError(
                code: .badGeoreference, message: "the geotransform of the source has no area, so nothing lies in it",
                notes: [])
        }
        self.result = result
        self.source = source
        switch (result.crs, source.crs) {
        case (nil, nil): kind = .affine(result.transform.followed(by: inverse))
        case (let target?, let origin?):
            if target.isSame(as: origin) {
                kind = .affine(result.transform.followed(by: inverse))
                break
            }
            let way = try CoordinateTransform(from: target, to: origin)
            let forward = result.transform
            kind = .lattice(
                CoordinateLattice(width: result.width, height: result.height) { points in
                    for index in points.indices {
                        let place = forward.map(column: points[index].x, row: points[index].y)
                        points[index] = SIMD2(place.x, place.y)
                    }
                    way.transform(&points)
                    for index in points.indices where points[index].x.isFinite {
                        let place = inverse.map(column: points[index].x, row: points[index].y)
                        points[index] = SIMD2(place.x, place.y)
                    }
                })
        case (nil, let known?), (let known?, nil):
            throw GDALError(
                code: .badGeoreference,
                message: "one of the grids has no coordinate system, the other \(known.label); write it into the file "
                    + "that lacks it (gdal_edit -a_srs)", notes: [])
        }
        switch kind {
        case .affine(let way):
            growth = PixelPositions.footprint(
                along: SIMD2(way.columnX, way.columnY), down: SIMD2(way.rowX, way.rowY))
        case .lattice(let lattice): growth = lattice.typicalFootprint ?? SIMD2(1, 1)
        }
    }

    /// Gives the positions of the centres of some pixels of one row, and the size of their footprints where asked.
    func positions(row: Int, columns: Range<Int>, into positions: inout PixelPositions) {
        switch kind {
        case .lattice(let lattice): lattice.positions(row: row, columns: columns, into: &positions)
        case .affine(let way):
            for column in columns {
                let place = way.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                positions.set(column - columns.lowerBound, place.x, place.y)
                if positions.hasFootprints {
                    positions.setFootprint(
                        column - columns.lowerBound, along: SIMD2(way.columnX, way.columnY),
                        down: SIMD2(way.rowX, way.rowY))
                }
            }
        }
    }

    /// The box that holds the positions of all pixel centres of a window; nil where none has a position.
    func bounds(of window: Window) -> PixelPositions.Bounds? {
        switch kind {
        case .lattice(let lattice): return lattice.bounds(of: window)
        case .affine(let way):
            var bounds: PixelPositions.Bounds?
            for row in [window.row, window.row + window.height - 1] {
                for column in [window.column, window.column + window.width - 1] {
                    var positions = PixelPositions(count: 1, hasFootprints: true)
                    let place = way.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                    positions.set(0, place.x, place.y)
                    positions.setFootprint(
                        0, along: SIMD2(way.columnX, way.columnY), down: SIMD2(way.rowX, way.rowY))
                    positions.extend(&bounds)
                }
            }
            return bounds
        }
    }

    /// How positions are found, for `--explain`.
    var summary: String {
        switch kind {
        case .affine: return "same coordinate system"
        case .lattice(let lattice):
            let exact = lattice.cells.filter { $0 == .exact }.count
            let share = exact == 0 ? "" : ", \(exact) of \(lattice.cells.count) cells exact"
            return "coordinates exact every \(lattice.spacing) pixels\(share)"
        }
    }
}
