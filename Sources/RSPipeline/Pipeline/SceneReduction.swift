/// Numbers that a pass over the whole scene finds out before the main pass starts: a dark object, a regression.
///
/// A new one is a type of its own with its tally; nothing else changes.
protocol SceneReduction: Sendable {
    /// What is looked for, in the plural, for `--explain` and progress, for example `dark objects`.
    var purpose: String { get }
    /// How many numbers it finds.
    var parameterCount: Int { get }
    /// An empty tally.
    ///
    /// - Parameter pixelCount: the pixels of the scene, which no tally will see more of.
    func tally(pixelCount: Int) -> any ReductionTally
}

/// What has been seen of a scene so far: one per worker, merged at the end.
///
/// The outcome may depend neither on the order of pixels nor on how they are shared among tallies: the same scene gives
/// the same bits whatever the number of threads.
protocol ReductionTally: Sendable {
    /// Adds pixels: a block of numbers for each of the values looked at, NaN where there is none.
    mutating func add(_ values: [UnsafePointer<Float>], count: Int)
    /// Takes over what another tally of the same reduction has seen.
    mutating func merge(_ other: any ReductionTally)
    /// The numbers.
    ///
    /// - Parameter name: of what, for messages.
    /// - Throws: ``RunError`` that names it and says what to do when they cannot be found.
    func outcome(name: String) throws(RunError) -> ReductionOutcome
}

/// What a reduction has found.
struct ReductionOutcome: Sendable {
    /// The numbers, for the parameters of the plan.
    var parameters: [Double]
    /// The part of the processing record that keeps them.
    var recordKey: String
    /// What is kept there, beside the name.
    var record: JSONValue
    /// What a user should know; empty for most.
    var warnings: [String] = []
}

/// A reduction of a plan: what it looks at and where its numbers go.
struct PlannedReduction: Sendable {
    /// Of what, for example `B2`.
    var name: String
    var reduction: any SceneReduction
    var values: [ValueID]
    /// The parameters that receive the numbers.
    var parameters: [Int]
}

/// A reduction that results depend on, themselves or through others.
struct NeededReduction: Sendable {
    var planned: PlannedReduction
    /// How many passes must come before it, because it needs what they find.
    var depth: Int

    /// The reductions that some programs need, in the order of the chain.
    static func all(of builder: PlanBuilder, neededBy programs: [Program]) -> [NeededReduction] {
        let all = builder.reductions
        /// The reductions whose numbers some programs use, or the stages do that they depend on.
        func used(by programs: [Program]) -> [Int] {
            let stages = PlanLayout.stages(of: builder, reachedFrom: programs.flatMap(\.inputSlots)).map {
                Program(builder.graph, results: builder.stages[$0].sources)
            }
            return all.indices.filter { index in
                (programs + stages).contains { program in
                    all[index].parameters.contains { program.uses(parameter: $0) }
                }
            }
        }
        var depths: [Int: Int] = [:]
        func depth(_ index: Int) -> Int {
            if let known = depths[index] { return known }
            let before = used(by: [Program(builder.graph, results: all[index].values)])
            let own = before.reduce(0) { max($0, depth($1) + 1) }
            depths[index] = own
            return own
        }
        for index in used(by: programs) { _ = depth(index) }
        return depths.sorted { $0.key < $1.key }.map { NeededReduction(planned: all[$0.key], depth: $0.value) }
    }
}

/// Reductions of one pass.
struct ReductionRound: Sendable {
    var reductions: [PlannedReduction]
    /// The values of all of them, in order.
    var program: Program
    /// The segment of the plan whose pixels are looked at.
    var segment: Int

    /// What the round looks for, for example `dark objects of B4, B5`.
    var purpose: String {
        var parts: [(purpose: String, names: [String])] = []
        for planned in reductions {
            if let index = parts.firstIndex(where: { $0.purpose == planned.reduction.purpose }) {
                parts[index].names.append(planned.name)
            } else {
                parts.append((planned.reduction.purpose, [planned.name]))
            }
        }
        return parts.map { "\($0.purpose) of \($0.names.joined(separator: ", "))" }.joined(separator: "; ")
    }

    /// The passes that find what is needed, in as few as dependence and grids allow.
    ///
    /// - Parameter segments: by reduction, the segment of the plan that it looks at.
    static func rounds(
        of all: [NeededReduction], segments: [Int], in graph: ValueGraph
    ) -> [ReductionRound] {
        let passes = (all.map(\.depth).max() ?? -1) + 1
        return (0..<passes).flatMap { pass in
            // The results' own segment comes last: what it decodes may stay for the main pass.
            Set(segments).sorted(by: >).compactMap { segment -> ReductionRound? in
                let members = all.indices.filter { all[$0].depth == pass && segments[$0] == segment }
                    .map { all[$0].planned }
                if members.isEmpty { return nil }
                return ReductionRound(
                    reductions: members, program: Program(graph, results: members.flatMap(\.values)), segment: segment)
            }
        }
    }
}
