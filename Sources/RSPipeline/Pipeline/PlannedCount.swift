/// Pixels that the main pass counts, so that a summary can say how many a step has changed.
struct PlannedCount: Sendable, Hashable {
    /// The plane whose pixels they are.
    var plane: String
    /// What follows the number in a warning, for example `predictions below 0 were set to 0`.
    var words: String
    /// Above 0 where a pixel counts; NaN counts as no.
    var condition: ValueID
}

extension PlanBuilder {
    /// Counts pixels of the plane at a position, and of all planes that are made from it; only where one of them is computed
    /// anyway.
    mutating func count(_ condition: ValueID, of position: Int, _ words: String) {
        planes[position].counts.insert(counts.count)
        counts.append(PlannedCount(plane: planes[position].name, words: words, condition: condition))
    }

    /// The counts that belong to the planes asked for, in the order of the chain.
    var requestedCounts: [PlannedCount] { Set(requested.flatMap(\.plane.counts)).sorted().map { counts[$0] } }
}
