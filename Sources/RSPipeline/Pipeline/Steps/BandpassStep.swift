/// `bandpass`: surface reflectance of Sentinel-2 as another sensor would have seen it.
struct BandpassStep: Step {
    static let declaration = StepDeclaration(
        word: "bandpass", summary: "Sentinel-2 surface reflectance in the bands of Landsat's OLI (HLS coefficients)",
        options: [.init("to", .choice(["oli"]), "the sensor whose bands are wanted: oli")])

    init(_ arguments: StepArguments) throws(ChainError) {
        if arguments["to"] == nil { throw ChainError("to= is missing; write: bandpass to=oli") }
    }

    func lower(into plan: inout PlanBuilder) throws {
        guard let platform = BandpassAdjustment.Platform(sensor: plan.scene.sensor) else {
            throw ChainError(
                "it is made for Sentinel-2A, 2B and 2C, and the scene is of \(plan.scene.sensor)"
                    + (plan.scene.sensor.contains("oli") ? ", whose bands are OLI's already; leave bandpass out" : ""))
        }
        try plan.adjustSurface(
            by: "oli", where: { $0.role.flatMap { BandpassAdjustment.scale(of: $0, on: platform) } != nil },
            otherwise: "no band has a counterpart: coastal, blue, green, red, nir08 (B8A), swir16, swir22"
        ) { index, band, plan in
            guard let scale = band.role.flatMap({ BandpassAdjustment.scale(of: $0, on: platform) }) else {
                return plan.planes[index].value
            }
            return plan.graph.affine(plan.planes[index].value, gain: scale.gain, offset: scale.offset)
        }
        for index in plan.planes.indices
        where plan.planes[index].band?.role == .nir && plan.planes[index].quantity.surfaceMethod != nil {
            plan.planes[index].problem = SceneError(
                code: .missingBand,
                message:
                    "\(plan.planes[index].name) is twice as wide as OLI's near infrared and has no counterpart there; after "
                    + "bandpass use nir08 (B8A), which must be among the bands read")
            // From here on, nir means nir08.
            if plan.planes.contains(where: { $0.band?.role == .nir08 }) { plan.forget(.nir) }
        }
        plan.constants["bandpass"] = "\(platform.rawValue) to oli"
    }
}
