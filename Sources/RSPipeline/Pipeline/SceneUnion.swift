/// The one grid of several scenes, and why there is none, in words.
struct SceneUnion: Sendable {
    /// What the scenes are called, in order.
    let labels: [String]
    /// The step that joins them, for messages.
    var word = "mosaic"
    /// Whether the grids of the scenes are known to be the same one.
    var isOneGrid = false

    /// The grid that holds all scenes, and the place of each.
    ///
    /// - Parameter grids: those of the scenes, in order.
    /// - Throws: ``ChainError`` that says by how much grids differ, and which step to put before.
    func find(_ grids: [Grid]) throws(ChainError) -> (grid: Grid, places: [Window]) {
        do throws(Grid.UnionError) {
            return try Grid.union(of: grids)
        } catch {
            throw ChainError(text(error, grids: grids))
        }
    }

    private func text(_ error: Grid.UnionError, grids: [Grid]) -> String {
        let first = grids[0]
        switch error {
        case .noSystem(let index):
            return
                "\(labels[index]) has no place on a map, so nobody knows how it lies to the others; put ortho dem=FILE "
                + "before \(word) (SENSOR geometry), or write the coordinate system into its files (gdal_edit -a_srs)"
        case .systems(let index):
            return "\(labels[index]) lies in \(label(grids[index])), \(labels[0]) in \(label(first)); "
                + advice(for: grids)
        case .pixels(let index):
            return "\(labels[index]) has pixels of \(size(grids[index])), \(labels[0]) of \(size(first)); "
                + advice(for: grids)
        case .offset(let index, let columns, let rows):
            return "the pixels of \(labels[index]) lie \(abs(columns).rounded(toPlaces: 6)) columns and "
                + "\(abs(rows).rounded(toPlaces: 6)) rows off those of \(labels[0]); " + advice(for: grids)
        case .apart(let index):
            return
                "\(labels[index]) neither meets nor touches the other scenes; \(word) joins what lies together, so run it by "
                + "itself"
        }
    }

    private func label(_ grid: Grid) -> String { grid.crs?.label ?? "no coordinate system" }

    private func size(_ grid: Grid) -> String { "\(grid.transform.pixelWidth) x \(grid.transform.pixelHeight)" }

    /// The `regrid` that brings all scenes to the pixels of the first one.
    private func advice(for grids: [Grid]) -> String {
        let first = grids[0]
        let step = first.transform.pixelWidth
        guard let crs = first.crs, let box = box(around: grids), step > 0 else {
            return "put regrid like=FILE before \(word), with a raster that covers all scenes"
        }
        // Whole pixels of the first scene, which so keeps its own.
        let (x, y) = (first.transform.originX, first.transform.originY)
        func down(_ value: Double, _ origin: Double) -> Double {
            origin + ((value - origin) / step).rounded(.down) * step
        }
        func up(_ value: Double, _ origin: Double) -> Double { origin + ((value - origin) / step).rounded(.up) * step }
        return
            "put before \(word): regrid crs=\(crs.label) res=\(step) extent=\(down(box.left, x)),\(down(box.bottom, y)),"
            + "\(up(box.right, x)),\(up(box.top, y))"
    }

    /// The box around all grids in the system of the first.
    private func box(around grids: [Grid]) -> MapBox? {
        guard let crs = grids.first?.crs else { return nil }
        var whole: MapBox?
        for grid in grids {
            var way: CoordinateTransform?
            if let own = grid.crs, !own.isSame(as: crs) {
                way = try? CoordinateTransform(from: own, to: crs)
                if way == nil { return nil }
            }
            guard let box = try? MapBox(of: grid, through: way) else { return nil }
            guard let known = whole else {
                whole = box
                continue
            }
            whole = MapBox(
                left: min(known.left, box.left), bottom: min(known.bottom, box.bottom),
                right: max(known.right, box.right), top: max(known.top, box.top))
        }
        return whole
    }
}
