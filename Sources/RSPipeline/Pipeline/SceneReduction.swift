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

/// Reductions of one pass.
struct ReductionRound: Sendable {
    var reductions: [PlannedReduction]
    /// The values of all of them, in order.
    var program: Program

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

    /// The reductions that some programs need, themselves or through others, in as few passes as their dependence allows.
    static func rounds(
        of all: [PlannedReduction], neededBy programs: [Program], in graph: ValueGraph
    ) -> [ReductionRound] {
        var needed: [Int: Int] = [:]
        // The pass of a reduction comes after those of all that it depends on.
        func depth(_ index: Int) -> Int {
            if let known = needed[index] { return known }
            let program = Program(graph, results: all[index].values)
            let before = all.indices.filter { other in
                other < index && all[other].parameters.contains { program.uses(parameter: $0) }
            }
            let own = before.reduce(0) { max($0, depth($1) + 1) }
            needed[index] = own
            return own
        }
        for index in all.indices
        where programs.contains(where: { program in all[index].parameters.contains { program.uses(parameter: $0) } }) {
            _ = depth(index)
        }
        let passes = (needed.values.max() ?? -1) + 1
        return (0..<passes).map { pass in
            let members = all.indices.filter { needed[$0] == pass }.map { all[$0] }
            return ReductionRound(
                reductions: members, program: Program(graph, results: members.flatMap(\.values)))
        }
    }
}
