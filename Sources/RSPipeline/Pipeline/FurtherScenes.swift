/// The scenes that a step brings in beside the one that `read` names.
struct FurtherScenes: Sendable {
    /// The step, for messages.
    let word: String
    /// As `read` takes them.
    let paths: [String]

    /// Checks what can be checked without opening them.
    ///
    /// - Parameter example: the step as it may be written.
    init(_ paths: [String], of word: String, example: String) throws(ChainError) {
        self.word = word
        self.paths = paths
        if paths.isEmpty { throw ChainError("it needs further scenes; write: \(example)") }
        for (index, path) in paths.enumerated() where paths[..<index].contains(path) {
            throw ChainError("\(path) is given twice")
        }
    }

    /// Opens the scenes, with the options of `read`.
    ///
    /// - Throws: ``ChainError`` where the plan has several scenes already, or `read` names files that are not of all.
    func open(beside plan: PlanBuilder) throws -> [Scene] {
        guard let read = plan.earlierSteps.first as? ReadStep else { throw ChainError("it stands after read") }
        if let other = plan.joiningStep {
            throw ChainError(
                other == word
                    ? "one \(word) takes all scenes; name them in one step"
                    : "\(other) has joined scenes already, and a chain does it once; write what \(other) makes with chains of "
                        + "their own, and join those")
        }
        if read.options.metadata != nil {
            throw ChainError(
                "read ... metadata= names the files of one scene; give each scene of a \(word) as a folder")
        }
        if let path = paths.first(where: read.inputs.contains) { throw ChainError("\(path) is what read names") }
        var scenes: [Scene] = []
        for path in paths { scenes.append(try Scene.open([path], options: read.options)) }
        return scenes
    }

    /// Sends the scenes through the steps before, each with its own metadata.
    ///
    /// - Returns: what flows of each, and the grid to join them on.
    func lower(_ scenes: [Scene], into plan: inout PlanBuilder) throws -> (flows: [PlanBuilder], union: SceneUnion) {
        let labels = Self.labels([plan.scene] + scenes)
        var flows: [PlanBuilder] = []
        for (scene, label) in zip(scenes, labels.dropFirst()) {
            if scene.processingLevel != plan.scene.processingLevel {
                plan.warnings.append(
                    "\(label) is of processing level \(scene.processingLevel ?? "unknown"), \(labels[0]) of "
                        + "\(plan.scene.processingLevel ?? "unknown")")
            }
            flows.append(try plan.lower(plan.earlierSteps, for: scene, label: label))
        }
        plan.joiningStep = word
        if plan.endOfCalibration == nil {
            plan.endOfCalibration = (word, "calibration, sun and view are those of each scene")
        }
        return (flows, SceneUnion(labels: labels, word: word))
    }

    /// What scenes are called: their identifiers, numbered where several have one.
    private static func labels(_ scenes: [Scene]) -> [String] {
        scenes.indices.map { index in
            let earlier = scenes[..<index].count { $0.id == scenes[index].id }
            return earlier == 0 ? scenes[index].id : "\(scenes[index].id) (\(earlier + 1))"
        }
    }

    /// A time between scenes in words.
    static func duration(_ seconds: Double) -> String {
        if seconds < 7200 { return "\((seconds / 60).rounded(toPlaces: 1)) minutes" }
        if seconds < 172_800 { return "\((seconds / 3600).rounded(toPlaces: 1)) hours" }
        return "\((seconds / 86_400).rounded(toPlaces: 1)) days"
    }
}
