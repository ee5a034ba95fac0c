extension PlanBuilder {
    /// Makes sure that the bands are still calibrated ones of one scene: for every step that depends on calibration, sun
    /// or view.
    ///
    /// - Throws: ``ChainError`` that says which step to put first.
    func requireCalibrated() throws(ChainError) {
        guard let end = endOfCalibration else { return }
        throw ChainError("put it before \(end.step): \(end.why)")
    }

    /// Replaces, in place, the bands a conversion applies to, and selects those.
    ///
    /// A band whose metadata lack what the conversion needs is left as it is and remembers why: that is an error only
    /// when the chain uses the band.
    /// - Parameters:
    ///   - wanted: the quantity they hold afterwards.
    ///   - description: what the conversion starts from, for the error when no band qualifies.
    ///   - accepting: the quantities it starts from.
    ///   - applies: whether the conversion is meant for a band.
    ///   - body: the converted value of a band.
    /// - Throws: ``ChainError`` when nothing can be converted; the message says what flows and what to do.
    mutating func convert(
        to wanted: Quantity, from description: String, accepting: [Quantity] = [.digitalNumber],
        where applies: (Band) -> Bool,
        _ body: (PlannedPlane, Band, inout PlanBuilder) throws(SceneError) -> ValueID
    ) throws {
        try requireCalibrated()
        try refuseOthersOnly(of: wanted, from: description, accepting: accepting, where: applies)
        var converted: [Int] = []
        for index in planes.indices {
            let plane = planes[index]
            guard let band = plane.band, accepting.contains(plane.quantity), applies(band) else { continue }
            do throws(SceneError) {
                planes[index].value = try body(plane, band, &self)
                planes[index].quantity = wanted
            } catch {
                planes[index].problem = error
            }
            converted.append(index)
        }
        if converted.isEmpty {
            if planes.contains(where: { $0.band != nil && $0.quantity == wanted }) {
                throw ChainError("the bands hold \(wanted.label) already")
            }
            let flowing = Set(planes.filter { $0.band != nil }.map(\.quantity.label)).sorted()
            throw ChainError(
                "it starts from \(description), but the bands hold \(flowing.joined(separator: ", "))"
                    + (scene.product == "generic"
                        ? "; a generic file has no calibration: say what it holds with read ... quantity=" : ""))
        }
        select(converted)
    }

    /// Refuses a conversion that none of the selected bands it is meant for can take, and that would silently turn to
    /// others: `toa ! radiance` would convert the thermal bands alone.
    private func refuseOthersOnly(
        of wanted: Quantity, from description: String, accepting: [Quantity], where applies: (Band) -> Bool
    ) throws(ChainError) {
        let meant = selection.map { planes[$0] }.filter { $0.band.map(applies) ?? false }
        if meant.isEmpty || meant.contains(where: { accepting.contains($0.quantity) }) { return }
        guard let odd = meant.first(where: { $0.quantity != wanted }) else { return }
        let others = planes.filter { plane in
            accepting.contains(plane.quantity) && (plane.band.map(applies) ?? false)
        }
        guard let other = others.first else { return }
        throw ChainError(
            "it starts from \(description), but \(odd.name) holds \(odd.quantity.label); leave out the step before it that "
                + "made it, or choose the bands that are meant first: select "
                + others.prefix(3).map(\.name).joined(separator: ",") + (others.count > 3 ? ",..." : "")
                + (others.count == 1 ? " (\(other.quantity.label))" : ""))
    }

    /// Selects converted bands; pan only when it was selected before.
    private mutating func select(_ converted: [Int]) {
        let before = Set(selection)
        let usual = converted.filter { before.contains($0) || planes[$0].band?.role != .pan }
        selection = usual.isEmpty ? converted : usual
    }
}
