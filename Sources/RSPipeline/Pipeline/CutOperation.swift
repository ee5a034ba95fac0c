/// Cuts planes to a part of their grid, whose pixels stay as they are.
struct CutOperation: StageOperation {
    /// The part of the source grid that the result grid is.
    let part: Window
    /// What deserves a word before the run.
    var warnings: [String] = []

    var summary: String { "columns \(part.column)..., rows \(part.row)... as they are" }

    func sourceWindow(for window: Window) -> Window? {
        Window(
            column: part.column + window.column, row: part.row + window.row, width: window.width, height: window.height)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        // The source window is as large as that of the results.
        for index in unsafe results.indices {
            unsafe results[index].update(from: values[index], count: window.pixelCount)
        }
    }
}

extension Grid {
    /// The grid of a part of the raster.
    func cut(to window: Window) -> Grid {
        let origin = transform.map(column: Double(window.column), row: Double(window.row))
        var moved = transform
        moved.originX = origin.x
        moved.originY = origin.y
        return Grid(width: window.width, height: window.height, transform: moved, crs: crs)
    }

    /// The window of this grid that another grid is, when its pixels are pixels of this one to ``tolerance``.
    func window(of part: Grid) -> Window? {
        guard let inverse = transform.inverse else { return nil }
        let corner = part.transform.map(column: 0, row: 0)
        let place = inverse.map(column: corner.x, row: corner.y)
        guard abs(place.x) < 1e9, abs(place.y) < 1e9 else { return nil }
        let window = Window(
            column: Int(place.x.rounded()), row: Int(place.y.rounded()), width: part.width, height: part.height)
        guard self.window.contains(window), cut(to: window).difference(from: part) == nil else { return nil }
        return window
    }
}
