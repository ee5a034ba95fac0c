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
}
