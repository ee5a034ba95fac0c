/// `clamp`: keeps reflectance within limits.
struct ClampStep: Step {
    static let declaration = StepDeclaration(
        word: "clamp", summary: "reflectance below 0 becomes 0; without this step it is kept",
        options: [
            .init("min", .number, "the smallest reflectance; 0 by default"),
            .init("max", .number, "the largest reflectance; none by default"),
        ])

    let low: Double
    let high: Double?

    init(_ arguments: StepArguments) throws(ChainError) {
        low = arguments.number("min") ?? 0
        high = arguments.number("max")
        if low.isNaN || high?.isNaN == true { throw ChainError("min= and max= must be numbers") }
        if let high, high <= low { throw ChainError("max=\(high) must lie above min=\(low)") }
    }

    func lower(into plan: inout PlanBuilder) throws {
        let reflective = plan.planes.indices.filter {
            plan.planes[$0].band != nil && plan.planes[$0].quantity.isReflectance
        }
        if reflective.isEmpty {
            let flowing = Set(plan.planes.filter { $0.band != nil }.map(\.quantity.label)).sorted()
            throw ChainError(
                "it takes reflectance, but the bands hold \(flowing.joined(separator: ", ")); put toa or surface before it"
            )
        }
        for index in reflective {
            var value = plan.graph.apply(.maximum, plan.planes[index].value, plan.graph.constant(exactly: low))
            if let high { value = plan.graph.apply(.minimum, value, plan.graph.constant(exactly: high)) }
            plan.planes[index].value = value
        }
    }
}
