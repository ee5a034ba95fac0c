import Foundation

/// `mosaic`: joins adjoining scenes of one pass, each made by the steps before with its own metadata.
struct MosaicStep: Step {
    static let declaration = StepDeclaration(
        word: "mosaic",
        summary: "join adjoining scenes of one pass; each goes through the steps before with its own metadata",
        positionals: .paths(help: "the further scenes, as read takes them", allowsMany: true),
        options: [
            .init(
                "overlap", .choice(OverlapRule.allCases.map(\.rawValue)),
                "whose number counts where scenes overlap: that of the first (default) or last with a value, the mean, or "
                    + "inner: of the scene whose edge is farthest away; max, min or median"),
            .init("assume", .choice(["same-pass"]), "take scenes of other times, or of unknown time, as one pass"),
        ])

    /// In seconds: how far apart scenes of one pass may have been taken.
    static let longestPass = 600.0

    let further: FurtherScenes
    let rule: OverlapRule
    let assumesSamePass: Bool

    init(_ arguments: StepArguments) throws(ChainError) {
        further = try FurtherScenes(
            arguments.positionals, of: Self.declaration.word, example: "read A ! toa ! mosaic B C")
        rule = arguments["overlap"].flatMap(OverlapRule.init) ?? .first
        assumesSamePass = arguments["assume"] == "same-pass"
    }

    func lower(into plan: inout PlanBuilder) throws {
        let scenes = try further.open(beside: plan)
        if let plane = plan.planes.first(where: { $0.band == nil }) {
            throw ChainError("put it before the step that adds \(plane.name): a mosaic joins bands")
        }
        for scene in scenes { try check(scene, beside: plan.scene) }
        let (flows, union) = try further.lower(scenes, into: &plan)
        try plan.combine(with: flows, by: rule, in: union)
    }

    /// Makes sure that a scene may be joined to the first one.
    private func check(_ scene: Scene, beside first: Scene) throws(ChainError) {
        for (own, theirs) in [
            (scene.product, first.product), (scene.sensor, first.sensor), (scene.level.rawValue, first.level.rawValue),
        ] where own != theirs {
            throw ChainError(
                "\(scene.id) is \(own) and \(first.id) \(theirs); a mosaic joins scenes of one product, sensor and level"
            )
        }
        if assumesSamePass { return }
        guard let mine = scene.acquired, let other = first.acquired else {
            let unknown = scene.acquired == nil ? scene.id : first.id
            throw ChainError("nobody says when \(unknown) was taken; write assume=same-pass if it is of one pass")
        }
        let apart = abs(mine.timeIntervalSince(other))
        guard apart <= Self.longestPass else {
            throw ChainError(
                "\(scene.id) was taken \(FurtherScenes.duration(apart)) apart from \(first.id); a mosaic joins scenes of one pass "
                    + "(within \(FurtherScenes.duration(Self.longestPass))). If they may be joined all the same, write "
                    + "assume=same-pass")
        }
    }
}
