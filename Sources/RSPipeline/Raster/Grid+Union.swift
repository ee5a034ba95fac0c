extension Grid {
    /// Why several grids have no union.
    enum UnionError: Error, Hashable {
        /// A grid has no coordinate system, so nobody knows how it lies to the others.
        case noSystem(index: Int)
        /// A grid has another coordinate system than the first.
        case systems(index: Int)
        /// A grid has other pixels than the first: their sizes or directions.
        case pixels(index: Int)
        /// A grid has pixels like the first, but so far away from those, in pixels.
        case offset(index: Int, columns: Double, rows: Double)
        /// A grid neither meets nor touches the others.
        case apart(index: Int)
    }

    /// The smallest grid with the pixels of several grids that holds all of them, and where each of them lies in it.
    ///
    /// Grids share their pixels when these lie on each other within ``tolerance``. The union has the position of the first
    /// grid, moved by whole pixels.
    ///
    /// - Throws: ``UnionError`` for the first grid that does not fit.
    static func union(of grids: [Grid]) throws(UnionError) -> (grid: Grid, places: [Window]) {
        guard let first = grids.first else { preconditionFailure("a union of no grids") }
        guard let crs = first.crs, let inverse = first.transform.inverse else { throw .noSystem(index: 0) }
        var places: [Window] = []
        for (index, grid) in grids.enumerated() {
            guard let own = grid.crs else { throw .noSystem(index: index) }
            guard own.isSame(as: crs) else { throw .systems(index: index) }
            let corner = place(of: grid, column: 0, row: 0, through: inverse)
            let opposite = place(of: grid, column: grid.width, row: grid.height, through: inverse)
            let across = place(of: grid, column: grid.width, row: 0, through: inverse)
            let sizes = [
                opposite.x - corner.x - Double(grid.width), opposite.y - corner.y - Double(grid.height),
                across.x - corner.x - Double(grid.width), across.y - corner.y,
            ]
            // False for NaN too.
            guard sizes.allSatisfy({ abs($0) <= tolerance }) else { throw .pixels(index: index) }
            let shift = (columns: corner.x - corner.x.rounded(), rows: corner.y - corner.y.rounded())
            guard abs(shift.columns) <= tolerance, abs(shift.rows) <= tolerance else {
                throw .offset(index: index, columns: shift.columns, rows: shift.rows)
            }
            guard abs(corner.x) < 1e9, abs(corner.y) < 1e9 else { throw .apart(index: index) }
            places.append(
                Window(
                    column: Int(corner.x.rounded()), row: Int(corner.y.rounded()), width: grid.width,
                    height: grid.height))
        }
        if let lonely = firstApart(places) { throw .apart(index: lonely) }
        let left = places.map(\.column).min() ?? 0
        let top = places.map(\.row).min() ?? 0
        let right = places.map { $0.column + $0.width }.max() ?? 0
        let bottom = places.map { $0.row + $0.height }.max() ?? 0
        let whole = Window(column: left, row: top, width: right - left, height: bottom - top)
        for index in places.indices {
            places[index].column -= left
            places[index].row -= top
        }
        return (first.cut(to: whole), places)
    }

    private static func place(
        of grid: Grid, column: Int, row: Int, through inverse: GeoTransform
    ) -> (x: Double, y: Double) {
        let corner = grid.transform.map(column: Double(column), row: Double(row))
        let place = inverse.map(column: corner.x, row: corner.y)
        return (place.x, place.y)
    }

    /// The first window that no chain of meeting or touching windows joins to the first one.
    private static func firstApart(_ places: [Window]) -> Int? {
        var open = [0]
        var reached: Set<Int> = [0]
        while let index = open.popLast() {
            var wide = places[index]
            wide.column -= 1
            wide.row -= 1
            wide.width += 2
            wide.height += 2
            for other in places.indices where !reached.contains(other) && wide.intersection(places[other]) != nil {
                reached.insert(other)
                open.append(other)
            }
        }
        return places.indices.first { !reached.contains($0) }
    }
}
