/// The exact share of each pixel that a polygon covers.
///
/// Sides are walked pixel by pixel; each leaves, in the row it passes, the area between itself and the pixel's right
/// border, and its height for everything further right, with the sign of its direction (the signed-area accumulation of
/// font renderers). Running sums along a row are then the covered shares: exact up to rounding, about 1e-13, and the same
/// however windows are cut.
///
/// Outlines and holes may run either way round. The polygon must be valid: parts must not overlap and sides must not
/// cross; see ``ZoneLayer``, which repairs what is not.
public struct PolygonCoverage: Sendable {
    /// A side, in pixel coordinates, in the direction that leaves positive areas on its right.
    private struct Side: Sendable {
        var from: SIMD2<Double>
        var to: SIMD2<Double>
    }

    /// Where a run of sides lies, so that those far from a window are passed over.
    private struct Reach: Sendable {
        var left = Double.infinity
        var top = Double.infinity
        var bottom = -Double.infinity
    }

    private var sides: [Side] = []
    /// By run of ``runLength`` sides.
    private var reaches: [Reach] = []
    /// The smallest corner of the box around the polygon, in pixel coordinates.
    public private(set) var low = SIMD2<Double>(repeating: .infinity)
    /// The largest corner of the box around the polygon, in pixel coordinates.
    public private(set) var high = SIMD2<Double>(repeating: -.infinity)
    /// The area in pixels, outside of any raster too.
    public private(set) var area = 0.0

    private static let runLength = 64
    /// Shares below it come from rounding, for example where a plot drawn along pixel borders in another coordinate system
    /// passes them by a billionth: they would let the neighbours' values into minimum and maximum.
    private static let leastShare = 1e-8

    /// Makes the coverage of a polygon.
    ///
    /// - Parameter parts: polygons as rings of pixel coordinates (whole numbers are corners of pixels); the first ring of
    ///   each is its outline, the others are holes. A ring may repeat its first point at the end. Coordinates must be
    ///   finite and below 1e12.
    public init(_ parts: [[[SIMD2<Double>]]]) {
        for rings in parts {
            for (index, ring) in rings.enumerated() where ring.count >= 3 { add(ring, isHole: index > 0) }
        }
        for start in stride(from: 0, to: sides.count, by: Self.runLength) {
            reaches.append(
                sides[start..<min(start + Self.runLength, sides.count)].reduce(into: Reach()) { reach, side in
                    reach.left = min(reach.left, side.from.x, side.to.x)
                    reach.top = min(reach.top, side.from.y, side.to.y)
                    reach.bottom = max(reach.bottom, side.from.y, side.to.y)
                })
        }
    }

    private mutating func add(_ ring: [SIMD2<Double>], isHole: Bool) {
        let signed = ring.signedArea
        area += isHole ? -abs(signed) : abs(signed)
        let isReversed = (signed > 0) != isHole
        for index in ring.indices {
            let (a, b) = (ring[index], ring[index + 1 == ring.count ? 0 : index + 1])
            low = pointwiseMin(low, a)
            high = pointwiseMax(high, a)
            if a.y != b.y { sides.append(isReversed ? Side(from: b, to: a) : Side(from: a, to: b)) }
        }
    }

    /// The pixels of a raster that the box around the polygon touches; nil where it lies outside.
    public func window(width: Int, height: Int) -> Window? {
        guard low.x < Double(width), low.y < Double(height), high.x > 0, high.y > 0 else { return nil }
        let left = Int(max(low.x, 0).rounded(.down))
        let top = Int(max(low.y, 0).rounded(.down))
        let right = Int(min(high.x, Double(width)).rounded(.up))
        let bottom = Int(min(high.y, Double(height)).rounded(.up))
        return right > left && bottom > top
            ? Window(column: left, row: top, width: right - left, height: bottom - top) : nil
    }

    /// The covered share of each pixel of a window, row by row: 0 outside, 1 inside.
    public func shares(in window: Window) -> [Double] {
        var rows = CoverageRows()
        cover(window, into: &rows)
        return (0..<window.height).flatMap { rows.shares[$0 * rows.stride..<$0 * rows.stride + window.width] }
    }

    /// Fills a buffer with the covered share of each pixel of a window.
    func cover(_ window: Window, into rows: inout CoverageRows) {
        rows.clear(window)
        let origin = SIMD2(Double(window.column), Double(window.row))
        let bottom = origin.y + Double(window.height)
        let right = origin.x + Double(window.width)
        for (run, reach) in reaches.enumerated()
        where reach.bottom > origin.y && reach.top < bottom && reach.left < right {
            for side in sides[run * Self.runLength..<min((run + 1) * Self.runLength, sides.count)] {
                rows.add(side.from - origin, side.to - origin)
            }
        }
        rows.finish(least: Self.leastShare * min(1, area))
    }
}

/// The shares of one window while sides are added, and when they are complete.
struct CoverageRows: Sendable {
    /// Row after row, ``stride`` numbers each: two more than the window has columns.
    private(set) var shares: [Double] = []
    private(set) var stride = 0
    private var width = 0
    private var height = 0

    mutating func clear(_ window: Window) {
        (width, height, stride) = (window.width, window.height, window.width + 2)
        let count = stride * height
        if shares.count < count {
            shares = [Double](repeating: 0, count: count)
        } else {
            for index in 0..<count { shares[index] = 0 }
        }
    }

    /// Adds a side, in coordinates of the window.
    mutating func add(_ a: SIMD2<Double>, _ b: SIMD2<Double>) {
        let isDown = a.y < b.y
        let (upper, lower) = isDown ? (a, b) : (b, a)
        let limit = Double(height)
        if upper.y >= limit || lower.y <= 0 || min(a.x, b.x) >= Double(width) { return }
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        let last = min(lower.y, limit)
        var y = max(upper.y, 0)
        var x = y == upper.y ? upper.x : upper.x + (y - upper.y) * slope
        var row = Int(y)
        while y < last {
            let nextY = min(Double(row + 1), last)
            let nextX = nextY == lower.y ? lower.x : upper.x + (nextY - upper.y) * slope
            let drop = nextY - y
            addInRow(row, x, nextX, isDown ? drop : -drop)
            (y, x) = (nextY, nextX)
            row += 1
        }
    }

    /// Adds the part of a side that lies in one row, from `x0` to `x1`; `drop` is its height with the sign of its direction.
    private mutating func addInRow(_ row: Int, _ x0: Double, _ x1: Double, _ drop: Double) {
        let (left, right) = x0 < x1 ? (x0, x1) : (x1, x0)
        let limit = Double(width)
        let first = row * stride
        if left >= limit { return }
        if right <= 0 {
            shares[first] += drop
            return
        }
        if left >= 0 && right <= limit { return addInside(first, left, right, drop) }
        // What lies left of the window counts whole from its first column on, what lies right of it not at all.
        let (from, to) = (max(left, 0), min(right, limit))
        let perColumn = drop / (right - left)
        if left < 0 { shares[first] += -left * perColumn }
        addInside(first, from, to, (to - from) * perColumn)
    }

    private mutating func addInside(_ first: Int, _ left: Double, _ right: Double, _ drop: Double) {
        let column = Int(left)
        let offset = left - Double(column)
        let index = first + column
        if right <= Double(column + 1) {
            let middle = (offset + (right - Double(column))) / 2
            shares[index] += drop * (1 - middle)
            shares[index + 1] += drop * middle
            return
        }
        // The side crosses several pixels: a triangle in the first, trapezoids, all but a triangle in the last.
        let perColumn = 1 / (right - left)
        let end = Int(right.rounded(.up))
        let count = end - column
        let firstPart = 0.5 * perColumn * (1 - offset) * (1 - offset)
        let rest = right - Double(end - 1)
        let lastPart = 0.5 * perColumn * rest * rest
        shares[index] += drop * firstPart
        if count == 2 {
            shares[index + 1] += drop * (1 - firstPart - lastPart)
        } else {
            let second = perColumn * (1.5 - offset)
            shares[index + 1] += drop * (second - firstPart)
            for column in 2..<count - 1 { shares[index + column] += drop * perColumn }
            let before = second + Double(count - 3) * perColumn
            shares[index + count - 1] += drop * (1 - before - lastPart)
        }
        shares[index + count] += drop * lastPart
    }

    /// Sums up along the rows; shares below `least` become 0, those that miss 1 by rounding become 1.
    mutating func finish(least: Double) {
        for row in 0..<height {
            var sum = 0.0
            for index in row * stride..<row * stride + width {
                sum += shares[index]
                let share = abs(sum)
                shares[index] = share < least ? 0 : share > 1 - 1e-12 ? 1 : share
            }
        }
    }
}
