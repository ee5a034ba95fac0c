import Foundation

/// `model`: adds a plane of a calibrated property of the soil, from a model file.
struct ModelStep: Step {
    static let declaration = StepDeclaration(
        word: "model", summary: "add a calibrated property, for example ECe in dS/m, by a model of rsproc calibrate",
        positionals: .paths(help: "the model file", allowsMany: false),
        options: [
            .init("as", .text, "name of the plane; by default that of the property"),
            .init(
                "extrapolation", .choice(Extrapolation.allCases.map(\.rawValue)),
                "predictors beyond those of the samples: no-data (mask, default), count them (keep), or move them to the "
                    + "nearest one (clamp)"),
            .init(
                "interval", .choice(["95%"]), "also planes NAME_low and NAME_high that hold 95 % of new samples"),
            .init("assume", .list, "other-sensor, other-quantity: run the model on what it was not made for"),
        ])

    /// What becomes of pixels whose predictors lie beyond those of the samples.
    enum Extrapolation: String, CaseIterable {
        case mask, keep, clamp

        /// What a summary says of the pixels that keep a value; nil where they have none.
        var words: String? {
            switch self {
            case .mask: nil
            case .keep: "predictions are extrapolated: a predictor lies beyond the samples"
            case .clamp: "predictions have a predictor beyond the samples, which was moved to the nearest of them"
            }
        }
    }

    private static let assumptions = ["other-sensor", "other-quantity"]

    let path: String
    let planeName: String?
    let extrapolation: Extrapolation
    let givesInterval: Bool
    let assumed: [String]

    init(_ arguments: StepArguments) throws(ChainError) {
        guard let path = arguments.positionals.first, !path.isEmpty else {
            throw ChainError("a model file is missing; write: model FILE (rsproc calibrate makes one)")
        }
        self.path = path
        planeName = arguments["as"]
        extrapolation = arguments["extrapolation"].flatMap(Extrapolation.init) ?? .mask
        givesInterval = arguments["interval"] != nil
        assumed = arguments.list("assume") ?? []
        if let odd = assumed.first(where: { !Self.assumptions.contains($0) }) {
            throw ChainError(
                "assume=\(odd): there are \(Self.assumptions.joined(separator: ", "))"
                    + Suggestion.text(for: odd, among: Self.assumptions))
        }
    }

    /// The model's name in messages.
    private var file: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The name of the plane where none is chosen: that of the property.
    static func planeName(of model: SalinityModel) -> String {
        String(model.target.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    func lower(into plan: inout PlanBuilder) throws {
        let model = try SalinityModel(path: path)
        if plan.planes.contains(where: \.isPansharpened) {
            throw ChainError(
                "a model takes calibrated numbers, and pansharpened ones are no longer; leave pansharpen out of this chain"
            )
        }
        let name = planeName ?? Self.planeName(of: model)
        try checkSensor(of: model, plan.scene)
        let predictors = try predictors(of: model, in: &plan)
        try checkQuantity(of: model, Set(predictors.used.flatMap { plan.planes[$0].sources }))
        warn(of: model, in: &plan)
        let planes = plan.planes
        if let rule = predictors.used.lazy.compactMap({ planes[$0].composite }).first {
            plan.warnings.append(
                "\(file) takes the \(rule.rawValue) of predictors over dates, and holds only where its samples were taken from "
                    + "such a composite; put model before composite for that of its results")
        }
        plan.constants["model \(name)"] =
            "\(file) \(FileFacts.contentHash(path) ?? ""), \(model.method), \(model.target.label)"
            + (model.citation.map { ", \($0)" } ?? "")
        let outside = outsideTraining(of: model, predictors.values, in: &plan)
        var values = predictors.values
        if extrapolation == .clamp { clamp(&values, of: model, in: &plan) }
        var fitted = try fitted(model, values, name: name, in: &plan)
        if let outside, extrapolation == .mask { fitted = plan.graph.apply(.invalidate, fitted, outside) }
        let zero = plan.graph.constant(0)
        let first = plan.planes.count
        for (suffix, value) in try predictions(of: model, from: fitted, values, in: &plan) {
            // A line can fall below 0, a soil cannot.
            try plan.addPlane(
                name: name + suffix, quantity: .salinity(model.target), value: plan.graph.apply(.maximum, value, zero),
                used: predictors.used, isStrict: model.formula?.isStrict ?? true)
            let position = plan.planes.count - 1
            if let outside, extrapolation == .mask { plan.addRule(.extrapolated, where: outside, to: position) }
            if position > first { continue }
            plan.count(plan.graph.apply(.less, value, zero), of: position, "predictions below 0 were set to 0")
            if let outside, let words = extrapolation.words { plan.count(outside, of: position, words) }
        }
    }

    /// The prediction, and where it is asked for the ends of its interval, by what is added to the plane's name.
    private func predictions(
        of model: SalinityModel, from fitted: ValueID, _ values: [ValueID], in plan: inout PlanBuilder
    ) throws -> [(suffix: String, value: ValueID)] {
        var predictions = [("", plan.add(model.prediction(from: .name("x")), x: fitted))]
        if !givesInterval { return predictions }
        guard let half = model.uncertainty?.halfWidth(model.predictors.map(\.name)) else {
            throw ChainError("interval=: \(file) does not say how uncertain its predictions are; leave it out")
        }
        let reach = plan.add(half, Self.lookup(model, values))
        for (suffix, operation) in [("_low", Opcode.subtract), ("_high", .add)] {
            let end = plan.graph.apply(operation, fitted, reach)
            predictions.append((suffix, plan.add(model.intervalEnd(from: .name("x")), x: end)))
        }
        return predictions
    }

    private static func lookup(_ model: SalinityModel, _ values: [ValueID]) -> [String: ValueID] {
        Dictionary(zip(model.predictors.map(\.name), values), uniquingKeysWith: { first, _ in first })
    }

    // MARK: What the model asks for

    /// The values of the predictors: planes of that name, else indices of the catalogue.
    private func predictors(
        of model: SalinityModel, in plan: inout PlanBuilder
    ) throws -> (values: [ValueID], used: [Int]) {
        var values: [ValueID] = []
        var used: [Int] = []
        for predictor in model.predictors {
            if let position = plan.position(of: predictor.name) {
                if let problem = plan.planes[position].problem { throw problem }
                values.append(plan.planes[position].value)
                used.append(position)
                continue
            }
            let invocation: IndexInvocation
            do throws(IndexError) {
                invocation = try plan.catalogue.resolve(predictor.name)
            } catch {
                throw ChainError(
                    "\(file) needs '\(predictor.name)', which is neither a plane nor an index of the catalogue; compute it "
                        + "before (expr \(predictor.name)=FORMULA, or index \(predictor.name) catalogue=FILE)")
            }
            let added = try plan.add(invocation, of: plan.catalogue)
            values.append(added.value)
            used += added.used
        }
        return (values, used)
    }

    private func checkSensor(of model: SalinityModel, _ scene: Scene) throws(ChainError) {
        guard let sensor = model.sensor, SensorFamily(sensor) != SensorFamily(scene.sensor) else { return }
        if assumed.contains("other-sensor") { return }
        throw ChainError(
            "\(file) was made for \(SensorFamily(sensor).name), and the scene is of \(SensorFamily(scene.sensor).name), whose "
                + "bands differ; calibrate a model for it, or write assume=other-sensor if you know that it holds")
    }

    private func checkQuantity(of model: SalinityModel, _ quantities: Set<Quantity>) throws(ChainError) {
        let labels = quantities.map(\.label).sorted().joined(separator: ", ")
        if let odd = quantities.first(where: { $0 == .relative || $0 == .digitalNumber }) {
            throw ChainError(
                "\(file) takes what samples were calibrated with, and the bands hold \(odd.label); put toa or surface "
                    + "before it")
        }
        guard let wanted = model.quantity, !assumed.contains("other-quantity") else { return }
        // Thermal bands and angles beside reflectance have a quantity of their own.
        let reflective = quantities.filter { $0.isReflectance || !wanted.isReflectance || Self.isUnknown($0) }
        if reflective.allSatisfy({ $0 == wanted }) { return }
        throw ChainError(
            "\(file) was made of \(wanted.label), and its predictors come from \(labels); "
                + (wanted.isReflectance && quantities.contains { $0.isReflectance }
                    ? "make the same of this scene" : "compute them from the bands of a scene")
                + ", or write assume=other-quantity if you know that it holds")
    }

    /// Whether a plane read from a file does not say what it was made of.
    private static func isUnknown(_ quantity: Quantity) -> Bool {
        switch quantity {
        case .index, .probability, .classes, .mask: true
        default: false
        }
    }

    private func warn(of model: SalinityModel, in plan: inout PlanBuilder) {
        plan.warnings += model.warnings.map { "\(file): \($0)" }
        if let validation = model.crossValidation {
            let efficiency = validation.metrics.efficiency
            if !(efficiency > 0) {
                plan.warnings.append(
                    "\(file): on samples that it had not seen the model was no better than their mean (R2 "
                        + "\(efficiency.rounded(toPlaces: 2))); do not decide anything by this map")
            }
        } else {
            plan.warnings.append(
                "\(file): the model was not tested on samples that it had not seen; nobody knows how accurate this map is"
            )
        }
        for assumption in assumed {
            plan.warnings.append(
                assumption == "other-sensor"
                    ? "\(file): run on \(plan.scene.sensor) by assumption; it was made for \(model.sensor ?? "no sensor")"
                    : "\(file): run by assumption on another quantity than \(model.quantity?.label ?? "none")")
        }
        let unbounded = model.predictors.filter { $0.range == nil }.map(\.name)
        if !unbounded.isEmpty {
            plan.warnings.append(
                "\(file): it does not say which values of \(unbounded.joined(separator: ", ")) it was made from, so "
                    + "extrapolation goes unseen there")
        }
        guard let acquired = plan.scene.acquired, let dates = model.samples?.sceneDates, !dates.isEmpty else { return }
        let days = dates.compactMap { AcquisitionTime.date(String($0.prefix(10))) }
            .map { abs(acquired.timeIntervalSince($0)) / 86_400 }
        if let nearest = days.min(), nearest > Self.mostDays {
            plan.warnings.append(
                "\(file): it was calibrated with scenes of \(dates.joined(separator: ", ")), the nearest "
                    + "\(Int(min(nearest, 1e6))) days from this one; soil moisture and plants differ between seasons and years"
            )
        }
    }

    /// Days between a scene and the nearest one of the calibration from which on it is worth a word.
    private static let mostDays = 45.0

    // MARK: What is computed

    /// 1 where a predictor lies beyond those of the samples; nil where no predictor has a range.
    private func outsideTraining(
        of model: SalinityModel, _ values: [ValueID], in plan: inout PlanBuilder
    ) -> ValueID? {
        var outside: ValueID?
        for (predictor, value) in zip(model.predictors, values) {
            guard let range = predictor.range else { continue }
            let low = plan.graph.constant(exactly: range.lowerBound)
            let high = plan.graph.constant(exactly: range.upperBound)
            let beyond = plan.graph.apply(
                .or, plan.graph.apply(.less, value, low), plan.graph.apply(.less, high, value))
            outside = outside.map { plan.graph.apply(.or, $0, beyond) } ?? beyond
        }
        return outside
    }

    private func clamp(_ values: inout [ValueID], of model: SalinityModel, in plan: inout PlanBuilder) {
        for (place, predictor) in model.predictors.enumerated() {
            guard let range = predictor.range else { continue }
            let raised = plan.graph.apply(
                .maximum, values[place], plan.graph.constant(exactly: range.lowerBound))
            values[place] = plan.graph.apply(.minimum, raised, plan.graph.constant(exactly: range.upperBound))
        }
    }

    /// The value on the scale that the model was fitted on: a formula in the fused program, or trees as a stage.
    private func fitted(
        _ model: SalinityModel, _ values: [ValueID], name: String, in plan: inout PlanBuilder
    ) throws -> ValueID {
        if let formula = model.formula {
            plan.constants["formula \(name)"] = model.prediction(from: formula).description
            return plan.add(formula, Self.lookup(model, values))
        }
        guard case .trees(let ensemble) = model.form,
            let trees = FlatTrees(ensemble, predictors: model.predictors.count)
        else { throw SceneError(code: .unreadable, message: "\(path): the model has too many trees") }
        let operation = TreeOperation(trees: trees, count: ensemble.trees.count)
        return plan.addStage(
            name: "trees of \(file)", sources: values, results: ["\(name) by trees"],
            placement: .sourceGrid { _ in operation })[0]
    }
}
