import Synchronization

/// Collects planes in memory.
final class PlaneSink: Sink {
    private let grid: Grid
    private let planes: Mutex<[[Float]]>

    init(grid: Grid, count: Int) {
        self.grid = grid
        planes = Mutex([[Float]](repeating: [Float](repeating: .nan, count: grid.pixelCount), count: count))
    }

    func consume(_ unit: UnitResult) {
        let window = unsafe unit.window
        planes.withLock { planes in
            for index in planes.indices {
                for row in 0..<window.height {
                    let start = (window.row + row) * grid.width + window.column
                    for column in 0..<window.width {
                        planes[index][start + column] = unsafe unit.values[index][row * window.width + column]
                    }
                }
            }
        }
    }

    /// The collected planes, in the plan's order.
    var result: [Plane] {
        planes.withLock { planes in
            planes.map { Plane(width: grid.width, height: grid.height, values: $0) }
        }
    }
}
