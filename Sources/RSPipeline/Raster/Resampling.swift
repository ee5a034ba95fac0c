/// How the values of a grid are brought to the pixels of another.
///
/// No-data pixels, and those beyond the edge of the source, get no weight. A result has a value where pixels with data
/// carry at least half of the weight; the others share it. So a valid area keeps its outline to half a pixel.
/// `gdalwarp` demands data at the pixel that holds the centre instead, and there takes any weight however small.
public enum Resampling: String, Sendable, Hashable, CaseIterable {
    /// The pixel that holds the centre; a centre on an edge belongs to the pixel with the larger number.
    case nearest
    /// Linear between the four pixels around the centre.
    case bilinear
    /// Cubic convolution over the sixteen pixels around the centre (Keys, 1981, with a = -0.5, also known as
    /// Catmull-Rom); bilinear where one of the sixteen has no data, so that no negative weight is left unbalanced.
    case cubic
    /// The mean weighted by covered area.
    case average
    /// The value that covers the largest area; among equals the smallest.
    case mode
    /// The smallest value of all pixels that the result pixel covers.
    case minimum = "min"
    /// The largest value of all pixels that the result pixel covers.
    case maximum = "max"

    /// Whether results are values of the source, so that numbers without an order (classes, bits) may be resampled.
    public var keepsValues: Bool {
        switch self {
        case .nearest, .mode, .minimum, .maximum: true
        case .bilinear, .cubic, .average: false
        }
    }

    /// Whether results depend on the area that a pixel covers.
    var isByArea: Bool {
        switch self {
        case .average, .mode, .minimum, .maximum: true
        case .nearest, .bilinear, .cubic: false
        }
    }
}

/// What `cubic` does where some of its sixteen pixels have no data or lie beyond the edge of the source.
enum CubicGaps: Sendable, Hashable {
    /// Bilinear between the four pixels around, as `gdalwarp` does at edges: no negative weight is left unbalanced.
    case bilinear
    /// The pixels that are there share the weight of the others, first along each row, then down the column; at least two
    /// neighbours of the four are needed where one has no data, and nothing lies beyond the edge.
    ///
    /// The rule of GDAL's own enlarging (`RasterIO`, and with it `gdal_pansharpen`).
    case shared
}

/// Brings planes to other pixels by one rule.
///
/// Where result pixels are larger than source pixels, the kernels of `bilinear` and `cubic` are widened by their ratio, so
/// that no source pixel is passed over; up to ``slightGrowth`` they are not. The ratio is one for the whole grid.
struct Resampler: Sendable {
    /// The growth up to which the plain kernels are used.
    static let slightGrowth = 1.05

    let rule: Resampling
    /// Size of the source grid.
    let sourceWidth: Int
    let sourceHeight: Int
    /// By what the kernels of `bilinear` and `cubic` are wider than source pixels, at least 1.
    let stretch: SIMD2<Double>
    /// Where `cubic` lacks pixels; kernels that are widened are bilinear there.
    let gaps: CubicGaps

    /// - Parameter growth: source pixels per result pixel, along columns and rows.
    init(
        _ rule: Resampling, sourceWidth: Int, sourceHeight: Int, growth: SIMD2<Double>, gaps: CubicGaps = .bilinear
    ) {
        self.rule = rule
        self.gaps = gaps
        self.sourceWidth = sourceWidth
        self.sourceHeight = sourceHeight
        stretch = SIMD2(
            growth.x > Self.slightGrowth ? growth.x : 1, growth.y > Self.slightGrowth ? growth.y : 1)
    }

    /// Whether ``PixelPositions`` must hold footprints.
    var needsFootprints: Bool { rule.isByArea }

    /// How far from the centre of a result pixel source pixels count, in source pixels.
    func reach(footprint: SIMD2<Double>) -> SIMD2<Double> {
        switch rule {
        case .nearest: SIMD2(0, 0)
        // From the centre of the result pixel to that of the farthest source pixel, and half of that.
        case .bilinear: stretch + 0.5
        case .cubic: stretch * 2 + 0.5
        case .average, .mode, .minimum, .maximum: footprint / 2
        }
    }

    /// Source values of a window, NaN where there is no data.
    @safe struct Values {
        let base: UnsafePointer<Float>
        let window: Window

        /// The value of a pixel of the source grid; NaN outside of the window.
        @inline(__always)
        func at(_ column: Int, _ row: Int) -> Float {
            let (x, y) = (column - window.column, row - window.row)
            guard x >= 0, x < window.width, y >= 0, y < window.height else { return .nan }
            return unsafe base[y * window.width + x]
        }
    }

    /// Resamples the pixels of one row.
    ///
    /// - Parameters:
    ///   - values: source pixels, row by row.
    ///   - source: their window, which must hold all that ``reach(footprint:)`` says, as far as there are such pixels.
    ///   - positions: where the centres of the result pixels lie.
    ///   - result: room for as many numbers.
    func resample(
        _ values: UnsafePointer<Float>, source: Window, at positions: PixelPositions,
        into result: UnsafeMutablePointer<Float>
    ) {
        precondition(!needsFootprints || positions.hasFootprints, "area rules need footprints")
        let values = unsafe Values(base: values, window: source)
        switch rule {
        case .nearest: unsafe nearest(values, positions, result)
        case .bilinear where stretch == SIMD2(1, 1): unsafe bilinear(values, positions, result)
        case .cubic where stretch == SIMD2(1, 1): unsafe cubic(values, positions, result)
        case .bilinear, .cubic:
            for index in 0..<positions.count {
                unsafe result[index] = widened(values, positions.x[index], positions.y[index])
            }
        case .average: unsafe average(values, positions, result)
        case .mode: unsafe mode(values, positions, result)
        case .minimum, .maximum: unsafe extreme(values, positions, result)
        }
    }

    // MARK: Single pixels

    /// A place between pixel centres: the centre before it and how far beyond it is, 0..<1.
    ///
    /// Within ``Grid/tolerance`` of a centre it is that centre.
    @inline(__always)
    private static func split(_ position: Double) -> (index: Int, fraction: Double) {
        let place = position - 0.5
        let low = place.rounded(.down)
        let fraction = place - low
        if fraction < Grid.tolerance { return (Int(low), 0) }
        if fraction > 1 - Grid.tolerance { return (Int(low) + 1, 0) }
        return (Int(low), fraction)
    }

    /// Whether a position can be written as a pixel number: finite, and not far outside of the source.
    @inline(__always)
    private func isNear(_ x: Double, _ y: Double) -> Bool {
        // False for NaN too.
        x > -4 && y > -4 && x < Double(sourceWidth) + 4 && y < Double(sourceHeight) + 4
    }

    private func nearest(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        for index in 0..<positions.count {
            let (x, y) = (positions.x[index], positions.y[index])
            guard isNear(x, y) else {
                unsafe result[index] = .nan
                continue
            }
            // A centre on an edge, but for the errors of arithmetic, belongs to the pixel after it.
            unsafe result[index] = values.at(
                Int((x + Grid.tolerance).rounded(.down)), Int((y + Grid.tolerance).rounded(.down)))
        }
    }

    private func bilinear(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        let width = values.window.width
        let (left, top) = (values.window.column, values.window.row)
        let (right, bottom) = (left + width - 1, top + values.window.height - 1)
        for index in 0..<positions.count {
            let (x, y) = (positions.x[index], positions.y[index])
            guard isNear(x, y) else {
                unsafe result[index] = .nan
                continue
            }
            let (i, u) = Self.split(x)
            let (j, v) = Self.split(y)
            if i >= left, i < right, j >= top, j < bottom {
                let place = unsafe values.base + ((j - top) * width + i - left)
                let (fx, fy) = (Float(u), Float(v))
                let (a, b) = unsafe (place[0], place[1])
                let (c, d) = unsafe (place[width], place[width + 1])
                let above = a + (b - a) * fx
                let below = c + (d - c) * fx
                let value = above + (below - above) * fy
                if !value.isNaN {
                    unsafe result[index] = value
                    continue
                }
            }
            unsafe result[index] = fourWeighted(values, i, u, j, v)
        }
    }

    /// The bilinear value where some of the four pixels may be missing.
    private func fourWeighted(_ values: Values, _ i: Int, _ u: Double, _ j: Int, _ v: Double) -> Float {
        var sum = 0.0
        var weight = 0.0
        @inline(__always)
        func take(_ column: Int, _ row: Int, _ share: Double) {
            let value = share > 0 ? values.at(column, row) : .nan
            if value.isNaN { return }
            sum += share * Double(value)
            weight += share
        }
        take(i, j, (1 - v) * (1 - u))
        take(i + 1, j, (1 - v) * u)
        take(i, j + 1, v * (1 - u))
        take(i + 1, j + 1, v * u)
        return weight < 0.5 - Grid.tolerance ? .nan : Float(sum / weight)
    }

    private func cubic(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        let width = values.window.width
        let (left, top) = (values.window.column, values.window.row)
        let (right, bottom) = (left + width, top + values.window.height)
        for index in 0..<positions.count {
            let (x, y) = (positions.x[index], positions.y[index])
            guard isNear(x, y) else {
                unsafe result[index] = .nan
                continue
            }
            let (i, u) = Self.split(x)
            let (j, v) = Self.split(y)
            if i - 1 >= left, i + 2 < right, j - 1 >= top, j + 2 < bottom {
                let across = Self.cubicWeights(Float(u))
                let down = Self.cubicWeights(Float(v))
                var place = unsafe values.base + ((j - 1 - top) * width + i - 1 - left)
                var value: Float = 0
                for row in 0..<4 {
                    let four = unsafe SIMD4(place[0], place[1], place[2], place[3]) * across
                    value += (four.x + four.y + (four.z + four.w)) * down[row]
                    unsafe place += width
                }
                if !value.isNaN {
                    unsafe result[index] = value
                    continue
                }
            }
            switch gaps {
            case .bilinear: unsafe result[index] = fourWeighted(values, i, u, j, v)
            case .shared: unsafe result[index] = isInside(x, y) ? sharedCubic(values, i, u, j, v) : .nan
            }
        }
    }

    /// Whether a position lies in the source.
    @inline(__always)
    private func isInside(_ x: Double, _ y: Double) -> Bool {
        x > -Grid.tolerance && y > -Grid.tolerance && x < Double(sourceWidth) + Grid.tolerance
            && y < Double(sourceHeight) + Grid.tolerance
    }

    /// The cubic value where some of the sixteen pixels are missing, see ``CubicGaps/shared``.
    private func sharedCubic(_ values: Values, _ i: Int, _ u: Double, _ j: Int, _ v: Double) -> Float {
        let across = Self.cubicWeights(Float(u))
        return shared(Self.cubicWeights(Float(v)), from: j - 1, limit: sourceHeight) { row in
            shared(across, from: i - 1, limit: sourceWidth) { column in values.at(column, row) }
        }
    }

    /// The mean of those of four neighbours along one axis that lie in the source and have data.
    @inline(__always)
    private func shared(_ weights: SIMD4<Float>, from first: Int, limit: Int, _ value: (Int) -> Float) -> Float {
        var sum: Float = 0
        var weight: Float = 0
        var neighbours = 0
        var anyMissing = false
        for index in 0..<4 where first + index >= 0 && first + index < limit {
            let number = value(first + index)
            if number.isNaN {
                anyMissing = true
                if neighbours < 2 { neighbours = 0 }
                continue
            }
            neighbours += 1
            sum += weights[index] * number
            weight += weights[index]
        }
        return weight > Float(Grid.tolerance) && (neighbours >= 2 || !anyMissing) ? sum / weight : .nan
    }

    /// Keys' weights with a = -0.5 of the pixels at -1, 0, 1 and 2, for a place a fraction after 0.
    @inline(__always)
    private static func cubicWeights(_ t: Float) -> SIMD4<Float> {
        let (square, cube) = (t * t, t * t * t)
        return SIMD4(
            -0.5 * t + square - 0.5 * cube, 1 - 2.5 * square + 1.5 * cube, 0.5 * t + 2 * square - 1.5 * cube,
            0.5 * cube - 0.5 * square)
    }

    // MARK: Widened kernels

    private func widened(_ values: Values, _ x: Double, _ y: Double) -> Float {
        guard isNear(x, y) else { return .nan }
        if rule == .cubic {
            let (value, share) = kernelMean(values, x, y, radius: 2, Self.cubicWeight)
            if share == 1 { return value }
        }
        let (value, share) = kernelMean(values, x, y, radius: 1) { 1 - $0 }
        return share < 0.5 - Grid.tolerance ? .nan : value
    }

    private static func cubicWeight(_ distance: Double) -> Double {
        let t = distance
        return t < 1 ? 1 - 2.5 * t * t + 1.5 * t * t * t : 2 - 4 * t + 2.5 * t * t - 0.5 * t * t * t
    }

    /// The mean of the pixels with data under a kernel, and which share of its weight they have, exactly 1 for all.
    private func kernelMean(
        _ values: Values, _ x: Double, _ y: Double, radius: Double, _ kernel: (Double) -> Double
    ) -> (value: Float, share: Double) {
        let reach = stretch * radius
        let columns = Self.pixels(x, reach.x)
        let rows = Self.pixels(y, reach.y)
        var sum = 0.0
        var weight = 0.0
        var all = 0.0
        for row in rows {
            let h = kernel(abs(Double(row) + 0.5 - y) / stretch.y)
            for column in columns {
                let w = h * kernel(abs(Double(column) + 0.5 - x) / stretch.x)
                all += w
                let value = values.at(column, row)
                if value.isNaN { continue }
                sum += w * Double(value)
                weight += w
            }
        }
        return (Float(sum / weight), weight == all ? 1 : weight / all)
    }

    /// The pixels whose centres lie less than a distance away.
    @inline(__always)
    private static func pixels(_ position: Double, _ reach: Double) -> Range<Int> {
        let low = Int((position - 0.5 - reach + Grid.tolerance).rounded(.up))
        let high = Int((position - 0.5 + reach - Grid.tolerance).rounded(.down))
        return low..<max(low, high + 1)
    }

    // MARK: Areas

    /// The part of the footprint that one pixel covers along one axis, as `weight` of the pixels from `first` on.
    private struct Span {
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
    private func spans(_ positions: PixelPositions, _ index: Int) -> (columns: Span, rows: Span)? {
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
    private func covered(
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

    private func average(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
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

    private func mode(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
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

    private func extreme(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
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
    private func code(_ values: Values, _ column: Int, _ row: Int, _ outside: Float) -> Float {
        guard column >= 0, row >= 0, column < sourceWidth, row < sourceHeight else { return .nan }
        let code = values.at(column, row)
        return code > 0 ? code : outside
    }
}
