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
            if plan.scene.product == "generic" {
                throw ChainError(
                    "a generic file has no calibration: say what it holds with read ... quantity= scale= offset=")
            }
            throw SceneError(
                code: .badMetadata,
                message: "SUN_ELEVATION is missing from \(plan.scene.metadataFiles.first ?? plan.scene.id), and toa "
                    + "needs it; fetch the metadata file again")
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
                TOAReflectance.formula(
                    dn: .name("x"), scale: scale, sunElevation: band.calibration.isSunCorrected ? 90 : sun.elevation),
                x: plane.value)
        }
        plan.constants["sun_elevation"] = "\(sun.elevation)"
    }
}
