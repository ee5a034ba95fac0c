/// How much of a scene is under clouds.
///
/// Counted on the quality layer that has the flag `cloud` (the product's own meaning of it: dilated cloud, cirrus and
/// shadow do not count), as a share of the pixels that are not fill, at the layer's own pixel size. Polygons are counted
/// in the pixels of the coarsest band, whose no-data is the fill. Where the scene has no such layer, or polygons
/// and no place on the map, the product's own figure for the whole scene counts.
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
        // Polygons need a place on the map.
        let band = scene.bands.filter { $0.source?.grid.crs != nil }.max { Self.pixelSize($0) < Self.pixelSize($1) }
        let usable = scene.qualityLayers.first { layer in
            layer.flag(named: "cloud") != nil && (layer.source != nil || layer.shapes != nil && band != nil)
        }
        guard let layer = usable else {
            return scene.cloudCover.map { CloudShare(percent: $0, source: "metadata") }
        }
        let count = CloudCount(layer: layer, band: layer.source == nil ? band : nil)
        let plan = try Plan([count], text: "", scene: scene)
        let result = try Executor(plan: plan, options: options).run(sinks: []) { _ in }
        let counts = result.reasonCounts[0]
        let clouded = counts[Int(PixelReason.cloud.rawValue)]
        let seen = clouded + counts[Int(PixelReason.valid.rawValue)]
        if seen == 0 { return nil }
        return CloudShare(percent: Double(clouded) * 100 / Double(seen), source: layer.name)
    }

    private static func pixelSize(_ band: Band) -> Double { band.source?.grid.transform.pixelWidth ?? 0 }

    /// One plane whose pixels are fill, cloud or valid.
    private struct CloudCount: Step {
        static let declaration = StepDeclaration(word: "cloud-share", summary: "count clouds")

        let layer: QualityLayer
        /// Says where fill is, beside polygons; nil for a layer that says it itself.
        let band: Band?

        init(layer: QualityLayer, band: Band?) {
            self.layer = layer
            self.band = band
        }

        init(_ arguments: StepArguments) throws(ChainError) { throw ChainError("it is no word of a chain") }

        func lower(into plan: inout PlanBuilder) throws {
            let slot =
                band.map { plan.slot(for: PlanInput(name: $0.name, source: $0.source, noData: $0.noData)) }
                ?? plan.slot(for: layer)
            var value = plan.graph.load(slot: slot)
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
