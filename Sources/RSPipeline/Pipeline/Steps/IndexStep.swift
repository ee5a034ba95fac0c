import Foundation

/// `index`: adds spectral indices of the catalogue.
struct IndexStep: Step {
    static let declaration = StepDeclaration(
        word: "index", summary: "add spectral indices, for example index ndvi,sqrt_GR,gdvi(n=3)",
        positionals: .names(required: true, help: "ids or qualified names (SI1@Douaoui2006); see rsproc index list"),
        options: [
            .init("as", .text, "name of the plane, for a single index"),
            .init("catalogue", .text, "file with further indices (own format or Awesome Spectral Indices)"),
            .init("allow", .choice(["relative"]), "take bands of unknown scale, for scale-free indices"),
        ])

    let names: [String]
    let planeName: String?
    let cataloguePath: String?
    let allowsRelative: Bool

    init(_ arguments: StepArguments) throws(ChainError) {
        names = arguments.positionals
        planeName = arguments["as"]
        cataloguePath = arguments["catalogue"]
        allowsRelative = arguments["allow"] == "relative"
        if planeName != nil && names.count > 1 { throw ChainError("as= names one index, not \(names.count)") }
        // Without a file of the user's, names can be checked before there is a scene.
        if cataloguePath == nil { _ = try Self.resolve(names, in: .builtin) }
    }

    private static func resolve(
        _ names: [String], in catalogue: IndexCatalogue
    ) throws(ChainError) -> [IndexInvocation] {
        var found: [IndexInvocation] = []
        for name in names {
            do throws(IndexError) {
                found.append(try catalogue.resolve(name))
            } catch {
                throw ChainError(error.description)
            }
        }
        return found
    }

    func lower(into plan: inout PlanBuilder) throws {
        var catalogue = plan.catalogue
        if let path = cataloguePath {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ChainError("catalogue=\(path): the file cannot be read")
            }
            do throws(IndexError) {
                catalogue = try catalogue.loading(data, name: path)
            } catch {
                throw ChainError("catalogue=\(path): \(error.description)")
            }
        }
        for invocation in try Self.resolve(names, in: catalogue) {
            try checkBands(of: invocation.index, catalogue: catalogue, plan: plan)
            try checkQuantities(of: invocation.index, plan: plan)
            if let warning = Self.warning(of: invocation.index, plan) { plan.warnings.append(warning) }
            let (value, used) = try plan.add(invocation.expression)
            plan.constants["formula " + (planeName ?? invocation.planeName)] = invocation.expression.description
            try plan.addPlane(
                name: planeName ?? invocation.planeName, quantity: .index(range: invocation.index.range),
                value: value, used: used, isStrict: invocation.expression.isStrict)
        }
    }

    private func checkBands(of index: SpectralIndex, catalogue: IndexCatalogue, plan: PlanBuilder) throws(ChainError) {
        let missing = index.roles.filter { plan.position(of: $0.rawValue) == nil }
        if missing.isEmpty { return }
        let runnable = catalogue.runnable(with: plan.roles).map(\.id)
        let shown = runnable.prefix(40).joined(separator: ", ") + (runnable.count > 40 ? ", ..." : "")
        throw ChainError(
            "\(index.id) needs \(missing.map(\.rawValue).joined(separator: ", ")), which the scene lacks; "
                + (runnable.isEmpty
                    ? "no index can run; give the bands roles (read ... roles=blue,green,red,nir)"
                    : "these can run: \(shown)"))
    }

    /// What pansharpened bands do to an index that deserves a word.
    private static func warning(of index: SpectralIndex, _ plan: PlanBuilder) -> String? {
        let planes = index.roles.compactMap { role in plan.position(of: role.rawValue).map { plan.planes[$0] } }
        guard planes.contains(where: \.isPansharpened) else { return nil }
        if let coarse = planes.first(where: { !$0.isPansharpened }) {
            return "\(index.id) mixes pansharpened bands with \(coarse.name), which is not"
        }
        guard index.isScaleFree else { return nil }
        return
            "\(index.id) is a ratio, and pansharpening multiplies all bands of a pixel by one number: it shows no more "
            + "detail than the multispectral bands do"
    }

    /// Indices take reflectance; what else is accepted depends on whether a common factor cancels out.
    private func checkQuantities(of index: SpectralIndex, plan: PlanBuilder) throws {
        let planes = index.roles.compactMap { role in plan.position(of: role.rawValue).map { plan.planes[$0] } }
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
        let fix = plan.fixForReflectance
        switch odd.quantity {
        case .digitalNumber where index.isScaleFree && plan.shareGainWithoutOffset(spectral):
            return
        case .digitalNumber:
            throw ChainError(
                "\(index.id) takes reflectance, and \(odd.name) holds digital numbers"
                    + (index.isScaleFree ? ", whose offset would falsify it" : "") + "; \(fix)")
        case .relative where (allowsRelative || plan.acceptsRelative) && index.isScaleFree:
            return
        case .relative:
            throw ChainError(
                "\(index.id) takes reflectance, and \(odd.name) is of unknown scale; say what it holds "
                    + "(read ... quantity=surfaceReflectance)"
                    + (index.isScaleFree ? " or write allow=relative" : ""))
        default:
            throw ChainError("\(index.id) takes reflectance, and \(odd.name) holds \(odd.quantity.label); \(fix)")
        }
    }
}

extension PlanBuilder {
    /// The step that would give reflectance, in words.
    fileprivate var fixForReflectance: String {
        if scene.level == .level2 { return "put surface before it" }
        if planes.contains(where: { $0.band?.calibration.toaReflectance != nil }) {
            return "put toa or surface method=dos1 before it"
        }
        if let why = planes.lazy.compactMap({ $0.band?.calibration.missing.first }).first { return why }
        return "say what the file holds: read ... quantity=surfaceReflectance scale= offset="
    }

    /// Whether stored numbers are one common factor away from reflectance.
    fileprivate func shareGainWithoutOffset(_ planes: [PlannedPlane]) -> Bool {
        let scales = planes.map { plane in
            plane.band?.calibration.toaReflectance ?? plane.band?.calibration.product?.scale
        }
        guard let first = scales.first, let first else { return false }
        return first.offset == 0 && scales.allSatisfy { $0 == first }
    }
}
