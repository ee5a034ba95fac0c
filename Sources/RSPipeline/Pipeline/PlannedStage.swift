/// Where the results of a stage lie, and how its operation is made once the grids are known.
enum StagePlacement: Sendable {
    /// On the grid of the sources: neighbourhoods.
    case sourceGrid(@Sendable (_ grid: Grid) throws -> any StageOperation)
    /// On a grid that the stage chooses, which may depend on that of the sources.
    case ownGrid(@Sendable (_ source: Grid) throws -> (operation: any StageOperation, grid: Grid))
    /// On a grid that stages of one group choose together from those of their sources: scenes of a mosaic. The sources of
    /// all stages of one member share one grid; `grids` are those of the members, in order.
    case commonGrid(
        group: Int, member: Int,
        make: @Sendable (_ grids: [Grid]) throws -> (operation: any StageOperation, grid: Grid))
    /// On the grid of whatever the results are combined with: terrain brought to the scene.
    case targetGrid(@Sendable (_ source: Grid, _ target: Grid) throws -> any StageOperation)
}

/// A stage as a step asks for it: values of the plan, and an operation that makes planes of windows of them.
struct PlannedStage: Sendable {
    /// What it is, for messages and `--explain`.
    var name: String
    /// The step that asked for it.
    var step: Int
    /// What the operation is applied to.
    var sources: [ValueID]
    /// The derived inputs that hold the results.
    var slots: [Int]
    var placement: StagePlacement
    /// For a stage that brings values to another grid, which one that is, see ``PlanBuilder/gridChanges``; the sources of
    /// all that are used share one grid.
    var gridChange: Int?
    /// Which of the plan's scenes it was asked for, see ``PlanBuilder/flow``.
    var flow = 0
}

extension PlannedStage {
    /// Whether the stage chooses the grid of its results.
    var choosesGrid: Bool {
        switch placement {
        case .ownGrid, .commonGrid: true
        case .sourceGrid, .targetGrid: false
        }
    }

    /// The group and the member of stages that choose a grid together.
    ///
    /// Not inlined: the optimiser of Swift 6.3 fails on it otherwise.
    var membership: (group: Int, member: Int)? {
        @inline(never) get {
            if case .commonGrid(let group, let member, _) = placement { return (group, member) }
            return nil
        }
    }
}

extension PlanBuilder {
    /// Adds a stage; computed only when a result of the plan depends on it.
    ///
    /// - Parameters:
    ///   - name: what it is, for messages, for example `cloud grown by 90 m`.
    ///   - sources: the values that the operation is given, in this order.
    ///   - results: the names of the planes that it makes, in this order.
    /// - Returns: the results as values that formulas and further stages may use.
    mutating func addStage(
        name: String, sources: [ValueID], results: [String], placement: StagePlacement
    ) -> [ValueID] {
        let stage = stages.count
        var slots: [Int] = []
        for (index, result) in results.enumerated() {
            slots.append(
                slot(
                    for: PlanInput(
                        name: result, noData: .nan, derived: PlanInput.Derived(stage: stage, result: index))))
        }
        stages.append(
            PlannedStage(name: name, step: step, sources: sources, slots: slots, placement: placement, flow: flow))
        return slots.map { graph.load(slot: $0) }
    }
}
