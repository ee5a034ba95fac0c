/// Takes flags from small groups: 1 for pixels of a group of at least so many flagged pixels, 0 for all others.
///
/// A group is flagged pixels that touch at a side or a corner, see ``FlagGroups``. NaN is not flagged.
struct SieveOperation: StageOperation {
    /// Pixels that a group may be asked to have: each unit is computed with one less around it.
    static let mostPixels = 1000

    private let size: Int
    private let grid: Grid
    private let planes: Int

    init(atLeast size: Int, grid: Grid, planes: Int) {
        self.size = size
        self.grid = grid
        self.planes = planes
    }

    func sourceWindow(for window: Window) -> Window? {
        let halo = size - 1
        return Window(
            column: window.column - halo, row: window.row - halo, width: window.width + 2 * halo,
            height: window.height + 2 * halo
        ).intersection(grid.window)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        for plane in 0..<planes {
            unsafe FlagGroups.keep(
                atLeast: size, of: values[plane], source: source, into: results[plane], window: window)
        }
    }

    var workingBytesPerPixel: Int { FlagGroups.bytesPerPixel }

    var summary: String { "halo of \(size - 1) columns and rows" }
}
