/// `mask`: makes pixels no-data by the flags of the quality layers.
struct MaskStep: Step {
    static let flagNames = [
        "cloud", "dilated", "shadow", "cirrus", "snow", "water", "fill", "saturated", "dark", "vegetation", "bare",
        "unclassified", "occluded", "dropped",
        "cloudprob",
    ]

    static let declaration = StepDeclaration(
        word: "mask", summary: "no-data where quality flags are set: \(flagNames.joined(separator: ", "))",
        positionals: .names(
            required: false, help: "flags of the product's quality layers; rsproc info shows which a scene has"),
        options: [
            .init(
                "cloud-probability", .integer(1...100),
                "also where the product gives cloud at least this probability, in percent (Sentinel-2 Level-2A)")
        ])

    let flags: [String]
    /// In percent.
    let cloudProbability: Int?

    init(_ arguments: StepArguments) throws(ChainError) {
        flags = arguments.positionals.map { $0.lowercased() }
        cloudProbability = arguments.integer("cloud-probability")
        if flags.isEmpty && cloudProbability == nil {
            throw ChainError("names are missing; write: \(Self.declaration.usage)")
        }
        for flag in flags where !Self.flagNames.contains(flag) {
            let hint = Suggestion.text(for: flag, among: Self.flagNames)
            throw ChainError("unknown flag '\(flag)'\(hint); there are \(Self.flagNames.joined(separator: ", "))")
        }
    }

    func lower(into plan: inout PlanBuilder) throws {
        // One condition per reason: what several flags of one reason say is joined.
        var conditions: [PixelReason: ValueID] = [:]
        for name in flags {
            guard
                let layer = plan.scene.qualityLayers.first(where: { $0.flag(named: name) != nil }),
                let flag = layer.flag(named: name)
            else {
                let known = plan.scene.qualityLayers.map { layer in
                    "\(layer.name) (\(layer.flags.map(\.name).joined(separator: ", ")))"
                }
                throw ChainError(
                    "the scene has no quality layer with the flag '\(name)'; "
                        + (known.isEmpty ? "it has no quality layers" : "it has \(known.joined(separator: "; "))"))
            }
            guard layer.source != nil else {
                throw SceneError(
                    code: .missingBand,
                    message: "mask \(name) needs \(layer.name): \(layer.problem ?? "the file is missing")")
            }
            let condition = plan.condition(of: flag, in: layer)
            conditions[flag.reason] = conditions[flag.reason].map { plan.graph.anyOf($0, condition) } ?? condition
        }
        if let cloudProbability {
            let condition = try Self.condition(ofCloudProbability: cloudProbability, in: &plan)
            conditions[.cloud] = conditions[.cloud].map { plan.graph.anyOf($0, condition) } ?? condition
        }
        for (reason, condition) in conditions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            plan.mask(condition, reason: reason)
        }
    }

    private static func condition(ofCloudProbability percent: Int, in plan: inout PlanBuilder) throws -> ValueID {
        guard let layer = plan.scene.qualityLayer(.sentinel2CloudProbability) else {
            throw ChainError("cloud-probability=\(percent): the scene has no layer of cloud probability")
        }
        guard layer.source != nil else {
            throw SceneError(
                code: .missingBand,
                message:
                    "mask cloud-probability=\(percent) needs \(layer.name): \(layer.problem ?? "the file is missing")")
        }
        let flag = QualityFlag(name: "cloudprob", test: .atLeast(UInt32(percent)), reason: .cloud)
        return plan.condition(of: flag, in: layer)
    }
}
