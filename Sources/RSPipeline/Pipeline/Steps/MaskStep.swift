/// `mask`: makes pixels no-data by the flags of the quality layers.
struct MaskStep: Step {
    static let flagNames = ["cloud", "dilated", "shadow", "cirrus", "snow", "water", "fill", "saturated"]

    static let declaration = StepDeclaration(
        word: "mask", summary: "no-data where quality flags are set: \(flagNames.joined(separator: ", "))",
        positionals: .names(required: false, help: "flags of QA_PIXEL, and saturated of QA_RADSAT"),
        options: [
            .init("outside", .text, "vector file: no-data outside of its polygons"),
            .init("inside", .text, "vector file: no-data where its polygons or lines cover a pixel"),
            .init("layer", .text, "the layer of that file, where it holds several"),
            .init("where", .text, "which features of it, as an SQL condition over their attributes"),
            .init(
                "sieve", .integer(1...SieveOperation.mostPixels),
                "only groups of at least so many flagged pixels that touch at sides or corners; before buffer"),
            .init(
                "buffer", .text,
                "also pixels whose centre lies within a distance of a flagged one's, as 90m or 3px; fill is not grown"),
        ])

    let flags: [String]
    let sieve: Int?
    let buffer: BufferRadius?
    let areas: MaskAreas

    init(_ arguments: StepArguments) throws(ChainError) {
        flags = arguments.positionals.map { $0.lowercased() }
        for flag in flags where !Self.flagNames.contains(flag) {
            let hint = Suggestion.text(for: flag, among: Self.flagNames)
            throw ChainError("unknown flag '\(flag)'\(hint); there are \(Self.flagNames.joined(separator: ", "))")
        }
        areas = try MaskAreas(arguments)
        if flags.isEmpty && areas.isEmpty {
            throw ChainError(
                "it needs flags, or outside= or inside= with a vector file; flags are \(Self.flagNames.joined(separator: ", "))"
            )
        }
        sieve = arguments.integer("sieve")
        buffer = arguments["buffer"].flatMap(BufferRadius.init)
        if buffer == nil, let text = arguments["buffer"] {
            throw ChainError("buffer=\(text): a distance above 0 is needed, in metres (90m) or pixels (3px)")
        }
    }

    func lower(into plan: inout PlanBuilder) throws {
        // One condition per reason and layer: flags of one reason are one bit test.
        var masks: [(slot: Int, reason: PixelReason, bits: UInt32)] = []
        for name in flags {
            guard
                let layer = plan.scene.qualityLayers.first(where: { $0.flag(named: name) != nil }),
                let flag = layer.flag(named: name)
            else {
                throw ChainError(
                    "the scene has no quality layer with the flag '\(name)'"
                        + (plan.scene.qualityLayers.isEmpty
                            ? "; it has no quality layers"
                            : "; it has \(plan.scene.qualityLayers.map(\.name).joined(separator: ", "))"))
            }
            guard layer.source != nil else {
                throw SceneError(
                    code: .missingBand,
                    message: "mask \(name) needs \(layer.name): \(layer.problem ?? "the file is missing")")
            }
            let slot = plan.slot(for: layer)
            if let index = masks.firstIndex(where: { $0.slot == slot && $0.reason == flag.reason }) {
                masks[index].bits |= flag.mask
            } else {
                masks.append((slot, flag.reason, flag.mask))
            }
        }
        let conditions = masks.sorted(by: { $0.reason.rawValue < $1.reason.rawValue }).map { mask in
            PlanBuilder.MaskCondition(
                condition: plan.graph.anyBit(plan.graph.load(slot: mask.slot), mask: mask.bits), reason: mask.reason)
        }
        let flagged = plan.shape(conditions, sieve: sieve, buffer: buffer)
        // Areas are shaped for themselves: they lie on the grid that the chain has reached, flags on the scene's.
        let covered = plan.shape(try areas.conditions(in: &plan), sieve: sieve, buffer: buffer)
        for mask in flagged + covered {
            plan.mask(mask.condition, reason: mask.reason)
        }
    }
}
