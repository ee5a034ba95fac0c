/// The outline of a plot or a district in the pixels of a map.
public struct MapOutline: Sendable, Hashable {
    /// The plot's or district's name.
    public var name: String
    /// Closed rings in pixel coordinates of the map, holes included.
    public var rings: [[SIMD2<Double>]]

    /// Makes an outline.
    public init(name: String, rings: [[SIMD2<Double>]]) {
        self.name = name
        self.rings = rings
    }

    /// Reads the outlines of the polygons of a vector file that meet a map.
    ///
    /// - Parameters:
    ///   - path: a file that ``VectorLayer`` reads.
    ///   - name: the attribute that names them.
    /// - Throws: ``GDALError`` as ``VectorLayer``.
    public static func read(
        _ path: String, name: String, selection: VectorSelection = VectorSelection(), onto grid: Grid
    ) throws(GDALError) -> [MapOutline] {
        var selection = selection
        selection.attributes = [name]
        let reader = try VectorReader(path, selection)
        let crs = try reader.requireCRS(selection.assumedCRS)
        let placement = try VectorPlacement(from: crs, to: grid, path: path)
        var outlines: [MapOutline] = []
        try reader.forEachFeature(within: placement.area) { (feature) throws(GDALError) in
            var rings: [[SIMD2<Double>]] = []
            for ring in try reader.parts(of: feature, within: placement.area).rings {
                rings.append(try placement.place(ring, isClosed: true, id: feature.id))
            }
            let text = try reader.attributes(of: feature)[name] ?? ""
            if !rings.isEmpty { outlines.append(MapOutline(name: text, rings: rings)) }
        }
        return outlines
    }
}
