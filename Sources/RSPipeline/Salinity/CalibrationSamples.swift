/// The samples of a table that can be calibrated with, as numbers, and what was found on the way.
///
/// Everything that would make a map which only looks right is refused here: numbers of several properties, units, sensors or
/// quantities in one table, numbers that no soil has.
struct CalibrationSamples: Sendable {
    /// One per sample that is used.
    let rows: [SampleTable.Row]
    /// One row per sample.
    let predictors: Matrix
    let names: [String]
    /// In the unit of the target.
    let values: [Double]
    let target: SoilProperty
    let sensor: String?
    let quantity: Quantity?
    private(set) var warnings: [String] = []

    /// Takes the usable samples of a table.
    ///
    /// - Throws: ``SceneError`` for everything that cannot be calibrated with, in words.
    init(_ table: SampleTable, target: SoilProperty, allowsDates: Bool) throws(SceneError) {
        var warnings: [String] = []
        let usable = table.rows.filter(\.isUsable)
        let states = table.rows.filter { !$0.isUsable }.map { $0[.status] }
        if !states.isEmpty {
            warnings.append("\(states.count) of \(table.rows.count) samples are not used: \(Self.tally(states))")
        }
        let complete = usable.filter { $0.predictors.allSatisfy(\.isFinite) && !$0[.value].isEmpty }
        if complete.count < usable.count {
            warnings.append("\(usable.count - complete.count) samples lack the value or a predictor and are not used")
        }
        if complete.isEmpty {
            throw Self.bad(
                "none of the \(table.rows.count) samples has a value, all predictors and the status ok"
                    + (states.isEmpty ? "" : ": \(Self.tally(states))"))
        }
        rows = complete
        names = table.predictors
        predictors = Matrix(
            columns: table.predictors.indices.map { index in complete.map { $0.predictors[index] } },
            rows: complete.count)

        let property = try Self.property(complete, target: target, warnings: &warnings)
        self.target = property.target
        values = try Self.values(complete, property.target, factor: property.factor)
        sensor = try Self.single(.sensor, of: complete, "sensors")
        let label = try Self.single(.quantity, of: complete, "quantities")
        quantity = label.flatMap(Quantity.init(label:))
        if let label, quantity == nil { throw Self.bad("'\(label)' in column 'quantity' is no quantity") }
        if quantity == .relative {
            throw Self.bad(
                "the bands are of unknown or stretched scale (relative); a model of them would fit no other scene")
        }
        if quantity == .digitalNumber {
            warnings.append(
                "the predictors are made of digital numbers: the model fits scenes of the same gains and light only")
        }
        if sensor == nil || quantity == nil {
            warnings.append(
                "the table does not say which \(sensor == nil ? "sensor" : "quantity") the predictors come from; the model "
                    + "cannot refuse another one")
        }
        try Self.checkUnit(values, property.target, warnings: &warnings)
        try Self.checkSpread(values, predictors, names)
        try Self.checkDates(complete, allowsDates: allowsDates, warnings: &warnings)
        let named = complete.map { $0[.id] }.filter { !$0.isEmpty }
        if Set(named).count < named.count {
            warnings.append("\(named.count - Set(named).count) samples have the name of another one; is one in twice?")
        }
        let pixels = Folds.groups(complete.map { row in "\(row[.scene]) \(row.predictors.map(\.bitPattern))" })
        if pixels.count < complete.count {
            warnings.append(
                "\(complete.count - pixels.count) samples show exactly what another one shows, as on one pixel; they are not "
                    + "independent")
        }
        self.warnings = warnings
    }

    static func bad(_ text: String) -> SceneError { SceneError(code: .badMetadata, message: text) }

    /// `cloud 3, no-data 1`.
    private static func tally(_ texts: [String]) -> String {
        Dictionary(grouping: texts, by: \.self).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count)" }
            .joined(separator: ", ")
    }

    /// What all samples say in a column; nil where none says anything.
    private static func single(
        _ column: SampleTable.Column, of rows: [SampleTable.Row], _ plural: String
    ) throws(SceneError) -> String? {
        let texts = rows.map { $0[column] }
        guard Set(texts).count > 1 else { return texts.first.flatMap { $0.isEmpty ? nil : $0 } }
        throw bad(
            "the samples are of several \(plural) (column '\(column.rawValue)'): "
                + "\(tally(texts.map { $0.isEmpty ? "not said" : $0 })); calibrate each apart")
    }

    /// What the numbers are, and what brings them to the unit of the property.
    private static func property(
        _ rows: [SampleTable.Row], target: SoilProperty, warnings: inout [String]
    ) throws(SceneError) -> (target: SoilProperty, factor: Double) {
        guard let name = try single(.target, of: rows, "properties"), let measure = SoilProperty.Measure(name: name)
        else {
            throw bad(
                "the table does not say what was measured (column 'target'); name the column of the numbers, their unit and "
                    + "what was measured: --value COLUMN --unit dS/m --measure ECe")
        }
        guard let text = try single(.unit, of: rows, "units"), let unit = DeliveredUnit(text) else {
            throw bad("the unit of the numbers is not said or not known; one of \(DeliveredUnit.list)")
        }
        guard measure == target.measure else {
            throw bad(
                "the samples are \(SoilProperty(measure).name), the target is \(target.name), and one is not the other; bring "
                    + "the samples to \(target.name) with rsproc sample --conversion, or calibrate --target "
                    + SoilProperty(measure).name)
        }
        var found = SoilProperty(measure, unit: unit.unit)
        guard found.unit == unit.unit else { throw bad("\(found.name) is not measured in \(unit.name)") }
        let conversions = Set(rows.map { $0[.conversion] + $0[.rawMeasure] })
        if conversions.count > 1 {
            warnings.append(
                "the samples were converted in \(conversions.count) ways: "
                    + tally(rows.map { "\($0[.rawMeasure]) \($0[.conversion].isEmpty ? "as it is" : $0[.conversion])" })
            )
        }
        let depths = rows.map { "\($0[.depthTop])-\($0[.depthBottom])" }
        if Set(depths).count > 1 {
            warnings.append("the samples are of several depths (cm): \(tally(depths))")
        } else if let depth = depths.first.flatMap({ SoilProperty.depth($0) }) {
            found.depth = depth
        }
        if let wanted = target.depth {
            if let depth = found.depth, depth != wanted {
                throw bad("the samples are \(found.label), the target is \(target.label)")
            }
            found.depth = wanted
        }
        return (found, unit.factor)
    }

    private static func values(
        _ rows: [SampleTable.Row], _ target: SoilProperty, factor: Double
    ) throws(SceneError) -> [Double] {
        var values: [Double] = []
        for row in rows {
            let place = row.line.map { "line \($0)" } ?? "sample '\(row[.id])'"
            guard let number = row.number(.value) else {
                throw bad("\(place): '\(row[.value])' is no number; write numbers with a decimal point")
            }
            if number < 0 { throw bad("\(place): \(target.name) of \(row[.value]) is below 0") }
            values.append(number * factor)
        }
        let limit =
            target.unit == .decisiemensPerMetre
            ? FieldSamples.highestConductivity : target.unit == .percent ? 100 : .infinity
        if let largest = values.max(), largest > limit {
            let hint = target.unit == .decisiemensPerMetre ? "; are the numbers in uS/cm (--unit uS/cm)?" : ""
            throw bad(
                "\(values.count { $0 > limit }) of \(values.count) samples are above \(SampleTable.number(limit)) "
                    + "\(target.unit.rawValue), up to \(SampleTable.number(largest)), which no soil has\(hint)")
        }
        return values
    }

    /// Numbers that soils have, but not so many of them: the mark of a wrong unit.
    private static func checkUnit(
        _ values: [Double], _ target: SoilProperty, warnings: inout [String]
    ) throws(SceneError) {
        guard target.unit == .decisiemensPerMetre, let largest = values.max() else { return }
        let least = FieldSamples.lowestConductivity
        if largest < least {
            throw bad(
                "no sample is above \(SampleTable.number(largest)) dS/m, less than rain water's; is the unit right (--unit)?"
            )
        }
        let low = values.count { $0 < least }
        if low > 0 {
            warnings.append(
                "\(low) of \(values.count) samples are below \(least) dS/m, less than rain water's; are all numbers in one "
                    + "unit?")
        }
        if values.sorted()[values.count / 2] > FieldSamples.usualConductivity {
            warnings.append(
                "half of the samples are above \(SampleTable.number(FieldSamples.usualConductivity)) dS/m; is the unit right?"
            )
        }
    }

    private static func checkSpread(_ values: [Double], _ predictors: Matrix, _ names: [String]) throws(SceneError) {
        if values.count < 3 {
            throw bad(
                "\(values.count) usable sample\(values.count == 1 ? "" : "s"); three are the least that can be calibrated and 30 a fair number"
            )
        }
        if Set(values).count == 1 {
            throw bad(
                "all \(values.count) samples have the value \(SampleTable.number(values[0])); there is nothing to explain"
            )
        }
        let deviations = Standardisation(predictors).deviations
        if let constant = deviations.firstIndex(of: 0) {
            throw bad("predictor '\(names[constant])' has one value at all samples; leave it out")
        }
    }

    private static func checkDates(
        _ rows: [SampleTable.Row], allowsDates: Bool, warnings: inout [String]
    ) throws(SceneError) {
        var apart: [Int] = []
        for row in rows {
            for column in [SampleTable.Column.date, .sceneDate]
            where !row[column].isEmpty && CalendarDay(row[column]) == nil {
                let place = row.line.map { "line \($0)" } ?? "sample '\(row[.id])'"
                throw bad("\(place): '\(row[column])' in column '\(column.rawValue)' is no day; write 2021-08-14")
            }
            if let days = daysFromScene(row) { apart.append(days) }
        }
        let silent = rows.count - apart.count
        if silent > 0 {
            warnings.append(
                "\(silent == rows.count ? "the samples" : "\(silent) of \(rows.count) samples") or their scenes have no "
                    + "date, so nobody knows how far apart they are")
        }
        guard let largest = apart.max() else { return }
        let years = apart.count { $0 > 366 }
        if years > 0 && !allowsDates {
            throw bad(
                "\(years) samples were taken more than a year from their scene (up to \(largest) days): the salt has moved since; "
                    + "take a scene of their season, or say --allow-dates")
        }
        let months = apart.count { $0 > 30 }
        if months > 0 {
            warnings.append("\(months) samples were taken more than 30 days from their scene (up to \(largest) days)")
        }
    }

    /// Days between a sample and its scene, before or after; nil where one of them has no date.
    static func daysFromScene(_ row: SampleTable.Row) -> Int? {
        guard let sampled = CalendarDay(row[.date]), let seen = CalendarDay(row[.sceneDate]) else { return nil }
        return abs(sampled.number - seen.number)
    }

    // MARK: Where samples lie

    /// Metres east and north of each sample; nil where not all have coordinates.
    ///
    /// From longitude and latitude by the length of a degree at the mean latitude, else from map coordinates, which are
    /// taken for metres unless all could be degrees.
    var metres: [SIMD2<Double>]? {
        func places(_ x: SampleTable.Column, _ y: SampleTable.Column) -> [SIMD2<Double>]? {
            let found = rows.compactMap { row in row.number(x).flatMap { x in row.number(y).map { SIMD2(x, $0) } } }
            return found.count == rows.count ? found : nil
        }
        if let degrees = places(.lon, .lat) {
            let latitude = degrees.reduce(0) { $0 + $1.y } / Double(degrees.count)
            let scale = Ellipsoid.wgs84.metresPerDegree(latitude: latitude)
            return degrees.map { $0 * scale }
        }
        guard let found = places(.x, .y), !found.allSatisfy({ abs($0.x) <= 360 && abs($0.y) <= 90 }) else { return nil }
        return found
    }

    /// The median distance of the samples to their nearest neighbour, in metres; nil without coordinates.
    var nearestNeighbour: Double? {
        guard let metres, metres.count > 1 else { return nil }
        var nearest: [Double] = []
        for (index, place) in metres.enumerated() {
            var least = Double.infinity
            for (other, its) in metres.enumerated() where other != index {
                let way = its - place
                least = min(least, (way * way).sum())
            }
            nearest.append(least.squareRoot())
        }
        return RegressionMetrics.quantile(0.5, of: nearest.sorted())
    }

    /// The folds of a scheme.
    ///
    /// - Throws: ``SceneError`` where the table lacks what the scheme needs, or all samples would be one fold.
    func folds(_ scheme: ValidationScheme, seed: UInt64) throws(SceneError) -> Folds {
        let folds: Folds
        switch scheme {
        case .leaveOneOut: folds = .leaveOneOut(rows.count)
        case .random(let count):
            if count > rows.count {
                throw SceneError(
                    code: .badOption,
                    message: "\(scheme.text): there are \(rows.count) samples; take fewer folds, or loo")
            }
            folds = .random(rows.count, folds: count, seed: seed)
        case .group(let column):
            let labels = rows.map { $0[column] }
            let silent = labels.count(where: \.isEmpty)
            if silent > 0 {
                throw SceneError(
                    code: .badOption,
                    message:
                        "\(scheme.text): \(silent) of \(rows.count) samples say nothing in column '\(column.rawValue)'")
            }
            folds = .groups(labels)
        case .block(let size):
            guard let metres else {
                throw SceneError(
                    code: .badOption,
                    message: "\(scheme.text): the samples need lon and lat, or x and y in metres, in every row")
            }
            folds = .groups(metres.map { "\(($0.x / size).rounded(.down)) \(($0.y / size).rounded(.down))" })
        }
        if folds.count < 2 {
            throw SceneError(
                code: .badOption, message: "\(scheme.text): all samples fall into one fold; choose another --cv")
        }
        return folds
    }
}
