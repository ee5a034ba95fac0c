/// A rectangle of pixels of one grid.
public struct Window: Sendable, Hashable {
    /// First column, from 0.
    public var column: Int
    /// First row, from 0.
    public var row: Int
    /// Number of columns.
    public var width: Int
    /// Number of rows.
    public var height: Int

    /// Makes a window from its first pixel and its size.
    public init(column: Int, row: Int, width: Int, height: Int) {
        self.column = column
        self.row = row
        self.width = width
        self.height = height
    }

    /// The number of pixels.
    public var pixelCount: Int { width * height }

    /// Windows of at most `unitWidth` x `unitHeight` that cover a raster once, row by row.
    public static func tiling(width: Int, height: Int, unitWidth: Int, unitHeight: Int) -> [Window] {
        precondition(unitWidth > 0 && unitHeight > 0, "a tiling needs a positive unit")
        var windows: [Window] = []
        for row in stride(from: 0, to: height, by: unitHeight) {
            for column in stride(from: 0, to: width, by: unitWidth) {
                windows.append(
                    Window(
                        column: column, row: row, width: min(unitWidth, width - column),
                        height: min(unitHeight, height - row)))
            }
        }
        return windows
    }
}
