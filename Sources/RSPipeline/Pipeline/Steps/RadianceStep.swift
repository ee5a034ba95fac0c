/// `radiance`: digital numbers to at-sensor radiance.
public struct RadianceStep: Step {
    public static let declaration = StepDeclaration(
        word: "radiance", summary: "digital numbers to at-sensor radiance, W m-2 sr-1 um-1")

    public init(_ arguments: StepArguments) throws(ChainError) {}

    public func lower(into plan: inout PlanBuilder) throws {
        try plan.convert(to: .radiance, from: "digital numbers with a radiance scale") { band, plan, value in
            guard let scale = band.calibration.radiance else { return nil }
            return plan.add(Radiance.formula(dn: .name("x"), scale: scale), x: value)
        }
    }
}
