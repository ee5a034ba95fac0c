import Synchronization

/// Collects some windows of the planes in memory.
final class WindowSink: Sink {
    private let windows: [Window]
    /// By window, plane after plane.
    private let values: Mutex<[[Float]]>

    init(_ windows: [Window], planeCount: Int) {
        self.windows = windows
        values = Mutex(windows.map { [Float](repeating: .nan, count: $0.pixelCount * planeCount) })
    }

    func consume(_ unit: UnitResult) {
        let source = unsafe unit.window
        for (index, window) in windows.enumerated() {
            guard let part = window.intersection(source) else { continue }
            values.withLock { values in
                for plane in 0..<(values[index].count / window.pixelCount) {
                    for row in part.row..<part.row + part.height {
                        let from = (row - source.row) * source.width - source.column
                        let to = (plane * window.height + row - window.row) * window.width - window.column
                        for column in part.column..<part.column + part.width {
                            values[index][to + column] = unsafe unit.values[plane][from + column]
                        }
                    }
                }
            }
        }
    }

    /// The numbers of each window, plane after plane, row by row.
    var result: [[Float]] { values.withLock { $0 } }
}
