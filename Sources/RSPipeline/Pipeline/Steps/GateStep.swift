/// `gate`: makes everything no-data where no bare soil is seen.
struct GateStep: Step {
    static let declaration = StepDeclaration(
        word: "gate", summary: "no-data where no bare soil is seen, with the reason 'gated': gate bare",
        positionals: .names(required: true, help: "bare: bare soil"),
        options: [
            .init(
                "ndvi", .text,
                "limits of NDVI: the upper one (0.3), both (-0.1:0.3), or none; by default "
                    + limits(BareSoilGate.ndvi.range)),
            .init(
                "nbr2", .text,
                "limits of (swir16-swir22)/(swir16+swir22), likewise; by default \(limits(BareSoilGate.nbr2.range))"),
        ])

    let gate: BareSoilGate
    /// The tests whose limits were said; those that were not are left out where a scene lacks the bands.
    let stated: Set<String>

    init(_ arguments: StepArguments) throws(ChainError) {
        if let odd = arguments.positionals.first(where: { $0 != "bare" }) {
            throw ChainError("'\(odd)' is no gate; write: gate bare")
        }
        var tests: [BareSoilGate.Test] = []
        var stated: Set<String> = []
        for var test in BareSoilGate().tests {
            if let text = arguments[test.name] {
                stated.insert(test.name)
                if text == "none" { continue }
                test.range = try Self.range(text, of: test)
            }
            tests.append(test)
        }
        if tests.isEmpty { throw ChainError("no test is left; take one of ndvi=none and nbr2=none out") }
        gate = BareSoilGate(tests)
        self.stated = stated
    }

    private static func range(_ text: String, of test: BareSoilGate.Test) throws(ChainError) -> ClosedRange<Double> {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { DecimalNumber.read(String($0)) }
        var low: Double? = test.range.lowerBound
        if parts.count == 2 { low = parts[0] }
        guard parts.count <= 2, let low, let high = parts.last, let high, low >= -1, low < high, high <= 1 else {
            throw ChainError(
                "\(test.name)=\(text): the upper limit is needed (0.3), or both (-0.1:0.3), between -1 and 1, or none")
        }
        return low...high
    }

    private static func limits(_ range: ClosedRange<Double>) -> String {
        "\(Expression.text(of: range.lowerBound)):\(Expression.text(of: range.upperBound))"
    }

    func lower(into plan: inout PlanBuilder) throws {
        var inside: ValueID?
        var record: [String] = []
        for test in gate.tests {
            let invocation: IndexInvocation
            do throws(IndexError) {
                invocation = try IndexCatalogue.builtin.resolve(test.index)
            } catch {
                throw ChainError(error.description)
            }
            let missing = invocation.index.roles.filter { plan.position(of: $0.rawValue) == nil }
            if !missing.isEmpty, test.name == BareSoilGate.nbr2.name, !stated.contains(test.name) {
                plan.warnings.append(
                    "gate bare: the scene has no \(missing.map(\.rawValue).joined(separator: " and ")), so nbr2 is not "
                        + "tested and \(test.excludes) count as bare soil")
                continue
            }
            let (value, used) = try plan.add(invocation, of: .builtin)
            if let odd = used.map({ plan.planes[$0] }).first(where: { !$0.quantity.isReflectance }) {
                throw ChainError(
                    "the limits are of reflectance, and \(odd.name) holds \(odd.quantity.label); "
                        + plan.fixForReflectance)
            }
            if used.contains(where: { plan.planes[$0].quantity == .toaReflectance }) {
                let warning =
                    "gate bare: the limits were made for surface reflectance, the bands hold top-of-atmosphere "
                    + "reflectance, where haze hides plants; put surface before it"
                if !plan.warnings.contains(warning) { plan.warnings.append(warning) }
            }
            let aboveLow = plan.graph.apply(
                .lessOrEqual, plan.graph.constant(exactly: test.range.lowerBound), value)
            let belowHigh = plan.graph.apply(
                .lessOrEqual, value, plan.graph.constant(exactly: test.range.upperBound))
            let holds = plan.graph.apply(.and, aboveLow, belowHigh)
            inside = inside.map { plan.graph.apply(.and, $0, holds) } ?? holds
            record.append("\(test.name) \(Self.limits(test.range))")
        }
        guard let inside else {
            throw ChainError("no test is left: the scene lacks the bands of nbr2; let ndvi be tested")
        }
        plan.constants["gate bare of step \(plan.step)"] = record.joined(separator: ", ")
        // Where a test has no value, nobody has seen bare soil.
        let outside = plan.graph.apply(.coalesce, plan.graph.apply(.not, inside), plan.graph.constant(1))
        plan.mask(outside, reason: .gated)
    }
}
