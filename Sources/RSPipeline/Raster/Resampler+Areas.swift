/// Rules over the area of a result pixel: `average`, `mode`, `minimum` and `maximum`.
extension Resampler {
    /// The part of the footprint that one pixel covers along one axis, as `weight` of the pixels from `first` on.
    struct Span {
        let low: Double
        let high: Double
        let pixels: Range<Int>

        init(_ position: Double, _ size: Double) {
            low = position - size / 2
            high = position + size / 2
            let first = Int((low + Grid.tolerance).rounded(.down))
            // A footprint smaller than the tolerance still lies in a pixel.
            pixels = first..<max(first + 1, Int((high - Grid.tolerance).rounded(.up)))
        }

        @inline(__always)
        func length(_ index: Int) -> Double { max(0, min(high, Double(index + 1)) - max(low, Double(index))) }
    }

    @inline(__always)
    func spans(_ positions: PixelPositions, _ index: Int) -> (columns: Span, rows: Span)? {
        let (x, y) = (positions.x[index], positions.y[index])
        let (w, h) = (positions.width[index], positions.height[index])
        // A footprint that is no number belongs to a pixel at the edge of the projection's domain.
        guard w > 0, h > 0, x + w / 2 > 0, y + h / 2 > 0, x - w / 2 < Double(sourceWidth),
            y - h / 2 < Double(sourceHeight), w < 1e6, h < 1e6
        else { return nil }
        return (Span(x, w), Span(y, h))
    }

    /// Calls a body with every covered pixel that has data; returns whether they cover half of the footprint.
    @inline(__always)
    func covered(
        _ values: Values, _ spans: (columns: Span, rows: Span), _ body: (_ value: Float, _ area: Double) -> Void
    ) -> Bool {
        var weight = 0.0
        let window = values.window
        // Outside of the window lie no pixels of the source.
        let rows = spans.rows.pixels.clamped(to: window.row..<(window.row + window.height))
        let columns = spans.columns.pixels.clamped(to: window.column..<(window.column + window.width))
        for row in rows {
            let height = spans.rows.length(row)
            for column in columns {
                let value = unsafe values.base[(row - window.row) * window.width + column - window.column]
                if value.isNaN { continue }
                let area = height * spans.columns.length(column)
                weight += area
                body(value, area)
            }
        }
        let whole = (spans.rows.high - spans.rows.low) * (spans.columns.high - spans.columns.low)
        return weight > 0 && weight >= whole * (0.5 - Grid.tolerance)
    }

    func average(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        for index in 0..<positions.count {
            unsafe result[index] = .nan
            guard let spans = spans(positions, index) else { continue }
            var sum = 0.0
            var weight = 0.0
            let isEnough = covered(values, spans) { value, area in
                sum += area * Double(value)
                weight += area
            }
            if isEnough { unsafe result[index] = Float(sum / weight) }
        }
    }

    func mode(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        var found: [(value: Float, area: Double)] = []
        for index in 0..<positions.count {
            unsafe result[index] = .nan
            guard let spans = spans(positions, index) else { continue }
            found.removeAll(keepingCapacity: true)
            let isEnough = covered(values, spans) { value, area in
                if let last = found.last, last.value == value {
                    found[found.count - 1].area += area
                } else {
                    found.append((value, area))
                }
            }
            if isEnough { unsafe result[index] = Self.largest(&found) }
        }
    }

    /// The value with the largest area; among equals, but for the errors of arithmetic, the smallest.
    static func largest(_ found: inout [(value: Float, area: Double)]) -> Float {
        found.sort { $0.value < $1.value }
        var best: (value: Float, area: Double) = (.nan, 0)
        var place = 0
        while place < found.count {
            let value = found[place].value
            var area = 0.0
            while place < found.count, found[place].value == value {
                area += found[place].area
                place += 1
            }
            if area > best.area * (1 + Grid.tolerance) { best = (value, area) }
        }
        return best.value
    }

    func extreme(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        for index in 0..<positions.count {
            unsafe result[index] = .nan
            guard let spans = spans(positions, index) else { continue }
            var best = Float.nan
            let isSmallest = rule == .minimum
            let isEnough = covered(values, spans) { value, _ in
                if best.isNaN || (isSmallest ? value < best : value > best) { best = value }
            }
            if isEnough { unsafe result[index] = best }
        }
    }
}
