internal import CGDAL

/// A file of rows and, where it can hold them, geometries: copies of features with further columns of numbers.
@safe final class FeatureWriter {
    /// The formats that are written.
    enum Format: String, CaseIterable {
        /// RFC 4180: UTF-8, commas, decimal points, CRLF; no geometry.
        case csv
        /// GeoPackage, geometries as given.
        case geoPackage = "gpkg"
        /// RFC 7946: longitude and latitude on WGS 84, seven decimals.
        case geoJSON = "geojson"

        /// The format of a file by the end of its name; nil for another.
        init?(path: String) {
            guard let dot = path.lastIndex(of: ".") else { return nil }
            let ending = path[path.index(after: dot)...].lowercased()
            self.init(rawValue: ending == "json" ? "geojson" : ending)
        }

        /// The media type.
        var mediaType: String {
            switch self {
            case .csv: "text/csv"
            case .geoPackage: "application/geopackage+sqlite3"
            case .geoJSON: "application/geo+json"
            }
        }

        fileprivate var driver: String {
            switch self {
            case .csv: "CSV"
            case .geoPackage: "GPKG"
            case .geoJSON: "GeoJSON"
            }
        }

        fileprivate var layerOptions: [String] {
            switch self {
            case .csv: ["LINEFORMAT=CRLF"]
            case .geoPackage: ["FID=fid", "GEOMETRY_NAME=geom"]
            case .geoJSON: ["RFC7946=YES", "COORDINATE_PRECISION=7", "SIGNIFICANT_FIGURES=15"]
            }
        }
    }

    private let path: String
    private let format: Format
    private var dataset: GDALDatasetH?
    private let layer: OGRLayerH
    /// By field of the source, its field here.
    private var fieldMap: [Int32] = []
    private var firstColumn = 0
    /// The names of the columns as written: those that a source already has are told apart.
    private(set) var columnNames: [String] = []

    /// Creates a file.
    ///
    /// - Parameters:
    ///   - path: the file, which must not exist.
    ///   - name: the name of the layer.
    ///   - source: whose features are copied with their attributes; nil for rows that have a text and no geometry.
    ///   - textColumn: the column of that text.
    ///   - columns: the columns of numbers.
    /// - Throws: ``GDALError`` with code `writeFailed`.
    init(
        _ path: String, format: Format, name: String, source: VectorReader?, textColumn: String, columns: [String]
    ) throws(GDALError) {
        self.path = path
        self.format = format
        let sourceLayer = unsafe source?.layer
        let outcome = unsafe ErrorCapture.run { () -> (GDALDatasetH, OGRLayerH)? in
            unsafe Self.withFixedDate {
                guard let driver = unsafe GDALGetDriverByName(format.driver),
                    let dataset = unsafe GDALCreate(driver, path, 0, 0, 0, GDT_Unknown, nil)
                else { return nil }
                var type = wkbNone
                var system: OGRSpatialReferenceH?
                if let sourceLayer = unsafe sourceLayer, format != .csv {
                    type = unsafe OGR_L_GetGeomType(sourceLayer)
                    unsafe system = OGR_L_GetSpatialRef(sourceLayer)
                }
                let layer = unsafe Dataset.withCStrings(format.layerOptions) { options in
                    unsafe GDALDatasetCreateLayer(dataset, name, system, type, options)
                }
                guard let layer = unsafe layer else {
                    unsafe GDALClose(dataset)
                    return nil
                }
                return unsafe (dataset, layer)
            }
        }
        guard let (made, layer) = unsafe outcome.result else {
            throw GDALError(
                code: .writeFailed, message: "\(path): cannot be created", notes: unsafe outcome.failures)
        }
        unsafe dataset = made
        unsafe self.layer = layer
        var taken: Set<String> = format == .geoPackage ? ["fid", "geom"] : []
        if let sourceLayer = unsafe sourceLayer, let definition = unsafe OGR_L_GetLayerDefn(sourceLayer) {
            for index in 0..<(unsafe OGR_FD_GetFieldCount(definition)) {
                guard let field = unsafe OGR_FD_GetFieldDefn(definition, index) else { continue }
                let given = unsafe String(cString: OGR_Fld_GetNameRef(field))
                let name = Self.unused(given, among: &taken, ending: "_given")
                let copied = ErrorCapture.run { () -> Bool in
                    guard let copy = unsafe OGR_Fld_Create(name, OGR_Fld_GetType(field)) else { return false }
                    defer { unsafe OGR_Fld_Destroy(copy) }
                    unsafe OGR_Fld_SetSubType(copy, OGR_Fld_GetSubType(field))
                    return unsafe OGR_L_CreateField(layer, copy, 1) == OGRERR_NONE
                }
                guard copied.result else { throw failed(copied.failures) }
                fieldMap.append(Int32(firstColumn))
                firstColumn += 1
            }
        } else {
            try addField(Self.unused(textColumn, among: &taken, ending: "_name"), OFTString)
            firstColumn += 1
        }
        for column in columns {
            let name = Self.unused(column, among: &taken, ending: "_zonal")
            try addField(name, OFTReal)
            columnNames.append(name)
        }
        _ = ErrorCapture.run { unsafe GDALDatasetStartTransaction(made, 0) }
    }

    deinit { if let dataset = unsafe dataset { unsafe GDALClose(dataset) } }

    /// A name that no field has yet, whatever the case.
    private static func unused(_ name: String, among taken: inout Set<String>, ending: String) -> String {
        var candidate = name
        while !taken.insert(candidate.lowercased()).inserted { candidate += ending }
        return candidate
    }

    private func addField(_ name: String, _ type: OGRFieldType) throws(GDALError) {
        let added = ErrorCapture.run { () -> Bool in
            guard let field = unsafe OGR_Fld_Create(name, type) else { return false }
            defer { unsafe OGR_Fld_Destroy(field) }
            return unsafe OGR_L_CreateField(layer, field, 0) == OGRERR_NONE
        }
        guard added.result else {
            throw GDALError(
                code: .writeFailed, message: "\(path): the column '\(name)' cannot be made", notes: added.failures)
        }
    }

    /// GeoPackages carry the time of their last change, which must not depend on the hour.
    private static func withFixedDate<Result>(_ body: () -> Result) -> Result {
        unsafe CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", "1970-01-01T00:00:00.000Z")
        defer { unsafe CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", nil) }
        return body()
    }

    private func failed(_ notes: [String]) -> GDALError {
        GDALError(code: .writeFailed, message: "\(path): cannot be written; is the disk full?", notes: notes)
    }

    /// Adds a row: a feature of the source, or a text, and the numbers; NaN becomes an empty field.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`.
    func add(_ feature: VectorReader.Feature?, text: String, values: [Double]) throws(GDALError) {
        let outcome = ErrorCapture.run { () -> Bool in
            guard let definition = unsafe OGR_L_GetLayerDefn(layer), let row = unsafe OGR_F_Create(definition) else {
                return false
            }
            defer { unsafe OGR_F_Destroy(row) }
            if let feature {
                var map = fieldMap
                guard unsafe OGR_F_SetFromWithMap(row, feature.handle, 1, &map) == OGRERR_NONE else { return false }
                if format != .csv { unsafe _ = OGR_F_SetFID(row, feature.id) }
            } else {
                unsafe OGR_F_SetFieldString(row, 0, text)
            }
            for (index, value) in values.enumerated() {
                let field = Int32(firstColumn + index)
                if value.isFinite {
                    unsafe OGR_F_SetFieldDouble(row, field, value)
                } else {
                    unsafe OGR_F_SetFieldNull(row, field)
                }
            }
            return unsafe OGR_L_CreateFeature(layer, row) == OGRERR_NONE
        }
        guard outcome.result else { throw failed(outcome.failures) }
    }

    /// Writes everything out and closes the file.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`.
    func close() throws(GDALError) {
        guard let open = unsafe dataset else { return }
        unsafe dataset = nil
        let outcome = ErrorCapture.run { () -> Bool in
            Self.withFixedDate {
                let committed =
                    unsafe GDALDatasetTestCapability(open, ODsCTransactions) == 0
                    || GDALDatasetCommitTransaction(open) == OGRERR_NONE
                return unsafe cgdal_close(open) == CE_None && committed
            }
        }
        guard outcome.result, outcome.failures.isEmpty else { throw failed(outcome.failures) }
    }
}
