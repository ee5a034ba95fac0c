extension Resampler {
    /// The number that is missing most under the kernel of each result pixel without a value.
    ///
    /// - Parameters:
    ///   - codes: why source pixels have no value, as numbers from 1; 0 and NaN where they have one.
    ///   - outside: the number of pixels beyond the edge of the source.
    ///   - present: the results of ``resample(_:source:at:into:)``.
    ///   - result: 0 where `present` has a value, otherwise the number with the largest weight, among equals the
    ///     smallest; NaN where the kernel lies beyond the edge of the source altogether.
    func heaviestCode(
        _ codes: UnsafePointer<Float>, outside: Float, source: Window, at positions: PixelPositions,
        present: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) {
        let values = unsafe Values(base: codes, window: source)
        var found: [(value: Float, area: Double)] = []
        for index in 0..<positions.count {
            if unsafe !present[index].isNaN {
                unsafe result[index] = 0
                continue
            }
            let (x, y) = (positions.x[index], positions.y[index])
            // Far outside, as most pixels without a value are.
            if !rule.isByArea && !isNear(x, y) {
                unsafe result[index] = .nan
                continue
            }
            if rule == .nearest {
                unsafe result[index] = code(
                    values, Int((x + Grid.tolerance).rounded(.down)), Int((y + Grid.tolerance).rounded(.down)), outside)
                continue
            }
            found.removeAll(keepingCapacity: true)
            var meetsSource = false
            func take(_ column: Int, _ row: Int, _ weight: Double) {
                let isInside = column >= 0 && row >= 0 && column < sourceWidth && row < sourceHeight
                if isInside { meetsSource = true }
                let code = isInside ? values.at(column, row) : outside
                if !(code > 0) { return }
                // Most are alike.
                if let last = found.last, last.value == code {
                    found[found.count - 1].area += weight
                } else {
                    found.append((code, weight))
                }
            }
            if rule.isByArea {
                if let spans = spans(positions, index) {
                    var inside = 0.0
                    for row in spans.rows.pixels.clamped(to: 0..<sourceHeight) {
                        for column in spans.columns.pixels.clamped(to: 0..<sourceWidth) {
                            let area = spans.columns.length(column) * spans.rows.length(row)
                            inside += area
                            take(column, row, area)
                        }
                    }
                    let whole = (spans.rows.high - spans.rows.low) * (spans.columns.high - spans.columns.low)
                    if whole - inside > whole * Grid.tolerance { found.append((outside, whole - inside)) }
                }
            } else {
                for row in Self.pixels(y, stretch.y) {
                    let h = 1 - abs(Double(row) + 0.5 - y) / stretch.y
                    for column in Self.pixels(x, stretch.x) {
                        take(column, row, h * (1 - abs(Double(column) + 0.5 - x) / stretch.x))
                    }
                }
            }
            unsafe result[index] = meetsSource ? (found.isEmpty ? outside : Self.largest(&found)) : .nan
        }
    }

    /// Why the one pixel that a result is taken from has no value; NaN beyond the edge of the source.
    @inline(__always)
    func code(_ values: Values, _ column: Int, _ row: Int, _ outside: Float) -> Float {
        guard column >= 0, row >= 0, column < sourceWidth, row < sourceHeight else { return .nan }
        let code = values.at(column, row)
        return code > 0 ? code : outside
    }
}
