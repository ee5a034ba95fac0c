/// Grows flagged areas by a Euclidean distance, exactly.
///
/// Two sweeps, as in distance transforms that treat columns and rows apart (Meijster, Roerdink and Hesselink, A general
/// algorithm for computing distance transforms in linear time, 2000): per column the rows to the nearest flagged pixel,
/// then per row the columns that each such pixel reaches. Only whether the distance is within the radius is asked for, so
/// the second sweep keeps the furthest column reached instead of a lower envelope. The cost per pixel does not depend on
/// the radius.
enum FlagGrowth {
    /// Bytes that the sweeps take per pixel of the source.
    static let bytesPerPixel = 4

    /// Sets the pixels of a window to 1 that a flagged pixel reaches, the others to 0.
    ///
    /// - Parameters:
    ///   - flags: values over `source`, which holds the window; flagged are those that are neither 0 nor NaN.
    ///   - reach: how far the pixels of a row look for flagged ones.
    static func grow(
        _ flags: UnsafePointer<Float>, source: Window, into result: UnsafeMutablePointer<Float>, window: Window,
        reach: (_ row: Int) -> EuclideanReach
    ) {
        unsafe result.update(repeating: 0, count: window.pixelCount)
        let width = source.width
        // Further than any pixel reaches, and far from overflow.
        let far = Int32(1 << 24)
        var below = [Int32](repeating: far, count: width)
        // Per row of the window and column of the source, rows down to the nearest flagged pixel.
        var downwards = [Int32](repeating: far, count: width * window.height)
        let firstRow = window.row - source.row
        for row in stride(from: source.height - 1, through: firstRow, by: -1) {
            unsafe advance(&below, flags + row * width)
            let target = row - firstRow
            if target < window.height {
                downwards.replaceSubrange(target * width..<(target + 1) * width, with: below)
            }
        }
        var above = [Int32](repeating: far, count: width)
        for row in 0..<firstRow + window.height {
            unsafe advance(&above, flags + row * width)
            let target = row - firstRow
            if target < 0 { continue }
            let nearest = unsafe downwards.withUnsafeMutableBufferPointer { all in
                let line = unsafe UnsafeMutableBufferPointer(rebasing: all[target * width..<(target + 1) * width])
                return unsafe merge(above, into: line)
            }
            let columns = reach(window.row + target).columns
            if nearest >= columns.count { continue }
            unsafe downwards.withUnsafeBufferPointer { all in
                let line = unsafe UnsafeBufferPointer(rebasing: all[target * width..<(target + 1) * width])
                unsafe spread(
                    line, columns, into: result + target * window.width, first: window.column - source.column,
                    count: window.width)
            }
        }
    }

    /// Moves the rows to the nearest flagged pixel on by one row.
    private static func advance(_ distances: inout [Int32], _ flags: UnsafePointer<Float>) {
        for column in distances.indices {
            let flag = unsafe flags[column]
            distances[column] = flag == flag && flag != 0 ? 0 : distances[column] &+ 1
        }
    }

    /// Takes the smaller of two distances for each column; returns the smallest of all.
    private static func merge(_ above: [Int32], into line: UnsafeMutableBufferPointer<Int32>) -> Int {
        var smallest = Int32.max
        for column in above.indices {
            let distance = unsafe min(above[column], line[column])
            unsafe line[column] = distance
            smallest = min(smallest, distance)
        }
        return Int(smallest)
    }

    /// Sets the columns that the nearest flagged pixels of all columns reach, those to the left and those to the right.
    private static func spread(
        _ distances: UnsafeBufferPointer<Int32>, _ columns: [Int], into result: UnsafeMutablePointer<Float>,
        first: Int, count: Int
    ) {
        var last = -1
        for column in 0..<first + count {
            let distance = unsafe Int(distances[column])
            if distance < columns.count { last = max(last, column + columns[distance]) }
            if column >= first && column <= last { unsafe result[column - first] = 1 }
        }
        last = distances.count
        for column in stride(from: distances.count - 1, through: first, by: -1) {
            let distance = unsafe Int(distances[column])
            if distance < columns.count { last = min(last, column - columns[distance]) }
            if column < first + count && column >= last { unsafe result[column - first] = 1 }
        }
    }
}
