/// The outlines of the marked cells of a grid, as polygons with holes along the cells' edges.
///
/// Cells belong together when they share an edge; cells that touch at a corner only are two polygons.
struct CellOutlines {
    /// A corner of cells: columns to the right, rows down.
    struct Corner: Hashable {
        var column: Int
        var row: Int
    }

    /// One connected area.
    struct Polygon {
        /// Clockwise as seen, not closed: the first corner is not repeated.
        var exterior: [Corner] = []
        /// Counter-clockwise as seen.
        var holes: [[Corner]] = []
    }

    private let width: Int
    private let height: Int
    private let cells: [Bool]
    /// The area that each marked cell belongs to.
    private var areas: [Int32]
    private var areaCount = 0
    /// Edges that start in each corner and have the marked cell on their right; a bit for right, down, left, up.
    private var edges: [UInt8]

    private static let steps = [(1, 0), (0, 1), (-1, 0), (0, -1)]

    /// Traces the outlines of all marked cells, in the order of their first corners, row by row.
    ///
    /// Takes time and memory in proportion to the cells.
    static func polygons(width: Int, height: Int, cells: [Bool]) -> [Polygon] {
        precondition(cells.count == width * height, "a grid of \(width) x \(height) needs that many cells")
        var outlines = CellOutlines(width: width, height: height, cells: cells)
        return outlines.trace()
    }

    private init(width: Int, height: Int, cells: [Bool]) {
        self.width = width
        self.height = height
        self.cells = cells
        areas = Array(repeating: -1, count: cells.count)
        edges = Array(repeating: 0, count: (width + 1) * (height + 1))
        label()
        for row in 0..<height {
            for column in 0..<width where isMarked(column, row) {
                if !isMarked(column, row - 1) { add(0, column, row) }
                if !isMarked(column + 1, row) { add(1, column + 1, row) }
                if !isMarked(column, row + 1) { add(2, column + 1, row + 1) }
                if !isMarked(column - 1, row) { add(3, column, row + 1) }
            }
        }
    }

    private func isMarked(_ column: Int, _ row: Int) -> Bool {
        column >= 0 && column < width && row >= 0 && row < height && cells[row * width + column]
    }

    private mutating func add(_ direction: Int, _ column: Int, _ row: Int) {
        edges[row * (width + 1) + column] |= 1 << UInt8(direction)
    }

    /// Numbers the connected areas.
    private mutating func label() {
        var waiting: [Int] = []
        for start in cells.indices where cells[start] && areas[start] < 0 {
            let area = Int32(areaCount)
            areaCount += 1
            areas[start] = area
            waiting.append(start)
            while let cell = waiting.popLast() {
                let column = cell % width
                let row = cell / width
                for (right, down) in Self.steps where isMarked(column + right, row + down) {
                    let next = (row + down) * width + column + right
                    if areas[next] >= 0 { continue }
                    areas[next] = area
                    waiting.append(next)
                }
            }
        }
    }

    private mutating func trace() -> [Polygon] {
        var polygons = Array(repeating: Polygon(), count: areaCount)
        for row in 0...height {
            for column in 0...width {
                while let direction = (0..<4).first(where: { edges[row * (width + 1) + column] & (1 << $0) != 0 }) {
                    // The marked cell lies to the right of its edge.
                    let cell = [(0, 0), (-1, 0), (-1, -1), (0, -1)][direction]
                    let area = Int(areas[(row + cell.1) * width + column + cell.0])
                    let (ring, isExterior) = follow(direction, from: Corner(column: column, row: row))
                    if isExterior { polygons[area].exterior = ring } else { polygons[area].holes.append(ring) }
                }
            }
        }
        return polygons
    }

    /// Walks one ring, turning right wherever it can, and removes its edges.
    ///
    /// It begins in a true corner: the first of the ring, row by row, can only be left to the right or down.
    private mutating func follow(_ first: Int, from start: Corner) -> (ring: [Corner], isExterior: Bool) {
        var ring: [Corner] = []
        var here = start
        var direction = first
        var last = -1
        var doubledArea = 0
        repeat {
            if direction != last { ring.append(here) }
            last = direction
            edges[here.row * (width + 1) + here.column] &= ~(1 << UInt8(direction))
            let (right, down) = Self.steps[direction]
            let next = Corner(column: here.column + right, row: here.row + down)
            doubledArea += here.column * next.row - next.column * here.row
            here = next
            // The first edge is gone already, and it is the way on when the ring closes.
            let outgoing = edges[here.row * (width + 1) + here.column] | (here == start ? 1 << UInt8(first) : 0)
            guard let turn = [1, 0, 3].first(where: { outgoing & (1 << UInt8((direction + $0) % 4)) != 0 }) else {
                break
            }
            direction = (direction + turn) % 4
        } while here != start || direction != first
        return (ring, doubledArea > 0)
    }
}
