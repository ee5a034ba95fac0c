import Foundation

/// Makes `assessment.json` and `report.html` of the products of a run.
struct AssessmentFiles: RunReport {
    let options: AssessmentOptions
    let mapped: AssessmentOptions.Mapped
    let documentPath: String
    let reportPath: String

    init(_ options: AssessmentOptions, _ mapped: AssessmentOptions.Mapped) {
        self.options = options
        self.mapped = mapped
        func path(_ name: String) -> String {
            URL(fileURLWithPath: options.target(name)).standardizedFileURL.path
        }
        documentPath = path("assessment.json")
        reportPath = path("report.html")
    }

    var paths: [String] { [documentPath, reportPath] }

    var inputs: [String] { [options.validation, options.residuals].compactMap(\.self).flatMap(VectorFile.parts) }

    var constants: [String: String] {
        var constants = ["report": "\(Assessment.currentSchema), \(options.texts.language)"]
        constants["report title"] = options.title
        constants["report place"] = options.place
        constants["report reference"] = options.reference
        constants["report validation"] = options.validation.map(ProcessingRecord.name)
        constants["report residuals"] = options.residuals.map(ProcessingRecord.name)
        return constants
    }

    func make(
        of products: RunProducts, in folder: (String) throws(RunError) -> String
    ) throws(RunError) -> (files: [MadeFile], warnings: [String]) {
        let assessment: Assessment
        let map: ReportMap
        var warnings: [String] = []
        do {
            guard let values = products.map(of: mapped.plane), let classes = products.map(of: mapped.classPlane),
                let validity = products.map(of: "validity")
            else { throw RunError(.output, "the maps of the report were not made") }
            let tally = try MapTally(
                values: values, classes: classes, validity: validity, fromZero: mapped.subject.kind == .salinity)
            assessment = try self.assessment(products, tally, classes: classes, &warnings)
            map = try self.map(products, classes: classes)
        } catch {
            throw RunError(error)
        }
        var made: [MadeFile] = []
        for (path, data) in [
            (documentPath, try assessment.json()),
            (reportPath, try AssessmentReport(assessment, map: map).html(options.texts)),
        ] {
            let temporary = try folder(path) + "/" + URL(fileURLWithPath: path).lastPathComponent
            guard FileManager.default.createFile(atPath: temporary, contents: data) else {
                throw RunError(.output, "\(path): cannot be written; is the disk full?")
            }
            made.append(MadeFile(temporary, target: path))
        }
        return (made, warnings + (assessment.accuracy?.warnings ?? []))
    }

    // MARK: Numbers

    private func assessment(
        _ products: RunProducts, _ tally: MapTally, classes path: String, _ found: inout [String]
    ) throws -> Assessment {
        let plan = products.plan
        guard tally.assessed > 0 else { throw RunError(.input, nothingToAssess(tally, plan)) }
        let classes = self.classes(tally, plan)
        found += try zoneWarnings(products)
        var estimate: AreaEstimate?
        if let validation = options.validation {
            let places = try CheckedPlaces(path: validation)
            let seen = try places.found(
                in: options.reference.map { [$0] } ?? CheckedPlaces.usual + [mapped.subject.name],
                classes: classes.map { ($0.number, $0.name) },
                values: CheckedPlaces.Values(
                    name: mapped.subject.name, unit: mapped.subject.unit, position: { classes.position(of: $0) }))
            let shown = try places.mapped(on: path, classes: classes.count)
            found += shown.warnings
            let counts = CheckedPlaces.counts(shown.classes, classes: classes.count, seen, kinds: classes.count)
            estimate = try AreaEstimate(
                ConfusionMatrix(classes: classes.map(\.name), counts: counts), mapped: classes.map(\.hectares))
        }
        let isSalinity = mapped.subject.kind == .salinity
        let districts = try self.districts(products, classes)
        let cloud = tally.whole > 0 ? tally.missing(.cloud) / tally.whole : 0
        let record = products.record
        return Assessment(
            title: options.title, place: options.place ?? plan.scene.id,
            scenes: plan.scenes.map { scene in
                Assessment.Scene(
                    id: scene.id, sensor: scene.sensor, date: scene.acquiredText.map { String($0.prefix(10)) },
                    // Of several dates, what is left under cloud is no share of any one.
                    cloudShare: options.flags.isEmpty || plan.scenes.count > 1 ? nil : cloud)
            }
            .sorted { ($0.date ?? "", $0.id) < ($1.date ?? "", $1.id) },
            subject: mapped.subject, scheme: mapped.scheme?.id,
            schemeSource: mapped.scheme.map { "\($0.title): \($0.source)" }, classes: classes, extent: tally.extent,
            affected: isSalinity ? Assessment.Affected(classes, estimate: estimate) : nil,
            accuracy: estimate.map(Assessment.Accuracy.init), districts: districts,
            outsideDistricts: Assessment.OutsideDistricts(districts, of: classes, kind: mapped.subject.kind),
            plots: try plots(products, classes), model: try model(classes), histogram: tally.histogram,
            map: try Assessment.Map(plan.grid), steps: try steps(plan), constants: constants(record),
            warnings: (products.warnings + found).map(withoutFolders), notes: [],
            provenance: Assessment.Provenance(
                software: "rsproc \(RSPipelineVersion.current)",
                libraries: (record.json["libraries"]?.members ?? [:]).sorted { $0.key < $1.key }.map {
                    Assessment.Constant(name: $0.key, value: $0.value.text ?? "")
                },
                chain: plan.chainText,
                inputs: record.inputs.map { input in
                    Assessment.Input(
                        file: input.file, size: input.size,
                        checksum: input.content ?? input.version ?? input.checksum.map { String($0, radix: 16) })
                }))
    }

    private func nothingToAssess(_ tally: MapTally, _ plan: Plan) -> String {
        let reasons = tally.extent.exclusions.map { "\($0.reason) \(($0.share * 100).rounded(toPlaces: 1)) %" }
        return "\(plan.scene.id): no pixel has a class, so there is nothing to assess"
            + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))")
            + "; look at the mask, the gate and the range of the model, or take another scene"
    }

    /// All classes but the lowest of a calibrated property count as salt-affected.
    private func classes(_ tally: MapTally, _ plan: Plan) -> [Assessment.Class] {
        let categories = plan.planes.first { $0.name == mapped.classPlane }?.categories ?? []
        return zip(categories, mapped.lowers).enumerated().map { index, entry in
            let hectares = tally.classes[Int(entry.0.value)]
            return Assessment.Class(
                number: Int(entry.0.value), name: entry.0.name, lower: entry.1,
                upper: index + 1 < mapped.lowers.count ? mapped.lowers[index + 1] : nil, colour: entry.0.colourText,
                isAffected: mapped.subject.kind == .salinity && index > 0, hectares: hectares,
                share: hectares / tally.assessed)
        }
    }

    /// The columns that a table of zones holds of one class each.
    private func areas(
        _ table: ZonalTable, _ plan: PlannedTable, _ classes: [Assessment.Class]
    ) throws(RunError) -> [[Double]] {
        guard let about = plan.about.first(where: { $0.name == mapped.classPlane }) else { return [] }
        var columns: [[Double]] = []
        for entry in classes {
            columns.append(try column(about.name + "_ha_" + about.className(Float(entry.number)), table))
        }
        return table.rows.indices.map { row in columns.map { $0[row] } }
    }

    private func column(_ name: String, _ table: ZonalTable) throws(RunError) -> [Double] {
        guard let values = table[name] else { throw RunError(.output, "the table of zones has no column \(name)") }
        return values
    }

    private func plotsTable(_ products: RunProducts) -> (plan: PlannedTable, result: ZonalResult)? {
        guard options.plots != nil, let plan = products.plan.tables.first, let result = products.tables.first else {
            return nil
        }
        return (plan, result)
    }

    private func districts(
        _ products: RunProducts, _ classes: [Assessment.Class]
    ) throws(RunError) -> [Assessment.District] {
        let table: ZonalTable
        let plan: PlannedTable
        if options.districts != nil, let last = products.plan.tables.last, let result = products.tables.last {
            (plan, table) = (last, result.zones)
        } else if let plots = plotsTable(products), let groups = plots.result.groups {
            (plan, table) = (plots.plan, groups)
        } else {
            return []
        }
        let whole = try column("zone_ha", table)
        let areas = try self.areas(table, plan, classes)
        return table.rows.indices.map { row in
            Assessment.District(
                name: table.rows[row].id, hectares: whole[row], areas: areas[row], classes: classes,
                kind: mapped.subject.kind)
        }
        .sorted { $0.name < $1.name }
    }

    private func plots(
        _ products: RunProducts, _ classes: [Assessment.Class]
    ) throws(RunError) -> Assessment.Plots? {
        guard let (plan, result) = plotsTable(products) else { return nil }
        let table = result.zones
        let whole = try column("zone_ha", table)
        let means = try column(mapped.plane + "_mean", table)
        let areas = try self.areas(table, plan, classes)
        let plots = table.rows.indices.map { row in
            let assessed = areas[row].reduce(0, +)
            let affected = zip(areas[row], classes).reduce(0) { $0 + ($1.1.isAffected ? $1.0 : 0) }
            let mean = means[row].isFinite ? means[row] : nil
            return Assessment.Plot(
                id: table.rows[row].id, district: result.groupOfZone[row], hectares: whole[row], mean: mean,
                affectedShare: mapped.subject.kind == .salinity && assessed > 0 ? affected / assessed : nil,
                meanClass: mean.flatMap { classes.position(of: $0) }.map { classes[$0].number })
        }
        return Assessment.Plots(plots, table: "plots.csv")
    }

    /// Plots and districts that lie outside of the scene, and districts that count the same land twice.
    private func zoneWarnings(_ products: RunProducts) throws -> [String] {
        var warnings: [String] = []
        for (plan, result) in zip(products.plan.tables, products.tables) {
            let table = result.zones
            let (whole, outside) = (try column("zone_ha", table), try column("outside_ha", table))
            let lost = zip(whole, outside).count { $0.1 > 0.999 * $0.0 }
            if lost > 0 {
                warnings.append(
                    "\(plan.request.zones.path): \(lost) of \(whole.count) zones lie\(lost == 1 ? "s" : "") outside of the "
                        + "scene and ha\(lost == 1 ? "s" : "ve") no value")
            }
        }
        if let districts = options.districts {
            let pairs = try ZoneLayer(reading: districts, onto: products.plan.grid).overlaps(on: products.plan.grid)
            if let worst = pairs.first {
                warnings.append(
                    "\(districts.path): '\(worst.first)' and '\(worst.second)' overlap by "
                        + "\(worst.hectares.rounded(toPlaces: 1)) ha, which count in both"
                        + (pairs.count > 1 ? ", as does land of \(pairs.count - 1) more pairs" : "")
                        + "; hectares of districts do not add up")
            }
        }
        return warnings
    }

    private func model(_ classes: [Assessment.Class]) throws -> Assessment.Model? {
        guard let model = mapped.model else { return nil }
        let pairs = try options.residuals.map { try ModelResiduals(path: $0, of: model).pairs } ?? []
        return Assessment.Model(model, pairs: pairs, classes: classes)
    }

    // MARK: Method

    private func steps(_ plan: Plan) throws(ChainError) -> [Assessment.Step] {
        try Chain(plan.chainText).calls.filter { $0.word != "select" }.map {
            Assessment.Step(word: $0.word, text: $0.text)
        }
    }

    /// The constants of the plan, and what passes over the scene have found (dark objects).
    private func constants(_ record: ProcessingRecord) -> [Assessment.Constant] {
        let found = record.reductions.flatMap { name, outcome in
            (outcome.record.members ?? [:]).map {
                ("\(outcome.recordKey.replacing("_", with: " ")) \(name) \($0.key)", $0.value.text(pretty: false))
            }
        }
        return (record.plan.constants.map { ($0.key, $0.value) } + found)
            .filter { !$0.0.hasPrefix("report") }
            .sorted { $0.0 < $1.0 }.map { Assessment.Constant(name: $0.0, value: $0.1) }
    }

    /// A warning with names of files instead of paths, the same on every machine.
    private func withoutFolders(_ warning: String) -> String {
        let paths =
            [options.plots?.path, options.districts?.path, options.validation, options.residuals] + options.scene
            + (options.season?.scenes ?? [])
        return paths.compactMap(\.self).filter { $0.contains("/") }.reduce(warning) { text, path in
            text.replacing(path, with: ProcessingRecord.name(path))
        }
    }

    // MARK: Map

    private func map(_ products: RunProducts, classes: String) throws(GDALError) -> ReportMap {
        let plan = products.plan
        let categories = plan.planes.first { $0.name == mapped.classPlane }?.categories ?? []
        func outlines(_ zones: ZoneSelection?) throws(GDALError) -> [MapOutline] {
            guard let zones else { return [] }
            return try MapOutline.read(
                zones.path, name: zones.id, selection: VectorSelection(layer: zones.layer, filter: zones.filter),
                onto: plan.grid)
        }
        return ReportMap(
            try MapPicture(of: classes, categories: categories), districts: try outlines(options.districts),
            plots: try outlines(options.plots))
    }
}
