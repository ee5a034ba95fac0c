/// Polygons, lines and points in the pixel coordinates of one grid, ready to be filled window by window.
///
/// A polygon covers the pixels whose centres lie in it (even-odd rule, holes included). A centre on an edge belongs to
/// the polygon on its right, one on a horizontal edge to the polygon below, so polygons that share an edge neither
/// overlap nor leave a gap. A line or point covers every pixel it passes through, since it has no area of its own.
/// Nothing depends on the window.
public struct PixelShapes: Sendable {
    /// One feature: what is filled as a whole.
    public struct Feature: Sendable {
        /// The number that the file gives it.
        public let id: Int64
        /// The attributes that were asked for, as text.
        public let attributes: [String: String]
        /// Leftmost and topmost pixel coordinate.
        let low: SIMD2<Double>
        /// Rightmost and lowest pixel coordinate.
        let high: SIMD2<Double>
        /// Of ``PixelShapes/edges``.
        let edges: Range<Int>
        /// Of ``PixelShapes/segments``.
        let segments: Range<Int>
    }

    /// A side of a polygon that goes down: `y0 < y1`.
    private struct Edge: Sendable {
        var x0: Double
        var y0: Double
        var x1: Double
        var y1: Double
    }

    /// The features.
    public private(set) var features: [Feature] = []
    /// By feature, sorted from top to bottom.
    private var edges: [Edge] = []
    /// For every ``groupSize`` edges of the list, the lowest end among them.
    private var groupEnds: [Double] = []
    private var segments: [Edge] = []

    private static let groupSize = 256

    /// Makes an empty set.
    public init() {}

    /// Number of sides and line segments held.
    public var vertexCount: Int { edges.count + segments.count }

    /// Whether there are no features.
    public var isEmpty: Bool { features.isEmpty }

    /// The smallest box, in pixel coordinates, that holds everything; nil for an empty set.
    public var bounds: (left: Double, top: Double, right: Double, bottom: Double)? {
        guard let first = features.first else { return nil }
        var (low, high) = (first.low, first.high)
        for feature in features.dropFirst() {
            low = pointwiseMin(low, feature.low)
            high = pointwiseMax(high, feature.high)
        }
        return (low.x, low.y, high.x, high.y)
    }

    /// Adds a feature of closed rings (the last point may repeat the first), open lines and single points.
    ///
    /// Coordinates must be finite. A feature without any point is left out.
    public mutating func add(
        id: Int64, attributes: [String: String] = [:], rings: [[SIMD2<Double>]], lines: [[SIMD2<Double>]] = []
    ) {
        let (firstEdge, firstSegment) = (edges.count, segments.count)
        var bounds: (low: SIMD2<Double>, high: SIMD2<Double>)?
        for point in rings.joined() {
            bounds = bounds.map { (pointwiseMin($0.low, point), pointwiseMax($0.high, point)) } ?? (point, point)
        }
        for point in lines.joined() {
            bounds = bounds.map { (pointwiseMin($0.low, point), pointwiseMax($0.high, point)) } ?? (point, point)
        }
        guard let bounds else { return }
        var added: [Edge] = []
        for ring in rings {
            for index in ring.indices {
                let (a, b) = (ring[index], ring[index + 1 == ring.count ? 0 : index + 1])
                if a.y < b.y { added.append(Edge(x0: a.x, y0: a.y, x1: b.x, y1: b.y)) }
                if a.y > b.y { added.append(Edge(x0: b.x, y0: b.y, x1: a.x, y1: a.y)) }
            }
        }
        added.sort { $0.y0 < $1.y0 }
        edges += added
        for line in lines {
            if line.count == 1 {
                segments.append(Edge(x0: line[0].x, y0: line[0].y, x1: line[0].x, y1: line[0].y))
            }
            for (a, b) in zip(line, line.dropFirst()) {
                segments.append(
                    a.y <= b.y
                        ? Edge(x0: a.x, y0: a.y, x1: b.x, y1: b.y) : Edge(x0: b.x, y0: b.y, x1: a.x, y1: a.y))
            }
        }
        // Groups are of the list, so the last one before may have grown.
        var group = firstEdge / Self.groupSize
        groupEnds.removeLast(max(0, groupEnds.count - group))
        while group * Self.groupSize < edges.count {
            let end = min((group + 1) * Self.groupSize, edges.count)
            var lowest = -Double.infinity
            for edge in edges[(group * Self.groupSize)..<end] { lowest = max(lowest, edge.y1) }
            groupEnds.append(lowest)
            group += 1
        }
        features.append(
            Feature(
                id: id, attributes: attributes, low: bounds.low, high: bounds.high, edges: firstEdge..<edges.count,
                segments: firstSegment..<segments.count))
    }

    /// Calls a body with the runs of covered pixels of a window: by feature, then from top to bottom.
    ///
    /// Runs of one feature do not overlap, unless it is of lines.
    ///
    /// - Parameter body: gets the position of the feature in ``features``, a row and columns of the grid.
    public func forEachRun(in window: Window, _ body: (_ feature: Int, _ row: Int, _ columns: Range<Int>) -> Void) {
        let top = Double(window.row)
        let bottom = Double(window.row + window.height)
        let left = Double(window.column)
        let right = Double(window.column + window.width)
        for (number, feature) in features.enumerated()
        where feature.low.y <= bottom && feature.high.y >= top && feature.low.x <= right && feature.high.x >= left {
            forEachRun(in: window, of: number) { body(number, $0, $1) }
        }
    }

    /// The same for one feature, given by its position in ``features``.
    func forEachRun(in window: Window, of number: Int, _ body: (_ row: Int, _ columns: Range<Int>) -> Void) {
        var crossings: [(row: Int, x: Double)] = []
        addCrossings(of: features[number], window, to: &crossings)
        crossings.sort { $0.row != $1.row ? $0.row < $1.row : $0.x < $1.x }
        // Every row is crossed an even number of times: rings are closed.
        for index in stride(from: 0, to: crossings.count - 1, by: 2) {
            let columns = Self.centres(from: crossings[index].x, to: crossings[index + 1].x, in: window)
            if !columns.isEmpty { body(crossings[index].row, columns) }
        }
        for segment in segments[features[number].segments] { Self.touched(by: segment, window, body) }
    }

    /// The features whose polygons hold a point, in pixel coordinates, as positions in ``features``.
    ///
    /// Points on an edge as ``forEachRun(in:_:)`` counts centres.
    func features(holding point: SIMD2<Double>) -> [Int] {
        features.indices.filter { number in
            let feature = features[number]
            guard feature.low.x <= point.x, feature.high.x >= point.x, feature.low.y <= point.y,
                feature.high.y >= point.y
            else { return false }
            var isInside = false
            for edge in edges[feature.edges] where edge.y0 <= point.y && point.y < edge.y1 {
                let slope = (edge.x1 - edge.x0) / (edge.y1 - edge.y0)
                if edge.x0 + (point.y - edge.y0) * slope <= point.x { isInside.toggle() }
            }
            return isInside
        }
    }

    /// The box of a feature, in whole pixels of a grid; nil where it lies outside.
    func window(of feature: Int, in grid: Grid) -> Window? {
        let (low, high) = (features[feature].low, features[feature].high)
        let left = Int(min(max(low.x.rounded(.down), 0), Double(grid.width)))
        let top = Int(min(max(low.y.rounded(.down), 0), Double(grid.height)))
        let right = Int(min(max(high.x.rounded(.up), 0), Double(grid.width)))
        let bottom = Int(min(max(high.y.rounded(.up), 0), Double(grid.height)))
        guard left < right, top < bottom else { return nil }
        return Window(column: left, row: top, width: right - left, height: bottom - top)
    }

    /// Sets the pixels of a window that any feature covers to a value and leaves the others.
    ///
    /// - Parameter plane: the window's numbers, row by row.
    func burn(_ value: Float, in window: Window, into plane: UnsafeMutablePointer<Float>) {
        forEachRun(in: window) { _, row, columns in
            let start = unsafe plane + (row - window.row) * window.width
            for column in columns { unsafe start[column - window.column] = value }
        }
    }

    private func addCrossings(of feature: Feature, _ window: Window, to crossings: inout [(row: Int, x: Double)]) {
        let firstRow = Double(window.row) + 0.5
        let lastRow = Double(window.row + window.height - 1) + 0.5
        var index = feature.edges.lowerBound
        while index < feature.edges.upperBound {
            let group = index / Self.groupSize
            if index % Self.groupSize == 0, groupEnds[group] <= firstRow {
                index += Self.groupSize
                continue
            }
            let edge = edges[index]
            index += 1
            if edge.y0 > lastRow { break }
            if edge.y1 <= firstRow { continue }
            // Rows whose centre y has y0 <= y < y1.
            let start = max((edge.y0 - 0.5).rounded(.up), firstRow - 0.5)
            let end = min((edge.y1 - 0.5).rounded(.up), lastRow + 0.5)
            let slope = (edge.x1 - edge.x0) / (edge.y1 - edge.y0)
            for row in stride(from: Int(start), to: Int(end), by: 1) {
                crossings.append((row, edge.x0 + (Double(row) + 0.5 - edge.y0) * slope))
            }
        }
    }

    /// The columns whose centres x have `from <= x < to`.
    private static func centres(from: Double, to: Double, in window: Window) -> Range<Int> {
        let first = Double(window.column)
        let last = Double(window.column + window.width)
        let start = Int(min(max((from - 0.5).rounded(.up), first), last))
        let end = Int(min(max((to - 0.5).rounded(.up), first), last))
        return start..<max(start, end)
    }

    /// The pixels that a segment passes through.
    private static func touched(by segment: Edge, _ window: Window, _ body: (Int, Range<Int>) -> Void) {
        let (firstRow, lastRow) = (Double(window.row), Double(window.row + window.height - 1))
        let (firstColumn, lastColumn) = (Double(window.column), Double(window.column + window.width - 1))
        let top = max(segment.y0.rounded(.down), firstRow)
        let bottom = min(segment.y1.rounded(.down), lastRow)
        guard top <= bottom else { return }
        let height = segment.y1 - segment.y0
        for row in Int(top)...Int(bottom) {
            var (a, b) = (segment.x0, segment.x1)
            if height > 0 {
                // The part of the segment within the row.
                let from = max(segment.y0, Double(row))
                let to = min(segment.y1, Double(row + 1))
                a = segment.x0 + (from - segment.y0) / height * (segment.x1 - segment.x0)
                b = segment.x0 + (to - segment.y0) / height * (segment.x1 - segment.x0)
            }
            let start = max(min(a, b).rounded(.down), firstColumn)
            let end = min(max(a, b).rounded(.down), lastColumn)
            if start <= end { body(row, Int(start)..<Int(end) + 1) }
        }
    }
}
