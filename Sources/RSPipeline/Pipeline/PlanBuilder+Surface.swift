extension Quantity {
    /// How surface reflectance was made, for example `dos1+nbar`; nil for other quantities.
    var surfaceMethod: String? {
        if case .surfaceReflectance(let method) = self { return method }
        return nil
    }

    /// Whether surface reflectance has been adjusted in a way, for example `nbar`.
    func isAdjusted(by adjustment: String) -> Bool {
        surfaceMethod?.split(separator: "+").dropFirst().contains { $0 == adjustment } ?? false
    }
}

extension PlanBuilder {
    /// Adjusts surface reflectance in place, says so in its method, and selects the bands adjusted.
    ///
    /// - Parameters:
    ///   - adjustment: the word that is added to the method, as in `dos1+nbar`.
    ///   - before: adjustments that this one must come before, with their steps.
    ///   - applies: whether it is meant for a band.
    ///   - body: the adjusted value of the plane at a position; a ``SceneError`` is an error as soon as the plane is used.
    /// - Throws: ``ChainError`` when no band holds surface reflectance or none fits, and when the order is wrong.
    mutating func adjustSurface(
        by adjustment: String, before: [(adjustment: String, step: String)] = [], where applies: (Band) -> Bool,
        otherwise: String, _ body: (Int, Band, inout PlanBuilder) throws -> ValueID
    ) throws {
        try requireCalibrated()
        let surface = planes.indices.filter { planes[$0].band != nil && planes[$0].quantity.surfaceMethod != nil }
        if surface.isEmpty {
            let flowing = Set(planes.filter { $0.band != nil }.map(\.quantity.label)).sorted()
            throw ChainError(
                "it takes surface reflectance, but the bands hold \(flowing.joined(separator: ", ")); put surface "
                    + (scene.level == .level2 ? "" : "method=dos1 ") + "before it")
        }
        for index in surface {
            let plane = planes[index]
            if plane.quantity.isAdjusted(by: adjustment) {
                throw ChainError("\(plane.name) is adjusted so already (\(plane.quantity.label))")
            }
            if let later = before.first(where: { plane.quantity.isAdjusted(by: $0.adjustment) }) {
                throw ChainError("\(plane.name) is \(plane.quantity.label); put this step before \(later.step)")
            }
        }
        var adjusted: [Int] = []
        for index in surface {
            guard let band = planes[index].band, applies(band), planes[index].problem == nil else { continue }
            do {
                planes[index].value = try body(index, band, &self)
                planes[index].quantity = .surfaceReflectance(
                    method: (planes[index].quantity.surfaceMethod ?? "") + "+" + adjustment)
            } catch let error as SceneError {
                planes[index].problem = error
            }
            adjusted.append(index)
        }
        if adjusted.isEmpty { throw ChainError(otherwise) }
        let before = Set(selection)
        let usual = adjusted.filter { before.contains($0) || planes[$0].band?.role != .pan }
        selection = usual.isEmpty ? adjusted : usual
    }
}
