/// How much of a scene is under clouds.
///
/// Counted on the quality layer that has the flag `cloud` (the product's own meaning of it: dilated cloud, cirrus and
/// shadow do not count), as a share of the pixels that are not fill, at the layer's own pixel size. Where the scene has
/// no such layer, the product's own figure for the whole scene counts.
public struct CloudShare: Sendable, Hashable {
    /// In percent.
    public let percent: Double
    /// Where it comes from: the name of the layer, or `metadata`.
    public let source: String

    /// Measures a scene; nil when neither a layer nor the metadata tells.
    ///
    /// - Throws: ``RunError`` of kind `input` when the layer cannot be read.
    public static func measure(
        _ scene: Scene, options: ExecutionOptions = ExecutionOptions()
    ) throws(RunError) -> CloudShare? {
        guard let layer = scene.qualityLayers.first(where: { $0.source != nil && $0.flag(named: "cloud") != nil })
        else {
            return scene.cloudCover.map { CloudShare(percent: $0, source: "metadata") }
        }
        let plan = try Plan(measuring: CloudCount(layer: layer), scene: scene)
        let result = try Executor(plan: plan, options: options).run(sinks: []) { _ in }
        let counts = result.reasonCounts[0]
        let clouded = counts[Int(PixelReason.cloud.rawValue)]
        let seen = clouded + counts[Int(PixelReason.valid.rawValue)]
        if seen == 0 { return nil }
        return CloudShare(percent: Double(clouded) * 100 / Double(seen), source: layer.name)
    }

    /// One plane whose pixels are fill, cloud or valid.
    private struct CloudCount: Step {
        static let declaration = StepDeclaration(word: "cloud-share", summary: "count clouds")

        let layer: QualityLayer

        init(layer: QualityLayer) { self.layer = layer }

        init(_ arguments: StepArguments) throws(ChainError) { throw ChainError("it is no word of a chain") }

        func lower(into plan: inout PlanBuilder) throws {
            var value = plan.graph.load(slot: plan.slot(for: layer))
            var rules = [ReasonRule(step: 1, reason: .fill, condition: plan.graph.apply(.isNoData, value))]
            for name in ["fill", "cloud"] {
                guard let flag = layer.flag(named: name) else { continue }
                let condition = plan.condition(of: flag, in: layer)
                value = plan.graph.apply(.invalidate, value, condition)
                rules.append(ReasonRule(step: 2, reason: flag.reason, condition: condition))
            }
            try plan.addBand(
                PlannedPlane(name: "cloud", quantity: .qualityBits, value: value, rules: rules, band: nil))
            plan.selection = [0]
        }
    }
}
