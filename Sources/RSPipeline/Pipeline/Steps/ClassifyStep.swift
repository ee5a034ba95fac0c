/// `classify`: adds planes of numbered classes, with names and colours.
///
/// Classes of salinity need a calibrated quantity. Classes of an index by thresholds are called what they are: a name that
/// speaks of salt is refused for them.
struct ClassifyStep: Step {
    static let declaration = StepDeclaration(
        word: "classify", summary: "add planes of classes, for example classify scheme=usda",
        positionals: .names(required: false, help: "planes to classify; by default all selected"),
        options: [
            .init(
                "scheme", .text,
                "classes of a calibrated property: \(ClassScheme.builtin.map(\.id).joined(separator: ", ")), or a file"),
            .init(
                "thresholds", .list, "bounds between classes, ascending; a value on a bound belongs to the class above"),
            .init("names", .list, "names of the classes by thresholds, with or without one for those below all"),
            .init("as", .text, "name of the plane, for a single one; by default PLANE_class"),
        ])

    /// What classes are made by.
    private enum Rule {
        case scheme(ClassScheme)
        case file(String)
        case thresholds([Double], names: [String])
    }

    let planes: [String]
    let planeName: String?
    private let rule: Rule

    init(_ arguments: StepArguments) throws(ChainError) {
        planes = arguments.positionals
        planeName = arguments["as"]
        if planeName != nil && planes.count > 1 { throw ChainError("as= names one plane, not \(planes.count)") }
        let names = arguments.list("names")
        switch (arguments["scheme"], arguments.list("thresholds")) {
        case (.some, .some): throw ChainError("scheme= and thresholds= exclude each other")
        case (nil, nil):
            throw ChainError(
                "it needs scheme= (\(ClassScheme.builtin.map(\.id).joined(separator: ", ")), or a file) or thresholds=")
        case (let scheme?, nil):
            if names != nil { throw ChainError("names= belongs to thresholds=; a scheme has its own names") }
            if let known = ClassScheme.builtin.first(where: { $0.id == scheme.lowercased() }) {
                rule = .scheme(known)
            } else if scheme.contains(".") || scheme.contains("/") {
                rule = .file(scheme)
            } else {
                let known = ClassScheme.builtin.map(\.id)
                throw ChainError(
                    "scheme=\(scheme): there are \(known.joined(separator: ", "))"
                        + "\(Suggestion.text(for: scheme, among: known)); a file is written with its ending")
            }
        case (nil, let list?): rule = try Self.thresholds(list, names: names ?? [])
        }
    }

    private static func thresholds(_ list: [String], names: [String]) throws(ChainError) -> Rule {
        var bounds: [Double] = []
        for text in list {
            guard let number = DecimalNumber.read(text) else {
                throw ChainError("thresholds=: '\(text)' is no number")
            }
            if let last = bounds.last, number <= last { throw ChainError("thresholds= must ascend") }
            bounds.append(number)
        }
        if bounds.isEmpty { throw ChainError("thresholds= names no number") }
        if !names.isEmpty, names.count != bounds.count, names.count != bounds.count + 1 {
            throw ChainError(
                "thresholds= makes \(bounds.count + 1) classes; names= must name all of them, or all but the lowest, "
                    + "not \(names.count)")
        }
        return .thresholds(bounds, names: names)
    }

    func lower(into plan: inout PlanBuilder) throws {
        let positions = try planes.isEmpty ? plan.selection : planes.map { try plan.requirePosition(of: $0) }
        if positions.isEmpty { throw ChainError("nothing is selected") }
        if planeName != nil && positions.count > 1 {
            throw ChainError("as= names one plane, not \(positions.count); say which one is meant")
        }
        var scheme: ClassScheme?
        switch rule {
        case .scheme(let known): scheme = known
        case .file(let path): scheme = try ClassScheme(path: path)
        case .thresholds: break
        }
        for position in positions {
            let plane = plan.planes[position]
            if let problem = plane.problem { throw problem }
            let classes = try scheme.map { try Self.classes(of: plane, by: $0) } ?? thresholdClasses(of: plane)
            let name = planeName ?? "\(plane.name)_class"
            plan.constants["classes \(name)"] = Self.record(classes, of: plane, scheme)
            try plan.addPlane(
                name: name, quantity: .classes, value: Self.number(of: plane.value, classes, in: &plan.graph),
                used: [position], isStrict: true,
                categories: classes.enumerated().map { place, entry in
                    RasterCategory(UInt8(place + 1), entry.name, entry.colour)
                })
        }
    }

    private static func classes(
        of plane: PlannedPlane, by scheme: ClassScheme
    ) throws(ChainError) -> [ClassScheme.Class] {
        guard case .salinity(let property) = plane.quantity else {
            throw ChainError(
                "the scheme '\(scheme.id)' has classes of \(scheme.property.label), and \(plane.name) holds "
                    + "\(plane.quantity.label): calibrate it first (model FILE), or name classes of the index itself with "
                    + "thresholds=")
        }
        guard scheme.applies(to: property) else {
            throw ChainError(
                "the scheme '\(scheme.id)' has classes of \(scheme.property.label), and \(plane.name) holds "
                    + "\(property.label): numbers of different properties are never equated; use a scheme of \(property.name)"
            )
        }
        return scheme.classes
    }

    private func thresholdClasses(of plane: PlannedPlane) throws(ChainError) -> [ClassScheme.Class] {
        guard case .thresholds(let bounds, let names) = rule else { return [] }
        let isCalibrated: Bool
        switch plane.quantity {
        case .salinity: isCalibrated = true
        case .index, .toaReflectance, .surfaceReflectance, .brightnessTemperature, .surfaceTemperature, .probability,
            .angle:
            isCalibrated = false
        default:
            throw ChainError("\(plane.name) holds \(plane.quantity.label), which has no thresholds")
        }
        if !isCalibrated, let name = (names + [planeName ?? ""]).first(where: SaltWords.appear) {
            throw ChainError(
                "'\(name)' speaks of salt, and \(plane.name) is not calibrated (\(plane.quantity.label)): a high index is "
                    + "not salinity; name the classes of the index after the index (low, high), or calibrate it with "
                    + "field samples (rsproc calibrate, model FILE)")
        }
        let unit = plane.quantity.unit.map { " \($0)" } ?? ""
        let texts = bounds.map { Expression.text(of: $0) }
        let own =
            ["\(plane.name) below \(texts[0])\(unit)"]
            + zip(texts, texts.dropFirst()).map { "\(plane.name) \($0) to \($1)\(unit)" }
            + ["\(plane.name) from \(texts[texts.count - 1])\(unit)"]
        let given = names.isEmpty ? own : names.count == own.count ? names : [own[0]] + names
        let classes = given.enumerated().map { place, name in
            let colour = ColourRamp.neutral.colour(at: Double(place) / Double(bounds.count))
            return ClassScheme.Class(
                from: place == 0 ? nil : bounds[place - 1], name, SIMD3(colour.0, colour.1, colour.2))
        }
        if let problem = ClassScheme.problem(in: classes) { throw ChainError("names=: \(problem)") }
        return classes
    }

    /// The number of the class of a value: how many bounds it reaches; no-data where it reaches none.
    private static func number(
        of value: ValueID, _ classes: [ClassScheme.Class], in graph: inout ValueGraph
    ) -> ValueID {
        var number: ValueID?
        for entry in classes {
            let reached =
                entry.lower.map { graph.apply(.lessOrEqual, graph.constant(exactly: $0), value) }
                ?? graph.constant(1)
            number = number.map { graph.apply(.add, $0, reached) } ?? reached
        }
        guard let number else { return graph.constant(.nan) }
        if classes[0].lower == nil { return number }
        return graph.apply(.invalidate, number, graph.apply(.equal, number, graph.constant(0)))
    }

    private static func record(
        _ classes: [ClassScheme.Class], of plane: PlannedPlane, _ scheme: ClassScheme?
    ) -> String {
        let list = classes.enumerated().map { place, entry in
            "\(place + 1) \(entry.name)" + (entry.lower.map { " from \(Expression.text(of: $0))" } ?? "")
        }
        return (scheme.map { "\($0.id) (\($0.source)): " } ?? "") + list.joined(separator: ", ")
    }
}
