import Foundation

/// Places whose class was found in the field, to be held against a map.
///
/// A table (`.csv`) with longitude and latitude, or a layer of points. The class stands in a column `reference`, `class_name`
/// or `class`, as name or number, or in a column named after the property, as its value.
struct CheckedPlaces {
    private let name: String
    private let crs: CoordinateSystem
    private let positions: [SIMD2<Double>?]
    /// Positions among the classes.
    private let references: [Int]
    private let classes: [String]

    private static let usual = ["reference", "class_name", "class"]

    /// Reads places.
    ///
    /// - Parameters:
    ///   - column: where the class or the value stands; nil for the usual columns.
    ///   - subject: the property, which names the column of values.
    /// - Throws: ``SceneError`` or ``GDALError`` that names the file, and the line of a class that is not one of the map's or of
    ///   a value that no soil has.
    init(path: String, column: String?, subject: Assessment.Subject, classes: [Assessment.Class]) throws {
        let columns: [String]
        let rows: [(place: String, fields: [String])]
        if ["csv", "txt", "tsv"].contains(URL(fileURLWithPath: path).pathExtension.lowercased()) {
            let table = try CSVText(path: path)
            (columns, rows) = (table.columns, table.rows.map { ("line \($0.line)", $0.fields) })
            let reader = FieldSampleReader(
                name: path, columns: columns, rows: rows, isCommaSeparated: table.isCommaSeparated,
                options: FieldSampleOptions())
            let axes = try reader.axes()
            (crs, positions) = (axes.crs, try reader.positions(axes.x, axes.y))
        } else {
            let layer = try VectorPoints(reading: path)
            guard let stated = layer.crs else {
                throw SceneError(
                    code: .unreadable, message: "\(path): the coordinate system is missing (.prj); add it to the file")
            }
            (columns, rows) = (layer.fields, layer.points.map { ("feature \($0.id)", $0.values) })
            (crs, positions) = (stated, layer.points.map(\.position))
        }
        func place(_ wanted: String) -> Int? { columns.firstIndex { $0.lowercased() == wanted.lowercased() } }
        let names = column.map { [$0] } ?? Self.usual + [subject.name]
        guard let index = names.lazy.compactMap(place).first else {
            throw SceneError(
                code: .badOption,
                message:
                    "\(path): no column says what was found in the field (\(names.joined(separator: ", "))); name it "
                    + "with --reference; the columns are \(columns.joined(separator: ", "))")
        }
        let holdsValues = columns[index].lowercased() == subject.name.lowercased()
        var references: [Int] = []
        for row in rows {
            let text = row.fields[index]
            var found = classes.firstIndex { $0.name.lowercased() == text.lowercased() }
            if found == nil, holdsValues {
                let value = DecimalNumber.read(text)
                if let value, subject.unit == SoilProperty.Unit.decisiemensPerMetre.rawValue,
                    value > FieldSamples.highestConductivity
                {
                    throw SceneError(
                        code: .unreadable,
                        message:
                            "\(path): \(row.place): '\(text)' in '\(columns[index])' is more dS/m than brine has; write "
                            + "values in the unit of the map (are these uS/cm?)")
                }
                found = value.flatMap { classes.position(of: $0) }
            } else if found == nil, let number = Int(text) {
                found = classes.firstIndex { $0.number == number }
            }
            guard let found else {
                throw SceneError(
                    code: .unreadable,
                    message: "\(path): \(row.place): '\(text)' in '\(columns[index])' is no class of the map: "
                        + classes.map { "\($0.number) \($0.name)" }.joined(separator: ", ")
                        + "; take out places that were not visited")
            }
            references.append(found)
        }
        if references.isEmpty { throw SceneError(code: .unreadable, message: "\(path): the file holds no places") }
        name = path
        self.references = references
        self.classes = classes.map(\.name)
    }

    /// Holds the places against a map of class numbers, pixel by pixel.
    ///
    /// Places where the map has no class count for nothing and are told.
    ///
    /// - Throws: ``GDALError`` or ``SceneError`` where none lies on the map.
    func matrix(on path: String) throws -> (matrix: ConfusionMatrix, warnings: [String]) {
        let map = try Dataset(reading: path)
        let grid = map.grid
        guard let target = grid.crs, let inverse = grid.transform.inverse else {
            throw SceneError(code: .unreadable, message: "\(name): the map names no place on the earth")
        }
        var places = positions.map { $0 ?? SIMD2(.nan, .nan) }
        if !crs.isSame(as: target) { try CoordinateTransform(from: crs, to: target).transform(&places) }
        var counts = classes.map { _ in classes.map { _ in 0 } }
        var (outside, without) = (0, 0)
        for (place, reference) in zip(places, references) {
            let pixel = inverse.map(column: place.x, row: place.y)
            // Comparisons with NaN fail.
            guard pixel.x >= 0, pixel.y >= 0, pixel.x < Double(grid.width), pixel.y < Double(grid.height) else {
                outside += 1
                continue
            }
            let window = Window(column: Int(pixel.x), row: Int(pixel.y), width: 1, height: 1)
            let number = Int(try map.classes(window).first ?? 0)
            if (1...classes.count).contains(number) { counts[number - 1][reference] += 1 } else { without += 1 }
        }
        if outside == places.count {
            var swapped = positions.map { $0.map { SIMD2($0.y, $0.x) } ?? SIMD2(.nan, .nan) }
            if !crs.isSame(as: target) { try CoordinateTransform(from: crs, to: target).transform(&swapped) }
            let isSwapped = swapped.contains { place in
                let pixel = inverse.map(column: place.x, row: place.y)
                return pixel.x >= 0 && pixel.y >= 0 && pixel.x < Double(grid.width) && pixel.y < Double(grid.height)
            }
            throw SceneError(
                code: .unreadable,
                message:
                    "\(name): none of the \(places.count) checked places lies in the scene; "
                    + (isSwapped
                        ? "latitude and longitude (northing and easting) seem to be exchanged"
                        : "check their coordinates and coordinate system"))
        }
        if outside + without == places.count {
            throw SceneError(
                code: .unreadable,
                message:
                    "\(name): none of the \(places.count) checked places lies where the map has a class; leave them out, "
                    + "or take another scene")
        }
        var warnings: [String] = []
        if outside + without > 0 {
            warnings.append(
                "\(name): \(outside + without) of \(places.count) checked places count for nothing: \(outside) outside the "
                    + "scene, \(without) where the map has no class")
        }
        return (try ConfusionMatrix(classes: classes, counts: counts), warnings)
    }
}
