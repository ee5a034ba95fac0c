/// Finds the facts of samples in the columns of a table.
struct FieldSampleReader {
    let name: String
    private let columns: [String]
    private let rows: [(place: String, fields: [String])]
    private let isCommaSeparated: Bool
    private let options: FieldSampleOptions

    /// Something that holds for the file, or is said row by row, or both.
    private struct Source<Fact> {
        var fact: Fact?
        var column: Int?
    }

    init(
        name: String, columns: [String], rows: [(place: String, fields: [String])], isCommaSeparated: Bool,
        options: FieldSampleOptions
    ) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.isCommaSeparated = isCommaSeparated
        self.options = options
    }

    private func problem(_ text: String) -> SceneError { SceneError(code: .unreadable, message: "\(name): \(text)") }

    private func wrongOption(_ text: String) -> SceneError {
        SceneError(code: .badOption, message: "\(name): \(text); the columns are \(columns.joined(separator: ", "))")
    }

    // MARK: Columns

    private func column(_ wanted: String) -> Int? {
        columns.firstIndex(of: wanted) ?? columns.firstIndex { $0.lowercased() == wanted.lowercased() }
    }

    private func usual(_ names: [String]) -> Int? { names.lazy.compactMap(column).first }

    /// A column that an option names, or one of the usual names.
    private func column(_ option: String?, _ usualNames: [String], what: String) throws(SceneError) -> Int? {
        guard let option else { return usual(usualNames) }
        if let found = column(option) { return found }
        throw wrongOption("there is no column '\(option)' for \(what)")
    }

    /// What an option says: a fact for the whole file, or a column.
    private func source<Fact>(
        _ option: String?, _ usualNames: [String], what: String, _ read: (String) -> Fact?
    ) throws(SceneError) -> Source<Fact> {
        guard let option else { return Source(column: usual(usualNames)) }
        if let fact = read(option) { return Source(fact: fact, column: usual(usualNames)) }
        if let column = column(option) { return Source(column: column) }
        throw wrongOption("'\(option)' is neither \(what) nor a column")
    }

    /// The fact of a row; the file and the row must not contradict each other.
    private func fact<Fact: Equatable>(
        _ source: Source<Fact>, row: Int, what: String, _ read: (String) -> Fact?
    ) throws(SceneError) -> Fact? {
        guard let column = source.column,
            !FieldSampleOptions.Usual.missing.contains(rows[row].fields[column].lowercased())
        else { return source.fact }
        let text = rows[row].fields[column]
        guard let own = read(text) else {
            throw problem("\(rows[row].place): '\(text)' in column '\(columns[column])' is not \(what)")
        }
        if let whole = source.fact, whole != own {
            throw problem(
                "\(rows[row].place) says '\(text)' in column '\(columns[column])', which is not what was given for the whole "
                    + "file")
        }
        return own
    }

    // MARK: Places

    /// The columns of a table's coordinates, and their system.
    func axes() throws(SceneError) -> (x: Int, y: Int, crs: CoordinateSystem) {
        if (options.x == nil) != (options.y == nil) { throw wrongOption("name both columns of the coordinates") }
        let degrees = (usual(FieldSampleOptions.Usual.longitude), usual(FieldSampleOptions.Usual.latitude))
        var found: (x: Int, y: Int)?
        if let x = options.x, let y = options.y {
            guard let first = column(x), let second = column(y) else {
                throw wrongOption("there is no column '\(column(x) == nil ? x : y)' for coordinates")
            }
            if first == second { throw wrongOption("'\(x)' cannot be both coordinates") }
            found = (first, second)
        } else if options.crs?.isGeographic ?? true, let x = degrees.0, let y = degrees.1 {
            found = (x, y)
        } else if let x = usual(FieldSampleOptions.Usual.easting), let y = usual(FieldSampleOptions.Usual.northing) {
            found = (x, y)
        }
        guard let found else {
            throw wrongOption(
                "no columns of coordinates are found; name them with --x (easting or longitude) and --y (northing or "
                    + "latitude)")
        }
        if let crs = options.crs { return (found.x, found.y, crs) }
        guard degrees.0 == found.x, degrees.1 == found.y else {
            throw wrongOption(
                "columns '\(columns[found.x])' and '\(columns[found.y])' do not say in which coordinate system they are; "
                    + "name it, for example --crs EPSG:32639")
        }
        do throws(GDALError) { return (found.x, found.y, try CoordinateSystem(text: "EPSG:4326")) } catch {
            throw problem(error.description)
        }
    }

    /// The places of all rows.
    func positions(_ x: Int, _ y: Int) throws(SceneError) -> [SIMD2<Double>?] {
        let style = try NumberStyle(
            fields(of: [x, y]), isCommaSeparated: isCommaSeparated, name: name)
        var positions: [SIMD2<Double>?] = []
        for row in rows.indices {
            let (first, second) = (try number(x, row, style), try number(y, row, style))
            if (first == nil) != (second == nil) {
                throw problem("\(rows[row].place) has one coordinate of two")
            }
            if let first, let second { positions.append(SIMD2(first, second)) } else { positions.append(nil) }
        }
        return positions
    }

    // MARK: Numbers

    private func field(_ column: Int, _ row: Int) -> NumberStyle.Field {
        NumberStyle.Field(place: rows[row].place, column: columns[column], text: rows[row].fields[column])
    }

    private func fields(of columns: [Int]) -> [NumberStyle.Field] {
        rows.indices.flatMap { row in columns.map { field($0, row) } }
    }

    /// Nil for an empty field.
    private func number(_ column: Int, _ row: Int, _ style: NumberStyle) throws(SceneError) -> Double? {
        let field = field(column, row)
        if FieldSampleOptions.Usual.missing.contains(field.text.lowercased()) { return nil }
        guard let number = style.read(field.text) else { throw problem(style.problem(field)) }
        return number
    }

    // MARK: Samples

    /// The column of the measured numbers.
    private func valueColumn() throws(SceneError) -> Int {
        if let found = try column(options.value, ["value"], what: "the measured numbers") { return found }
        let measures = columns.indices.filter { SoilProperty.Measure(name: columns[$0]) != nil }
        guard let only = measures.first, measures.count == 1 else {
            throw wrongOption("name the column of the measured numbers with --value")
        }
        return only
    }

    /// The samples at places that are known already.
    func samples(at positions: [SIMD2<Double>?]) throws(SceneError) -> [FieldSample] {
        let value = try valueColumn()
        let id = try column(options.id, FieldSampleOptions.Usual.id, what: "the samples' names")
        let field = try column(options.field, FieldSampleOptions.Usual.field, what: "the fields")
        let readMeasure = { (text: String) in SoilProperty.Measure(name: text) }
        let readUnit = { (text: String) in DeliveredUnit(text) }
        let readDepth = { (text: String) in SoilProperty.depth(text.replacing("–", with: "-").filter { $0 != " " }) }
        let readDay = { (text: String) in CalendarDay(text) }
        var measure = try source(
            options.measure, FieldSampleOptions.Usual.measure, what: "a measure (ECe, EC1:5, TSS, Cl)", readMeasure)
        if measure.fact == nil, measure.column == nil { measure.fact = readMeasure(columns[value]) }
        let unit = try source(
            options.unit, FieldSampleOptions.Usual.unit, what: "a unit (\(DeliveredUnit.list))", readUnit)
        let depth = try source(options.depth, FieldSampleOptions.Usual.depth, what: "a depth (0-30cm)", readDepth)
        let date = try source(options.date, FieldSampleOptions.Usual.date, what: "a day (2023-07-15)", readDay)
        let limits = (usual(FieldSampleOptions.Usual.top), usual(FieldSampleOptions.Usual.bottom))
        let values = try NumberStyle(fields(of: [value]), isCommaSeparated: isCommaSeparated, name: name)
        let depths = try NumberStyle(
            fields(of: [limits.0, limits.1].compactMap(\.self)), isCommaSeparated: isCommaSeparated, name: name)

        var samples: [FieldSample] = []
        for row in rows.indices {
            let place = rows[row].place
            let number = try number(value, row, values)
            guard let measured = try fact(measure, row: row, what: "a measure (ECe, EC1:5, TSS, Cl)", readMeasure)
            else {
                throw wrongOption(
                    "\(place): what was measured is not said; name it with --measure (ECe, EC1:5, TSS, Cl, ...)")
            }
            guard let delivered = try fact(unit, row: row, what: "a unit (\(DeliveredUnit.list))", readUnit) else {
                throw wrongOption("\(place): the unit is not said; name it with --unit (\(DeliveredUnit.list))")
            }
            var layer = try fact(depth, row: row, what: "a depth such as 0-30cm", readDepth)
            if layer == nil, let top = limits.0, let bottom = limits.1,
                let upper = try self.number(top, row, depths), let lower = try self.number(bottom, row, depths)
            {
                guard upper >= 0, upper < lower else {
                    throw problem("\(place): a depth from \(upper) to \(lower) cm is none; the upper limit comes first")
                }
                layer = upper...lower
            }
            let property = SoilProperty(measured, unit: delivered.unit, depth: layer)
            guard property.unit == delivered.unit else {
                throw problem("\(place): \(property.name) is not measured in \(delivered.name)")
            }
            samples.append(
                FieldSample(
                    id: id.map { rows[row].fields[$0] } ?? "\(row + 1)",
                    field: field.map { rows[row].fields[$0] } ?? "",
                    day: try fact(date, row: row, what: "a day such as 2023-07-15 or 15.07.2023", readDay),
                    place: place,
                    position: positions[row], property: property,
                    value: try number.map { (number) throws(SceneError) in
                        try checked(number, delivered, property, place)
                    },
                    delivered: number.map {
                        FieldSample.Delivered(number: $0, unit: delivered.name, property: property)
                    }))
        }
        return samples
    }

    /// A number in the property's unit.
    private func checked(
        _ number: Double, _ unit: DeliveredUnit, _ property: SoilProperty, _ place: String
    ) throws(SceneError) -> Double {
        let text = "\(SampleTable.number(number)) \(unit.name)"
        if number < 0 { throw problem("\(place): \(property.name) of \(text): no soil has less than none") }
        // As many thousandths as were written, without the binary rest.
        let value = unit.factor < 1 ? number / (1 / unit.factor).rounded() : number * unit.factor
        if property.unit == .decisiemensPerMetre, value > FieldSamples.highestConductivity {
            throw problem(
                "\(place): \(property.name) of \(text): brine conducts about 250 dS/m, and nothing more; is the unit uS/cm?"
            )
        }
        if property.unit == .percent, value > 100 {
            throw problem("\(place): \(property.name) of \(text) is more than the soil itself; is the unit g/kg?")
        }
        return value
    }
}
