import Foundation

/// `composite`: makes one map of several dates of a season, each made by the steps before with its own metadata.
///
/// What is composited is whatever flows there: after `index`, the index of each date; before it, bands.
struct CompositeStep: Step {
    static let declaration = StepDeclaration(
        word: "composite",
        summary: "join dates of one season, pixel by pixel; each goes through the steps before with its own metadata",
        positionals: .paths(help: "the further scenes, as read takes them", allowsMany: true),
        options: [
            .init(
                "take", .choice(rules.map(\.rawValue)),
                "which number a pixel gets of those that dates have there, plane by plane; it has to be said"),
            .init(
                "by", .text,
                "with max or min: all planes of a pixel come from one date, that with the max or min of this plane"),
            .init(
                "assume", .list,
                "same-season: take dates more than \(longestSeason) days apart, or unknown ones; other-sensor: take "
                    + "sensors whose bands differ"),
        ])

    static let rules: [OverlapRule] = [.max, .min, .median, .mean]
    /// In days: how far apart dates of one season may be.
    static let longestSeason = 183
    /// How many scenes one composite takes: the numbers of classes go to 255.
    static let mostScenes = 100

    private static let assumptions = ["same-season", "other-sensor"]

    let further: FurtherScenes
    let rule: OverlapRule
    /// The plane that chooses the date.
    let key: String?
    let assumed: [String]

    init(_ arguments: StepArguments) throws(ChainError) {
        further = try FurtherScenes(
            arguments.positionals, of: Self.declaration.word,
            example: "read A ! toa ! index ndvi ! composite B C take=max")
        guard let rule = arguments["take"].flatMap(OverlapRule.init) else {
            throw ChainError(
                "take= is missing: which number a pixel gets, \(Self.rules.map(\.rawValue).joined(separator: ", "))")
        }
        self.rule = rule
        key = arguments["by"]
        if key != nil, rule != .max, rule != .min {
            throw ChainError(
                "by= chooses the date with the max or min of a plane, and take=\(rule.rawValue) has no date")
        }
        assumed = arguments.list("assume") ?? []
        if let odd = assumed.first(where: { !Self.assumptions.contains($0) }) {
            throw ChainError(
                "assume=\(odd): there are \(Self.assumptions.joined(separator: ", "))"
                    + Suggestion.text(for: odd, among: Self.assumptions))
        }
        if further.paths.count >= Self.mostScenes {
            throw ChainError("\(further.paths.count + 1) scenes: one composite takes at most \(Self.mostScenes)")
        }
    }

    func lower(into plan: inout PlanBuilder) throws {
        let scenes = [plan.scene] + (try further.open(beside: plan))
        try checkDates(of: scenes)
        let choice = try key.map { try plan.requirePosition(of: $0) }
        let (flows, union) = try further.lower(Array(scenes.dropFirst()), into: &plan)
        for index in plan.planes.indices where plan.planes[index].problem == nil {
            plan.planes[index].problem = problem(of: plan.planes[index], scenes, flows, union)
        }
        if let choice {
            guard plan.planes[choice].explained.isEmpty else {
                throw ChainError("by=\(key ?? ""): reasons choose no date; name a plane of numbers")
            }
            if let problem = plan.planes[choice].problem { throw problem }
        }
        let counted = try plan.combine(with: flows, by: rule, key: choice, in: union)
        if choice == nil {
            for index in plan.planes.indices { plan.planes[index].composite = rule }
        }
        let dates = zip(union.labels, scenes).map { label, scene in
            "\(label) (\(scene.acquiredText.map { String($0.prefix(10)) } ?? "no date"))"
        }
        plan.constants["composite"] =
            rule.rawValue + (choice.map { " by \(plan.planes[$0].name)" } ?? "") + " of "
            + dates.joined(separator: ", ")
        for position in plan.selection {
            guard let count = counted[position] else { continue }
            try plan.addPlane(
                name: "\(plan.planes[position].name)_count", quantity: .classes, value: count, used: [position],
                isStrict: true, categories: Self.categories(scenes.count), isSelected: false)
        }
    }

    /// What the numbers of a plane of counts mean.
    private static func categories(_ count: Int) -> [RasterCategory] {
        (1...max(1, count)).map { number in
            let colour = ColourRamp.neutral.colour(at: Double(number) / Double(count))
            return RasterCategory(
                UInt8(clamping: number), number == 1 ? "1 date" : "\(number) dates",
                SIMD3(colour.0, colour.1, colour.2))
        }
    }

    // MARK: What must agree

    /// Makes sure that scenes are different acquisitions of one season.
    private func checkDates(of scenes: [Scene]) throws(ChainError) {
        for (index, scene) in scenes.enumerated() {
            let twin = scenes[..<index].first { $0.id == scene.id && $0.acquired == scene.acquired }
            if twin != nil, scene.acquired != nil {
                throw ChainError(
                    "\(scene.id) is given twice, in \(further.paths[index - 1]) again; name each date once")
            }
        }
        if assumed.contains("same-season") { return }
        if let unknown = scenes.first(where: { $0.acquired == nil }) {
            throw ChainError(
                "nobody says when \(unknown.id) was taken; write assume=same-season if it is of the same season")
        }
        let dated = scenes.compactMap { scene in scene.acquired.map { (scene.id, $0) } }.sorted { $0.1 < $1.1 }
        guard let first = dated.first, let last = dated.last else { return }
        let apart = last.1.timeIntervalSince(first.1)
        if apart > Double(Self.longestSeason) * 86_400 {
            throw ChainError(
                "\(last.0) was taken \(FurtherScenes.duration(apart)) after \(first.0); a composite joins dates of one season "
                    + "(within \(Self.longestSeason) days). If they may be joined all the same, write assume=same-season"
            )
        }
    }

    /// Why the numbers of a plane cannot be compared from date to date; nil where they can.
    private func problem(
        of plane: PlannedPlane, _ scenes: [Scene], _ flows: [PlanBuilder], _ union: SceneUnion
    ) -> SceneError? {
        func refused(_ why: String) -> SceneError { SceneError(code: .badOption, message: "\(plane.name): \(why)") }
        if !plane.explained.isEmpty { return nil }
        if key == nil, PlanBuilder.content(of: plane.quantity) == .category {
            return refused(
                "classes, flags and angles have no \(rule.rawValue) over dates; put classify after composite, or let one "
                    + "plane choose the date (by=)")
        }
        if plane.quantity == .relative || plane.basis.contains(.relative) {
            return refused(
                "numbers of unknown scale cannot be compared from date to date; put toa or surface before composite")
        }
        // A calibrated property is the same whatever has seen it.
        if case .salinity = plane.quantity { return nil }
        for (number, flow) in flows.enumerated() {
            let (scene, label) = (scenes[number + 1], union.labels[number + 1])
            let families = (SensorFamily(scenes[0].sensor), SensorFamily(scene.sensor))
            if families.0 != families.1, !assumed.contains("other-sensor") {
                return refused(
                    "\(label) is of \(families.1.name), \(union.labels[0]) of \(families.0.name), whose bands differ; composite "
                        + "a calibrated property (model FILE), or write assume=other-sensor if the numbers are comparable"
                )
            }
            let counterpart = flow.planes.first { $0.name == plane.name }
            if plane.band == nil, let other = counterpart, other.basis != plane.basis {
                return refused(
                    "it comes of \(Self.words(plane.basis)) in \(union.labels[0]), of \(Self.words(other.basis)) in \(label); "
                        + "bring both to one quantity")
            }
        }
        return nil
    }

    private static func words(_ quantities: Set<Quantity>) -> String {
        quantities.map(\.label).sorted().joined(separator: " and ")
    }
}
