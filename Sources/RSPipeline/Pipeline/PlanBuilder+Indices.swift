extension PlanBuilder {
    /// Adds the formula of an index over the bands at hand.
    ///
    /// - Parameters:
    ///   - catalogue: where the index is from, to say which others could be computed.
    ///   - allowsRelative: whether bands of unknown scale will do, for a scale-free index.
    /// - Returns: the value and the positions of the planes it uses.
    /// - Throws: ``ChainError`` or ``SceneError`` when bands are missing or hold another quantity than the index takes.
    mutating func add(
        _ invocation: IndexInvocation, of catalogue: IndexCatalogue, allowsRelative: Bool = false
    ) throws -> (value: ValueID, used: [Int]) {
        try checkBands(of: invocation.index, catalogue: catalogue)
        try checkQuantities(of: invocation.index, allowsRelative: allowsRelative)
        return try add(invocation.expression)
    }

    private func checkBands(of index: SpectralIndex, catalogue: IndexCatalogue) throws(ChainError) {
        let missing = index.roles.filter { position(of: $0.rawValue) == nil }
        if missing.isEmpty { return }
        let runnable = catalogue.runnable(with: roles).map(\.id)
        let shown = runnable.prefix(40).joined(separator: ", ") + (runnable.count > 40 ? ", ..." : "")
        throw ChainError(
            "\(index.id) needs \(missing.map(\.rawValue).joined(separator: ", ")), which the scene lacks; "
                + (runnable.isEmpty
                    ? "no index can run; give the bands roles (read ... roles=blue,green,red,nir)"
                    : "these can run: \(shown)"))
    }

    /// Indices take reflectance; what else is accepted depends on whether a common factor cancels out.
    private func checkQuantities(of index: SpectralIndex, allowsRelative: Bool) throws {
        let planes = index.roles.compactMap { role in position(of: role.rawValue).map { self.planes[$0] } }
        // What a band lacks comes before what it therefore holds.
        if let problem = planes.lazy.compactMap(\.problem).first { throw problem }
        let spectral = planes.filter { $0.band?.role?.isThermal != true }
        for plane in planes where plane.band?.role?.isThermal == true {
            if plane.quantity != .brightnessTemperature && plane.quantity != .surfaceTemperature {
                throw ChainError("\(index.id) needs \(plane.name) in kelvin; put brightness (or surface) before it")
            }
        }
        let kinds = Set(spectral.map(\.quantity))
        if kinds.allSatisfy(\.isReflectance) {
            if kinds.count > 1 {
                throw ChainError(
                    "\(index.id) would mix \(kinds.map(\.label).sorted().joined(separator: " and ")); "
                        + "bring its bands to one quantity first")
            }
            return
        }
        guard let odd = spectral.first(where: { !$0.quantity.isReflectance }) else { return }
        switch odd.quantity {
        case .digitalNumber where index.isScaleFree && shareGainWithoutOffset(spectral):
            return
        case .digitalNumber:
            throw ChainError(
                "\(index.id) takes reflectance, and \(odd.name) holds digital numbers"
                    + (index.isScaleFree ? ", whose offset would falsify it" : "") + "; \(fixForReflectance)")
        case .relative where (allowsRelative || acceptsRelative) && index.isScaleFree:
            return
        case .relative:
            throw ChainError(
                "\(index.id) takes reflectance, and \(odd.name) is of unknown scale; say what it holds "
                    + "(read ... quantity=surfaceReflectance)"
                    + (index.isScaleFree ? " or write allow=relative" : ""))
        default:
            throw ChainError(
                "\(index.id) takes reflectance, and \(odd.name) holds \(odd.quantity.label); \(fixForReflectance)")
        }
    }

    /// The step that would give reflectance, in words.
    var fixForReflectance: String {
        if scene.level == .level2 { return "put surface before it" }
        if planes.contains(where: { $0.band?.calibration.toaReflectance != nil }) {
            return "put toa or surface method=dos1 before it"
        }
        if let why = planes.lazy.compactMap({ $0.band?.calibration.missing.first }).first { return why }
        return "say what the file holds: read ... quantity=surfaceReflectance scale= offset="
    }

    /// Whether stored numbers are one common factor away from reflectance.
    private func shareGainWithoutOffset(_ planes: [PlannedPlane]) -> Bool {
        let scales = planes.map { plane in
            plane.band?.calibration.toaReflectance ?? plane.band?.calibration.product?.scale
        }
        guard let first = scales.first, let first else { return false }
        return first.offset == 0 && scales.allSatisfy { $0 == first }
    }
}
