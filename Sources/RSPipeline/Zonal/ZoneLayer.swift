/// One zone: a plot, a field, a district.
public struct Zone: Sendable {
    /// What identifies it: the attribute that was chosen, as text.
    public let id: String
    /// The number that the file gives the feature.
    public let feature: Int64
    /// The attribute by which zones are summed up, as text; nil where none was chosen or it is empty.
    public let group: String?
    /// The area of the whole polygon on the ellipsoid of the file's datum, in hectares; NaN where it is not known.
    public let hectares: Double
    /// The pixels it covers; nil where it lies far from the raster.
    public let coverage: PolygonCoverage?
    /// Whether a part of it lies outside of the raster.
    public let reachesOutside: Bool
}

/// What is taken from a vector file as zones.
public struct ZoneSelection: Sendable, Hashable {
    /// The file.
    public var path: String
    /// The attribute that identifies a zone.
    public var id: String
    /// The attribute by which zones are summed up; nil for no sums.
    public var group: String?
    /// The layer; needed only where a file holds several.
    public var layer: String?
    /// Which features, as the condition of an SQL `WHERE` over their attributes.
    public var filter: String?

    /// Makes a selection.
    public init(_ path: String, id: String, group: String? = nil, layer: String? = nil, filter: String? = nil) {
        self.path = path
        self.id = id
        self.group = group
        self.layer = layer
        self.filter = filter
    }

    /// Opens the file; every attribute is read where features are to be copied.
    func reader(keepingEveryAttribute keepsAll: Bool = false) throws(GDALError) -> VectorReader {
        var selection = VectorSelection(layer: layer, filter: filter, attributes: [id] + (group.map { [$0] } ?? []))
        selection.keepsAllAttributes = keepsAll
        return try VectorReader(path, selection)
    }

    /// Checks what can be checked without reading a feature: file, layer, attributes, coordinate system.
    ///
    /// - Throws: ``GDALError``.
    public func check() throws(GDALError) { _ = try reader().requireCRS(nil) }
}

/// The zones of a vector file, brought to the pixels of a grid.
///
/// Any coordinate system: long sides are bent as the grid's asks for, to ``bend`` pixels. Zones may overlap, have holes
/// and several parts, be smaller than a pixel or lie outside. Polygons that cross themselves are repaired with GEOS and
/// named in ``warnings`` with what their area was; features without an area are left out and named.
///
/// Memory is 40 bytes per vertex and about 300 per zone.
public struct ZoneLayer: Sendable {
    /// How far, in pixels, a straight side may pass from its true course in the grid's coordinate system.
    public static let bend = 0.01

    /// Where the zones come from.
    public let selection: ZoneSelection
    /// The zones in the order of the file.
    public let zones: [Zone]
    /// What deserves a word.
    public let warnings: [String]

    /// Reads zones.
    ///
    /// - Parameters:
    ///   - selection: the file and what is taken from it.
    ///   - grid: whose pixels the zones are brought to.
    /// - Throws: ``GDALError``: `openFailed` for a missing file, another format, an unknown layer or attribute, a wrong
    ///   filter, no features, ids that are missing or not unique; `badGeoreference` where a coordinate system is missing,
    ///   coordinates do not fit it, or no zone meets the grid; `readFailed` for geometry that cannot be repaired.
    public init(reading selection: ZoneSelection, onto grid: Grid) throws(GDALError) {
        let path = selection.path
        let reader = try selection.reader()
        let crs = try reader.requireCRS(nil)
        let placement = try VectorPlacement(from: crs, to: grid, path: path, bend: Self.bend)
        let plane = try? EqualAreaPlane(of: crs)
        var zones: [Zone] = []
        var ids: Set<String> = []
        var faults = Faults()
        try reader.forEachFeature(within: nil) { (feature) throws(GDALError) in
            let attributes = try reader.attributes(of: feature)
            guard let id = attributes[selection.id], !id.isEmpty else {
                faults.nameless.append("feature \(feature.id)")
                return
            }
            if !ids.insert(id).inserted {
                faults.repeated.append(id)
                return
            }
            let isNear = placement.area.map { area in reader.extent(of: feature)?.meets(area) ?? false } ?? true
            let parts = try reader.parts(of: feature, within: isNear ? placement.area : nil)
            if parts.polygons.isEmpty && !parts.isCut {
                faults.flat.append(id)
                return
            }
            let whole = parts.isCut ? try reader.parts(of: feature, within: nil) : parts
            let hectares = plane?.hectares(of: whole.polygons) ?? .nan
            if let problem = whole.repaired {
                let before = (hectares * whole.areaAsDrawn).rounded(toPlaces: 4)
                faults.repaired.append(
                    "\(id) (\(problem); \(before) ha as drawn, \(hectares.rounded(toPlaces: 4)) ha now)")
            }
            var coverage: PolygonCoverage?
            if isNear {
                var placed: [[[SIMD2<Double>]]] = []
                for rings in parts.polygons {
                    var outlines: [[SIMD2<Double>]] = []
                    for ring in rings { outlines.append(try placement.place(ring, isClosed: true, id: feature.id)) }
                    placed.append(outlines)
                }
                let found = PolygonCoverage(placed)
                if found.window(width: grid.width, height: grid.height) != nil { coverage = found }
            }
            let isInside = coverage.map { coverage in
                coverage.low.x >= 0 && coverage.low.y >= 0 && coverage.high.x <= Double(grid.width)
                    && coverage.high.y <= Double(grid.height)
            }
            zones.append(
                Zone(
                    id: id, feature: feature.id, group: selection.group.flatMap { attributes[$0] }, hectares: hectares,
                    coverage: coverage, reachesOutside: parts.isCut || isInside != true))
        }
        try faults.check(selection, found: zones.count)
        if !zones.contains(where: { $0.coverage != nil }) {
            throw GDALError(
                code: .badGeoreference, message: placement.separation(from: reader.extent, path: path), notes: [])
        }
        self.selection = selection
        self.zones = zones
        warnings = faults.warnings(path)
    }

    /// What is wrong with features, by their ids.
    private struct Faults {
        var nameless: [String] = []
        var repeated: [String] = []
        var flat: [String] = []
        var repaired: [String] = []

        private static func some(_ names: [String], most: Int = 10) -> String {
            names.prefix(most).joined(separator: ", ") + (names.count > most ? ", ..." : "")
        }

        func check(_ selection: ZoneSelection, found: Int) throws(GDALError) {
            func refuse(_ message: String) -> GDALError {
                GDALError(code: .openFailed, message: "\(selection.path): \(message)", notes: [])
            }
            if !repeated.isEmpty {
                throw refuse(
                    "\(repeated.count) zone\(repeated.count == 1 ? " has" : "s have") a '\(selection.id)' that another "
                        + "one has: \(Self.some(repeated)); choose another attribute, or put the parts of a zone together "
                        + "(ogr2ogr -dialect sqlite with ST_Union)")
            }
            if !nameless.isEmpty {
                throw refuse(
                    "\(nameless.count) zone\(nameless.count == 1 ? " has" : "s have") no '\(selection.id)': "
                        + "\(Self.some(nameless)); fill it in, or leave them out with where=")
            }
            if found == 0 {
                throw refuse(
                    flat.isEmpty
                        ? selection.filter.map { "no feature fits where=\($0)" } ?? "the layer holds no features"
                        : "none of the \(flat.count) features is a polygon with an area")
            }
        }

        func warnings(_ path: String) -> [String] {
            var warnings: [String] = []
            if !flat.isEmpty {
                warnings.append(
                    "\(path): \(flat.count) feature\(flat.count == 1 ? " is" : "s are") no polygon with an area and left "
                        + "out: \(Self.some(flat))")
            }
            if !repaired.isEmpty {
                warnings.append(
                    "\(path): \(repaired.count) polygon\(repaired.count == 1 ? " was" : "s were") not valid and "
                        + "\(repaired.count == 1 ? "has" : "have") been repaired: \(Self.some(repaired))")
            }
            return warnings
        }
    }
}
