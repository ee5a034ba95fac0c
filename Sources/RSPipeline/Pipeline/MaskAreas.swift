/// The part of `mask` that comes from vector files: `outside=`, `inside=`, `layer=` and `where=`.
struct MaskAreas: Sendable {
    private let outside: VectorFile?
    private let inside: VectorFile?

    /// - Throws: ``ChainError`` where `layer=` or `where=` stand without a file.
    init(_ arguments: StepArguments) throws(ChainError) {
        let selection = VectorSelection(layer: arguments["layer"], filter: arguments["where"])
        outside = arguments["outside"].map { VectorFile($0, selection) }
        inside = arguments["inside"].map { VectorFile($0, selection) }
        if isEmpty && (selection.layer != nil || selection.filter != nil) {
            throw ChainError("layer= and where= choose features of outside= or inside=")
        }
        if outside != nil && inside != nil && (selection.layer != nil || selection.filter != nil) {
            throw ChainError(
                "layer= and where= cannot say which of outside= and inside= they mean; write two mask steps")
        }
    }

    /// Whether no file is named.
    var isEmpty: Bool { outside == nil && inside == nil }

    /// The conditions, counted as masked for another reason.
    ///
    /// That nothing of `outside=` meets the scene is an error, since every pixel would be masked; nothing of `inside=` is
    /// not.
    ///
    /// - Throws: ``SceneError`` where a file is missing.
    func conditions(in plan: inout PlanBuilder) throws(SceneError) -> [PlanBuilder.MaskCondition] {
        var conditions: [PlanBuilder.MaskCondition] = []
        if let outside {
            let cover = try plan.cover(of: outside, needs: .polygonsThatMeet)
            conditions.append(.init(condition: plan.graph.apply(.not, cover), reason: .maskedOther))
        }
        if let inside {
            conditions.append(
                .init(condition: try plan.cover(of: inside, needs: .polygonsOrLines), reason: .maskedOther))
        }
        return conditions
    }
}
