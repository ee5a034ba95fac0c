internal import CGDAL

extension CoordinateSystem {
    /// Reads a coordinate system from any text GDAL understands (`EPSG:32639`, WKT, PROJ).
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` when the text is not a coordinate system.
    public init(text: String) throws(GDALError) {
        guard let system = Self.read(text) else {
            throw GDALError(
                code: .badGeoreference, message: "'\(text.prefix(80))' is not a coordinate system", notes: [])
        }
        self = system
    }

    private static func read(_ text: String) -> CoordinateSystem? {
        ErrorCapture.run { () -> CoordinateSystem? in
            guard let handle = unsafe OSRNewSpatialReference(nil) else { return nil }
            defer { unsafe OSRDestroySpatialReference(handle) }
            guard unsafe OSRSetFromUserInput(handle, text) == OGRERR_NONE else { return nil }
            return unsafe CoordinateSystem(handle: handle)
        }.result
    }

    /// Takes the facts out of a live GDAL reference; nil when it cannot be written as text.
    init?(handle: OGRSpatialReferenceH) {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe OSRExportToWkt(handle, &text) == OGRERR_NONE, let wktText = unsafe text else { return nil }
        defer { unsafe VSIFree(wktText) }
        let wkt = unsafe String(cString: wktText)
        if wkt.isEmpty { return nil }
        let isGeographic = unsafe OSRIsGeographic(handle) != 0
        let isProjected = unsafe OSRIsProjected(handle) != 0
        var code: Int?
        if let authority = unsafe OSRGetAuthorityName(handle, nil), unsafe String(cString: authority) == "EPSG",
            let text = unsafe OSRGetAuthorityCode(handle, nil)
        {
            code = unsafe Int(String(cString: text))
        }
        let name = unsafe OSRGetName(handle).map { unsafe String(cString: $0) } ?? "unnamed"
        self.init(
            wkt: wkt, name: name, epsg: code, isGeographic: isGeographic,
            metresPerUnit: isProjected ? unsafe OSRGetLinearUnits(handle, nil) : nil)
    }
}

extension CoordinateSystem {
    /// Longitude and latitude on the datum that the system itself is based on.
    struct GeographicBase {
        var system: CoordinateSystem
        var ellipsoid: Ellipsoid
        /// Degrees per unit of its coordinates, which may be grads.
        var degreesPerUnit: Double
    }

    /// The geographic system below this one; nil where it has none (a local system of a building site).
    var geographicBase: GeographicBase? {
        ErrorCapture.run { () -> GeographicBase? in
            guard let handle = unsafe OSRNewSpatialReference(nil) else { return nil }
            defer { unsafe OSRDestroySpatialReference(handle) }
            guard unsafe OSRSetFromUserInput(handle, wkt) == OGRERR_NONE,
                let base = unsafe OSRCloneGeogCS(handle)
            else { return nil }
            defer { unsafe OSRDestroySpatialReference(base) }
            var problem = OGRERR_NONE
            let semiMajor = unsafe OSRGetSemiMajor(base, &problem)
            let inverseFlattening = unsafe OSRGetInvFlattening(base, nil)
            let radians = unsafe OSRGetAngularUnits(base, nil)
            guard problem == OGRERR_NONE, semiMajor > 0, radians > 0, let system = unsafe Self(handle: base),
                system.isGeographic
            else { return nil }
            // A sphere has none.
            let flattening = inverseFlattening > 1 ? 1 / inverseFlattening : 0
            return GeographicBase(
                system: system,
                ellipsoid: Ellipsoid(
                    semiMajorAxis: semiMajor, squaredEccentricity: flattening * (2 - flattening)),
                degreesPerUnit: abs(radians * (180 / Double.pi) - 1) < 1e-9 ? 1 : radians * (180 / Double.pi))
        }.result
    }
}

extension Grid {
    /// The corners in longitude and latitude (WGS 84): first row's two corners, then the last row's, closed.
    ///
    /// Nil where the grid has no coordinate system or its corners do not project.
    public func footprint() -> [(longitude: Double, latitude: Double)]? {
        guard let crs else { return nil }
        let corners = [(0, 0), (width, 0), (width, height), (0, height), (0, 0)]
        return ErrorCapture.run { () -> [(longitude: Double, latitude: Double)]? in
            guard let source = unsafe OSRNewSpatialReference(nil), let target = unsafe OSRNewSpatialReference(nil)
            else { return nil }
            defer {
                unsafe OSRDestroySpatialReference(source)
                unsafe OSRDestroySpatialReference(target)
            }
            guard unsafe OSRSetFromUserInput(source, crs.wkt) == OGRERR_NONE,
                unsafe OSRImportFromEPSG(target, 4326) == OGRERR_NONE
            else { return nil }
            unsafe OSRSetAxisMappingStrategy(source, OAMS_TRADITIONAL_GIS_ORDER)
            unsafe OSRSetAxisMappingStrategy(target, OAMS_TRADITIONAL_GIS_ORDER)
            guard let conversion = unsafe OCTNewCoordinateTransformation(source, target) else { return nil }
            defer { unsafe OCTDestroyCoordinateTransformation(conversion) }
            var points: [(longitude: Double, latitude: Double)] = []
            for (column, row) in corners {
                let point = transform.map(column: Double(column), row: Double(row))
                var x = point.x
                var y = point.y
                guard unsafe OCTTransform(conversion, 1, &x, &y, nil) != 0, x.isFinite, y.isFinite else { return nil }
                points.append((x, y))
            }
            return points
        }.result
    }
}
