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
            let (value, used) = try plan.add(invocation, of: catalogue, allowsRelative: allowsRelative)
            if let warning = Self.warning(of: invocation.index, plan) { plan.warnings.append(warning) }
            plan.constants["formula " + (planeName ?? invocation.planeName)] = invocation.expression.description
            try plan.addPlane(
                name: planeName ?? invocation.planeName, quantity: .index(range: invocation.index.range),
                value: value, used: used, isStrict: invocation.expression.isStrict)
        }
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
}
