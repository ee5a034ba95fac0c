import Synchronization

/// A step to another grid: everything that flows is brought there, and all that comes later is computed there.
///
/// The grid is found once that of the source is known, and so are the positions of its pixels; all planes share them.
final class GridChange: Sendable {
    /// How a plane is brought over.
    enum Content: Sendable, Hashable {
        /// Numbers that can be averaged, and why they are missing.
        case measurement
        /// Classes, flags and bits; by the pixel that holds the centre, or the one that covers most where pixels grow to
        /// twice their size.
        case category
        /// 1 for pixels that a mask has made no-data and 0 for others: results are their share of what decides whether a
        /// measurement has a value, so that both agree.
        case share
        /// Heights and angles of a coarse grid, brought over bilinearly whatever the step says.
        case smooth
    }

    /// What the step does, for messages and `--explain`.
    let name: String
    /// The rule asked for; nil for bilinear, or the average where pixels grow to twice their size.
    private let rule: Resampling?
    /// Whether a part of the grid is meant, which may be the whole.
    let isClip: Bool
    private let gaps: CubicGaps
    private let target: @Sendable (_ source: Grid) throws -> Grid
    private let found = Mutex<[Grid: Way]>([:])

    private struct Way: Sendable {
        var grid: Grid
        /// The part of the source that the grid is, where it is one.
        var part: Window?
        var transform: GridTransform
    }

    /// - Parameters:
    ///   - rule: how measurements are resampled; nil for the default.
    ///   - isClip: whether a part of the source's grid is meant; otherwise the whole deserves a word.
    ///   - gaps: what `cubic` does where pixels are missing.
    ///   - target: the new grid, from that of the source.
    init(
        name: String, rule: Resampling?, isClip: Bool = false, gaps: CubicGaps = .bilinear,
        target: @escaping @Sendable (_ source: Grid) throws -> Grid
    ) {
        self.name = name
        self.isClip = isClip
        self.gaps = gaps
        self.rule = rule
        self.target = target
    }

    /// The pixel growth from which on areas are averaged.
    private static let largeGrowth = 2 - 0.01

    /// How contents are resampled when pixels grow by a factor.
    static func rule(_ rule: Resampling?, for content: Content, growth: SIMD2<Double>) -> Resampling {
        let grows = max(growth.x, growth.y) >= largeGrowth
        switch content {
        case .measurement: return rule ?? (grows ? .average : .bilinear)
        case .smooth: return grows ? .average : .bilinear
        case .share:
            switch Self.rule(rule, for: .measurement, growth: growth) {
            case .nearest: return .nearest
            case .bilinear, .cubic: return .bilinear
            case .average, .mode, .minimum, .maximum: return .average
            }
        case .category: return rule == .mode || rule == .nearest ? rule ?? .nearest : grows ? .mode : .nearest
        }
    }

    private func way(from source: Grid) throws -> Way {
        try found.withLock { found in
            if let known = found[source] { return known }
            let grid = try target(source)
            let way = Way(
                grid: grid, part: source.window(of: grid), transform: try GridTransform(from: grid, to: source))
            if way.transform.bounds(of: grid.window)?.window(
                reach: SIMD2(0, 0), width: source.width, height: source.height) == nil
            {
                throw ChainError(
                    "the new grid does not meet the scene: it covers \(try Self.box(grid, in: grid.crs)), the scene "
                        + "\(try Self.box(source, in: grid.crs))" + (grid.crs.map { " in \($0.label)" } ?? ""))
            }
            found[source] = way
            return way
        }
    }

    private static func box(_ grid: Grid, in crs: CoordinateSystem?) throws -> String {
        guard let crs, let own = grid.crs, !own.isSame(as: crs) else { return try MapBox(of: grid, through: nil).text }
        return try MapBox(of: grid, through: CoordinateTransform(from: own, to: crs)).text
    }

    /// The operation for one plane and, when asked for, the plane of its reasons.
    func operation(
        for content: Content, hasReasons: Bool, from source: Grid
    ) throws -> (operation: any StageOperation, grid: Grid) {
        let way = try way(from: source)
        if let part = way.part {
            let isWhole = part == source.window && !isClip
            return (
                CutOperation(part: part, warnings: isWhole ? ["\(name): the planes lie on that grid already"] : []),
                way.grid
            )
        }
        let rule = Self.rule(rule, for: content, growth: way.transform.growth)
        let planes: [WarpOperation.Plane] = hasReasons ? [.values(rule), .reasons(outside: .fill)] : [.values(rule)]
        return (WarpOperation(way.transform, planes: planes, gaps: gaps), way.grid)
    }
}
