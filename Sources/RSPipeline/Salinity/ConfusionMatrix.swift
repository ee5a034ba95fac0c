/// How often places that the map shows as one class were found to be of another.
///
/// Rows are classes of the **map**, columns of the **reference** (what was seen in the field). The shares computed here
/// weigh every place alike. They hold for the whole map only where the places are a simple random sample of it; for a
/// sample drawn class by class see ``AreaEstimate``.
public struct ConfusionMatrix: Sendable, Hashable {
    /// The names of the classes, for rows and columns alike.
    public let classes: [String]
    /// Numbers of places, `counts[map][reference]`.
    public let counts: [[Int]]

    /// Makes a matrix.
    ///
    /// - Throws: ``SceneError`` for no classes, a name that stands twice, another number of rows or columns, a negative
    ///   or absurdly large count.
    public init(classes: [String], counts: [[Int]]) throws(SceneError) {
        if let problem = Self.problem(classes, counts) {
            throw SceneError(code: .badOption, message: "the confusion matrix: \(problem)")
        }
        self.classes = classes
        self.counts = counts
    }

    /// No sample of places is larger, and the square of this still fits `Int`.
    private static let mostPlaces = 1_000_000_000

    private static func problem(_ classes: [String], _ counts: [[Int]]) -> String? {
        if classes.isEmpty { return "it has no classes" }
        if let twice = classes.first(where: { name in classes.count { $0 == name } > 1 }) {
            return "class '\(twice)' stands twice"
        }
        if counts.count != classes.count || counts.contains(where: { $0.count != classes.count }) {
            return "\(classes.count) classes need \(classes.count) rows of as many counts"
        }
        if counts.joined().contains(where: { !(0...mostPlaces).contains($0) })
            || counts.joined().reduce(0, +) > mostPlaces
        {
            return "counts are whole numbers from 0, at most \(mostPlaces) together"
        }
        return nil
    }

    /// Counts places.
    ///
    /// - Parameters:
    ///   - classes: all classes of the map, also those without places.
    ///   - places: for each place, the class on the map and the class in the field.
    /// - Throws: ``SceneError`` that names a class that is not among `classes`.
    public init(
        classes: [String], places: some Sequence<(map: String, reference: String)>
    ) throws(SceneError) {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
        let numbers = Dictionary(zip(classes, classes.indices), uniquingKeysWith: { first, _ in first })
        for place in places {
            guard let row = numbers[place.map], let column = numbers[place.reference] else {
                let stranger = numbers[place.map] == nil ? place.map : place.reference
                throw SceneError(
                    code: .badOption,
                    message: "class '\(stranger)' is not one of the map's: \(classes.joined(separator: ", "))")
            }
            counts[row][column] += 1
        }
        try self.init(classes: classes, counts: counts)
    }

    /// Reads a matrix from a table: the header names the classes of the reference, each row begins with a class of the map.
    ///
    /// Rows and columns may be in different order; rows give the order of ``classes``.
    ///
    /// - Throws: ``SceneError`` that names the file and the line.
    public init(tableAt path: String) throws(SceneError) { try self.init(table: CSVText(path: path), name: path) }

    init(table: CSVText, name: String) throws(SceneError) {
        func problem(_ text: String) -> SceneError { SceneError(code: .unreadable, message: "\(name): \(text)") }
        let classes = table.rows.map { $0.fields[0] }
        let columns = Array(table.columns.dropFirst())
        guard Set(classes) == Set(columns) else {
            throw problem(
                "rows are classes of the map, columns the same classes in the field; "
                    + "rows: \(classes.joined(separator: ", ")); columns: \(columns.joined(separator: ", "))")
        }
        var counts: [[Int]] = []
        for row in table.rows {
            var line: [Int] = []
            for column in classes {
                guard let place = columns.firstIndex(of: column), let count = Int(row.fields[place + 1]) else {
                    throw problem("line \(row.line), column '\(column)': a whole number of places is needed")
                }
                line.append(count)
            }
            counts.append(line)
        }
        if let text = Self.problem(classes, counts) { throw problem(text) }
        self.classes = classes
        self.counts = counts
    }

    /// Reads places from a table with the columns `map` and `reference`.
    ///
    /// - Parameter classes: all classes of the map; nil for those that occur, in the order of their names.
    /// - Throws: ``SceneError`` that names the file, and the line of a place without a class.
    public init(pointsAt path: String, classes: [String]? = nil) throws(SceneError) {
        try self.init(points: CSVText(path: path), name: path, classes: classes)
    }

    init(points table: CSVText, name: String, classes: [String]? = nil) throws(SceneError) {
        guard let map = table.column("map"), let reference = table.column("reference") else {
            throw SceneError(
                code: .unreadable,
                message:
                    "\(name): the columns 'map' (class on the map) and 'reference' (class in the field) are needed; "
                    + "the header has \(table.columns.joined(separator: ", "))")
        }
        if let empty = table.rows.first(where: { $0.fields[map].isEmpty || $0.fields[reference].isEmpty }) {
            throw SceneError(
                code: .unreadable,
                message: "\(name): line \(empty.line): a class is missing; take out places that were not visited")
        }
        let places = table.rows.map { (map: $0.fields[map], reference: $0.fields[reference]) }
        let found = Set(places.flatMap { [$0.map, $0.reference] }).sorted()
        do throws(SceneError) { try self.init(classes: classes ?? found, places: places) } catch {
            throw SceneError(code: .unreadable, message: "\(name): \(error.message)")
        }
    }

    /// The number of places.
    public var total: Int { counts.joined().reduce(0, +) }

    /// The number of places of each class of the map.
    public var mapped: [Int] { counts.map { $0.reduce(0, +) } }

    /// The number of places of each class of the reference.
    public var referenced: [Int] { classes.indices.map { column in counts.reduce(0) { $0 + $1[column] } } }

    /// The share of places whose class is right; nil without places.
    public var overallAccuracy: Estimate? {
        Self.share(classes.indices.reduce(0) { $0 + counts[$1][$1] }, of: total)
    }

    /// For each class, the share of its places on the map that are of it in the field (user's accuracy); nil without any.
    public var usersAccuracies: [Estimate?] {
        zip(classes.indices, mapped).map { Self.share(counts[$0][$0], of: $1) }
    }

    /// For each class, the share of its places in the field that the map shows as it (producer's accuracy); nil without any.
    public var producersAccuracies: [Estimate?] {
        zip(classes.indices, referenced).map { Self.share(counts[$0][$0], of: $1) }
    }

    /// A share with the standard error `sqrt(p (1 - p) / (n - 1))`.
    private static func share(_ part: Int, of whole: Int) -> Estimate? {
        if whole == 0 { return nil }
        let p = Double(part) / Double(whole)
        return Estimate(p, standardError: whole > 1 ? (p * (1 - p) / Double(whole - 1)).squareRoot() : nil)
    }

    /// Cohen's kappa, `(p_o - p_e) / (1 - p_e)`: agreement beyond what chance gives; nil where chance alone explains all.
    ///
    /// With `p_o` the share of right places and `p_e = sum n_i. n_.i / n^2`. The standard error is that of the delta method
    /// (Congalton and Green 2009, Assessing the Accuracy of Remotely Sensed Data, chapter 7). Kappa says little that the
    /// accuracies do not say (Pontius and Millones 2011); it is given because it is asked for.
    public var kappa: Estimate? {
        let n = Double(total)
        let (rows, columns) = (mapped.map(Double.init), referenced.map(Double.init))
        let chance = zip(rows, columns).reduce(0) { $0 + $1.0 * $1.1 } / (n * n)
        guard n > 0, chance < 1 else { return nil }
        var right = 0.0
        var weighed = 0.0
        var squared = 0.0
        for i in classes.indices {
            right += Double(counts[i][i]) / n
            weighed += Double(counts[i][i]) * (rows[i] + columns[i]) / (n * n)
            for j in classes.indices {
                let sum = rows[j] + columns[i]
                squared += Double(counts[i][j]) * sum * sum / (n * n * n)
            }
        }
        let wrong = 1 - right
        let rest = 1 - chance
        let variance =
            (right * wrong / (rest * rest) + 2 * wrong * (2 * right * chance - weighed) / (rest * rest * rest)
                + wrong * wrong * (squared - 4 * chance * chance) / (rest * rest * rest * rest)) / n
        return Estimate(
            (right - chance) / rest, standardError: total > 1 ? max(variance, 0).squareRoot() : nil)
    }
}
