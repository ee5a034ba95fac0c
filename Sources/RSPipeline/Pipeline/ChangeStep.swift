/// The planes of a comparison of two dates: which way classes went, the difference of values, and whether it is beyond the
/// error.
///
/// No word of a chain: it stands after the `read` of a scene whose bands are called ``Source/band(isBefore:)``.
struct ChangeStep: Step {
    static let declaration = StepDeclaration(word: "change", summary: "compare the maps of two dates")

    /// What is compared; the bands of the scene.
    enum Source: String {
        case classes, values

        func band(isBefore: Bool) -> String { (isBefore ? "before_" : "after_") + rawValue }
    }

    /// The planes that are added beside the difference.
    enum Plane {
        static let direction = "change_class"
        static let beyondError = "change_beyond_error"
    }

    /// The difference of values.
    struct Difference {
        /// The name of its plane.
        let name: String
        let quantity: Quantity
        /// The smallest difference that counts as one; nil where the errors are not known.
        let limit: Double?
    }

    /// How many classes there are.
    let classes: Int
    let isSalinity: Bool
    /// Nil where the values behind the classes are not there.
    let difference: Difference?

    /// The planes that it adds.
    var planes: [String] {
        [Plane.direction]
            + (difference.map { [$0.name] + ($0.limit == nil ? [] : [Plane.beyondError]) } ?? [])
    }

    init(classes: Int, isSalinity: Bool, difference: Difference?) {
        self.classes = classes
        self.isSalinity = isSalinity
        self.difference = difference
    }

    init(_ arguments: StepArguments) throws(ChainError) { throw ChainError("it is no word of a chain") }

    func lower(into plan: inout PlanBuilder) throws {
        let (before, after) = try sides(of: .classes, in: &plan)
        let numbers = [before, after].map { number(of: plan.planes[$0].value, in: &plan.graph) }
        try add(
            Plane.direction,
            Self.code(
                below: plan.graph.apply(.less, numbers[1], numbers[0]),
                above: plan.graph.apply(.less, numbers[0], numbers[1]), in: &plan.graph),
            [before, after], names: TransitionMatrix.Direction.allCases.map { $0.word(ofSalinity: isSalinity) },
            to: &plan)
        guard let difference else { return }
        let (first, last) = try sides(of: .values, in: &plan)
        let value = plan.graph.apply(.subtract, plan.planes[last].value, plan.planes[first].value)
        try plan.addPlane(
            name: difference.name, quantity: difference.quantity, value: value, used: [first, last], isStrict: true)
        guard let limit = difference.limit else { return }
        plan.constants["limit of \(Plane.beyondError)"] = "\(limit)"
        try add(
            Plane.beyondError,
            Self.code(
                below: plan.graph.apply(.less, value, plan.graph.constant(exactly: -limit)),
                above: plan.graph.apply(.less, plan.graph.constant(exactly: limit), value), in: &plan.graph),
            [first, last],
            names: TransitionMatrix.Direction.allCases.map { direction in
                direction == .same
                    ? "within the error" : "\(direction.word(ofSalinity: isSalinity)) beyond the error"
            }, to: &plan)
    }

    private func sides(of source: Source, in plan: inout PlanBuilder) throws -> (before: Int, after: Int) {
        let found = try [true, false].map { try plan.requirePosition(of: source.band(isBefore: $0)) }
        for position in found { if let problem = plan.planes[position].problem { throw problem } }
        return (found[0], found[1])
    }

    /// The class number of a band; no-data where it is none of the classes.
    private func number(of value: ValueID, in graph: inout ValueGraph) -> ValueID {
        let odd = graph.apply(
            .or, graph.apply(.less, value, graph.constant(1)),
            graph.apply(.less, graph.constant(Float(classes)), value))
        return graph.apply(.invalidate, value, odd)
    }

    /// The number of a ``TransitionMatrix/Direction``: `2 + above - below`.
    private static func code(below: ValueID, above: ValueID, in graph: inout ValueGraph) -> ValueID {
        graph.apply(.subtract, graph.apply(.add, graph.constant(2), above), below)
    }

    private func add(
        _ name: String, _ value: ValueID, _ used: [Int], names: [String], to plan: inout PlanBuilder
    ) throws {
        try plan.addPlane(
            name: name, quantity: .classes, value: value, used: used, isStrict: true,
            categories: zip(TransitionMatrix.Direction.allCases, zip(names, Self.colours)).map { direction, look in
                RasterCategory(UInt8(direction.rawValue), look.0, look.1)
            })
    }

    /// Down, the same, up: told apart by people who do not tell red from green.
    private static let colours: [SIMD3<UInt8>] = [[49, 130, 189], [224, 224, 224], [202, 90, 30]]
}
