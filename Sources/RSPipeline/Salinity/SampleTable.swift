import Foundation

/// Field samples with what scenes show at their places: what ``SalinityCalibration`` starts from.
///
/// As a file: a comma-separated table with one row per sample, tidy, so that tables of several scenes can be put one below
/// the other. Known columns have the names of ``Column``; all others are numbers that can serve as predictors, named
/// after the plane they were taken from. An empty field says nothing.
public struct SampleTable: Sendable {
    /// A column that is not a predictor.
    public enum Column: String, Sendable, CaseIterable {
        /// The sample's name.
        case id
        /// The field (plot) it was taken in; samples of one field are not independent.
        case field
        /// The day it was taken, `2021-08-14`.
        case date
        /// Degrees, WGS 84.
        case lon, lat
        /// The sample's place in the coordinate system of the rasters, map units.
        case x, y
        /// Centimetres below the surface.
        case depthTop = "depth_top_cm"
        case depthBottom = "depth_bottom_cm"
        /// The number as delivered, its unit and what it was measured in.
        case rawValue = "raw_value"
        case rawUnit = "raw_unit"
        case rawMeasure = "raw_measure"
        /// How the number was converted to the target, by name; empty where nothing was converted.
        case conversion
        /// What the samples say, for example `ECe`, its number and unit; see ``SoilProperty``.
        case target, value, unit
        /// The scene that the predictors come from, its day, sensor and the quantity of its bands.
        case scene
        case sceneDate = "scene_date"
        case sensor
        case quantity
        /// What the predictors were averaged over: `pixel`, `3x3`, or `plot`.
        case support
        /// How many pixels with a value the predictor with the fewest was averaged over.
        case pixels
        /// Days from the scene to the sample; negative for a sample taken before the scene.
        case days = "days_from_scene"
        /// `ok`, or why the sample must not be used: `cloud`, `no-data`, `outside`, `duplicate`, ...
        case status
    }

    /// One sample.
    public struct Row: Sendable {
        /// Text by column; empty where there is none.
        public var facts: [Column: String]
        /// One per predictor of the table; NaN where there is none.
        public var predictors: [Double]
        /// The line of the file it was read from; nil for one that was made.
        public var line: Int?

        /// Makes a row.
        public init(facts: [Column: String] = [:], predictors: [Double] = [], line: Int? = nil) {
            self.facts = facts
            self.predictors = predictors
            self.line = line
        }

        /// The fact of a column; empty where there is none.
        public subscript(column: Column) -> String {
            get { facts[column] ?? "" }
            set { facts[column] = newValue }
        }

        /// The fact of a column as a number; nil where it is empty or no number.
        public func number(_ column: Column) -> Double? { DecimalNumber.read(self[column]) }

        /// Whether the sample may be used: its status is `ok` or empty.
        public var isUsable: Bool { self[.status].isEmpty || self[.status] == "ok" }
    }

    /// The names of the predictors, in order.
    public var predictors: [String]
    /// The samples.
    public var rows: [Row]
    /// The file that was read: its name and what identifies its bytes.
    public private(set) var source: (file: String, checksum: String)?

    /// Makes a table.
    public init(predictors: [String], rows: [Row] = []) {
        self.predictors = predictors
        self.rows = rows
    }

    /// Reads a table from a file.
    ///
    /// - Parameters:
    ///   - wanted: the predictors to read, in this order, whatever the case; nil reads every column that is not known as one.
    ///   - meaning: what columns with names of their own mean, for tables that `rsproc sample` did not write.
    /// - Throws: ``SceneError`` that names the file, the line and the column: text where a predictor or a value should be a
    ///   number, rows of another length, no rows at all, columns that are not there or mean the same.
    public init(path: String, predictors wanted: [String]? = nil, columns meaning: [Column: String] = [:])
        throws(SceneError)
    {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file, or it cannot be read")
        }
        try self.init(data, name: path, predictors: wanted, columns: meaning)
    }

    /// Reads a table from a file's bytes.
    init(
        _ data: Data, name: String, predictors wanted: [String]? = nil, columns meaning: [Column: String] = [:]
    ) throws(SceneError) {
        let text = try CSVText(data, name: name)
        let known = Dictionary(
            Column.allCases.map { ($0.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
        func place(_ column: String) throws(SceneError) -> Int {
            if let place = text.column(column) { return place }
            throw SceneError(
                code: .badOption,
                message:
                    "\(name): there is no column '\(column)'\(Suggestion.text(for: column, among: text.columns)); the "
                    + "columns are \(text.columns.joined(separator: ", "))")
        }
        var columns = text.columns.map { known[$0.lowercased()] }
        for (column, own) in meaning.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let index = try place(own)
            // What is named wins over what has the usual name.
            for other in columns.indices where columns[other] == column { columns[other] = nil }
            columns[index] = column
        }
        var places: [Int] = []
        for predictor in wanted ?? [] {
            let index = try place(predictor)
            if columns[index] != nil || places.contains(index) {
                throw SceneError(
                    code: .badOption,
                    message: "\(name): '\(predictor)' is named twice, or says something about the sample and is no "
                        + "predictor")
            }
            places.append(index)
        }
        if wanted == nil {
            places = columns.indices.filter { columns[$0] == nil && known[text.columns[$0].lowercased()] == nil }
        }
        predictors = places.map { text.columns[$0] }
        rows = []
        var hash = ContentHash()
        unsafe data.withUnsafeBytes { unsafe hash.add($0) }
        source = (URL(fileURLWithPath: name).lastPathComponent, hash.text)
        if text.rows.isEmpty { throw SceneError(code: .unreadable, message: "\(name): the table has no samples") }
        for source in text.rows {
            var row = Row(line: source.line)
            for index in places {
                row.predictors.append(
                    try Self.predictor(source.fields[index], of: text.columns[index], source.line, name))
            }
            for (index, field) in source.fields.enumerated() where !field.isEmpty {
                if let column = columns[index] { row.facts[column] = field }
            }
            rows.append(row)
        }
    }

    /// Says the same of all samples.
    ///
    /// - Parameter keeping: whether what a sample says already stays.
    public mutating func set(_ column: Column, to text: String, keeping: Bool = false) {
        for index in rows.indices where !keeping || rows[index][column].isEmpty { rows[index][column] = text }
    }

    /// A missing number has several spellings.
    private static func predictor(
        _ field: String, of column: String, _ line: Int, _ name: String
    ) throws(SceneError) -> Double {
        if field.isEmpty || ["na", "nan", "null"].contains(field.lowercased()) { return .nan }
        if let number = DecimalNumber.read(field) { return number }
        throw SceneError(
            code: .unreadable,
            message: "\(name): line \(line): '\(field)' in column '\(column)' is no number; "
                + "write numbers with a decimal point, and leave a field empty where there is none")
    }

    /// The table as a file; columns that no sample has a fact for are left out.
    public var text: String {
        let used = Column.allCases.filter { column in rows.contains { !$0[column].isEmpty } }
        var text = CSVText.line(used.map(\.rawValue) + predictors)
        for row in rows {
            text += CSVText.line(
                used.map { row[$0] } + row.predictors.map { $0.isFinite ? Self.number($0) : "" })
        }
        return text
    }

    /// The shortest text that reads back as the same number.
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
