/// `brightness`: thermal bands to at-sensor brightness temperature.
public struct BrightnessStep: Step {
    public static let declaration = StepDeclaration(
        word: "brightness", summary: "thermal bands to at-sensor brightness temperature, K")

    public init(_ arguments: StepArguments) throws(ChainError) {}

    public func lower(into plan: inout PlanBuilder) throws {
        if plan.scene.level == .level2 {
            throw ChainError("a Level-2 product holds surface temperature; use: surface ! select ST_B10")
        }
        try plan.convert(
            to: .brightnessTemperature, from: "thermal bands with K1 and K2", accepting: [.digitalNumber, .radiance]
        ) { band, plan, value in
            guard let constants = band.calibration.thermal, let scale = band.calibration.radiance else { return nil }
            let isRadiance = plan.planes.contains { $0.value == value && $0.quantity == .radiance }
            let radiance =
                isRadiance ? Expression.name("x") : Radiance.formula(dn: .name("x"), scale: scale)
            return plan.add(BrightnessTemperature.formula(radiance: radiance, constants: constants), x: value)
        }
    }
}
