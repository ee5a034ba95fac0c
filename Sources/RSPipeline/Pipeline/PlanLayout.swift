/// Which programs of a plan share a grid, which grid that is, and the stages between them.
///
/// A stage on the grid of its sources joins their program with those that use its results. Every set of programs joined
/// so is a segment with one grid: that of a stage that chooses one, or else the coarsest among the file inputs.
struct PlanLayout {
    let segments: [PlanSegment]
    let stages: [PlanStage]
    /// By derived slot, the stage that makes it.
    let stageOfSlot: [Int: Int]
    /// By reduction, the segment whose pixels it looks at; that of the results is 0.
    let reductionSegments: [Int]

    /// Finds the layout.
    ///
    /// - Parameters:
    ///   - results: what computes the planes and their reasons.
    ///   - reductions: what is found out before; each looks at the grid on which its numbers are used.
    /// - Throws: ``ChainError`` or ``SceneError``, naming the inputs or stages that do not fit together.
    init(_ builder: PlanBuilder, results: [Program], reductions: [PlannedReduction]) throws {
        var finder = Finder(builder, results: results, reductions: reductions)
        try finder.solve()
        let numbers = finder.roots
        segments = finder.roots.compactMap { finder.segments[$0] }
        stageOfSlot = finder.stageOfSlot
        stages = zip(finder.drafts, finder.drafts.indices).compactMap { draft, index in
            guard let made = finder.operations[index],
                let segment = numbers.firstIndex(of: finder.root(of: finder.firstStageNode + index))
            else { return nil }
            return PlanStage(
                name: draft.name, slots: draft.slots, program: finder.stagePrograms[index], segment: segment,
                operation: made.operation, grid: made.grid)
        }
        reductionSegments = reductions.indices.map { index in
            numbers.firstIndex(of: finder.root(of: Finder.firstReductionNode + index)) ?? 0
        }
    }

    /// The stages that some programs depend on, as positions in ``PlanBuilder/stages``, ascending.
    static func stages(of builder: PlanBuilder, reachedFrom slots: some Sequence<Int>) -> [Int] {
        var found: Set<Int> = []
        var open = slots.compactMap { builder.inputs[$0].derived?.stage }
        while let stage = open.popLast() {
            guard found.insert(stage).inserted else { continue }
            let program = Program(builder.graph, results: builder.stages[stage].sources)
            open += program.inputSlots.compactMap { builder.inputs[$0].derived?.stage }
        }
        return found.sorted()
    }
}

/// Joins programs, the nodes, to segments and finds their grids.
private struct Finder {
    /// The node of the results is 0.
    static let firstReductionNode = 1
    let firstStageNode: Int

    let builder: PlanBuilder
    /// The stages that are used.
    let drafts: [PlannedStage]
    let stagePrograms: [Program]
    let stageOfSlot: [Int: Int]
    /// By node, the inputs of its programs: results, reductions, stages.
    private let slots: [Set<Int>]
    private var parents: [Int]
    private(set) var segments: [Int: PlanSegment] = [:]
    private(set) var operations: [Int: (operation: any StageOperation, grid: Grid)] = [:]
    private var open: Set<Int> = []

    init(_ builder: PlanBuilder, results: [Program], reductions: [PlannedReduction]) {
        self.builder = builder
        let main = Set(results.flatMap(\.inputSlots))
        let searches = reductions.map { Program(builder.graph, results: $0.values) }
        let used = PlanLayout.stages(of: builder, reachedFrom: main.union(searches.flatMap(\.inputSlots)))
        let programs = used.map { Program(builder.graph, results: builder.stages[$0].sources) }
        drafts = used.map { builder.stages[$0] }
        stagePrograms = programs
        slots = [main] + (searches + programs).map { Set($0.inputSlots) }
        firstStageNode = Self.firstReductionNode + reductions.count
        var stageOfSlot: [Int: Int] = [:]
        for (index, draft) in drafts.enumerated() {
            for slot in draft.slots { stageOfSlot[slot] = index }
        }
        self.stageOfSlot = stageOfSlot
        parents = Array(slots.indices)
        let memberships = drafts.map { $0.membership }
        for (index, draft) in drafts.enumerated() {
            let users = self.users(of: index)
            for user in users.dropFirst() { join(users[0], user) }
            if case .sourceGrid = draft.placement, let user = users.first { join(user, firstStageNode + index) }
            // What goes to another grid together has come from one.
            if let change = draft.gridChange, draft.choosesGrid,
                let other = drafts[..<index].firstIndex(where: {
                    $0.gridChange == change && $0.flow == draft.flow && $0.choosesGrid
                })
            {
                join(firstStageNode + other, firstStageNode + index)
            }
            if let own = memberships[index],
                let other = memberships[..<index].firstIndex(where: { $0.map { $0 == own } ?? false })
            {
                join(firstStageNode + other, firstStageNode + index)
            }
        }
        for (index, reduction) in reductions.enumerated() {
            for (node, programs) in ([results] + (searches + programs).map { [$0] }).enumerated()
            where programs.contains(where: { program in
                reduction.parameters.contains { program.uses(parameter: $0) }
            }) {
                join(node, Self.firstReductionNode + index)
            }
        }
    }

    /// The nodes that use results of a stage.
    private func users(of stage: Int) -> [Int] {
        slots.indices.filter { !slots[$0].isDisjoint(with: drafts[stage].slots) }
    }

    private mutating func join(_ a: Int, _ b: Int) {
        // The smaller number stands for the segment: the results' is always 0.
        let (low, high) = (min(root(of: a), root(of: b)), max(root(of: a), root(of: b)))
        parents[high] = low
    }

    func root(of node: Int) -> Int {
        var node = node
        while parents[node] != node { node = parents[node] }
        return node
    }

    /// One node per segment, ascending.
    var roots: [Int] { parents.indices.filter { parents[$0] == $0 } }

    mutating func solve() throws {
        for root in roots { _ = try segment(root) }
        for index in drafts.indices where operations[index] == nil { try make(index) }
        // A grid that a stage has chosen where the values it is combined with have another.
        for (index, draft) in drafts.enumerated() {
            guard let made = operations[index], let user = users(of: index).first else { continue }
            let common = try segment(root(of: user)).grid
            if let difference = made.grid.difference(from: common) {
                throw ChainError(
                    "\(draft.name) gives \(Self.text(made.grid)), what it is combined with lies on "
                        + "\(Self.text(common)): \(difference); bring all of it to one grid with regrid",
                    step: draft.step)
            }
        }
    }

    private static func text(_ grid: Grid) -> String {
        "\(grid.width) x \(grid.height) pixels of \(grid.transform.pixelWidth) (\(grid.crs?.label ?? "no coordinate system"))"
    }

    /// The grid of a segment, after those that it depends on.
    private mutating func segment(_ root: Int) throws -> PlanSegment {
        if let known = segments[root] { return known }
        open.insert(root)
        defer { open.remove(root) }
        var chosen: (name: String, grid: Grid)?
        for (index, draft) in drafts.enumerated() {
            guard draft.choosesGrid, users(of: index).contains(where: { self.root(of: $0) == root }) else {
                continue
            }
            // Its sources may lie on the segment itself: then its grid is that of the others, or there is an error.
            if partners(of: index).contains(where: { open.contains(self.root(of: firstStageNode + $0)) }) { continue }
            try make(index)
            if chosen == nil, let made = operations[index] { chosen = (draft.name, made.grid) }
        }
        let members = slots.indices.filter { self.root(of: $0) == root }
        let files = members.reduce(into: Set<Int>()) { $0.formUnion(slots[$1]) }.filter {
            builder.inputs[$0].derived == nil
        }
        let made = try Self.segment(of: builder, slots: files, chosen: chosen)
        segments[root] = made
        return made
    }

    /// The stages that choose a grid together with one, itself among them: one of each member, in order.
    private func partners(of index: Int) -> [Int] {
        guard let own = drafts[index].membership else { return [index] }
        var partners: [Int: Int] = [:]
        for (other, draft) in drafts.enumerated() {
            guard let membership = draft.membership, membership.group == own.group else { continue }
            if partners[membership.member] == nil { partners[membership.member] = other }
        }
        return partners.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Makes the operation of a stage, whose grids are known or can be found.
    private mutating func make(_ index: Int) throws {
        if operations[index] != nil { return }
        let draft = drafts[index]
        let source = try segment(root(of: firstStageNode + index)).grid
        do {
            switch draft.placement {
            case .sourceGrid(let make): operations[index] = (try make(source), source)
            case .ownGrid(let make): operations[index] = try make(source)
            case .commonGrid(_, _, let make):
                var grids: [Grid] = []
                for partner in partners(of: index) {
                    grids.append(try segment(root(of: firstStageNode + partner)).grid)
                }
                operations[index] = try make(grids)
            case .targetGrid(let make):
                guard let user = users(of: index).first else { return }
                let target = try segment(root(of: user)).grid
                operations[index] = (try make(source, target), target)
            }
        } catch var error as ChainError {
            if error.step == nil { error.step = draft.step }
            throw error
        }
    }

    /// The grid that file inputs are combined on, that of a stage, or of the coarsest input unless a pixel size is asked
    /// for; and how inputs of other pixel sizes come to it.
    private static func segment(
        of builder: PlanBuilder, slots: Set<Int>, chosen: (name: String, grid: Grid)?
    ) throws -> PlanSegment {
        let inputs = builder.inputs
        var sources: [(slot: Int, source: RasterSource)] = []
        for slot in slots.sorted() {
            guard let source = inputs[slot].source else {
                throw SceneError(
                    code: .missingBand,
                    message: "\(inputs[slot].name) is needed: \(inputs[slot].problem ?? "its file is missing"); "
                        + "fetch it again, or choose other bands with read ... bands=")
            }
            sources.append((slot, source))
        }
        var reference: (name: String, grid: Grid)
        if let chosen {
            reference = chosen
        } else {
            guard let first = sources.first else {
                throw ChainError("the formulas use no band of the scene, so there is no grid to compute them on")
            }
            // A pixel size is asked for the bands of the scene, not for what else is brought to them.
            let scene = ([builder.scene] + builder.furtherScenes).first { scene in
                sources.contains { entry in scene.bands.contains { $0.source == entry.source } }
            }
            let resolution = scene == nil ? nil : builder.resolution
            // Quality layers are brought to the bands' grid, not the other way round.
            let bands = sources.filter { inputs[$0.slot].setsGrid }
            var best = bands.first ?? first
            for candidate in bands {
                let size = candidate.source.grid.transform.pixelWidth
                let known = best.source.grid.transform.pixelWidth
                let isBetter = resolution.map { abs(size - $0) < abs(known - $0) } ?? (size > known)
                if isBetter && abs(size - known) > Grid.tolerance * known { best = candidate }
            }
            reference = (inputs[best.slot].name, best.source.grid)
            func isWanted(_ grid: Grid) -> Bool {
                resolution.map { abs(grid.transform.pixelWidth - $0) <= Grid.tolerance * $0 } ?? true
            }
            if let resolution, !isWanted(reference.grid) {
                // The grid of a band that is not used will do too.
                let grids = scene?.bands.compactMap { $0.source?.grid } ?? []
                guard let other = grids.first(where: isWanted) else {
                    let sizes = Set(grids.map(\.transform.pixelWidth)).sorted().map { "\($0)" }
                    throw ChainError(
                        "resolution=\(resolution): the scene's bands have pixels of \(sizes.joined(separator: ", "))",
                        step: 1, word: "read")
                }
                reference.grid = other
            }
        }
        var samplings: [Int: GridSampling] = [:]
        for (slot, source) in sources {
            guard let difference = source.grid.difference(from: reference.grid) else { continue }
            let input = inputs[slot]
            guard
                let sampling = GridSampling(
                    from: source.grid, to: reference.grid, isBits: input.isBits, interpolation: input.interpolation)
            else {
                throw SceneError(
                    code: .gridMismatch,
                    message:
                        "\(inputs[slot].name) (\(source.path)) and \(reference.name) lie on different "
                        + "grids: \(difference); "
                        + (chosen == nil
                            ? "choose bands of one grid with read ... bands=" : "use it before \(reference.name)"))
            }
            samplings[slot] = sampling
        }
        return PlanSegment(grid: reference.grid, samplings: samplings)
    }
}
