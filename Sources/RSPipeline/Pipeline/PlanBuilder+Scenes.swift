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

    /// Puts the planes of several scenes into one grid, with their reasons and masks.
    ///
    /// A pixel without a value has the reason of the first scene that shows more than fill there. It counts as masked for
    /// planes to come where every scene that shows it is masked.
    ///
    /// - Parameters:
    ///   - others: what flows of the further scenes.
    ///   - rule: which number counts, plane by plane.
    ///   - key: a plane that chooses the scene by the rule, `max` or `min`, for all planes of a pixel; nil for none.
    ///   - union: the grid, with what the scenes are called, this one first.
    /// - Returns: by plane, how many scenes had a say in its value; NaN where it has none.
    /// - Throws: ``SceneError`` where the key is missing in a scene.
    @discardableResult
    mutating func combine(
        with others: [PlanBuilder], by rule: OverlapRule, key: Int? = nil, in union: SceneUnion
    ) throws -> [Int: ValueID] {
        gridStep = step
        let flows = [self] + others
        var union = union
        union.isOneGrid = Self.haveOneGrid(flows)
        var counted: [Int: ValueID] = [:]
        var choice: (plane: PlacedPlane, position: ValueID)?
        if let key {
            let placed = try place(key, of: flows, in: union)
            choice = (placed, rule.position(in: placed.values, in: &graph))
        }
        let moved = placeCounts(of: flows, in: union)
        for index in planes.indices where planes[index].explained.isEmpty {
            let placed: PlacedPlane
            do throws(SceneError) {
                if index == key, let choice {
                    placed = choice.plane
                } else {
                    placed = try place(index, of: flows, in: union, hasDepths: rule == .inner)
                }
            } catch {
                planes[index].problem = error
                continue
            }
            let value: ValueID
            let chosen: ValueID
            if let choice {
                value = OverlapRule.value(at: choice.position, of: placed.values, in: &graph)
                chosen = graph.apply(
                    .coalesce, OverlapRule.value(at: choice.position, of: placed.reasons, in: &graph),
                    reason(of: choice.plane))
            } else {
                let isCategory = Self.content(of: planes[index].quantity) == .category
                value = rule.combine(placed.values, depths: placed.depths, isCategory: isCategory, in: &graph)
                chosen = reason(of: placed)
            }
            let isMissing = graph.apply(.isNoData, value)
            let code = graph.apply(.select, isMissing, chosen, graph.constant(0))
            let members = placed.members + (choice?.plane.members ?? [])
            planes[index].value = value
            planes[index].rules = rules(Set(members.flatMap(\.rules).map(\.reason)).union([.fill]), of: code)
            planes[index].counts = Set(
                zip(placed.members, moved).flatMap { member, moved in member.counts.compactMap { moved[$0] } })
            let count = OverlapRule.count(of: (choice?.plane ?? placed).values, in: &graph)
            counted[index] = graph.apply(.invalidate, count, isMissing)
        }
        combineMasks(of: flows, in: union)
        for index in planes.indices where !planes[index].explained.isEmpty {
            planes[index] = validity(of: planes[index].explained, name: planes[index].name)
        }
        // They say nothing about the scenes beside.
        countedLayers = []
        return counted
    }

    /// Whether the bands of all scenes lie on the same grids, and nothing has been brought to another.
    private static func haveOneGrid(_ flows: [PlanBuilder]) -> Bool {
        let grids = flows.map { flow in flow.scene.bands.compactMap { $0.source?.grid } }
        return flows.allSatisfy(\.gridChanges.isEmpty) && !grids[0].isEmpty
            && grids.allSatisfy { own in
                own.count == grids[0].count
                    && zip(own, grids[0]).allSatisfy { $0.crs != nil && $0.difference(from: $1) == nil }
            }
    }

    /// A plane of several scenes, each at its place in the common grid.
    private struct PlacedPlane {
        /// By scene, before.
        var members: [PlannedPlane] = []
        /// By scene; NaN where it has no value.
        var values: [ValueID] = []
        /// By scene, why it has no value: 0 where it has one, NaN where it shows nothing.
        var reasons: [ValueID] = []
        /// By scene, how deep in it pixels lie; empty where nobody asks.
        var depths: [ValueID] = []
    }

    private mutating func place(
        _ index: Int, of flows: [PlanBuilder], in union: SceneUnion, hasDepths: Bool = false
    ) throws(SceneError) -> PlacedPlane {
        var plane = PlacedPlane()
        let first = flows[0].planes[index]
        for (flow, label) in zip(flows, union.labels) {
            plane.members.append(try Self.counterpart(of: first, in: flow, label, union.word))
        }
        for (member, own) in plane.members.enumerated() {
            let missing = graph.apply(.isNoData, own.value)
            let why = graph.apply(.select, missing, reason(of: own), graph.constant(0))
            let placed = place(
                [own.value, why], [first.name, "reasons of \(first.name)"] + (hasDepths ? ["depth"] : []), of: member,
                in: union)
            plane.values.append(placed[0])
            plane.reasons.append(placed[1])
            plane.depths += placed.dropFirst(2)
        }
        return plane
    }

    /// The reason of the first scene that shows more than fill.
    private mutating func reason(of plane: PlacedPlane) -> ValueID {
        let fill = graph.constant(Float(PixelReason.fill.rawValue))
        let more = plane.reasons.map { graph.apply(.invalidate, $0, graph.apply(.equal, $0, fill)) }
        return first(of: more + [fill])
    }

    /// What was asked for before is counted in each scene, wherever its pixels lie.
    ///
    /// - Returns: by scene, the new numbers of its counts.
    private mutating func placeCounts(of flows: [PlanBuilder], in union: SceneUnion) -> [[Int: Int]] {
        flows.enumerated().map { member, flow in
            var moved: [Int: Int] = [:]
            for number in Set(flow.planes.flatMap(\.counts)).sorted() {
                var count = flow.counts[number]
                count.condition = place([count.condition], ["count of \(count.plane)"], of: member, in: union)[0]
                count.plane = "\(union.labels[member]) \(count.plane)"
                moved[number] = counts.count
                counts.append(count)
            }
            return moved
        }
    }

    /// The plane of a further scene that belongs to one of the first: that of its name, else, as names of files differ, of
    /// its role.
    private static func counterpart(
        of first: PlannedPlane, in flow: PlanBuilder, _ label: String, _ word: String
    ) throws(SceneError) -> PlannedPlane {
        let found =
            flow.planes.first { $0.name == first.name }
            ?? first.band?.role.flatMap { role in flow.planes.first { $0.band?.role == role } }
        guard let plane = found else {
            throw SceneError(
                code: .missingBand, message: "\(label) has no band \(first.name), which \(word) needs")
        }
        if let problem = first.problem ?? plane.problem { throw problem }
        if plane.quantity != first.quantity {
            throw SceneError(
                code: .badOption,
                message: "\(plane.name) of \(label) holds \(plane.quantity.label), that of the first scene "
                    + "\(first.quantity.label); bring both to one quantity before \(word)")
        }
        if plane.quantity == .digitalNumber, plane.band?.calibration != first.band?.calibration {
            throw SceneError(
                code: .badOption,
                message:
                    "\(plane.name) holds digital numbers, whose scale in \(label) is another than in the first scene; put "
                    + "toa, radiance or surface before \(word)")
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

    /// Values of a scene in the common grid.
    ///
    /// Scenes whose pixels are the same ones from the start need no stage: all is one program then, and nothing is held
    /// for each of them. Infinite values become no-data as between stages.
    private mutating func place(
        _ sources: [ValueID], _ results: [String], of member: Int, in union: SceneUnion
    ) -> [ValueID] {
        if union.isOneGrid, results.count == sources.count {
            return sources.map { graph.apply(.divide, $0, graph.constant(1)) }
        }
        return addStage(
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

    /// Says so where a formula takes bands of which each may be of another date at one pixel.
    mutating func warnOfMixedDates(_ name: String, _ used: [Int]) {
        let mixed = Set(used).sorted().map { planes[$0] }.filter { plane in
            plane.quantity.isReflectance && plane.composite.map { $0 != .mean } ?? false
        }
        guard mixed.count > 1, let rule = mixed[0].composite else { return }
        warnings.append(
            "\(name) takes the \(rule.rawValue) over dates of \(mixed.map(\.name).joined(separator: ", ")), each for itself: at "
                + "one pixel they may be of different dates; put the formula before composite, or let one plane choose the "
                + "date (composite ... by=)")
    }
}
