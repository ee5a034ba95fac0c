import Foundation

/// Where the sun and Sentinel-2A stood above the ground of tile 39TTE.
struct Sentinel2Angles: Sendable {
    /// Two angles in degrees; azimuths clockwise from north.
    struct Direction: Sendable {
        var zenith: Double
        var azimuth: Double
    }

    /// Rows and columns of the grids of angles, metres between them.
    static let gridSize = 23
    static let gridStep = 5000
    /// Detectors side by side in the focal plane, numbered from the west.
    static let detectors = 1...12

    let tile: SyntheticTile

    /// The sun: a quadratic in the position that follows the formulas of the Astronomical Almanac within 0.0003 degrees all
    /// over the tile, for 18 July 2024, 07:39:12 UTC.
    static func sun(x: Double, y: Double) -> Direction {
        let u = (x - 254_880) / 100_000
        let v = (y - 4_445_100) / 100_000
        func value(_ c: [Double]) -> Double {
            c[0] + c[1] * u + c[2] * v + c[3] * u * u + c[4] * u * v + c[5] * v * v
        }
        return Direction(
            zenith: value([24.930278, -0.61456, 0.655442, 0.007805, 0.015558, 0.007285]),
            azimuth: value([134.876825, 2.160181, 1.30318, 0.037092, 0.013323, -0.037516]))
    }

    /// The satellite as a detector sees a point in one band; nil where the detector does not see it.
    ///
    /// A plain model of the focal plane: the swath of 290 km is shared by twelve detectors that overlap by 2 km; the odd
    /// ones look a little ahead and the even ones a little back, each band by its own angle; 0.0747 degrees of zenith for
    /// every kilometre from the track, as in real products.
    static func satellite(x: Double, y: Double, band: Int, detector: Int) -> Direction? {
        // Kilometres east of the track, which is tilted by 0.22 from the meridian; the swath ends near the tile's eastern
        // border.
        let (east, north) = ((x - 254_880) / 1000, (y - 4_445_100) / 1000)
        let length = (1 + 0.22 * 0.22).squareRoot()
        let across = (east - 0.22 * north) / length + 93
        let width = 290.0 / 12
        let middle = (Double(detector) - 6.5) * width
        if abs(across - middle) > width / 2 + 1 { return nil }
        let sideways = -0.0747 * across
        let ahead = (detector % 2 == 1 ? 1 : -1) * (0.9 + 0.1 * Double(band))
        // From the ground to the satellite; along the track is to the south.
        let toEast = (sideways - 0.22 * ahead) / length
        let toNorth = (-0.22 * sideways - ahead) / length
        let azimuth = atan2(toEast, toNorth) * 180 / .pi
        return Direction(
            zenith: (sideways * sideways + ahead * ahead).squareRoot(), azimuth: azimuth < 0 ? azimuth + 360 : azimuth)
    }

    /// The direction at every node of a grid, row by row; nil where there is none.
    private func grid(_ direction: (Double, Double) -> Direction?) -> [[Direction?]] {
        (0..<Self.gridSize).map { row in
            (0..<Self.gridSize).map { column in
                direction(
                    Double(tile.left + column * Self.gridStep), Double(tile.top - row * Self.gridStep))
            }
        }
    }

    var sunGrid: [[Direction?]] { grid { Self.sun(x: $0, y: $1) } }

    /// The satellite above the nodes that lie in the scene or beside it; nil where the detector sees none of them.
    func satelliteGrid(band: Int, detector: Int) -> [[Direction?]]? {
        let reach = Double(tile.size * 10 + Self.gridStep)
        let found = grid { x, y in
            if x >= Double(tile.left) + reach || y <= Double(tile.top) - reach { return nil }
            return Self.satellite(x: x, y: y, band: band, detector: detector)
        }
        return found.contains { $0.contains { $0 != nil } } ? found : nil
    }

    /// The sun above the middle of the scene.
    var meanSun: Direction {
        Self.sun(x: Double(tile.left + tile.size * 5), y: Double(tile.top - tile.size * 5))
    }

    /// The mean over all nodes and detectors that a band has.
    func meanSatellite(band: Int) -> Direction {
        var sum = Direction(zenith: 0, azimuth: 0)
        var count = 0.0
        for detector in Self.detectors {
            for direction in (satelliteGrid(band: band, detector: detector) ?? []).joined() {
                guard let direction else { continue }
                sum.zenith += direction.zenith
                sum.azimuth += direction.azimuth
                count += 1
            }
        }
        return Direction(zenith: sum.zenith / count, azimuth: sum.azimuth / count)
    }
}
