/// Slope and aspect of a terrain, from heights in metres on any grid whose pixels have a size in metres.
///
/// The gradient is Horn's (1981, "Hill shading and the reflectance map", Proc. IEEE 69): differences over the three
/// rows and columns around a pixel, the middle one counted twice. A neighbour without a height, at the edge of the
/// raster or beside a hole, is set by continuing the line from the opposite neighbour through the pixel; where that is
/// missing too, a neighbour across a corner is set by continuing both sides, another to the pixel's own height. So an
/// inclined plane has its slope everywhere. A pixel without a height has no result.
///
/// Results, in this order: the slope in degrees, 0...90, and the aspect in degrees, 0..<360, the direction in which
/// the terrain falls, clockwise from the frame's north. Flat terrain has slope 0 and, by convention,
/// aspect 0.
struct TerrainOperation: StageOperation {
    let grid: Grid
    private let frame: GroundFrame

    /// Slopes of the ground, and directions from true north: what the sun's azimuth is counted from.
    ///
    /// - Throws: ``ChainError`` where the grid has no coordinate system that leads to longitude and latitude, so that
    ///   nobody knows how large a pixel is and where north lies.
    init(grid: Grid) throws(ChainError) {
        do throws(GDALError) {
            self.init(grid: grid, frame: try GroundFrame(onEarth: grid))
        } catch {
            throw ChainError(
                "slopes need the size of a pixel in metres and the direction of north: \(error.message); write the "
                    + "coordinate system into the file (gdal_edit -a_srs)")
        }
    }

    init(grid: Grid, frame: GroundFrame) {
        self.grid = grid
        self.frame = frame
    }

    var summary: String { "slope and aspect (Horn 1981)" }

    func sourceWindow(for window: Window) -> Window? {
        Window(
            column: window.column - 1, row: window.row - 1, width: window.width + 2, height: window.height + 2
        ).intersection(grid.window)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        let heights = unsafe Resampler.Values(base: values[0], window: source)
        for row in 0..<window.height {
            for column in 0..<window.width {
                let terrain = slopeAndAspect(heights, window.column + column, window.row + row)
                unsafe results[0][row * window.width + column] = terrain.slope
                unsafe results[1][row * window.width + column] = terrain.aspect
            }
        }
    }

    private func slopeAndAspect(
        _ heights: Resampler.Values, _ column: Int, _ row: Int
    ) -> (slope: Float, aspect: Float) {
        let centre = Double(heights.at(column, row))
        if centre.isNaN { return (.nan, .nan) }
        /// The heights on two opposite sides of the centre.
        func pair(_ x: Int, _ y: Int) -> (before: Double, after: Double)? {
            let before = Double(heights.at(column - x, row - y))
            let after = Double(heights.at(column + x, row + y))
            if before.isNaN && after.isNaN { return nil }
            if before.isNaN { return (2 * centre - after, after) }
            if after.isNaN { return (before, 2 * centre - before) }
            return (before, after)
        }
        let across = pair(1, 0) ?? (centre, centre)  // left, right
        let down = pair(0, 1) ?? (centre, centre)  // top, bottom
        // Top left, bottom right.
        let falling = pair(1, 1) ?? (across.before + down.before - centre, across.after + down.after - centre)
        // Bottom left, top right.
        let rising = pair(1, -1) ?? (across.before + down.after - centre, across.after + down.before - centre)
        let perColumn =
            ((rising.after + 2 * across.after + falling.after) - (falling.before + 2 * across.before + rising.before))
            / 8
        let perRow =
            ((rising.before + 2 * down.after + falling.after) - (falling.before + 2 * down.before + rising.after)) / 8
        let step = frame.steps(column: column, row: row)
        // The gradient g solves: along . g = height per column, downward . g = height per row.
        let area = step.along.x * step.downward.y - step.downward.x * step.along.y
        let east = (perColumn * step.downward.y - perRow * step.along.y) / area
        let north = (perRow * step.along.x - perColumn * step.downward.x) / area
        let steepness = (east * east + north * north).squareRoot()
        guard steepness.isFinite else { return (.nan, .nan) }
        if steepness == 0 { return (0, 0) }
        let slope = Bearing.degrees(right: steepness, up: 1)
        let aspect = Bearing.degrees(right: -east, up: -north)
        // Just west of north rounds to 360.
        return (Float(slope), Float(aspect) == 360 ? 0 : Float(aspect))
    }
}
