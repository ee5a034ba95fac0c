import Foundation

/// What is compared, and with what: the choices of `rsproc change`.
public struct ChangeOptions: Sendable {
    /// The earlier map of classes, or the folder of the run that made it.
    public var before: String
    /// The later one.
    public var after: String
    /// Where everything goes.
    public var folder: String
    /// The models that made the maps; nil to take their errors from `assessment.json` beside the maps.
    public var models: (before: String, after: String)?
    /// Plots or districts; nil for none.
    public var zones: ZoneSelection?
    /// Places that were visited on both dates: a table or a layer of points; nil for none.
    public var places: String?
    /// The column of places that says which way they went; nil for `before` and `after`, else the usual ones.
    public var reference: String?

    /// Makes options without zones and places.
    public init(before: String, after: String, folder: String) {
        self.before = before
        self.after = after
        self.folder = folder
    }

    /// A file of the folder: an absolute path.
    func target(_ name: String) -> String {
        URL(fileURLWithPath: folder).standardizedFileURL.path + "/" + name
    }
}

/// Compares two maps of one area: maps of the change, tables and `change.json`, placed together or not at all.
///
/// Both maps must have the same classes of the same thing, made by the same rule, on the same grid (within
/// ``Grid/tolerance`` pixels). Where the values behind the classes are there, their difference is mapped too; where the
/// errors of both models are known, what of it is beyond them. The files:
///
/// - `change_class.tif`: which way the class went; `change_NAME.tif`: the difference, later less earlier;
///   `change_beyond_error.tif`: whether it is beyond the error;
/// - `transitions.csv` and `change.json`: see ``Change``;
/// - `zones.csv` and `zones.gpkg`: the same by zone.
public struct ChangeRun: Sendable {
    /// What will be computed.
    public let plan: Plan
    /// The numbers for machines, as ``Change/init(json:name:)`` reads them.
    public let documentPath: String

    /// Plans a comparison; no pixel is read.
    ///
    /// - Throws: ``RunError``: of kind chain where the maps do not fit each other or a model does not fit its map, of kind input
    ///   where a file cannot be read.
    public init(_ options: ChangeOptions) throws(RunError) {
        do {
            try ReportFolder.check(options.folder)
            if options.places == nil, options.reference != nil {
                throw ChainError("--reference is a column of --places, which are missing")
            }
            let before = try ComparedMap(path: options.before, model: options.models?.before)
            let after = try ComparedMap(path: options.after, model: options.models?.after)
            if let obstacle = before.obstacle(to: after) { throw ChainError(obstacle) }
            var combined: Double?
            if let a = before.error?.rmse, let b = after.error?.rmse { combined = (a * a + b * b).squareRoot() }
            let step = Self.step(before, after, limit: combined.map { 1.96 * $0 })
            let report = try ChangeFiles(before, after, step: step, combinedRMSE: combined, options)
            let plan = try Self.plan(step, Self.scene(before, after), options).reported(by: report)
            // Refused before the pass: no hectares without a place on the earth.
            _ = try PixelAreas(of: plan.grid)
            self.plan = plan
            documentPath = report.documentPath
        } catch {
            throw RunError(error)
        }
    }

    /// The maps of both dates as one scene.
    private static func scene(_ before: ComparedMap, _ after: ComparedMap) -> Scene {
        var bands: [Band] = []
        for (map, isBefore) in [(before, true), (after, false)] {
            let both = before.values != nil && after.values != nil
            for (source, band) in [(ChangeStep.Source.classes, map.classes), (.values, both ? map.values : nil)] {
                guard var band else { continue }
                band.name = source.band(isBefore: isBefore)
                band.role = nil
                bands.append(band)
            }
        }
        var scene = Scene(
            id: "change", product: "maps of two dates", sensor: after.scene.sensor, acquired: after.scene.acquired,
            acquiredText: after.scene.acquiredText, bands: bands)
        scene.notices = before.warnings(with: after)
        return scene
    }

    private static func step(_ before: ComparedMap, _ after: ComparedMap, limit: Double?) -> ChangeStep {
        var difference: ChangeStep.Difference?
        if let values = before.values, after.values != nil {
            difference = ChangeStep.Difference(
                name: "change_" + values.name, quantity: before.property.map(Quantity.change) ?? .index(range: nil),
                limit: before.property == nil ? nil : limit)
        }
        return ChangeStep(
            classes: before.categories.count, isSalinity: before.subject.kind == .salinity, difference: difference)
    }

    private static func plan(_ step: ChangeStep, _ scene: Scene, _ options: ChangeOptions) throws -> Plan {
        let files = scene.bands.compactMap(\.source?.path)
        var calls = [StepCall("read", files)]
        for plane in step.planes {
            calls.append(StepCall("select", [plane]))
            calls.append(StepCall("write", [options.target(plane + ".tif")]))
        }
        if let zones = options.zones {
            calls.append(StepCall("select", step.planes))
            var words = [
                ("zones", zones.path), ("id", zones.id),
                ("stats", (step.difference == nil ? "" : "mean,median,std,") + "count,area_by_class"),
            ]
            if let layer = zones.layer { words.append(("layer", layer)) }
            if let filter = zones.filter { words.append(("where", filter)) }
            calls.append(
                StepCall("zonal", ["zones.csv", "zones.gpkg"].map(options.target), options: words))
        }
        var chain = Chain(calls)
        var steps = try chain.steps()
        steps.insert(step, at: 1)
        chain.calls.insert(StepCall(ChangeStep.declaration.word), at: 1)
        return try Plan(steps, text: chain.recordText, scene: scene)
    }

    /// Runs it.
    ///
    /// - Returns: what was done, as ``SceneRun/run()``.
    /// - Throws: ``RunError``; of kind input also where no pixel has a class in both maps, or no zone or place lies on them.
    ///   Nothing is left then.
    public func run(
        existing: ExistingOutputs = .refuse, options: ExecutionOptions = ExecutionOptions()
    ) throws(RunError) -> SceneSummary {
        try SceneRun(plan, existing: existing, options: options).run()
    }

    /// The change that stands in the folder.
    ///
    /// - Throws: ``RunError`` of kind input where there is none.
    public func change() throws(RunError) -> Change {
        guard let data = FileManager.default.contents(atPath: documentPath) else {
            throw RunError(.input, "\(documentPath): there is no such file, or it cannot be read")
        }
        return try Change(json: data, name: documentPath)
    }
}
