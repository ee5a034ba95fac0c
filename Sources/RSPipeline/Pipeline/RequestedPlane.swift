/// A plane that a step has asked for, as it stood there.
struct RequestedPlane: Sendable {
    var plane: PlannedPlane
    /// The first step that asked for it, from 1.
    var step: Int
    /// The step that had brought it to its grid; 0 for none.
    var gridStep: Int
}

extension PlanBuilder {
    /// Asks for planes as they stand: later steps change what flows, not what was asked for.
    ///
    /// - Returns: positions in ``requested``.
    /// - Throws: ``ChainError`` where earlier steps have asked for planes of another grid.
    mutating func request(_ positions: [Int]) throws(ChainError) -> [Int] {
        if let other = requested.first(where: { $0.gridStep != gridStep }) {
            throw ChainError(
                "one chain makes maps and tables of one grid, and \(words(ofStep: other.step)) asks for some before "
                    + "\(words(ofStep: gridStep)) brings the planes to another; put all of them before it or all after it, "
                    + "or make two chains")
        }
        var places: [Int] = []
        for position in positions {
            var plane = planes[position]
            if !plane.explained.isEmpty { plane = validity(of: plane.explained, name: plane.name) }
            if let known = requested.firstIndex(where: { $0.plane == plane }) {
                places.append(known)
            } else {
                places.append(requested.count)
                requested.append(RequestedPlane(plane: plane, step: step, gridStep: gridStep))
            }
        }
        return places
    }

    /// A step by number and word.
    private func words(ofStep number: Int) -> String {
        guard earlierSteps.indices.contains(number - 1) else { return "step \(number)" }
        return "step \(number) (\(type(of: earlierSteps[number - 1]).declaration.word))"
    }
}
