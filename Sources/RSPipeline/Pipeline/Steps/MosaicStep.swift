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
                    + "inner: of the scene whose edge is farthest away"),
            .init("assume", .choice(["same-pass"]), "take scenes of other times, or of unknown time, as one pass"),
        ])

    /// In seconds: how far apart scenes of one pass may have been taken.
    static let longestPass = 600.0

    let paths: [String]
    let rule: OverlapRule
    let assumesSamePass: Bool

    init(_ arguments: StepArguments) throws(ChainError) {
        paths = arguments.positionals
        rule = arguments["overlap"].flatMap(OverlapRule.init) ?? .first
        assumesSamePass = arguments["assume"] == "same-pass"
        if paths.isEmpty { throw ChainError("it needs further scenes; write: read A ! toa ! mosaic B C") }
        for (index, path) in paths.enumerated() where paths[..<index].contains(path) {
            throw ChainError("\(path) is given twice")
        }
    }

    func lower(into plan: inout PlanBuilder) throws {
        guard let read = plan.earlierSteps.first as? ReadStep else { throw ChainError("it stands after read") }
        if !plan.furtherScenes.isEmpty { throw ChainError("one mosaic takes all scenes; name them in one step") }
        if let plane = plan.planes.first(where: { $0.band == nil }) {
            throw ChainError("put it before the step that adds \(plane.name): a mosaic joins bands")
        }
        if read.options.metadata != nil {
            throw ChainError("read ... metadata= names the files of one scene; give each scene of a mosaic as a folder")
        }
        if let path = paths.first(where: read.inputs.contains) { throw ChainError("\(path) is what read names") }
        var scenes: [Scene] = []
        for path in paths {
            let scene = try Scene.open([path], options: read.options)
            try check(scene, beside: plan.scene)
            scenes.append(scene)
        }
        let labels = Self.labels([plan.scene] + scenes)
        var others: [PlanBuilder] = []
        for (scene, label) in zip(scenes, labels.dropFirst()) {
            if scene.processingLevel != plan.scene.processingLevel {
                plan.warnings.append(
                    "\(label) is of processing level \(scene.processingLevel ?? "unknown"), \(labels[0]) of "
                        + "\(plan.scene.processingLevel ?? "unknown")")
            }
            others.append(try plan.lower(plan.earlierSteps, for: scene, label: label))
        }
        plan.combine(with: others, by: rule, in: SceneUnion(labels: labels))
        if plan.endOfCalibration == nil {
            plan.endOfCalibration = (
                Self.declaration.word, "calibration, sun and view are those of each scene"
            )
        }
    }

    /// What scenes are called: their identifiers, numbered where several have one.
    private static func labels(_ scenes: [Scene]) -> [String] {
        scenes.indices.map { index in
            let earlier = scenes[..<index].count { $0.id == scenes[index].id }
            return earlier == 0 ? scenes[index].id : "\(scenes[index].id) (\(earlier + 1))"
        }
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
                "\(scene.id) was taken \(Self.duration(apart)) apart from \(first.id); a mosaic joins scenes of one pass "
                    + "(within \(Self.duration(Self.longestPass))). If they may be joined all the same, write "
                    + "assume=same-pass")
        }
    }

    private static func duration(_ seconds: Double) -> String {
        if seconds < 7200 { return "\((seconds / 60).rounded(toPlaces: 1)) minutes" }
        if seconds < 172_800 { return "\((seconds / 3600).rounded(toPlaces: 1)) hours" }
        return "\((seconds / 86_400).rounded(toPlaces: 1)) days"
    }
}
