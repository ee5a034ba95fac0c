import Foundation

/// Places whose class was found in the field, to be held against a map.
///
/// A table (`.csv`) with longitude and latitude, or a layer of points. The class stands in a column `reference`, `class_name`
/// or `class`, as name or number, or in a column named after the property, as its value.
struct CheckedPlaces {
    private let name: String
    private let crs: CoordinateSystem
    private let positions: [SIMD2<Double>?]
    private let columns: [String]
    private let rows: [(place: String, fields: [String])]

    /// The columns that say what was found in the field.
    static let usual = ["reference", "class_name", "class"]

    /// A column that holds values of the property instead of classes.
    struct Values {
        /// Its name.
        let name: String
        /// The unit of the map.
        let unit: String
        /// Which class a value is of.
        let position: (Double) -> Int?
    }

    /// Reads places.
    ///
    /// - Throws: ``SceneError`` or ``GDALError`` that names the file.
    init(path: String) throws {
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
        if rows.isEmpty { throw SceneError(code: .unreadable, message: "\(path): the file holds no places") }
        name = path
    }

    /// Whether there is such a column, whatever the case.
    func hasColumn(_ wanted: String) -> Bool { columns.contains { $0.lowercased() == wanted.lowercased() } }

    /// What was found at each place, as positions among the classes.
    ///
    /// - Parameters:
    ///   - names: the columns where the class may stand, the first that is there counts.
    ///   - classes: numbers and names of the classes.
    ///   - subject: the column that holds values instead; nil for none.
    /// - Throws: ``SceneError`` that names the file, and the line of a class that is not one of the map's or of a value that no
    ///   soil has.
    func found(
        in names: [String], classes: [(number: Int, name: String)],
        values subject: Values? = nil
    ) throws(SceneError) -> [Int] {
        func place(_ wanted: String) -> Int? { columns.firstIndex { $0.lowercased() == wanted.lowercased() } }
        guard let index = names.lazy.compactMap(place).first else {
            throw SceneError(
                code: .badOption,
                message:
                    "\(name): no column says what was found in the field (\(names.joined(separator: ", "))); name it "
                    + "with --reference; the columns are \(columns.joined(separator: ", "))")
        }
        let values = columns[index].lowercased() == subject?.name.lowercased() ? subject : nil
        var references: [Int] = []
        for row in rows {
            let text = row.fields[index]
            var found = classes.firstIndex { $0.name.lowercased() == text.lowercased() }
            if found == nil, let values {
                let value = DecimalNumber.read(text)
                if let value, values.unit == SoilProperty.Unit.decisiemensPerMetre.rawValue,
                    value > FieldSamples.highestConductivity
                {
                    throw SceneError(
                        code: .unreadable,
                        message:
                            "\(name): \(row.place): '\(text)' in '\(columns[index])' is more dS/m than brine has; write "
                            + "values in the unit of the map (are these uS/cm?)")
                }
                found = value.flatMap(values.position)
            } else if found == nil, let number = Int(text) {
                found = classes.firstIndex { $0.number == number }
            }
            guard let found else {
                throw SceneError(
                    code: .unreadable,
                    message: "\(name): \(row.place): '\(text)' in '\(columns[index])' is no class of the map: "
                        + classes.map { "\($0.number) \($0.name)" }.joined(separator: ", ")
                        + (!text.isEmpty && values == nil && subject.flatMap { place($0.name) } != nil
                            ? "; for another scheme take the values: --reference \(subject?.name ?? "")"
                            : "; take out places that were not visited"))
            }
            references.append(found)
        }
        return references
    }

    /// What a map of class numbers shows at each place, pixel by pixel: positions among the classes, nil for none.
    ///
    /// Places where the map has no class are told.
    ///
    /// - Parameter count: how many classes there are; they are numbered from 1.
    /// - Throws: ``GDALError`` or ``SceneError`` where none lies on the map.
    func mapped(on path: String, classes count: Int) throws -> (classes: [Int?], warnings: [String]) {
        let map = try Dataset(reading: path)
        let grid = map.grid
        guard let target = grid.crs, let inverse = grid.transform.inverse else {
            throw SceneError(code: .unreadable, message: "\(name): the map names no place on the earth")
        }
        var places = positions.map { $0 ?? SIMD2(.nan, .nan) }
        if !crs.isSame(as: target) { try CoordinateTransform(from: crs, to: target).transform(&places) }
        var classes: [Int?] = []
        var (outside, without) = (0, 0)
        for place in places {
            let pixel = inverse.map(column: place.x, row: place.y)
            // Comparisons with NaN fail.
            guard pixel.x >= 0, pixel.y >= 0, pixel.x < Double(grid.width), pixel.y < Double(grid.height) else {
                outside += 1
                classes.append(nil)
                continue
            }
            let window = Window(column: Int(pixel.x), row: Int(pixel.y), width: 1, height: 1)
            let number = Int(try map.classes(window).first ?? 0)
            let isClass = (1...count).contains(number)
            classes.append(isClass ? number - 1 : nil)
            if !isClass { without += 1 }
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
        return (classes, warnings)
    }

    /// How often places that the map shows as one class were found to be of another kind.
    static func counts(_ mapped: [Int?], classes: Int, _ found: [Int], kinds: Int) -> [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: kinds), count: classes)
        for (row, column) in zip(mapped, found) {
            if let row { counts[row][column] += 1 }
        }
        return counts
    }
}
