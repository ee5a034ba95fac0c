/// Slope and aspect on the pixels of a scene, from heights on another grid.
///
/// Heights are brought to the scene's pixels and to one more pixel around them, bilinearly, or by their average where
/// pixels grow to twice their size; see ``TerrainOperation`` for the rest. So the outline of a scene, or of a part that
/// `clip` has cut, has the slopes of the ground that goes on beyond it. Where the heights end, slopes are one-sided.
///
/// Results: the slope and the aspect in degrees; NaN where there is no height.
struct SceneTerrainOperation: StageOperation {
    /// Makes heights of ``grid``.
    private let bringing: any StageOperation
    private let terrain: TerrainOperation
    let warnings: [String]
    let workingBytesPerPixel: Int

    /// - Parameters:
    ///   - heights: the grid of the heights.
    ///   - path: their file, for messages.
    /// - Throws: ``ChainError`` where the grids do not meet, or nobody knows how large a pixel is and where north lies.
    init(heights: Grid, scene: Grid, path: String) throws {
        let grid = scene.cut(
            to: Window(column: -1, row: -1, width: scene.width + 2, height: scene.height + 2))
        let name = ProcessingRecord.name(path)
        do {
            let change = GridChange(name: name, rule: nil, isClip: true) { _ in grid }
            bringing = try change.operation(for: .smooth, hasReasons: false, from: heights).operation
            terrain = try TerrainOperation(grid: grid)
            let transform = try GridTransform(from: scene, to: heights)
            warnings = Self.warnings(transform, name: name)
            // Heights on the scene's pixels, counted per pixel of the source.
            let perPixel = transform.growth.x * transform.growth.y
            workingBytesPerPixel = Int((4 / max(perPixel, 1e-4)).rounded(.up))
        } catch let error as ChainError {
            throw ChainError("\(name): \(error.message)")
        }
    }

    var summary: String { "\(terrain.summary) of heights brought over \(bringing.summary)" }

    func sourceWindow(for window: Window) -> Window? { bringing.sourceWindow(for: surroundings(of: window)) }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        let wide = surroundings(of: window)
        let heights = UnsafeMutablePointer<Float>.allocate(capacity: wide.pixelCount)
        defer { unsafe heights.deallocate() }
        try unsafe bringing.apply(values, source: source, results: [heights], window: wide)
        var inner = window
        inner.column += 1
        inner.row += 1
        try unsafe terrain.apply([UnsafePointer(heights)], source: wide, results: results, window: inner)
    }

    /// A window of the scene with the pixels around it, on the grid that is one pixel wider on every side.
    private func surroundings(of window: Window) -> Window {
        Window(column: window.column, row: window.row, width: window.width + 2, height: window.height + 2)
    }

    /// Says which share of the scene lies beyond the heights, found at no more than 256 of its rows.
    private static func warnings(_ transform: GridTransform, name: String) -> [String] {
        let scene = transform.result
        var positions = PixelPositions(count: scene.width, hasFootprints: false)
        var outside = 0
        let rows = Array(stride(from: 0, to: scene.height, by: max(1, scene.height / 256))) + [scene.height - 1]
        for row in rows {
            transform.positions(row: row, columns: 0..<scene.width, into: &positions)
            for index in 0..<scene.width {
                let (x, y) = (positions.x[index], positions.y[index])
                // True for NaN too.
                if !(x >= 0 && y >= 0 && x < Double(transform.source.width) && y < Double(transform.source.height)) {
                    outside += 1
                }
            }
        }
        if outside == 0 { return [] }
        let percent = 100 * Double(outside) / Double(rows.count * scene.width)
        let share = percent < 0.1 ? "less than 0.1 %" : "about \(percent.rounded(toPlaces: 1)) %"
        return [
            "\(name) has no heights for \(share) of the scene, which becomes no-data; take heights of the whole area, or "
                + "clip the scene to them first"
        ]
    }
}
