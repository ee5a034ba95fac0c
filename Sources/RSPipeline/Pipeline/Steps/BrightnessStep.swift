/// `brightness`: thermal bands to at-sensor brightness temperature.
struct BrightnessStep: Step {
    static let declaration = StepDeclaration(
        word: "brightness", summary: "thermal bands to at-sensor brightness temperature, K")

    init(_ arguments: StepArguments) throws(ChainError) {}

    func lower(into plan: inout PlanBuilder) throws {
        if plan.scene.level == .level2 {
            throw ChainError("a Level-2 product holds surface temperature; use: surface ! select ST_B10")
        }
        try plan.convert(
            to: .brightnessTemperature, from: "thermal bands with K1 and K2", accepting: [.digitalNumber, .radiance],
            where: { $0.role?.isThermal == true }
        ) { plane, band, plan throws(SceneError) in
            let constants = try band.requireThermal()
            let radiance =
                plane.quantity == .radiance
                ? Expression.name("x") : Radiance.formula(dn: .name("x"), scale: try band.requireRadiance())
            return plan.add(BrightnessTemperature.formula(radiance: radiance, constants: constants), x: plane.value)
        }
    }
}
