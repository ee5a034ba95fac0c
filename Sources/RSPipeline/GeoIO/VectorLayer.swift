/// What is taken from a vector file.
public struct VectorSelection: Sendable, Hashable {
    /// The layer; needed only where a file holds several.
    public var layer: String?
    /// Which features, as the condition of an SQL `WHERE` over their attributes, for example `crop = 'cotton'`.
    public var filter: String?
    /// Attributes that are kept with the features.
    public var attributes: [String]
    /// The coordinate system where the file names none.
    public var assumedCRS: CoordinateSystem?
    /// Whether a file without features is fine (a mask file of a product that has no clouds) or an error.
    public var allowsEmpty: Bool
    /// The formats that are accepted, by GDAL's names, among ``VectorLayer/drivers``.
    var drivers = VectorLayer.drivers
    /// Whether features are read with all their attributes, not only those of ``attributes``.
    var keepsAllAttributes = false
    /// How the text of a shapefile's table is encoded, where the file does not say so or is wrong.
    var encoding: String?

    /// Makes a selection.
    public init(
        layer: String? = nil, filter: String? = nil, attributes: [String] = [], assumedCRS: CoordinateSystem? = nil,
        allowsEmpty: Bool = false
    ) {
        self.layer = layer
        self.filter = filter
        self.attributes = attributes
        self.assumedCRS = assumedCRS
        self.allowsEmpty = allowsEmpty
    }
}

/// The polygons and lines of a vector file, brought to the pixels of a grid.
///
/// Read with GDAL from GeoPackage, GeoJSON, shapefile, KML, GML and FlatGeobuf; other formats are refused, so that no
/// file can point to a network or to further files. Long sides are bent as the other coordinate system asks for, to
/// ``bend`` pixels. Polygons that cross themselves are repaired with GEOS and named in ``warnings``. Features that do not
/// meet the grid are left out; what reaches far beyond it is cut off there.
///
/// Memory is 32 bytes per vertex, at most 1.6 GB.
public struct VectorLayer: Sendable {
    /// The formats that are read.
    public static let drivers = [
        "GPKG", "GeoJSON", "GeoJSONSeq", "ESRI Shapefile", "KML", "LIBKML", "GML", "FlatGeobuf",
    ]
    /// How far, in pixels, a straight side may pass from its true course in the grid's coordinate system.
    static let bend = 0.05
    private static let mostVertices = 50_000_000

    /// The name of the layer.
    public let name: String
    /// The shapes, in pixel coordinates of the grid.
    public let shapes: PixelShapes
    /// The number of features that the file holds, after the filter, wherever they lie.
    public let featureCount: Int
    /// A feature that meets the grid and has lines or points and no polygon, as `feature 3, a line`; nil where there is none.
    public let featureWithoutArea: String?
    /// A feature that meets the grid and consists of points only; nil where there is none.
    public let featureOfPoints: String?
    /// What deserves a word.
    public let warnings: [String]
    /// What keeps the layer and the grid from meeting, naming where both lie; nil where they meet.
    public let separation: String?

    /// Reads a layer.
    ///
    /// - Parameters:
    ///   - path: a file on disk, or in a local archive that GDAL unpacks (`/vsizip/`).
    ///   - selection: what is taken.
    ///   - grid: whose pixels the shapes are brought to.
    /// - Throws: ``GDALError``: `openFailed` for a missing file, another format, an unknown layer or attribute, a wrong
    ///   filter, no features; `badGeoreference` where a coordinate system is missing or coordinates do not fit it;
    ///   `readFailed` for broken geometry and texts of more than 64 KB.
    public init(
        reading path: String, _ selection: VectorSelection = VectorSelection(), onto grid: Grid
    ) throws(GDALError) {
        let reader = try VectorReader(path, selection)
        let crs = try reader.requireCRS(selection.assumedCRS)
        let placement = try VectorPlacement(from: crs, to: grid, path: path)
        name = reader.layerName
        var shapes = PixelShapes()
        var count = 0
        var repaired: [String] = []
        var withoutArea: String?
        var ofPoints: String?
        try reader.forEachFeature(within: placement.area) { (feature) throws(GDALError) in
            count += 1
            let parts = try reader.parts(of: feature, within: placement.area)
            if parts.rings.isEmpty, let longest = parts.lines.map(\.count).max() {
                withoutArea = withoutArea ?? "feature \(feature.id), a \(longest == 1 ? "point" : "line")"
                if longest == 1 { ofPoints = ofPoints ?? "feature \(feature.id), a point" }
            }
            if let problem = parts.repaired { repaired.append("\(feature.id) (\(problem))") }
            var rings: [[SIMD2<Double>]] = []
            var lines: [[SIMD2<Double>]] = []
            for ring in parts.rings { rings.append(try placement.place(ring, isClosed: true, id: feature.id)) }
            for line in parts.lines { lines.append(try placement.place(line, isClosed: false, id: feature.id)) }
            shapes.add(
                id: feature.id, attributes: try reader.attributes(of: feature), rings: rings, lines: lines)
            if shapes.vertexCount > Self.mostVertices {
                throw GDALError(
                    code: .readFailed,
                    message: "\(path): more than \(Self.mostVertices) vertices meet the scene; simplify the layer "
                        + "(ogr2ogr -simplify), or take part of it with where=", notes: [])
            }
        }
        featureWithoutArea = withoutArea
        featureOfPoints = ofPoints
        featureCount = try reader.totalCount
        if featureCount == 0 && !selection.allowsEmpty {
            let which = selection.filter.map { "no feature of layer '\(reader.layerName)' fits where=\($0)" }
            throw GDALError(
                code: .openFailed, message: "\(path): \(which ?? "layer '\(reader.layerName)' holds no features")",
                notes: [])
        }
        self.shapes = shapes
        if repaired.isEmpty {
            warnings = []
        } else {
            let some = repaired.prefix(3).joined(separator: ", ") + (repaired.count > 3 ? ", ..." : "")
            warnings = [
                "\(path): \(repaired.count) polygon\(repaired.count == 1 ? " was" : "s were") not valid and "
                    + "\(repaired.count == 1 ? "has" : "have") been repaired: feature \(some)"
            ]
        }
        separation =
            shapes.isEmpty && featureCount > 0 ? placement.separation(from: reader.extent, path: path) : nil
    }
}
