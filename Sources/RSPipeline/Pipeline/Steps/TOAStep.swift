/// `toa`: digital numbers to top-of-atmosphere reflectance.
struct TOAStep: Step {
    static let declaration = StepDeclaration(
        word: "toa", summary: "digital numbers to top-of-atmosphere reflectance, 0...1")

    init(_ arguments: StepArguments) throws(ChainError) {}

    func lower(into plan: inout PlanBuilder) throws { try Self.convert(&plan) }

    /// Shared with `surface`, which starts from top-of-atmosphere reflectance.
    static func convert(_ plan: inout PlanBuilder) throws {
        if plan.scene.level == .level2 {
            throw ChainError("a Level-2 product is surface reflectance already; use: surface")
        }
        guard let sun = plan.scene.sun else {
            throw ChainError(
                plan.scene.product == "generic"
                    ? "a generic file has no calibration: say what it holds with read ... quantity= scale= offset="
                    : "the metadata give no sun elevation (SUN_ELEVATION)")
        }
        try sun.requireDaylight()
        try plan.convert(
            to: .toaReflectance, from: "digital numbers with a reflectance scale",
            where: { band in
                band.role?.isThermal != true
                    && (band.calibration.toaReflectance != nil || !band.calibration.missing.isEmpty)
            }
        ) { plane, band, plan throws(SceneError) in
            let scale = try band.requireTOAReflectance()
            return plan.add(
                TOAReflectance.formula(dn: .name("x"), scale: scale, sunElevation: sun.elevation), x: plane.value)
        }
        plan.constants["sun_elevation"] = "\(sun.elevation)"
    }
}
