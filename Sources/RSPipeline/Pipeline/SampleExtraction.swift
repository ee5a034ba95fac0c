import Foundation

/// Takes the values that a chain gives at the places of field samples: the table that calibration starts from.
///
/// The chain runs as for a map, with the same masks, corrections and stages, but only over the units of work that hold a
/// sample; numbers found out before (a dark object) come from the whole scene. So the values are those of the map.
public struct SampleExtraction: Sendable {
    /// What becomes of several samples that share their predictors: those of one pixel (or plot) and depth.
    public enum Duplicates: String, Sendable, CaseIterable {
        /// All of them are marked `duplicate`.
        case mark
        /// The first is used with the mean of their values, the others are marked.
        case mean
        /// The first is used, the others are marked.
        case first
        /// All are used.
        case keep
    }

    /// What was extracted.
    public struct Result: Sendable {
        /// One row per sample, in the samples' order.
        public var table: SampleTable
        /// The scene.
        public var scene: String
        /// What deserves a word.
        public var warnings: [String]

        /// Samples by status, for summaries.
        public var statusCounts: [String: Int] {
            table.rows.reduce(into: [:]) { $0[$1[.status], default: 0] += 1 }
        }
    }

    /// What predictors are averaged over.
    public var support: SampleSupport
    /// What becomes of samples that share their predictors.
    public var duplicates: Duplicates
    /// Samples taken more days before or after the scene are marked `date`; nil for any.
    public var maximumDays: Int?

    let plan: Plan
    /// The planes of the chain; as many more follow, with their reasons.
    private let names: [String]
    /// What the bands held that the planes were made of.
    private let quantity: String

    /// Days between sample and scene from which on a word is due (salts move within a season).
    static let manyDays = 30
    private static let mostBytes = 1 << 30

    /// Resolves a chain for a scene.
    ///
    /// - Parameter chain: ends with the selection to extract; has no `write` or `zonal`.
    /// - Throws: ``RunError``, also for a scene that lies nowhere on the map.
    public init(
        _ chain: Chain, scene: Scene, catalogue: IndexCatalogue = .builtin, support: SampleSupport = .window(1),
        duplicates: Duplicates = .mark, maximumDays: Int? = nil
    ) throws(RunError) {
        if let (step, call) = chain.calls.enumerated().first(where: { ["write", "zonal"].contains($0.element.word) }) {
            throw RunError(
                ChainError(
                    "samples are taken from the chain's selection and go into a table; leave \(call.word) out",
                    step: step + 1, word: call.word))
        }
        plan = try Plan(chain, adding: ReasonsStep(), scene: scene, catalogue: catalogue)
        let planes = plan.planes.prefix(plan.planes.count / 2)
        names = planes.map(\.name)
        quantity = ReasonsStep.quantity(in: plan)
        let columns = Set(SampleTable.Column.allCases.map(\.rawValue))
        if let taken = names.first(where: { columns.contains($0.lowercased()) }) {
            throw RunError(.chain, "'\(taken)' is a column of every table of samples; give the plane another name")
        }
        self.support = support
        self.duplicates = duplicates
        self.maximumDays = maximumDays
        if plan.grid.crs == nil || plan.grid.transform.inverse == nil {
            throw RunError(
                .input,
                "\(scene.id) names no place on the map, so no sample lies in it; write a coordinate system and a "
                    + "geotransform into its files (gdal_edit -a_srs, -a_ullr)")
        }
    }

    /// Takes the values.
    ///
    /// ``SampleTable/Column/status`` is the first that holds of: `no-value` (nothing was measured, or the conversion gives
    /// nothing), `no-place`, `outside` of the scene, `no-plot`, the reason why a predictor has no value on half of its
    /// pixels or more (`no-data`, `cloud`, `shadow`, `saturated`, `masked`, `gated`, `extrapolated`, `undefined`), `date`,
    /// `duplicate`, and `ok`. A predictor is the mean of the pixels with a value, of one pixel the value itself.
    ///
    /// - Throws: ``RunError``, also when no sample lies in the scene, with a word on exchanged coordinates.
    public func extract(
        _ samples: FieldSamples, options: ExecutionOptions = ExecutionOptions()
    ) throws(RunError) -> Result {
        var warnings = samples.warnings + plan.warnings
        var rows = try located(samples, &warnings)
        let regions = try assignRegions(&rows, samples, &warnings)
        let values = try collect(regions, options) { warnings.append($0) }
        for index in rows.indices { fill(&rows[index], regions, values) }
        markDates(&rows, samples, &warnings)
        markDuplicates(&rows, &warnings)
        let unusable = rows.count { $0.row[.status] != "ok" }
        if unusable == rows.count { warnings.append("none of the \(rows.count) samples can be used") }
        return Result(
            table: SampleTable(predictors: names, rows: rows.map(\.row)), scene: plan.scene.id, warnings: warnings)
    }

    /// A row in the making.
    private struct Draft {
        var row: SampleTable.Row
        var sample: FieldSample
        /// In pixels of the grid.
        var pixel: SIMD2<Double>?
        /// Position among the regions.
        var region: Int?

        /// Gives the row a status unless it has one.
        mutating func set(_ status: String) {
            if row[.status].isEmpty { row[.status] = status }
        }
    }

    /// Pixels that a predictor is the mean of.
    private struct Region: Hashable {
        var window: Window
        /// The polygon whose pixels count; nil for all pixels of the window.
        var feature: Int?
        /// Pixels that are averaged when all have a value.
        var fullCount: Int
        /// Which pixels of the window count; empty for all.
        var mask: [Bool] = []
    }

    // MARK: Places

    private func located(_ samples: FieldSamples, _ warnings: inout [String]) throws(RunError) -> [Draft] {
        guard let crs = plan.grid.crs, let inverse = plan.grid.transform.inverse else { return [] }
        let places = samples.samples.map { $0.position ?? SIMD2(.nan, .nan) }
        let (map, degrees) = try Self.transform(places, from: samples.crs, to: crs)
        let pixels = map.map { place -> SIMD2<Double> in
            let pixel = inverse.map(column: place.x, row: place.y)
            return SIMD2(pixel.x, pixel.y)
        }
        if !pixels.contains(where: isInside) {
            throw RunError(.input, try missed(samples, places, map, inverse: inverse, crs: crs))
        }
        let lost = places.indices.filter { places[$0].x.isFinite && !isInside(pixels[$0]) }.map { places[$0] }
        let exchanged = try insideExchanged(lost, of: samples, inverse: inverse, crs: crs)
        if exchanged > 0 {
            warnings.append(
                "\(samples.name): \(lost.count) of \(places.count) samples lie outside of the scene; with their coordinates "
                    + "exchanged, \(exchanged) would lie in it")
        }
        let day = plan.scene.acquired.flatMap { CalendarDay($0) }
        return samples.samples.enumerated().map { index, sample in
            var row = facts(of: sample, day: day)
            if map[index].x.isFinite {
                let digits = crs.isGeographic ? 8 : 3
                row[.x] = Self.text(map[index].x, digits)
                row[.y] = Self.text(map[index].y, digits)
            }
            if degrees[index].x.isFinite {
                row[.lon] = Self.text(degrees[index].x, 7)
                row[.lat] = Self.text(degrees[index].y, 7)
            }
            var draft = Draft(row: row, sample: sample, pixel: isInside(pixels[index]) ? pixels[index] : nil)
            if sample.value == nil { draft.set("no-value") }
            if sample.position == nil { draft.set("no-place") }
            if draft.pixel == nil { draft.set("outside") }
            return draft
        }
    }

    // MARK: Regions

    private func assignRegions(
        _ rows: inout [Draft], _ samples: FieldSamples, _ warnings: inout [String]
    ) throws(RunError) -> [Region] {
        var regions: [Region] = []
        var known: [Region: Int] = [:]
        func position(of region: Region) -> Int {
            if let position = known[region] { return position }
            known[region] = regions.count
            regions.append(region)
            return regions.count - 1
        }
        switch support {
        case .window(let side):
            for index in rows.indices {
                guard let pixel = rows[index].pixel, let window = square(side, around: pixel) else { continue }
                rows[index].region = position(of: Region(window: window, fullCount: side * side))
            }
        case .plots(let path, let layer, let id):
            let plots = try self.plots(path, layer, id)
            warnings += plots.warnings
            var ofFeature: [Int: Int] = [:]
            for index in rows.indices {
                guard let pixel = rows[index].pixel else { continue }
                guard let feature = plots.shapes.features(holding: pixel).first else {
                    rows[index].set("no-plot")
                    continue
                }
                if let id, rows[index].row[.field].isEmpty {
                    rows[index].row[.field] = plots.shapes.features[feature].attributes[id] ?? ""
                }
                if let known = ofFeature[feature] {
                    rows[index].region = known
                } else if let region = region(of: feature, in: plots.shapes) {
                    rows[index].region = position(of: region)
                    ofFeature[feature] = rows[index].region
                } else if let window = square(1, around: pixel) {
                    rows[index].region = position(of: Region(window: window, fullCount: 1))
                }
            }
        }
        let bytes = regions.reduce(0.0) { $0 + Double($1.window.pixelCount) * Double(4 * plan.planes.count) }
        if bytes > Double(Self.mostBytes) {
            throw RunError(
                .chain,
                "the samples' \(support.label)s hold \(Int(bytes) >> 20) MB of values; take a smaller support, such as 3x3"
            )
        }
        return regions
    }

    private func square(_ side: Int, around pixel: SIMD2<Double>) -> Window? {
        let half = side / 2
        return Window(column: Int(pixel.x) - half, row: Int(pixel.y) - half, width: side, height: side)
            .intersection(plan.grid.window)
    }

    private func plots(_ path: String, _ layer: String?, _ id: String?) throws(RunError) -> VectorLayer {
        let plots: VectorLayer
        do throws(GDALError) {
            plots = try VectorLayer(
                reading: path, VectorSelection(layer: layer, attributes: id.map { [$0] } ?? []), onto: plan.grid)
        } catch {
            throw RunError(error)
        }
        if let separation = plots.separation { throw RunError(.input, separation) }
        return plots
    }

    /// Nil for a polygon that holds no centre of a pixel.
    private func region(of feature: Int, in shapes: PixelShapes) -> Region? {
        guard let window = shapes.window(of: feature, in: plan.grid) else { return nil }
        var mask = [Bool](repeating: false, count: window.pixelCount)
        shapes.forEachRun(in: window, of: feature) { row, columns in
            for column in columns { mask[(row - window.row) * window.width + column - window.column] = true }
        }
        let count = mask.count { $0 }
        return count == 0 ? nil : Region(window: window, feature: feature, fullCount: count, mask: mask)
    }

    // MARK: Values

    private func collect(
        _ regions: [Region], _ options: ExecutionOptions, warn: (String) -> Void
    ) throws(RunError) -> [[Float]] {
        if regions.isEmpty { return [] }
        let windows = regions.map(\.window)
        let sink = WindowSink(windows, planeCount: plan.planes.count)
        _ = try Executor(plan: plan, options: options).run(sinks: [sink], over: windows, warn: warn)
        return sink.result
    }

    /// Takes predictors and status from the pixels of the row's region.
    private func fill(_ draft: inout Draft, _ regions: [Region], _ values: [[Float]]) {
        draft.row.predictors = [Double](repeating: .nan, count: names.count)
        guard let position = draft.region else { return }
        let region = regions[position]
        let count = region.window.pixelCount
        var fewest = Int.max
        for plane in names.indices {
            var sum = 0.0
            var valid = 0
            var reasons: [Int: Int] = [:]
            for pixel in 0..<count where region.mask.isEmpty || region.mask[pixel] {
                let value = values[position][plane * count + pixel]
                if value.isFinite {
                    sum += Double(value)
                    valid += 1
                } else {
                    let reason = values[position][(names.count + plane) * count + pixel]
                    let code = reason.isFinite ? Int(reason) : Int(PixelReason.undefinedResult.rawValue)
                    reasons[code, default: 0] += 1
                }
            }
            fewest = min(fewest, valid)
            // The shortest text of the Float, as the map holds it.
            if valid > 0 { draft.row.predictors[plane] = Double(Float(sum / Double(valid)).description) ?? .nan }
            if valid * 2 <= region.fullCount, valid < region.fullCount {
                let most = reasons.max { ($0.value, $1.key) < ($1.value, $0.key) }
                draft.set(Self.status(of: most?.key))
            }
        }
        draft.row[.pixels] = "\(fewest)"
    }

    private static func status(of code: Int?) -> String {
        switch code.flatMap({ PixelReason(rawValue: UInt8(clamping: $0)) }) {
        case .fill?, .valid?: "no-data"
        case .maskedOther?: "masked"
        case .undefinedResult?: "undefined"
        case let reason?: reason.name
        // The window reaches over the border of the scene.
        case nil: "outside"
        }
    }

    // MARK: Facts

    private func facts(of sample: FieldSample, day: CalendarDay?) -> SampleTable.Row {
        var row = SampleTable.Row()
        row[.id] = sample.id
        row[.field] = sample.field
        row[.date] = sample.day?.text ?? ""
        if let depth = sample.property.depth {
            row[.depthTop] = SampleTable.number(depth.lowerBound)
            row[.depthBottom] = SampleTable.number(depth.upperBound)
        }
        if let delivered = sample.delivered {
            row[.rawValue] = SampleTable.number(delivered.number)
            row[.rawUnit] = delivered.unit
            row[.rawMeasure] = delivered.property.name
        }
        row[.conversion] = sample.conversion
        row[.target] = sample.property.name
        row[.value] = sample.value.map(SampleTable.number) ?? ""
        row[.unit] = sample.property.unit.rawValue
        row[.scene] = plan.scene.id
        row[.sceneDate] = day?.text ?? ""
        row[.sensor] = plan.scene.sensor
        row[.quantity] = quantity
        row[.support] = support.label
        if let day, let taken = sample.day { row[.days] = "\(taken.number - day.number)" }
        return row
    }

    private func markDates(_ rows: inout [Draft], _ samples: FieldSamples, _ warnings: inout [String]) {
        var far = 0
        var farthest = 0
        for index in rows.indices {
            guard let days = rows[index].row.number(.days).flatMap({ Int(exactly: $0) }) else { continue }
            if let maximumDays, abs(days) > maximumDays { rows[index].set("date") }
            if abs(days) > Self.manyDays { far += 1 }
            farthest = max(farthest, abs(days))
        }
        if far > 0 {
            warnings.append(
                "\(samples.name): \(far) of \(rows.count) samples were taken more than \(Self.manyDays) days from the scene, "
                    + "up to \(farthest); salts move with the seasons"
                    + (maximumDays == nil ? " (--max-days leaves such samples out)" : ""))
        }
        if plan.scene.acquired == nil {
            warnings.append("\(plan.scene.id) has no date, so nobody knows how far from it the samples were taken")
        } else if samples.samples.allSatisfy({ $0.day == nil }) {
            warnings.append(
                "\(samples.name): the samples have no date (--date), so nobody knows how far from the scene")
        }
    }

    private func markDuplicates(_ rows: inout [Draft], _ warnings: inout [String]) {
        struct Key: Hashable {
            var region: Int
            var depth: ClosedRange<Double>?
        }
        var groups: [Key: [Int]] = [:]
        for index in rows.indices where rows[index].row[.status].isEmpty {
            guard let region = rows[index].region else { continue }
            groups[Key(region: region, depth: rows[index].sample.property.depth), default: []].append(index)
        }
        var several = 0
        for members in groups.values where members.count > 1 {
            several += members.count
            if duplicates == .keep { continue }
            for index in duplicates == .mark ? members[...] : members.dropFirst() { rows[index].set("duplicate") }
            guard duplicates == .mean else { continue }
            let values = members.compactMap { rows[$0].sample.value }
            let mean = values.reduce(0, +) / Double(values.count)
            rows[members[0]].row[.value] = String(format: "%.6g", mean)
            let before = rows[members[0]].row[.conversion]
            rows[members[0]].row[.conversion] =
                (before.isEmpty ? "" : before + "; ") + "mean of \(members.count) samples"
        }
        if several > 0 {
            let place = if case .plots = support { "plot" } else { "pixel" }
            warnings.append(
                "\(several) samples share a \(place) with others of their depth"
                    + (duplicates == .mark ? "; none of them is used (--duplicates mean, first or keep)" : ""))
        }
        for index in rows.indices { rows[index].set("ok") }
    }

    /// A number with so many decimals at most.
    private static func text(_ value: Double, _ digits: Int) -> String {
        SampleTable.number(value.rounded(toPlaces: digits))
    }
}

/// Adds to each plane of the selection one that says why it has no value.
private struct ReasonsStep: Step {
    static let declaration = StepDeclaration(word: "reasons", summary: "why planes have no value")

    init() {}

    init(_ arguments: StepArguments) throws(ChainError) { throw ChainError("it is no word of a chain") }

    func lower(into plan: inout PlanBuilder) throws {
        var reasons: [Int] = []
        for (number, plane) in plan.selection.enumerated() {
            reasons.append(try plan.addValidity(of: [plane], name: "reason \(number + 1)"))
        }
        plan.constants[Self.quantityKey] = Self.quantities(in: plan).joined(separator: " + ")
        plan.selection += reasons
    }

    private static let quantityKey = "sample quantity"

    /// What the bands hold that the selection is made of; of several kinds, the reflectances.
    private static func quantities(in plan: PlanBuilder) -> [String] {
        func slots(_ values: [ValueID]) -> [Int] { Program(plan.graph, results: values).inputSlots }
        let direct = slots(plan.selection.map { plan.planes[$0].value })
        let stages = PlanLayout.stages(of: plan, reachedFrom: direct)
        let used = Set(direct + stages.flatMap { slots(plan.stages[$0].sources) })
        let sources = Set(used.compactMap { plan.inputs[$0].source })
        let bands = plan.planes.filter { plane in plane.band?.source.map(sources.contains) ?? false }.map(\.quantity)
        let reflectances = bands.filter(\.isReflectance)
        return (reflectances.isEmpty ? bands : reflectances).map(\.label).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    /// What the bands held at the end of the chain: reflectance where there is any.
    static func quantity(in plan: Plan) -> String { plan.constants[quantityKey] ?? "" }
}
