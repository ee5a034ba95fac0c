/// `brdf`: surface reflectance as seen from straight above.
struct BRDFStep: Step {
    static let declaration = StepDeclaration(
        word: "brdf",
        summary: "surface reflectance as seen from straight above (NBAR, c-factor of Roy et al.); the sun stays")

    init(_ arguments: StepArguments) throws(ChainError) {}

    private static let kinds: [AngleLayer.Kind] = [.sunZenith, .sunAzimuth, .viewZenith, .viewAzimuth]

    func lower(into plan: inout PlanBuilder) throws {
        var centre: [String] = []
        var missing: [Int: ValueID] = [:]
        try plan.adjustSurface(
            by: "nbar", before: [("oli", "bandpass")],
            where: { $0.role.flatMap(NadirAdjustment.weights) != nil },
            otherwise:
                "no band has a role that it knows: blue, green, red, rededge1 to rededge3, nir, nir08, swir16, swir22"
        ) { index, band, plan in
            guard let weights = band.role.flatMap(NadirAdjustment.weights) else { return plan.planes[index].value }
            let value = plan.planes[index].value
            let angles = Self.kinds.compactMap { plan.angle($0, of: band) }
            if angles.count == Self.kinds.count {
                let factor = NadirAdjustment.factor(
                    weights, sunZenith: .name("s"), viewZenith: .name("v"),
                    relativeAzimuth: .name("a") - .name("b"))
                let names = ["s": angles[0], "a": angles[1], "v": angles[2], "b": angles[3]]
                let anyMissing = angles.reduce(plan.graph.constant(0)) {
                    plan.graph.apply(.or, $0, plan.graph.apply(.isNoData, $1))
                }
                missing[index] = anyMissing
                return plan.graph.apply(.multiply, value, plan.add(factor, names))
            }
            centre.append(band.name)
            return plan.graph.apply(.multiply, value, plan.graph.constant(exactly: try Self.factor(weights, plan)))
        }
        for (index, condition) in missing.sorted(by: { $0.key < $1.key }) {
            plan.addRule(.fill, where: condition, to: index)
        }
        if !centre.isEmpty {
            plan.warnings.append(
                "brdf: the product gives no angles per pixel for \(centre.joined(separator: ", ")); those of the scene's "
                    + "centre are used everywhere")
        }
    }

    /// The factor of the geometry at the centre of the scene.
    private static func factor(_ weights: NadirAdjustment.Weights, _ plan: PlanBuilder) throws -> Double {
        let sun = try plan.requireSun()
        guard let view = plan.scene.view else {
            throw ChainError(
                "brdf needs to know where the sensor stood, and \(plan.scene.product) gives neither angles per pixel nor "
                    + "those of the scene's centre; leave brdf out")
        }
        guard view.zenith == 0 || (sun.azimuth != nil && view.azimuth != nil) else {
            throw ChainError(
                "brdf needs the azimuths of sun and sensor, which the metadata of \(plan.scene.id) lack; leave brdf out"
            )
        }
        let azimuth = (sun.azimuth ?? 0) - (view.azimuth ?? 0)
        return NadirAdjustment.factor(
            weights, sunZenith: .constant(90 - sun.elevation), viewZenith: .constant(view.zenith),
            relativeAzimuth: .constant(azimuth)
        ).evaluate { _ in nil }
    }
}
