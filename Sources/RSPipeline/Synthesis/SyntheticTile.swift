/// The part of Sentinel-2 tile 39TTE that a synthetic scene covers.
///
/// The full tile has 10980 x 10980 pixels of 10 m. A smaller scene lies about the middle of the landscape, or as near to it
/// as the tile reaches; its corner stays on the 60 m grid, so that all resolutions begin at one point.
struct SyntheticTile: Sendable {
    /// Columns and rows at 10 m: a multiple of 6.
    let size: Int
    /// The outer corner of the first pixel, metres.
    let left: Int
    let top: Int

    /// The corner of the full tile.
    static let fullLeft = 199_980
    static let fullTop = 4_500_000
    static let fullSize = 10_980

    init(size: Int) {
        self.size = size
        let room = (Self.fullSize - size) * 10
        func place(_ wanted: Double) -> Int { min(max(Int(wanted), 0), room) / 60 * 60 }
        left = Self.fullLeft + place(SyntheticSite.x - Double(Self.fullLeft) - Double(size) * 5)
        top = Self.fullTop - place(Double(Self.fullTop) - SyntheticSite.y - Double(size) * 5)
    }

    /// The pixels of a resolution, metres.
    func grid(resolution: Int, crs: CoordinateSystem?) -> Grid {
        Grid(
            width: size * 10 / resolution, height: size * 10 / resolution,
            transform: GeoTransform(left: Double(left), top: Double(top), pixelSize: Double(resolution)), crs: crs)
    }

    /// The middle, metres from the middle of the landscape.
    var centre: (x: Double, y: Double) {
        (Double(left + size * 5) - SyntheticSite.x, Double(top - size * 5) - SyntheticSite.y)
    }
}
