/// One input of the pixel program: a band or a quality layer, read as stored, or a plane that a stage makes.
struct PlanInput: Sendable, Hashable {
    /// A plane that a stage makes: Float32, NaN is no data.
    struct Derived: Sendable, Hashable {
        /// Position in ``PlanBuilder/stages``.
        var stage: Int
        /// Position among the stage's results.
        var result: Int
    }

    /// As delivered, for messages.
    var name: String
    var source: RasterSource?
    /// Why there is no source.
    var problem: String?
    var noData: NoData
    /// Whether the numbers are bits, which cannot be averaged.
    var isBits = false
    /// Whether they may be interpolated between pixels, as angles.
    var interpolation = GridSampling.Interpolation.none
    /// The stage that makes the plane; nil for what is read from a file.
    var derived: Derived?

    /// Whether the input has a say in what the grid of the chain is.
    var setsGrid: Bool { !isBits && interpolation == .none }
}

/// Why a plane has no value at some pixels.
struct ReasonRule: Sendable, Hashable {
    /// The step that set the rule; the first one wins, within a step the lower reason.
    var step: Int
    var reason: PixelReason
    /// 1 where the rule holds.
    var condition: ValueID

    var order: Int { step * 256 + Int(reason.rawValue) }
}

/// A named plane as it stands at some point of the chain.
struct PlannedPlane: Sendable, Hashable {
    var name: String
    var quantity: Quantity
    var value: ValueID
    var rules: [ReasonRule]
    /// The delivered band it came from; nil for planes that the chain has added.
    var band: Band?
    /// Whether every stored number counts (a validity plane has no no-data).
    var isAlwaysValid = false
    /// The quantities of the bands that an added plane was made from.
    var basis: Set<Quantity> = []
    /// Positions in ``PlanBuilder/counts``; what is counted there never changes.
    var counts: Set<Int> = []
    /// What the numbers of a class plane mean.
    var categories: [RasterCategory] = []
    /// Why a conversion left the band out; an error as soon as the plane is used.
    var problem: SceneError?
    /// Whether its detail is that of the panchromatic band.
    var isPansharpened = false
    /// Of a validity plane, the positions of the planes whose reasons it tells.
    var explained: [Int] = []
    /// How it was made of several dates, plane by plane; nil for what is of one.
    var composite: OverlapRule?

    /// The quantities of the bands behind the values.
    var sources: Set<Quantity> { band == nil ? basis : [quantity] }
}

/// Collects what the steps of a chain ask for, for one scene: the environment of named planes and the selection.
struct PlanBuilder {
    /// The scene the chain runs on.
    let scene: Scene
    /// Which of the plan's scenes that is: 0 for the one that `read` names, then those of ``furtherScenes``.
    var flow = 0
    /// The scenes that a step has brought in beside.
    var furtherScenes: [Scene] = []
    /// The step that has done so; nil before.
    var joiningStep: String?
    /// The steps before the one being lowered.
    var earlierSteps: [any Step] = []
    /// Where relative catalogue files are looked up, and which indices exist.
    var catalogue: IndexCatalogue
    var graph = ValueGraph()
    var inputs: [PlanInput] = []
    /// What makes the derived inputs; a stage uses results of earlier ones only.
    var stages: [PlannedStage] = []
    var planes: [PlannedPlane] = []
    /// Positions in ``planes`` that `write` would write.
    var selection: [Int] = []
    var reductions: [PlannedReduction] = []
    var writes: [WriteRequest] = []
    var tables: [ZonalRequest] = []
    /// The planes that steps have asked for, each state once.
    var requested: [RequestedPlane] = []
    var warnings: [String] = []
    /// Quality layers whose flags are counted in the pass, with their input slots.
    var countedLayers: [(layer: QualityLayer, slot: Int)] = []
    /// By the polygons of a quality layer, where they cover the scene.
    var covers: [MaskShapes: ValueID] = [:]
    /// Conditions whose pixels the main pass counts.
    var counts: [PlannedCount] = []
    /// Numbers that the result depends on, for the record.
    var constants: [String: String] = [:]
    /// The pixel size asked for, in map units; nil for the coarsest among the bands used.
    var resolution: Double?
    /// Whether damaged blocks of inputs become no-data instead of ending the run.
    var toleratesDamage = false
    /// Whether `read` was told to take numbers of unknown scale for scale-free indices.
    var acceptsRelative = false
    /// The step after which the bands are no longer calibrated ones of one scene, and why; nil before such a step.
    var endOfCalibration: (step: String, why: String)?
    /// The step being lowered, from 1.
    var step = 1
    private var positions: [String: Int] = [:]
    private var rolePositions: [BandRole: Int] = [:]
    /// The conditions of all masks so far, on the grid that the chain has reached.
    var masks: [ReasonRule] = []
    /// The steps to other grids so far.
    var gridChanges: [GridChange] = []
    /// The step that has brought everything to the grid it lies on; 0 before any has.
    var gridStep = 0
    private(set) var addedAny = false
    var parameterCount = 0

    init(scene: Scene, catalogue: IndexCatalogue) {
        self.scene = scene
        self.catalogue = catalogue
    }

    // MARK: Inputs

    /// The slot of an input; the same file band with the same no-data value is one input.
    mutating func slot(for input: PlanInput) -> Int {
        if let slot = inputs.firstIndex(of: input) { return slot }
        inputs.append(input)
        return inputs.count - 1
    }

    /// The slot of a quality layer, whose bits are read as they are.
    mutating func slot(for layer: QualityLayer) -> Int {
        let slot = slot(
            for: PlanInput(
                name: layer.name, source: layer.source, problem: layer.problem, noData: layer.noData, isBits: true))
        if !countedLayers.contains(where: { $0.slot == slot }) { countedLayers.append((layer, slot)) }
        return slot
    }

    /// 1 where a quality layer shows a condition, 0 where it does not, no-data where it says nothing.
    mutating func condition(of flag: QualityFlag, in layer: QualityLayer) -> ValueID {
        let stored: ValueID
        if let shapes = layer.shapes {
            stored = cover(of: shapes, name: layer.name)
        } else {
            stored = graph.load(slot: slot(for: layer))
        }
        switch flag.test {
        case .anyBit(let mask): return graph.anyBit(stored, mask: mask)
        case .oneOf(let numbers):
            var condition: ValueID?
            for number in numbers {
                let isIt = graph.apply(.equal, stored, graph.constant(Float(number)))
                condition = condition.map { graph.apply(.or, $0, isIt) } ?? isIt
            }
            return condition ?? graph.constant(0)
        case .atLeast(let limit): return graph.apply(.lessOrEqual, graph.constant(Float(limit)), stored)
        case .field(let shift, let width, let limit): return graph.field(stored, shift, width, atLeast: limit)
        }
    }

    // MARK: Names

    /// The position of a plane by delivered name, role or added name, whatever the case.
    ///
    /// `nir` falls back to `nir08`, `thermal` means the first thermal band.
    func position(of name: String) -> Int? {
        let key = name.lowercased()
        if let position = positions[key] { return position }
        if key == "thermal" { return rolePositions[.thermal11] ?? rolePositions[.thermal12] }
        guard let role = BandRole(name: key) else { return nil }
        return rolePositions[role] ?? (role == .nir ? positions["nir08"] ?? rolePositions[.nir08] : nil)
    }

    /// The position of a plane, or an error that lists what there is.
    func requirePosition(of name: String) throws(ChainError) -> Int {
        if let position = position(of: name) { return position }
        let known = planes.map(\.name) + planes.compactMap { $0.band?.role?.rawValue }
        let hint = Suggestion.text(for: name, among: known)
        let list = planes.map { plane in
            plane.band?.role.map { "\(plane.name) (\($0.rawValue))" } ?? plane.name
        }
        throw ChainError(
            "there is no band or plane '\(name)'\(hint); there are \(list.joined(separator: ", "))")
    }

    /// The roles of the bands that flow along the chain.
    var roles: Set<BandRole> { Set(planes.compactMap { $0.band?.role }) }

    // MARK: Planes

    /// Adds a band as delivered, whatever it is called; its name wins over roles.
    mutating func addBand(_ plane: PlannedPlane) throws(ChainError) {
        let key = plane.name.lowercased()
        if positions[key] != nil { throw ChainError("two bands are named '\(plane.name)'") }
        positions[key] = planes.count
        for alias in plane.band?.aliases ?? [] where positions[alias.lowercased()] == nil {
            positions[alias.lowercased()] = planes.count
        }
        if let role = plane.band?.role, rolePositions[role] == nil { rolePositions[role] = planes.count }
        planes.append(plane)
    }

    /// Adds a computed plane and selects all added planes.
    ///
    /// - Parameters:
    ///   - used: the planes the value was computed from; their reasons come along.
    ///   - isStrict: whether no-data in any of them makes the result no-data.
    ///   - categories: what its numbers mean, for classes.
    ///   - isSelected: whether it comes into the selection, with all added planes; otherwise it is there for who names it.
    mutating func addPlane(
        name: String, quantity: Quantity, value: ValueID, used: [Int], isStrict: Bool,
        categories: [RasterCategory] = [], isSelected: Bool = true
    ) throws(ChainError) {
        try register(name, at: planes.count)
        var value = value
        var rules = Set(used.flatMap { planes[$0].rules })
        rules.formUnion(masks)
        if !isStrict || used.allSatisfy({ planes[$0].isAlwaysValid }) {
            for mask in masks { value = graph.apply(.invalidate, value, mask.condition) }
        }
        if isSelected {
            if !addedAny {
                selection = []
                addedAny = true
            }
            selection = selection.filter { planes[$0].band == nil } + [planes.count]
        }
        planes.append(
            PlannedPlane(
                name: name, quantity: quantity, value: value, rules: rules.sorted { $0.order < $1.order }, band: nil,
                basis: Set(used.flatMap { planes[$0].sources }), counts: Set(used.flatMap { planes[$0].counts }),
                categories: categories, composite: used.compactMap { planes[$0].composite }.first))
        warnOfMixedDates(name, used)
    }

    private mutating func register(_ name: String, at position: Int) throws(ChainError) {
        let key = name.lowercased()
        if self.position(of: key) != nil {
            throw ChainError(
                "the name '\(name)' is taken; give the new plane another one (index ... as=NAME, or another name before the = of expr)"
            )
        }
        if Lexer.reserved(key) != nil {
            throw ChainError("'\(name)' is a word of the formula language; take another name")
        }
        positions[key] = position
    }

    /// Adds a formula over the planes at hand.
    ///
    /// - Returns: the value and the positions of the planes it uses.
    mutating func add(_ expression: Expression) throws -> (value: ValueID, used: [Int]) {
        var used: [Int] = []
        for name in expression.names { used.append(try requirePosition(of: name)) }
        let planes = planes
        if let problem = used.lazy.compactMap({ planes[$0].problem }).first { throw problem }
        let lookup = Dictionary(zip(expression.names, used), uniquingKeysWith: { first, _ in first })
        let missing = graph.constant(.nan)
        let value = graph.add(expression) { name in lookup[name].map { planes[$0].value } ?? missing }
        return (value, used)
    }

    /// Adds a formula of one variable, named `x`.
    mutating func add(_ expression: Expression, x: ValueID) -> ValueID { graph.add(expression) { _ in x } }

    /// Adds a formula of values by name; other names are no-data.
    mutating func add(_ expression: Expression, _ values: [String: ValueID]) -> ValueID {
        let missing = graph.constant(.nan)
        return graph.add(expression) { values[$0] ?? missing }
    }

    /// Adds a reason why a plane has no value at some pixels, of the step being lowered.
    mutating func addRule(_ reason: PixelReason, where condition: ValueID, to plane: Int) {
        planes[plane].rules.append(ReasonRule(step: step, reason: reason, condition: condition))
        planes[plane].rules.sort { $0.order < $1.order }
    }

    /// Takes a role from the band that has it; names that meant it by role mean the next one that fits.
    mutating func forget(_ role: BandRole) { rolePositions[role] = nil }

    /// Makes every plane, and all added later, no-data where a condition holds.
    ///
    /// A condition over the scene's own layers follows to the grid that the chain has reached.
    mutating func mask(_ condition: ValueID, reason: PixelReason) {
        let condition = flag(condition)
        let rule = ReasonRule(step: step, reason: reason, condition: condition)
        masks.append(rule)
        for index in planes.indices where !planes[index].isAlwaysValid {
            let before = planes[index].value
            planes[index].value = graph.apply(.invalidate, before, condition)
            // A computed plane that had no value before keeps the reason it had, which may be the formula's own.
            let added =
                planes[index].band == nil
                ? graph.apply(.select, graph.apply(.isNoData, before), graph.constant(0), condition) : condition
            planes[index].rules.append(ReasonRule(step: step, reason: reason, condition: added))
            planes[index].rules.sort { $0.order < $1.order }
        }
    }

    /// The reason of a plane as a number: the first rule that holds, `undefinedResult` where none does.
    mutating func reason(of plane: PlannedPlane) -> ValueID {
        var value = graph.constant(Float(PixelReason.undefinedResult.rawValue))
        for rule in plane.rules.reversed() {
            value = graph.apply(.select, rule.condition, graph.constant(Float(rule.reason.rawValue)), value)
        }
        return value
    }

    /// Adds a plane with the first reason why any of some planes has no value, 0 where all have one; one that is there is
    /// made anew.
    ///
    /// Formulas see the reasons of now; a step that writes the plane, those of then.
    mutating func addValidity(of sources: [Int], name: String) throws(ChainError) -> Int {
        let plane = validity(of: sources, name: name)
        if let known = position(of: name), !planes[known].explained.isEmpty {
            planes[known] = plane
            return known
        }
        try register(name, at: planes.count)
        planes.append(plane)
        return planes.count - 1
    }

    /// A plane that says why any of some planes has no value, as they stand now.
    mutating func validity(of sources: [Int], name: String) -> PlannedPlane {
        var merged = PlannedPlane(
            name: name, quantity: .mask, value: graph.constant(0),
            rules: Set(sources.flatMap { planes[$0].rules }).sorted { $0.order < $1.order }, band: nil,
            isAlwaysValid: true, categories: PixelReason.categories, explained: sources)
        var anyMissing = graph.constant(0)
        for source in sources {
            anyMissing = graph.apply(.or, anyMissing, graph.apply(.isNoData, planes[source].value))
        }
        let why = reason(of: merged)
        merged.value = graph.apply(.select, anyMissing, why, graph.constant(0))
        merged.quantity = .classes
        return merged
    }

    /// Asks for numbers that a pass over the scene finds out before the main pass.
    ///
    /// - Parameters:
    ///   - name: of what, for messages and the record, for example `B2`.
    ///   - values: what is looked at; see ``SceneReduction``.
    /// - Returns: the numbers, as many as the reduction finds.
    mutating func reduce(_ values: [ValueID], by reduction: any SceneReduction, name: String) -> [ValueID] {
        let first = parameterCount
        parameterCount += reduction.parameterCount
        let parameters = Array(first..<parameterCount)
        reductions.append(
            PlannedReduction(name: name, reduction: reduction, values: values, parameters: parameters))
        return parameters.map { graph.parameter(slot: $0) }
    }
}
