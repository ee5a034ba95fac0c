/// `mask`: makes pixels no-data by the flags of the quality layers, by polygons, or by a condition over planes.
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
            .init("outside", .text, "vector file: no-data outside of its polygons"),
            .init("inside", .text, "vector file: no-data where its polygons or lines cover a pixel"),
            .init("layer", .text, "the layer of that file, where it holds several"),
            .init("where", .text, "which features of it, as an SQL condition over their attributes"),
            .init(
                "sieve", .integer(1...SieveOperation.mostPixels),
                "only groups of at least so many flagged pixels that touch at sides or corners, at most "
                    + "\(SieveOperation.mostPixels); before buffer"),
            .init(
                "buffer", .text,
                "also pixels whose centre lies within a distance of a flagged one's, as 90m or 3px; fill is not grown"),
            .init(
                "cloud-probability", .integer(1...100),
                "also where the product gives cloud at least this probability, in percent (Sentinel-2 Level-2A)"),
            .init("expr", .text, "also where a condition over planes holds, as \"blue > 0.3 and nir < 0.2\""),
        ])

    let flags: [String]
    let sieve: Int?
    let buffer: BufferRadius?
    let areas: MaskAreas
    /// In percent.
    let cloudProbability: Int?
    let condition: Expression?

    init(_ arguments: StepArguments) throws(ChainError) {
        flags = arguments.positionals.map { $0.lowercased() }
        cloudProbability = arguments.integer("cloud-probability")
        for flag in flags where !Self.flagNames.contains(flag) {
            let hint = Suggestion.text(for: flag, among: Self.flagNames)
            throw ChainError("unknown flag '\(flag)'\(hint); there are \(Self.flagNames.joined(separator: ", "))")
        }
        areas = try MaskAreas(arguments)
        condition = try arguments["expr"].map(Self.condition)
        if flags.isEmpty && areas.isEmpty && cloudProbability == nil && condition == nil {
            throw ChainError(
                "it needs flags, outside= or inside= with a vector file, or expr= with a condition; flags are "
                    + Self.flagNames.joined(separator: ", "))
        }
        sieve = arguments.integer("sieve")
        buffer = arguments["buffer"].flatMap(BufferRadius.init)
        if buffer == nil, let text = arguments["buffer"] {
            throw ChainError("buffer=\(text): a distance above 0 is needed, in metres (90m) or pixels (3px)")
        }
    }

    private static func condition(_ text: String) throws(ChainError) -> Expression {
        do throws(ExpressionError) {
            let expression = try Expression.parse(text)
            if expression.isCondition { return expression }
        } catch {
            throw ChainError("expr: \(error.description)")
        }
        throw ChainError("expr=\(text): a condition is needed, such as expr=\"nir < 0.1\"")
    }

    func lower(into plan: inout PlanBuilder) throws {
        if let joining = plan.joiningStep, !flags.isEmpty || cloudProbability != nil {
            throw ChainError("put flags before \(joining): each scene has quality layers of its own")
        }
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
            guard layer.isPresent else {
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
        let masks = conditions.sorted { $0.key.rawValue < $1.key.rawValue }.map { reason, condition in
            PlanBuilder.MaskCondition(condition: condition, reason: reason)
        }
        let flagged = plan.shape(masks, sieve: sieve, buffer: buffer)
        // The others are shaped for themselves: they lie on the grid that the chain has reached, flags on the scene's.
        var others = try areas.conditions(in: &plan)
        if let condition {
            // Where it has no value it does not hold.
            let holds = plan.graph.apply(.coalesce, try plan.add(condition).value, plan.graph.constant(0))
            others.append(.init(condition: holds, reason: .maskedOther))
        }
        let covered = plan.shape(others, sieve: sieve, buffer: buffer)
        for mask in flagged + covered {
            plan.mask(mask.condition, reason: mask.reason)
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
