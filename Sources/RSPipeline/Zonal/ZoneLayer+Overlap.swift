/// Land that lies in two zones.
struct ZoneOverlap: Sendable, Hashable {
    /// The zones, by their ids.
    let first, second: String
    /// How much land, on the ellipsoid.
    let hectares: Double
}

extension ZoneLayer {
    /// Less of the smaller zone than this comes from borders that were drawn twice.
    private static let leastOverlap = 0.001
    private static let stripRows = 64

    /// Pairs of zones that share land within a grid, the largest first.
    ///
    /// Land that two zones cover in one pixel is `max(0, a + b - 1)` of it, so zones that touch share none, and what they share
    /// is not told too large. Every pair of boxes is looked at: for districts, not for plots by the thousand.
    ///
    /// - Throws: ``GDALError`` where the grid has no place on the earth.
    func overlaps(on grid: Grid) throws(GDALError) -> [ZoneOverlap] {
        let areas = try PixelAreas(of: grid)
        let windows = zones.map { $0.coverage?.window(width: grid.width, height: grid.height) }
        var found: [ZoneOverlap] = []
        var line: [Double] = []
        for first in zones.indices {
            for second in zones.indices where second > first {
                guard let a = zones[first].coverage, let b = zones[second].coverage,
                    let shared = windows[first].flatMap({ box in windows[second].flatMap(box.intersection) })
                else { continue }
                var hectares = 0.0
                for top in stride(from: 0, to: shared.height, by: Self.stripRows) {
                    let strip = Window(
                        column: shared.column, row: shared.row + top, width: shared.width,
                        height: min(Self.stripRows, shared.height - top))
                    let (ones, others) = (a.shares(in: strip), b.shares(in: strip))
                    for row in 0..<strip.height {
                        areas.fill(&line, row: strip.row + row, columns: strip.column..<strip.column + strip.width)
                        for column in 0..<strip.width {
                            let pixel = row * strip.width + column
                            hectares += max(0, ones[pixel] + others[pixel] - 1) * line[column]
                        }
                    }
                }
                let smaller = min(zones[first].hectares, zones[second].hectares)
                if hectares > Self.leastOverlap * smaller {
                    found.append(
                        ZoneOverlap(first: zones[first].id, second: zones[second].id, hectares: hectares))
                }
            }
        }
        return found.sorted { $0.hectares > $1.hectares }
    }
}
