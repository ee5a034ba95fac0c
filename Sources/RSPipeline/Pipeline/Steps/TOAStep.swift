/// `toa`: digital numbers to top-of-atmosphere reflectance.
public struct TOAStep: Step {
    public static let declaration = StepDeclaration(
        word: "toa", summary: "digital numbers to top-of-atmosphere reflectance, 0...1")

    public init(_ arguments: StepArguments) throws(ChainError) {}

    public func lower(into plan: inout PlanBuilder) throws { try Self.convert(&plan) }

    /// Shared with `surface`, which starts from top-of-atmosphere reflectance.
    static func convert(_ plan: inout PlanBuilder) throws {
        if plan.scene.level == .level2 {
            throw ChainError("a Level-2 product is surface reflectance already; use: surface")
        }
        let sun = plan.scene.sun
        if let sun { try sun.requireDaylight() }
        try plan.convert(
            to: .toaReflectance, from: "digital numbers with a reflectance scale and a sun elevation"
        ) { band, plan, value in
            guard let scale = band.calibration.toaReflectance, let sun else { return nil }
            return plan.add(
                TOAReflectance.formula(dn: .name("x"), scale: scale, sunElevation: sun.elevation), x: value)
        }
        if let sun { plan.constants["sun_elevation"] = "\(sun.elevation)" }
    }
}
