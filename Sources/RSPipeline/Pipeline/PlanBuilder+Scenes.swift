extension PlanBuilder {
    /// Lowers steps for a further scene of the plan.
    ///
    /// Each scene has planes, masks and grids of its own, made with its own metadata; the graph, inputs, stages and passes
    /// before the main one are those of the plan. Constants and names of passes begin with the label.
    ///
    /// - Parameter label: what the scene is called in the plan.
    /// - Returns: what flows of the scene after the steps.
    mutating func lower(_ steps: [any Step], for scene: Scene, label: String) throws -> PlanBuilder {
        var other = PlanBuilder(scene: scene, catalogue: catalogue)
        furtherScenes.append(scene)
        other.flow = furtherScenes.count
        other.takeShared(from: self)
        let known = reductions.count
        for (index, step) in steps.enumerated() {
            other.step = index + 1
            do {
                try step.lower(into: &other)
            } catch let error as ChainError {
                throw ChainError("\(label), step \(index + 1) (\(type(of: step).declaration.word)): \(error.message)")
            }
            other.earlierSteps.append(step)
        }
        takeShared(from: other)
        for index in known..<reductions.count { reductions[index].name = "\(label) \(reductions[index].name)" }
        for (name, value) in other.constants { constants["\(label) \(name)"] = value }
        warnings += (scene.notices + other.warnings).map { "\(label): \($0)" }
        return other
    }

    private mutating func takeShared(from other: PlanBuilder) {
        graph = other.graph
        inputs = other.inputs
        stages = other.stages
        covers = other.covers
        reductions = other.reductions
        parameterCount = other.parameterCount
    }

    // MARK: One grid

    /// Puts the bands of several scenes into one grid, with their reasons and masks.
    ///
    /// A pixel without a value has the reason of the first scene that shows more than fill there. It counts as masked for
    /// planes to come where every scene that shows it is masked.
    ///
    /// - Parameters:
    ///   - others: what flows of the further scenes.
    ///   - union: the grid, with what the scenes are called, this one first.
    mutating func combine(with others: [PlanBuilder], by rule: OverlapRule, in union: SceneUnion) {
        gridStep = step
        let flows = [self] + others
        for index in planes.indices {
            var members: [PlannedPlane] = []
            for (flow, label) in zip(flows, union.labels) {
                do throws(SceneError) {
                    members.append(try Self.counterpart(of: flows[0].planes[index], in: flow, label))
                } catch {
                    planes[index].problem = error
                    break
                }
            }
            if planes[index].problem != nil { continue }
            let name = planes[index].name
            var values: [ValueID] = []
            var reasons: [ValueID] = []
            var depths: [ValueID] = []
            for (member, plane) in members.enumerated() {
                let missing = graph.apply(.isNoData, plane.value)
                let why = graph.apply(.select, missing, reason(of: plane), graph.constant(0))
                let placed = place(
                    [plane.value, why], [name, "reasons of \(name)"] + (rule == .inner ? ["depth"] : []), of: member,
                    in: union)
                values.append(placed[0])
                reasons.append(placed[1])
                depths += placed.dropFirst(2)
            }
            let isCategory = Self.content(of: planes[index].quantity) == .category
            let value = rule.combine(values, depths: depths, isCategory: isCategory, in: &graph)
            let fill = graph.constant(Float(PixelReason.fill.rawValue))
            let more = reasons.map { graph.apply(.invalidate, $0, graph.apply(.equal, $0, fill)) } + [fill]
            let isMissing = graph.apply(.isNoData, value)
            let code = graph.apply(.select, isMissing, first(of: more), graph.constant(0))
            planes[index].value = value
            planes[index].rules = rules(Set(members.flatMap(\.rules).map(\.reason)).union([.fill]), of: code)
        }
        combineMasks(of: flows, in: union)
        // They say nothing about the scenes beside.
        countedLayers = []
    }

    /// The plane of a further scene that belongs to one of the first: that of its name, else, as names of files differ, of
    /// its role.
    private static func counterpart(
        of first: PlannedPlane, in flow: PlanBuilder, _ label: String
    ) throws(SceneError) -> PlannedPlane {
        let found =
            flow.planes.first { $0.name == first.name }
            ?? first.band?.role.flatMap { role in flow.planes.first { $0.band?.role == role } }
        guard let plane = found else {
            throw SceneError(
                code: .missingBand, message: "\(label) has no band \(first.name), which the mosaic needs")
        }
        if let problem = first.problem ?? plane.problem { throw problem }
        if plane.quantity != first.quantity {
            throw SceneError(
                code: .badOption,
                message: "\(plane.name) of \(label) holds \(plane.quantity.label), that of the first scene "
                    + "\(first.quantity.label); bring both to one quantity before mosaic")
        }
        if plane.quantity == .digitalNumber, plane.band?.calibration != first.band?.calibration {
            throw SceneError(
                code: .badOption,
                message:
                    "\(plane.name) holds digital numbers, whose scale in \(label) is another than in the first scene; put "
                    + "toa, radiance or surface before mosaic")
        }
        return plane
    }

    /// Joins the masks of all scenes.
    private mutating func combineMasks(of flows: [PlanBuilder], in union: SceneUnion) {
        if flows.allSatisfy(\.masks.isEmpty) { return }
        let zero = graph.constant(0)
        var anyClear = zero
        var codes: [ValueID] = []
        for (member, flow) in flows.enumerated() {
            var code = zero
            for mask in flow.masks.reversed() {
                let holds = graph.apply(.coalesce, graph.apply(.notEqual, mask.condition, zero), zero)
                code = graph.apply(.select, holds, graph.constant(Float(mask.reason.rawValue)), code)
            }
            let placed = place([code], ["masks"], of: member, in: union)[0]
            let isClear = graph.apply(.equal, placed, zero)
            anyClear = graph.apply(.or, anyClear, graph.apply(.coalesce, isClear, zero))
            codes.append(graph.apply(.invalidate, placed, isClear))
        }
        let code = graph.apply(.select, anyClear, zero, first(of: codes + [zero]))
        masks = rules(Set(flows.flatMap(\.masks).map(\.reason)), of: code)
    }

    private mutating func place(
        _ sources: [ValueID], _ results: [String], of member: Int, in union: SceneUnion
    ) -> [ValueID] {
        addStage(
            name: "\(results[0]) of \(union.labels[member])", sources: sources, results: results,
            placement: .commonGrid(group: step, member: member) { grids in
                let found = try union.find(grids)
                return (PlaceOperation(place: found.places[member]), found.grid)
            })
    }

    /// The first of some numbers that is there.
    private mutating func first(of values: [ValueID]) -> ValueID {
        values.reduce(graph.constant(.nan)) { graph.apply(.coalesce, $0, $1) }
    }
}
