/// Brings planes to another grid.
///
/// The pixels of the result grid are positioned by a ``GridTransform`` and resampled by a ``Resampler``, row by row; both
/// depend on the grids alone.
struct WarpOperation: StageOperation {
    /// What a plane is and how it is brought over.
    enum Plane: Sendable, Hashable {
        /// Numbers, by a rule.
        case values(Resampling)
        /// Why the plane before it has no value, as numbers from 1, 0 where it has one; pixels outside of the source
        /// count as `outside`.
        ///
        /// Where the resampled plane has no value, the number that is missing most under its kernel; NaN where the
        /// kernel lies outside of the source altogether.
        case reasons(outside: PixelReason)
    }

    let transform: GridTransform
    let planes: [Plane]
    private let resamplers: [Resampler]

    /// - Parameters:
    ///   - transform: where the result pixels lie in the source.
    ///   - planes: how each source plane is brought over, in order; `reasons` follow the `values` that they belong to.
    ///   - gaps: what `cubic` does where pixels are missing.
    init(_ transform: GridTransform, planes: [Plane], gaps: CubicGaps = .bilinear) {
        self.transform = transform
        self.planes = planes
        var resamplers: [Resampler] = []
        for plane in planes {
            switch plane {
            case .values(let rule):
                resamplers.append(
                    Resampler(
                        rule, sourceWidth: transform.source.width, sourceHeight: transform.source.height,
                        growth: transform.growth, gaps: gaps))
            case .reasons:
                guard let last = resamplers.last else { preconditionFailure("reasons follow the values they explain") }
                resamplers.append(last)
            }
        }
        self.resamplers = resamplers
    }

    var summary: String {
        var rules: [String] = []
        for case .values(let rule) in planes where !rules.contains(rule.rawValue) { rules.append(rule.rawValue) }
        return "\(rules.joined(separator: " and ")), \(transform.summary)"
    }

    func sourceWindow(for window: Window) -> Window? {
        guard let bounds = transform.bounds(of: window) else { return nil }
        var reach = SIMD2(0.0, 0.0)
        for resampler in resamplers { reach = pointwiseMax(reach, resampler.reach(footprint: bounds.footprint)) }
        return bounds.window(reach: reach, width: transform.source.width, height: transform.source.height)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        let footprints = resamplers.contains { $0.needsFootprints }
        var positions = PixelPositions(count: window.width, hasFootprints: footprints)
        for row in 0..<window.height {
            transform.positions(
                row: window.row + row, columns: window.column..<(window.column + window.width), into: &positions)
            let start = row * window.width
            for (index, plane) in planes.enumerated() {
                let target = unsafe results[index] + start
                switch plane {
                case .values:
                    unsafe resamplers[index].resample(values[index], source: source, at: positions, into: target)
                case .reasons(let outside):
                    unsafe resamplers[index].heaviestCode(
                        values[index], outside: Float(outside.rawValue), source: source, at: positions,
                        present: UnsafePointer(results[index - 1] + start), into: target)
                }
            }
        }
    }
}
