/// How a raster is cut into stored blocks (tiles, or strips as wide as the raster), numbered row by row.
struct BlockTiling: Sendable, Hashable {
    /// Columns of the raster.
    let width: Int
    /// Rows of the raster.
    let height: Int
    /// Columns of one block.
    let blockWidth: Int
    /// Rows of one block.
    let blockHeight: Int

    init(width: Int, height: Int, blockWidth: Int, blockHeight: Int) {
        precondition(width > 0 && height > 0 && blockWidth > 0 && blockHeight > 0, "a tiling needs positive sizes")
        self.width = width
        self.height = height
        self.blockWidth = blockWidth
        self.blockHeight = blockHeight
    }

    /// Blocks beside each other.
    var across: Int { (width - 1) / blockWidth + 1 }
    /// Blocks below each other.
    var down: Int { (height - 1) / blockHeight + 1 }
    /// All blocks.
    var count: Int { across * down }

    /// The pixels of the raster that a block holds.
    func window(of block: Int) -> Window {
        let column = block % across * blockWidth
        let row = block / across * blockHeight
        return Window(
            column: column, row: row, width: min(blockWidth, width - column), height: min(blockHeight, height - row))
    }

    /// The block columns that a window touches.
    func columns(of window: Window) -> Range<Int> {
        window.column / blockWidth..<(window.column + window.width - 1) / blockWidth + 1
    }

    /// The block rows that a window touches.
    func rows(of window: Window) -> Range<Int> {
        window.row / blockHeight..<(window.row + window.height - 1) / blockHeight + 1
    }
}

extension Window {
    /// The pixels of both windows; nil where there are none.
    func intersection(_ other: Window) -> Window? {
        let left = max(column, other.column)
        let top = max(row, other.row)
        let right = min(column + width, other.column + other.width)
        let bottom = min(row + height, other.row + other.height)
        guard left < right, top < bottom else { return nil }
        return Window(column: left, row: top, width: right - left, height: bottom - top)
    }

    /// Whether all pixels of another window are in this one.
    func contains(_ other: Window) -> Bool { intersection(other) == other }
}
