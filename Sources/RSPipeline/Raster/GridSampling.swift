/// How the pixels of one grid are brought to another of a different pixel size.
public struct GridSampling: Sendable, Hashable {
    /// The rule.
    public enum Rule: String, Sendable, Hashable {
        /// Finer to coarser: the mean weighted by covered area; no-data where less than half of the area has data.
        case areaMean
        /// Coarser to finer, and quality bits: the pixel that holds the centre.
        case nearest
        /// Numbers that vary smoothly: between the centres of the four pixels around, beyond the outermost centres the
        /// outermost pixels; no-data where less than half of the weight has data, and outside of the source.
        case bilinear
    }

    /// Whether numbers may be interpolated between pixels.
    public enum Interpolation: Sendable, Hashable {
        /// They may not.
        case none
        /// They vary smoothly.
        case smooth
        /// They are directions: so many units are a full circle. Between two of them lies the shorter way round.
        case direction(fullCircle: Double)
    }

    /// The rule.
    public let rule: Rule
    /// The units of a full circle, for directions; nil for other numbers.
    let fullCircle: Double?
    /// Source columns: those of a target pixel `i` run from `start + i * step` to `start + (i + 1) * step`.
    let columns: Axis
    /// Source rows.
    let rows: Axis
    let sourceWidth: Int
    let sourceHeight: Int

    struct Axis: Sendable, Hashable {
        var start: Double
        var step: Double
    }

    /// Finds the sampling from one grid to another.
    ///
    /// Nil where there is none: rotated grids, different coordinate systems, equal pixel sizes (then the grids must
    /// match, unless numbers may be interpolated), or no overlap.
    ///
    /// - Parameters:
    ///   - isBits: whether the numbers are bits, which cannot be averaged.
    ///   - interpolation: whether they may be interpolated, which is then done whatever the pixel sizes.
    public init?(
        from source: Grid, to target: Grid, isBits: Bool, interpolation: Interpolation = .none
    ) {
        let a = source.transform
        let b = target.transform
        guard a.isAxisAligned, b.isAxisAligned, a.columnX != 0, a.rowY != 0 else { return nil }
        switch (source.crs, target.crs) {
        case (nil, nil): break
        case (let first?, let second?) where first.isSame(as: second): break
        default: return nil
        }
        columns = Axis(start: (b.originX - a.originX) / a.columnX, step: b.columnX / a.columnX)
        rows = Axis(start: (b.originY - a.originY) / a.rowY, step: b.rowY / a.rowY)
        sourceWidth = source.width
        sourceHeight = source.height
        let isSmooth = interpolation != .none
        guard columns.step > 0, rows.step > 0,
            isSmooth || abs(columns.step - 1) > Grid.tolerance || abs(rows.step - 1) > Grid.tolerance
        else { return nil }
        let right = columns.start + columns.step * Double(target.width)
        let bottom = rows.start + rows.step * Double(target.height)
        guard columns.start < Double(source.width), right > 0, rows.start < Double(source.height), bottom > 0 else {
            return nil
        }
        rule = isSmooth ? .bilinear : isBits || columns.step < 1 || rows.step < 1 ? .nearest : .areaMean
        if case .direction(let units) = interpolation { fullCircle = units } else { fullCircle = nil }
    }

    /// Source pixels per target pixel.
    var pixelRatio: Double { columns.step * rows.step }

    /// The part of the source that a target window needs; nil where it lies outside.
    func sourceWindow(for window: Window) -> Window? {
        let (left, right) = sourceColumns(window.column, window.width)
        let (top, bottom) = sourceRows(window.row, window.height)
        guard left < right, top < bottom else { return nil }
        return Window(column: left, row: top, width: right - left, height: bottom - top)
    }

    /// The source columns that `count` target columns need; the second is not among them.
    func sourceColumns(_ first: Int, _ count: Int) -> (Int, Int) {
        range(columns, first, count, limit: sourceWidth)
    }

    /// The source rows that `count` target rows need; the second is not among them.
    func sourceRows(_ first: Int, _ count: Int) -> (Int, Int) { range(rows, first, count, limit: sourceHeight) }

    /// The part of a target window that source pixels of a window have a share in; nil where there is none.
    func targetWindow(for source: Window, in target: Window) -> Window? {
        let (left, right) = targets(
            columns, source.column, source.width, limit: sourceWidth, within: target.column, target.width)
        let (top, bottom) = targets(
            rows, source.row, source.height, limit: sourceHeight, within: target.row, target.height)
        guard left < right, top < bottom else { return nil }
        return Window(column: left, row: top, width: right - left, height: bottom - top)
    }

    private func targets(
        _ axis: Axis, _ first: Int, _ count: Int, limit: Int, within start: Int, _ length: Int
    ) -> (Int, Int) {
        if rule == .bilinear {
            // A centre is reached by the pixels on either side, at the edges by all that lies beyond.
            let low = (Double(first) - 0.5 - axis.start) / axis.step - 0.5
            let high = (Double(first + count) + 0.5 - axis.start) / axis.step - 0.5
            let left = first == 0 ? start : Int(min(max(low.rounded(.down), Double(start)), Double(start + length)))
            let right =
                first + count >= limit
                ? start + length : Int(min(max(high.rounded(.up) + 1, Double(start)), Double(start + length)))
            return (left, max(left, right))
        }
        // Shares below the tolerance do not count, see ``mean(_:_:_:_:)``; half of it for the errors of arithmetic.
        let slack = Grid.tolerance / 2 / axis.step
        let low = ((Double(first) - axis.start) / axis.step + slack).rounded(.down)
        let high = ((Double(first + count) - axis.start) / axis.step - slack).rounded(.up)
        let left = Int(min(max(low, Double(start)), Double(start + length)))
        let right = Int(min(max(high, Double(start)), Double(start + length)))
        return (left, right)
    }

    private func range(_ axis: Axis, _ first: Int, _ count: Int, limit: Int) -> (Int, Int) {
        let low = axis.start + axis.step * Double(first)
        let high = axis.start + axis.step * Double(first + count)
        let start = max(0, Int((low + Grid.tolerance).rounded(.down)))
        let end = min(limit, Int((high - Grid.tolerance).rounded(.up)))
        if rule != .bilinear { return (start, max(start, end)) }
        // The neighbours of the outermost centres, and all that the other rules take of the same file.
        let left = Self.neighbours(Self.centre(axis, first), limit: limit).first
        let right = Self.neighbours(Self.centre(axis, first + count - 1), limit: limit).second + 1
        return start < end ? (min(start, left), max(end, right)) : (left, right)
    }

    /// The position in the source of the centre of a target pixel.
    private static func centre(_ axis: Axis, _ index: Int) -> Double {
        axis.start + axis.step * (Double(index) + 0.5)
    }

    /// The two source pixels whose centres lie around a position, and the weight of the second.
    private static func neighbours(_ position: Double, limit: Int) -> (first: Int, second: Int, weight: Double) {
        let place = min(max(position - 0.5, 0), Double(limit - 1))
        let first = Int(place)
        return (first, min(first + 1, limit - 1), place - Double(first))
    }

    /// Samples a window: `values` are the source pixels of `source`, NaN where there is no data.
    func sample(_ values: [Float], source: Window, target: Window, into result: inout [Float]) {
        if rule == .bilinear { return interpolate(values, source: source, target: target, into: &result) }
        for row in 0..<target.height {
            let y = Self.span(rows, target.row + row)
            for column in 0..<target.width {
                let x = Self.span(columns, target.column + column)
                result[row * target.width + column] =
                    rule == .areaMean
                    ? mean(values, source, x, y)
                    : nearest(values, source, (x.low + x.high) / 2, (y.low + y.high) / 2)
            }
        }
    }

    private func interpolate(_ values: [Float], source: Window, target: Window, into result: inout [Float]) {
        let across = (0..<target.width).map { Self.centre(columns, target.column + $0) }
        for row in 0..<target.height {
            let y = Self.centre(rows, target.row + row)
            guard y >= -Grid.tolerance, y <= Double(sourceHeight) + Grid.tolerance else { continue }
            let vertical = Self.neighbours(y, limit: sourceHeight)
            let upper = (vertical.first - source.row) * source.width - source.column
            let lower = (vertical.second - source.row) * source.width - source.column
            for column in 0..<target.width {
                let x = across[column]
                guard x >= -Grid.tolerance, x <= Double(sourceWidth) + Grid.tolerance else { continue }
                let horizontal = Self.neighbours(x, limit: sourceWidth)
                let corners = SIMD4<Double>(
                    Double(values[upper + horizontal.first]), Double(values[upper + horizontal.second]),
                    Double(values[lower + horizontal.first]), Double(values[lower + horizontal.second]))
                let right = horizontal.weight
                let down = vertical.weight
                let weights = SIMD4<Double>(
                    (1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down)
                result[row * target.width + column] = interpolated(corners, weights)
            }
        }
    }

    /// The weighted mean of four corners, of which some may be NaN.
    private func interpolated(_ corners: SIMD4<Double>, _ weights: SIMD4<Double>) -> Float {
        var reference = Double.nan
        var sum = 0.0
        var weight = 0.0
        for corner in 0..<4 where !corners[corner].isNaN && weights[corner] > 0 {
            if reference.isNaN { reference = corners[corner] }
            var difference = corners[corner] - reference
            if let fullCircle { difference -= fullCircle * (difference / fullCircle).rounded() }
            sum += weights[corner] * difference
            weight += weights[corner]
        }
        guard weight >= 0.5 else { return .nan }
        let value = reference + sum / weight
        guard let fullCircle else { return Float(value) }
        return Float(value - fullCircle * (value / fullCircle).rounded(.down))
    }

    private static func span(_ axis: Axis, _ index: Int) -> (low: Double, high: Double) {
        (axis.start + axis.step * Double(index), axis.start + axis.step * Double(index + 1))
    }

    private func nearest(_ values: [Float], _ source: Window, _ x: Double, _ y: Double) -> Float {
        let column = Int(x.rounded(.down)) - source.column
        let row = Int(y.rounded(.down)) - source.row
        guard column >= 0, column < source.width, row >= 0, row < source.height else { return .nan }
        return values[row * source.width + column]
    }

    private func mean(
        _ values: [Float], _ source: Window, _ x: (low: Double, high: Double), _ y: (low: Double, high: Double)
    ) -> Float {
        var sum = 0.0
        var weight = 0.0
        let firstRow = max(Int((y.low + Grid.tolerance).rounded(.down)), source.row)
        let lastRow = min(Int((y.high - Grid.tolerance).rounded(.up)), source.row + source.height)
        let firstColumn = max(Int((x.low + Grid.tolerance).rounded(.down)), source.column)
        let lastColumn = min(Int((x.high - Grid.tolerance).rounded(.up)), source.column + source.width)
        for row in stride(from: firstRow, to: lastRow, by: 1) {
            let height = min(y.high, Double(row + 1)) - max(y.low, Double(row))
            for column in stride(from: firstColumn, to: lastColumn, by: 1) {
                let value = values[(row - source.row) * source.width + column - source.column]
                if value.isNaN { continue }
                let area = height * (min(x.high, Double(column + 1)) - max(x.low, Double(column)))
                sum += area * Double(value)
                weight += area
            }
        }
        return weight * 2 < (x.high - x.low) * (y.high - y.low) ? .nan : Float(sum / weight)
    }
}
