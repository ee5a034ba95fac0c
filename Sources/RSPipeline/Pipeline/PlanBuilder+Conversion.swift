extension PlanBuilder {
    /// Replaces, in place, the bands a conversion applies to, and selects those.
    ///
    /// - Parameters:
    ///   - wanted: the quantity they hold afterwards.
    ///   - description: what the conversion starts from, for the error when no band qualifies.
    ///   - accepting: the quantities it starts from.
    ///   - body: the converted value of a band, or nil when the band lacks what the conversion needs.
    /// - Throws: ``ChainError`` when nothing can be converted; the message says what flows and what to do.
    mutating func convert(
        to wanted: Quantity, from description: String, accepting: [Quantity] = [.digitalNumber],
        _ body: (Band, inout PlanBuilder, ValueID) throws -> ValueID?
    ) throws {
        var converted: [Int] = []
        for index in planes.indices {
            guard let band = planes[index].band, accepting.contains(planes[index].quantity) else { continue }
            guard let value = try body(band, &self, planes[index].value) else { continue }
            planes[index].value = value
            planes[index].quantity = wanted
            converted.append(index)
        }
        if converted.isEmpty {
            let flowing = Set(planes.filter { $0.band != nil }.map(\.quantity.label)).sorted()
            throw ChainError(
                "it starts from \(description), but the bands hold \(flowing.joined(separator: ", "))"
                    + (scene.product == "generic"
                        ? "; a generic file has no calibration: say what it holds with read ... quantity=" : ""))
        }
        select(converted)
    }

    /// Selects converted bands; pan only when it was selected before.
    private mutating func select(_ converted: [Int]) {
        let before = Set(selection)
        selection = converted.filter { before.contains($0) || planes[$0].band?.role != .pan }
        if selection.isEmpty { selection = converted }
    }
}
