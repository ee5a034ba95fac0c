/// Groups of flagged pixels that touch each other at a side or a corner (8 neighbours).
enum FlagGroups {
    /// Bytes that finding groups takes per pixel of a source whose every second pixel is flagged; usually much less.
    static let bytesPerPixel = 8

    /// Sets the pixels of a window to 1 that belong to a group of at least `size` flagged pixels, the others to 0.
    ///
    /// Groups are those within the source: a source that reaches `size - 1` pixels beyond the window on each side, or to
    /// the end of the raster, gives what the whole raster would. For of a group of `size` pixels or more, as many are
    /// connected to any of its pixels within that distance.
    ///
    /// - Parameter flags: values over `source`; flagged are those that are neither 0 nor NaN.
    static func keep(
        atLeast size: Int, of flags: UnsafePointer<Float>, source: Window, into result: UnsafeMutablePointer<Float>,
        window: Window
    ) {
        unsafe result.update(repeating: 0, count: window.pixelCount)
        var runs: [Run] = []
        // Of every row of the source, the first of its runs.
        var firstOfRow: [Int] = []
        for row in 0..<source.height {
            let above = (firstOfRow.last ?? 0)..<runs.count
            firstOfRow.append(runs.count)
            unsafe appendRuns(of: flags + row * source.width, source.width, to: &runs)
            join(firstOfRow[row]..<runs.count, with: row == 0 ? 0..<0 : above, in: &runs)
        }
        firstOfRow.append(runs.count)
        for row in 0..<window.height {
            let line = unsafe result + row * window.width
            let sourceRow = window.row - source.row + row
            for index in firstOfRow[sourceRow]..<firstOfRow[sourceRow + 1] {
                if runs[root(of: index, in: &runs)].size < size { continue }
                let left = max(0, Int(runs[index].first) + source.column - window.column)
                let right = min(window.width - 1, Int(runs[index].last) + source.column - window.column)
                for column in stride(from: left, through: right, by: 1) { unsafe line[column] = 1 }
            }
        }
    }

    /// Flagged pixels beside each other in one row.
    private struct Run {
        var first: Int32
        var last: Int32
        /// A run of the same group, or itself.
        var parent: Int32
        /// Pixels of the group, where it is its own parent.
        var size: Int32
    }

    private static func appendRuns(of flags: UnsafePointer<Float>, _ count: Int, to runs: inout [Run]) {
        var start = -1
        for column in 0...count {
            let flag = unsafe column < count ? flags[column] : 0
            let isSet = flag == flag && flag != 0
            if isSet && start < 0 { start = column }
            if !isSet && start >= 0 {
                runs.append(
                    Run(
                        first: Int32(start), last: Int32(column - 1), parent: Int32(runs.count),
                        size: Int32(column - start)))
                start = -1
            }
        }
    }

    /// Joins the runs of a row with those of the row above that they touch.
    private static func join(_ row: Range<Int>, with above: Range<Int>, in runs: inout [Run]) {
        var upper = above.lowerBound
        for lower in row {
            while upper < above.upperBound && runs[upper].last + 1 < runs[lower].first { upper += 1 }
            var touching = upper
            while touching < above.upperBound && runs[touching].first <= runs[lower].last + 1 {
                let a = root(of: touching, in: &runs)
                let b = root(of: lower, in: &runs)
                if a != b {
                    let (low, high) = (min(a, b), max(a, b))
                    runs[high].parent = Int32(low)
                    runs[low].size += runs[high].size
                }
                touching += 1
            }
        }
    }

    private static func root(of index: Int, in runs: inout [Run]) -> Int {
        var index = index
        while Int(runs[index].parent) != index {
            // Half of the way is cut off for whoever comes next.
            runs[index].parent = runs[Int(runs[index].parent)].parent
            index = Int(runs[index].parent)
        }
        return index
    }
}
