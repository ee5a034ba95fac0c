/// The points of a vector file with all their attributes as text, in the file's own coordinates.
///
/// Read with GDAL from the formats of ``VectorLayer``. A feature may have no place; any other geometry than one point is
/// refused.
struct VectorPoints {
    /// One feature.
    struct Point {
        /// The number that the file gives it.
        let id: Int64
        /// Nil for a feature without a place.
        let position: SIMD2<Double>?
        /// One per field, empty where the feature says nothing.
        let values: [String]
    }

    /// The names of the attributes, in the file's order.
    let fields: [String]
    let points: [Point]
    /// The coordinate system that the file names; nil for a shapefile without its `.prj`.
    let crs: CoordinateSystem?

    /// Reads a layer.
    ///
    /// - Throws: ``GDALError``: `openFailed` for a missing file, another format, an unknown layer, a wrong filter;
    ///   `readFailed` for lines and polygons, and for coordinates that are not numbers.
    init(
        reading path: String, layer: String? = nil, filter: String? = nil, encoding: String? = nil
    ) throws(GDALError) {
        var selection = VectorSelection(layer: layer, filter: filter)
        selection.keepsAllAttributes = true
        selection.encoding = encoding
        let reader = try VectorReader(path, selection)
        let fields = reader.fieldNames
        var points: [Point] = []
        try reader.forEachFeature(within: nil) { (feature) throws(GDALError) in
            let parts = try reader.parts(of: feature, within: nil)
            guard parts.rings.isEmpty, parts.lines.count <= 1, parts.lines.first?.count ?? 1 == 1 else {
                throw GDALError(
                    code: .readFailed,
                    message:
                        "\(path): feature \(feature.id) is not one point; make points of it first (in QGIS: Centroids)",
                    notes: [])
            }
            let attributes = try reader.attributes(of: feature, named: fields)
            points.append(
                Point(
                    id: feature.id, position: parts.lines.first?.first, values: fields.map { attributes[$0] ?? "" }))
        }
        self.fields = fields
        self.points = points
        crs = reader.statedCRS
    }
}
