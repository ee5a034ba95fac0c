internal import CGDAL
import Foundation
import Synchronization

/// An open vector file and one of its layers.
@safe final class VectorReader {
    /// One feature while it is looked at.
    @safe struct Feature {
        let handle: OGRFeatureH
        let id: Int64
    }

    let path: String
    let selection: VectorSelection
    private(set) var layerName = ""
    private let dataset: GDALDatasetH
    private(set) var layer: OGRLayerH?
    /// A copy in memory that is removed with the reader.
    private let copy: String?
    private static let counter = Atomic<Int>(0)
    private static let longestText = 65_536
    private static let largestGML = 256 << 20

    init(_ path: String, _ selection: VectorSelection) throws(GDALError) {
        self.path = path
        self.selection = selection
        try Self.checkPath(path)
        // The driver writes its notes on a GML file beside it, which must not happen beside somebody else's data.
        copy = path.lowercased().hasSuffix(".gml") ? try Self.copyToMemory(path) : nil
        let opened = copy ?? path
        let options = try Self.openOptions(path, selection)
        let outcome = unsafe ErrorCapture.run { () -> GDALDatasetH? in
            unsafe Dataset.withCStrings(selection.drivers) { drivers in
                unsafe Dataset.withCStrings(options) { options in
                    unsafe cgdal_open_with_options(
                        opened, UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY), drivers, options)
                }
            }
        }
        guard let handle = unsafe outcome.result else {
            if let copy { Self.remove(copy) }
            throw GDALError(
                code: .openFailed,
                message: "\(path): not a readable "
                    + (selection.drivers == VectorLayer.drivers
                        ? "GeoPackage, GeoJSON, shapefile, KML, GML or FlatGeobuf"
                        : selection.drivers.joined(separator: " or ")),
                notes: unsafe outcome.failures)
        }
        // The driver opens a file that is cut off, and would give the features before the cut.
        if let copy, !(unsafe outcome.failures.isEmpty) {
            unsafe GDALClose(handle)
            Self.remove(copy)
            throw GDALError(
                code: .readFailed, message: "\(path): the file is cut off or damaged", notes: unsafe outcome.failures)
        }
        unsafe dataset = handle
        try chooseLayer()
        try applyFilter()
        try ignoreFields()
    }

    deinit {
        unsafe GDALClose(dataset)
        if let copy { Self.remove(copy) }
    }

    /// Removes a copy in memory and what the driver has put beside it.
    private static func remove(_ copy: String) {
        unsafe _ = VSIUnlink(copy)
        unsafe _ = VSIUnlink(String(copy.dropLast(4)) + ".gfs")
    }

    private static func checkPath(_ path: String) throws(GDALError) {
        if Dataset.isInArchive(path) || path.hasPrefix("/vsimem/") { return }
        guard FileManager.default.fileExists(atPath: path) else {
            throw GDALError(code: .openFailed, message: "\(path): the file does not exist", notes: [])
        }
    }

    private static func openOptions(_ path: String, _ selection: VectorSelection) throws(GDALError) -> [String] {
        let name = path.lowercased()
        if name.hasSuffix(".gml") { return ["DOWNLOAD_SCHEMA=NO"] }
        guard let encoding = selection.encoding else { return [] }
        guard name.hasSuffix(".shp") || name.hasSuffix(".dbf") else {
            throw GDALError(
                code: .openFailed,
                message: "\(path): encoding=\(encoding) is for shapefiles and text tables; leave it out", notes: [])
        }
        return ["ENCODING=\(encoding)"]
    }

    private static func copyToMemory(_ path: String) throws(GDALError) -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).oldValue
        let name = "/vsimem/rspipeline-vector-\(ProcessInfo.processInfo.processIdentifier)-\(number).gml"
        let outcome = ErrorCapture.run { () -> Bool in
            var bytes: UnsafeMutablePointer<GByte>?
            var count: vsi_l_offset = 0
            guard unsafe VSIIngestFile(nil, path, &bytes, &count, GIntBig(largestGML)) != 0 else {
                return false
            }
            // The file owns the bytes from here on.
            guard let file = unsafe VSIFileFromMemBuffer(name, bytes, count, 1) else {
                unsafe VSIFree(bytes)
                return false
            }
            return unsafe VSIFCloseL(file) == 0
        }
        guard outcome.result else {
            throw GDALError(
                code: .openFailed,
                message: "\(path): cannot be read, or is larger than \(largestGML >> 20) MB",
                notes: outcome.failures)
        }
        return name
    }

    private func chooseLayer() throws(GDALError) {
        let count = unsafe GDALDatasetGetLayerCount(dataset)
        var names: [String] = []
        var found: OGRLayerH?
        for index in 0..<count {
            guard let candidate = unsafe GDALDatasetGetLayer(dataset, index) else { continue }
            let name = unsafe String(cString: OGR_L_GetName(candidate))
            names.append(name)
            if selection.layer.map({ $0 == name }) ?? (count == 1) {
                unsafe found = candidate
                layerName = name
            }
        }
        unsafe layer = found
        if unsafe found != nil { return }
        if names.isEmpty && selection.allowsEmpty { return }
        let list = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 20 ? ", ..." : "")
        let what: String
        if names.isEmpty {
            what = "the file holds no layer"
        } else if let wanted = selection.layer {
            what = "there is no layer '\(wanted)'; there are \(list)"
        } else {
            what = "the file holds \(names.count) layers; choose one with layer=: \(list)"
        }
        throw GDALError(code: .openFailed, message: "\(path): \(what)", notes: [])
    }

    private func applyFilter() throws(GDALError) {
        guard let filter = selection.filter, let layer = unsafe layer else { return }
        let outcome = ErrorCapture.run { unsafe OGR_L_SetAttributeFilter(layer, filter) == OGRERR_NONE }
        guard outcome.result, outcome.failures.isEmpty else {
            throw GDALError(
                code: .openFailed,
                message: "\(path): where=\(filter) is not understood; the attributes are "
                    + fieldNames.joined(separator: ", "), notes: outcome.failures)
        }
    }

    /// The names of all attributes, in the file's order.
    var fieldNames: [String] {
        guard let layer = unsafe layer, let definition = unsafe OGR_L_GetLayerDefn(layer) else { return [] }
        return (0..<(unsafe OGR_FD_GetFieldCount(definition))).compactMap { index in
            guard let field = unsafe OGR_FD_GetFieldDefn(definition, index) else { return nil }
            return unsafe String(cString: OGR_Fld_GetNameRef(field))
        }
    }

    /// Attributes that nobody asked for are not read, however long they are.
    private func ignoreFields() throws(GDALError) {
        let names = fieldNames
        for wanted in selection.attributes where unsafe layer != nil && !names.contains(wanted) {
            throw GDALError(
                code: .openFailed,
                message:
                    "\(path): the features have no attribute '\(wanted)'; they have "
                    + (names.isEmpty ? "none: is the layer empty?" : names.joined(separator: ", ")),
                notes: [])
        }
        // Attributes in a filter have to be read.
        guard selection.filter == nil, !selection.keepsAllAttributes, let layer = unsafe layer else { return }
        let ignored = names.filter { !selection.attributes.contains($0) } + ["OGR_STYLE"]
        _ = ErrorCapture.run { unsafe Dataset.withCStrings(ignored) { unsafe cgdal_ignore_fields(layer, $0) } }
    }

    /// The coordinate system that the file names.
    var statedCRS: CoordinateSystem? {
        ErrorCapture.run { () -> CoordinateSystem? in
            guard let layer = unsafe layer, let system = unsafe OGR_L_GetSpatialRef(layer) else { return nil }
            return unsafe CoordinateSystem(handle: system)
        }.result
    }

    /// The layer's coordinate system.
    func requireCRS(_ assumed: CoordinateSystem?) throws(GDALError) -> CoordinateSystem {
        if let system = statedCRS ?? assumed { return system }
        if unsafe layer == nil { return try CoordinateSystem(text: "EPSG:4326") }
        throw GDALError(
            code: .badGeoreference,
            message: "\(path): layer '\(layerName)' names no coordinate system; write it into the file "
                + "(ogr2ogr -a_srs EPSG:CODE)", notes: [])
    }

    /// The number of features that fit the filter, wherever they lie.
    var totalCount: Int {
        get throws(GDALError) {
            guard let layer = unsafe layer else { return 0 }
            unsafe OGR_L_SetSpatialFilter(layer, nil)
            let outcome = ErrorCapture.run { unsafe Int(OGR_L_GetFeatureCount(layer, 1)) }
            return max(0, outcome.result)
        }
    }

    /// The box of the whole layer; nil where it holds nothing.
    var extent: VectorArea? {
        guard let layer = unsafe layer else { return nil }
        var box = OGREnvelope()
        let isKnown = ErrorCapture.run { unsafe OGR_L_GetExtent(layer, &box, 1) == OGRERR_NONE }.result
        return isKnown ? VectorArea(low: SIMD2(box.MinX, box.MinY), high: SIMD2(box.MaxX, box.MaxY)) : nil
    }

    /// The box of a feature; nil where it has no geometry.
    func extent(of feature: Feature) -> VectorArea? {
        guard let geometry = unsafe OGR_F_GetGeometryRef(feature.handle), unsafe OGR_G_IsEmpty(geometry) == 0
        else { return nil }
        var box = OGREnvelope()
        unsafe OGR_G_GetEnvelope(geometry, &box)
        return VectorArea(low: SIMD2(box.MinX, box.MinY), high: SIMD2(box.MaxX, box.MaxY))
    }

    /// Calls a body with every feature whose box meets an area.
    func forEachFeature(
        within area: VectorArea?, _ body: (Feature) throws(GDALError) -> Void
    ) throws(GDALError) {
        guard let layer = unsafe layer else { return }
        if let area { unsafe OGR_L_SetSpatialFilterRect(layer, area.low.x, area.low.y, area.high.x, area.high.y) }
        unsafe OGR_L_ResetReading(layer)
        while true {
            let outcome = unsafe ErrorCapture.run { unsafe OGR_L_GetNextFeature(layer) }
            // The driver goes on after a feature whose geometry it does not understand.
            guard unsafe outcome.failures.isEmpty else {
                if let handle = unsafe outcome.result { unsafe OGR_F_Destroy(handle) }
                throw GDALError(
                    code: .readFailed, message: "\(path): the features of layer '\(layerName)' cannot be read",
                    notes: unsafe outcome.failures)
            }
            guard let handle = unsafe outcome.result else { return }
            defer { unsafe OGR_F_Destroy(handle) }
            try body(unsafe Feature(handle: handle, id: OGR_F_GetFID(handle)))
        }
    }

    /// Attributes as text: those asked for, or the named ones.
    func attributes(of feature: Feature, named names: [String]? = nil) throws(GDALError) -> [String: String] {
        var result: [String: String] = [:]
        for name in names ?? selection.attributes {
            let index = unsafe OGR_F_GetFieldIndex(feature.handle, name)
            guard index >= 0, unsafe OGR_F_IsFieldSetAndNotNull(feature.handle, index) != 0,
                let text = unsafe OGR_F_GetFieldAsString(feature.handle, index)
            else { continue }
            let length = unsafe strlen(text)
            guard length <= Self.longestText else {
                throw GDALError(
                    code: .readFailed,
                    message:
                        "\(path): attribute '\(name)' of feature \(feature.id) is a text of \(length) bytes; at most "
                        + "\(Self.longestText) are taken", notes: [])
            }
            result[name] = unsafe String(cString: text)
        }
        return result
    }

    // MARK: Geometry

    /// Takes a feature's geometry apart, after repairing it and cutting off what lies far from an area.
    func parts(of feature: Feature, within area: VectorArea?) throws(GDALError) -> VectorParts {
        var parts = VectorParts()
        let id = feature.id
        guard let geometry = unsafe OGR_F_GetGeometryRef(feature.handle) else { return parts }
        // Everything made on the way is destroyed at the end.
        var made: [OGRGeometryH] = unsafe []
        defer { unsafe made.forEach { unsafe OGR_G_DestroyGeometry($0) } }
        var current = unsafe geometry
        if unsafe OGR_G_HasCurveGeometry(current, 1) != 0 {
            guard let straight = unsafe OGR_G_GetLinearGeometry(current, 0, nil) else { throw broken(id, []) }
            unsafe made.append(straight)
            unsafe current = straight
        }
        let flat = unsafe OGR_GT_Flatten(OGR_G_GetGeometryType(current))
        let isPoint = flat == wkbPoint || flat == wkbMultiPoint
        if unsafe !isPoint && OGR_G_IsEmpty(current) == 0 {
            let validity = ErrorCapture.run { unsafe OGR_G_IsValid(current) != 0 }
            if !validity.result {
                let repaired = unsafe ErrorCapture.run { unsafe OGR_G_MakeValid(current) }
                let notes = validity.warnings + validity.failures
                guard let better = unsafe repaired.result else {
                    throw broken(id, unsafe notes + repaired.failures)
                }
                let drawn = unsafe OGR_G_Area(current)
                unsafe made.append(better)
                unsafe current = better
                parts.repaired = notes.first ?? "not valid"
                let area = unsafe OGR_G_Area(current)
                parts.areaAsDrawn = area > 0 ? drawn / area : 1
            }
        }
        if let area {
            var box = OGREnvelope()
            unsafe OGR_G_GetEnvelope(current, &box)
            let isFar =
                box.MinX < area.low.x || box.MinY < area.low.y || box.MaxX > area.high.x || box.MaxY > area.high.y
            if isFar {
                let cut = unsafe ErrorCapture.run { () -> OGRGeometryH? in
                    guard let frame = unsafe Self.rectangle(area) else { return nil }
                    defer { unsafe OGR_G_DestroyGeometry(frame) }
                    return unsafe OGR_G_Intersection(current, frame)
                }
                guard let part = unsafe cut.result else { throw broken(id, unsafe cut.failures) }
                unsafe made.append(part)
                unsafe current = part
                parts.isCut = true
            }
        }
        unsafe try takeApart(current, id: id, into: &parts)
        return parts
    }

    private func broken(_ id: Int64, _ notes: [String]) -> GDALError {
        GDALError(
            code: .readFailed,
            message:
                "\(path): the geometry of feature \(id) is broken and cannot be repaired; correct it, or leave it out "
                + "with where=", notes: notes)
    }

    private static func rectangle(_ area: VectorArea) -> OGRGeometryH? {
        guard let ring = unsafe OGR_G_CreateGeometry(wkbLinearRing),
            let polygon = unsafe OGR_G_CreateGeometry(wkbPolygon)
        else { return nil }
        for (x, y) in [
            (area.low.x, area.low.y), (area.high.x, area.low.y), (area.high.x, area.high.y), (area.low.x, area.high.y),
            (area.low.x, area.low.y),
        ] { unsafe OGR_G_AddPoint_2D(ring, x, y) }
        unsafe _ = OGR_G_AddGeometryDirectly(polygon, ring)
        return unsafe polygon
    }

    private func takeApart(_ geometry: OGRGeometryH, id: Int64, into parts: inout VectorParts) throws(GDALError) {
        switch unsafe OGR_GT_Flatten(OGR_G_GetGeometryType(geometry)) {
        case wkbPolygon, wkbTriangle:
            var rings: [[SIMD2<Double>]] = []
            for index in 0..<(unsafe OGR_G_GetGeometryCount(geometry)) {
                guard let ring = unsafe OGR_G_GetGeometryRef(geometry, index) else { continue }
                guard let points = unsafe Self.points(of: ring) else { throw broken(id, []) }
                if points.count >= 3 { rings.append(points) }
            }
            if !rings.isEmpty { parts.polygons.append(rings) }
        case wkbLineString, wkbPoint:
            guard let points = unsafe Self.points(of: geometry) else { throw broken(id, []) }
            if !points.isEmpty { parts.lines.append(points) }
        default:
            for index in 0..<(unsafe OGR_G_GetGeometryCount(geometry)) {
                guard let part = unsafe OGR_G_GetGeometryRef(geometry, index) else { continue }
                unsafe try takeApart(part, id: id, into: &parts)
            }
        }
    }

    /// The points of a ring or a line; nil where one of them is not a number.
    private static func points(of geometry: OGRGeometryH) -> [SIMD2<Double>]? {
        let count = unsafe Int(OGR_G_GetPointCount(geometry))
        var points = [SIMD2<Double>](repeating: .zero, count: count)
        let stride = Int32(MemoryLayout<SIMD2<Double>>.stride)
        unsafe points.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe _ = OGR_G_GetPoints(
                geometry, base, stride, base + MemoryLayout<Double>.stride, stride, nil, 0)
        }
        return points.allSatisfy { $0.x.isFinite && $0.y.isFinite } ? points : nil
    }
}

/// The straight parts of a geometry, in the layer's own coordinates.
struct VectorParts {
    /// The rings of each polygon, its outline first.
    var polygons: [[[SIMD2<Double>]]] = []
    var lines: [[SIMD2<Double>]] = []
    /// Why the geometry had to be repaired.
    var repaired: String?
    /// The area before it was repaired, as a share of the area after.
    var areaAsDrawn = 1.0
    /// Whether parts far from the area asked for have been cut off.
    var isCut = false

    /// The rings of all polygons.
    var rings: [[SIMD2<Double>]] { polygons.flatMap { $0 } }
}
