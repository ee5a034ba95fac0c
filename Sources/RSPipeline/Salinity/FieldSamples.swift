import Foundation

/// Soil samples of a file, checked: where they were taken, and what was measured in which unit.
///
/// Read from tables (CSV: commas, semicolons or tabs) and from points (GeoPackage, GeoJSON, shapefile and the other formats
/// of ``VectorLayer``). Nothing is guessed: a unit, a measure or a coordinate system that neither the file nor the options
/// name is an error.
public struct FieldSamples: Sendable {
    /// The file, for messages.
    public let name: String
    /// The system that ``FieldSample/position`` is in.
    public let crs: CoordinateSystem
    /// The samples, in the file's order.
    public private(set) var samples: [FieldSample]
    /// What deserves a word.
    public private(set) var warnings: [String]

    /// No water conducts more: brines reach about 250 dS/m.
    static let highestConductivity = 300.0
    /// Rain water conducts about as much, dS/m; an extract of soil conducts more.
    static let lowestConductivity = 0.05
    /// Half of the samples of a survey stay below, dS/m, unless their unit is wrong.
    static let usualConductivity = 60.0

    /// Reads a file.
    ///
    /// A sample without a place or without a number stays in the list, with ``FieldSample/position`` or
    /// ``FieldSample/value`` nil.
    ///
    /// - Throws: ``SceneError`` that names file, line or feature, and column: text in numbers, units and measures that do
    ///   not go together, numbers that no soil has (negative, above 300 dS/m, above 100 %), latitudes beyond 90, a missing
    ///   coordinate system, no samples.
    public init(path: String, _ options: FieldSampleOptions = FieldSampleOptions()) throws(SceneError) {
        let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if ["csv", "txt", "tsv"].contains(suffix) {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw SceneError(code: .notFound, message: "\(path): there is no such file, or it cannot be read")
            }
            try self.init(csv: data, name: path, options)
            return
        }
        let points: VectorPoints
        do throws(GDALError) {
            points = try VectorPoints(
                reading: path, layer: options.layer, filter: options.filter, encoding: options.encoding)
        } catch {
            throw SceneError(code: .unreadable, message: error.description)
        }
        if options.x != nil || options.y != nil {
            throw SceneError(
                code: .badOption, message: "\(path): points have their coordinates; leave out the columns of x and y")
        }
        if let stated = points.crs, let given = options.crs, !stated.isSame(as: given) {
            throw SceneError(
                code: .badOption,
                message:
                    "\(path) names its coordinate system, \(stated.label); leave out the other one (\(given.label))")
        }
        guard let crs = points.crs ?? options.crs else {
            throw SceneError(
                code: .badOption,
                message:
                    "\(path) names no coordinate system (a shapefile does so in its .prj); say which one it is, for "
                    + "example --crs EPSG:28408")
        }
        let rows = points.points.map { (place: "feature \($0.id)", fields: $0.values) }
        let reader = FieldSampleReader(
            name: path, columns: points.fields, rows: rows, isCommaSeparated: false, options: options)
        try self.init(reader, crs: crs, positions: points.points.map(\.position))
    }

    /// Reads a table.
    init(csv data: Data, name: String, _ options: FieldSampleOptions = FieldSampleOptions()) throws(SceneError) {
        if options.layer != nil || options.filter != nil {
            throw SceneError(code: .badOption, message: "\(name): a table has no layers and no filter")
        }
        let table = try CSVText(try Self.utf8(data, name: name, options.encoding), name: name)
        if table.rows.isEmpty { throw SceneError(code: .unreadable, message: "\(name): the table has no samples") }
        let rows = table.rows.map { (place: "line \($0.line)", fields: $0.fields) }
        let reader = FieldSampleReader(
            name: name, columns: table.columns, rows: rows, isCommaSeparated: table.isCommaSeparated, options: options)
        let axes = try reader.axes()
        try self.init(reader, crs: axes.crs, positions: try reader.positions(axes.x, axes.y))
    }

    private static func utf8(_ data: Data, name: String, _ encoding: String?) throws(SceneError) -> Data {
        guard let encoding else {
            if String(data: data, encoding: .utf8) != nil { return data }
            throw SceneError(
                code: .unreadable,
                message: "\(name): the text is not UTF-8; name its encoding, for example --encoding CP1251")
        }
        if data.contains(0) { throw SceneError(code: .unreadable, message: "\(name): the file holds zero bytes") }
        do throws(GDALError) { return try TextRecoding.utf8(data, from: encoding) } catch {
            throw SceneError(code: .unreadable, message: "\(name): \(error.description)")
        }
    }

    private init(
        _ reader: FieldSampleReader, crs: CoordinateSystem, positions: [SIMD2<Double>?]
    ) throws(SceneError) {
        name = reader.name
        self.crs = crs
        samples = try reader.samples(at: positions)
        warnings = []
        if samples.isEmpty { throw SceneError(code: .unreadable, message: "\(name): the file has no samples") }
        try checkPositions()
        warnings = remarks()
    }

    /// Degrees that no place on earth has.
    private func checkPositions() throws(SceneError) {
        guard crs.isGeographic else { return }
        for sample in samples {
            guard let position = sample.position, abs(position.y) > 90 || abs(position.x) > 360 else { continue }
            let advice =
                abs(position.x) <= 90 && abs(position.y) <= 180
                ? "latitude and longitude seem to be exchanged"
                : "these are no degrees; name the coordinate system that they are in (--crs)"
            throw SceneError(
                code: .unreadable,
                message: "\(name): \(sample.place): longitude \(position.x), latitude \(position.y): \(advice)")
        }
    }

    private func remarks() -> [String] {
        var remarks: [String] = []
        func count(_ number: Int, _ one: String, _ many: String) {
            if number > 0 { remarks.append("\(name): \(number) \(number == 1 ? one : many)") }
        }
        count(samples.count { $0.position == nil }, "sample has no place", "samples have no place")
        count(samples.count { $0.delivered == nil }, "sample has no number", "samples have no number")
        if samples.count == 1 { remarks.append("\(name): there is one sample, which calibrates nothing") }
        let depths = Set(samples.map(\.property.depth))
        if depths.count > 1 {
            remarks.append("\(name): the samples are of several depths; one model describes one depth")
        }
        if Set(samples.map(\.id)).count < samples.count {
            remarks.append("\(name): some samples have the same name")
        }
        let conductivities = samples.filter { $0.property.unit == .decisiemensPerMetre }.compactMap(\.value).sorted()
        if let highest = conductivities.last, highest < Self.lowestConductivity {
            remarks.append(
                "\(name): no conductivity is above \(highest) dS/m, less than rain water's; is the unit right?")
        } else if conductivities.count >= 3, conductivities[conductivities.count / 2] > Self.usualConductivity {
            remarks.append("\(name): half of the conductivities are above 60 dS/m; is the unit right?")
        }
        let texts = samples.flatMap { [$0.id, $0.field] }
        if let odd = texts.first(where: Self.looksLikeWrongEncoding) {
            remarks.append(
                "\(name): '\(odd)' looks like Cyrillic read as Latin; name the encoding of the text, for example "
                    + "--encoding CP1251")
        }
        return remarks
    }

    /// Cyrillic bytes read as Latin-1 are nothing but letters with accents.
    private static func looksLikeWrongEncoding(_ text: String) -> Bool {
        let letters = text.unicodeScalars.filter { $0.properties.isAlphabetic }
        return letters.count >= 3 && letters.allSatisfy { (0xC0...0xFF).contains($0.value) }
            || text.unicodeScalars.contains("\u{FFFD}")
    }

    // MARK: Conversion

    /// Brings all samples to one property.
    ///
    /// Without conversions the samples must be of one property already. With conversions the result is ECe; samples of
    /// ECe stay as they are, all others need a conversion that starts from what they are.
    ///
    /// - Throws: ``SceneError`` with code `badOption`: several measures and no conversion, a measure that no conversion
    ///   starts from, or two do.
    public mutating func convert(by conversions: [ExtractConversion]) throws(SceneError) {
        if conversions.isEmpty {
            let kinds = Set(samples.map { "\($0.property.name) \($0.property.unit.rawValue)" }).sorted()
            if kinds.count > 1 {
                throw SceneError(
                    code: .badOption,
                    message: "\(name): the samples are of different measures (\(kinds.joined(separator: ", "))), which "
                        + "cannot stand in one column; name how they are brought to ECe (--conversion; rsproc conversions "
                        + "lists them), or take one of them")
            }
            return
        }
        var failed: [String] = []
        for index in samples.indices {
            let sample = samples[index]
            if case .saturatedPaste = sample.property.measure { continue }
            let fitting = conversions.filter { $0.applies(to: sample.property) }
            guard let conversion = fitting.first, fitting.count == 1 else {
                throw SceneError(
                    code: .badOption,
                    message: "\(name): \(sample.place): \(sample.property.name) \(sample.property.unit.rawValue) "
                        + (fitting.isEmpty
                            ? "is not what \(Self.list(conversions)) starts from"
                            : "is what \(fitting.map(\.name).joined(separator: " and ")) start from; name one of them"))
            }
            samples[index].property = SoilProperty(.saturatedPaste, depth: sample.property.depth)
            guard let value = sample.value else { continue }
            samples[index].conversion = conversion.name
            let result = conversion.convert(value, of: sample.property) ?? .nan
            samples[index].value = result >= 0 ? result : nil
            if !(result >= 0) { failed.append(sample.place) }
        }
        if !failed.isEmpty {
            let some = failed.prefix(5).joined(separator: ", ") + (failed.count > 5 ? ", ..." : "")
            warnings.append(
                "\(name): the conversion gives no ECe for \(failed.count) sample\(failed.count == 1 ? "" : "s") below its "
                    + "range: \(some)")
        }
    }

    private static func list(_ conversions: [ExtractConversion]) -> String {
        conversions.map { "\($0.name) (\($0.equations.map(\.label).joined(separator: ", ")))" }
            .joined(separator: " or ")
    }
}
