/// Outlines brought to other coordinates, where their straight sides may be bent.
enum BentOutline {
    /// Brings a ring or a line to other coordinates, with points added where a side would pass from its true course.
    ///
    /// A side is halved, up to twelve times, while its middle is further off than the tolerance.
    ///
    /// - Parameters:
    ///   - isClosed: whether the side from the last point to the first counts as well.
    ///   - tolerance: along each axis, in the other coordinates.
    ///   - length: shorter sides are not looked at.
    ///   - isStraight: whether sides stay straight, so that none has to be looked at.
    ///   - convert: brings points to the other coordinates.
    static func place(
        _ points: [SIMD2<Double>], isClosed: Bool, tolerance: Double, checkedFrom length: Double, isStraight: Bool,
        _ convert: ([SIMD2<Double>]) throws(GDALError) -> [SIMD2<Double>]
    ) throws(GDALError) -> [SIMD2<Double>] {
        var outline = points
        if isClosed, let first = points.first, let last = points.last, first != last { outline.append(first) }
        var placed = try convert(outline)
        if isStraight { return placed }
        for _ in 0..<12 {
            var long: [Int] = []
            for index in 1..<max(1, placed.count) {
                let side = placed[index] - placed[index - 1]
                if abs(side.x) > length || abs(side.y) > length { long.append(index) }
            }
            if long.isEmpty { break }
            let middles = try convert(long.map { (outline[$0 - 1] + outline[$0]) / 2 })
            var newOutline: [SIMD2<Double>] = []
            var newPlaced: [SIMD2<Double>] = []
            var next = 0
            var added = false
            for index in outline.indices {
                if next < long.count, long[next] == index {
                    let error = (placed[index - 1] + placed[index]) / 2 - middles[next]
                    if abs(error.x) > tolerance || abs(error.y) > tolerance {
                        newOutline.append((outline[index - 1] + outline[index]) / 2)
                        newPlaced.append(middles[next])
                        added = true
                    }
                    next += 1
                }
                newOutline.append(outline[index])
                newPlaced.append(placed[index])
            }
            (outline, placed) = (newOutline, newPlaced)
            if !added { break }
        }
        return placed
    }
}
