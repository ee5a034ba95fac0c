/// The hectares that a map shows of each class.
public struct MappedAreas: Sendable, Hashable {
    /// The classes, in the order of the file.
    public let classes: [String]
    private let areas: [String: Double]

    /// Reads a table with the columns `class` and `hectares`.
    ///
    /// - Throws: ``SceneError`` that names the file and the line: a class that stands twice, an area that is no number from 0.
    public init(path: String) throws(SceneError) {
        try self.init(CSVText(path: path), name: path)
    }

    init(_ table: CSVText, name: String) throws(SceneError) {
        guard let label = table.column("class"), let area = table.column("hectares") else {
            throw SceneError(
                code: .unreadable,
                message: "\(name): the columns 'class' and 'hectares' are needed; the header has "
                    + table.columns.joined(separator: ", "))
        }
        var areas: [String: Double] = [:]
        for row in table.rows {
            guard let hectares = DecimalNumber.read(row.fields[area]), hectares >= 0 else {
                throw SceneError(
                    code: .unreadable,
                    message: "\(name): line \(row.line): '\(row.fields[area])' is no area in hectares")
            }
            if areas.updateValue(hectares, forKey: row.fields[label]) != nil {
                throw SceneError(
                    code: .unreadable, message: "\(name): line \(row.line): '\(row.fields[label])' stands twice")
            }
        }
        self.areas = areas
        classes = table.rows.map { $0.fields[label] }
    }

    /// The areas in the order of some classes.
    ///
    /// - Throws: ``SceneError`` that names a class without an area, or an area whose class is not among them.
    public func hectares(of classes: [String]) throws(SceneError) -> [Double] {
        if let stranger = self.classes.first(where: { !classes.contains($0) }) {
            throw SceneError(
                code: .badOption, message: "class '\(stranger)' has an area, but the places know no such class")
        }
        var hectares: [Double] = []
        for name in classes {
            guard let area = areas[name] else {
                throw SceneError(
                    code: .badOption, message: "class '\(name)' has no area; add a row for it, 0 if the map lacks it")
            }
            hectares.append(area)
        }
        return hectares
    }
}
