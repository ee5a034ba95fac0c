/// `radiance`: digital numbers to at-sensor radiance.
struct RadianceStep: Step {
    static let declaration = StepDeclaration(
        word: "radiance", summary: "digital numbers to at-sensor radiance, W m-2 sr-1 um-1")

    init(_ arguments: StepArguments) throws(ChainError) {}

    func lower(into plan: inout PlanBuilder) throws {
        try plan.convert(
            to: .radiance, from: "digital numbers with a radiance scale",
            where: { $0.calibration.radiance != nil || !$0.calibration.missing.isEmpty }
        ) { plane, band, plan throws(SceneError) in
            plan.add(Radiance.formula(dn: .name("x"), scale: try band.requireRadiance()), x: plane.value)
        }
    }
}
