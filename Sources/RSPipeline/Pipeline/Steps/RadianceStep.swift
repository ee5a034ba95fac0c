/// `radiance`: digital numbers to at-sensor radiance.
struct RadianceStep: Step {
    static let declaration = StepDeclaration(
        word: "radiance", summary: "digital numbers to at-sensor radiance, W m-2 sr-1 um-1",
        options: [TOAStep.sunOption])

    let sun: AngleSource

    init(_ arguments: StepArguments) throws(ChainError) {
        sun = arguments["sun"].flatMap(AngleSource.init) ?? .scene
    }

    func lower(into plan: inout PlanBuilder) throws {
        if plan.scene.level == .level2 {
            throw ChainError("a Level-2 product holds no radiance any more; use: surface")
        }
        // Only products that give reflectance instead of radiance need the sun.
        let needsSun = plan.planes.contains { $0.band.map(Self.startsFromReflectance) ?? false }
        let elevation = needsSun && sun == .scene ? try plan.requireSun().elevation : 90
        try plan.convert(
            to: .radiance, from: "digital numbers with a radiance scale",
            where: { Radiance.isPossible(for: $0) || !$0.calibration.missing.isEmpty }
        ) { plane, band, plan throws(SceneError) in
            try Self.value(of: plane, band, &plan, sun: sun, sunElevation: elevation)
        }
        if needsSun {
            plan.constants[sun == .pixel ? "sun" : "sun_elevation"] = sun == .pixel ? "pixel" : "\(elevation)"
        }
        try plan.recordDistance(where: Self.startsFromReflectance)
    }

    /// Whether radiance comes out of the product's reflectance.
    static func startsFromReflectance(_ band: Band) -> Bool {
        band.calibration.radiance == nil && Radiance.isPossible(for: band)
    }

    /// The radiance of a band that holds digital numbers; shared with `surface method=6s`.
    static func value(
        of plane: PlannedPlane, _ band: Band, _ plan: inout PlanBuilder, sun: AngleSource, sunElevation: Double
    ) throws(SceneError) -> ValueID {
        guard startsFromReflectance(band), let irradiance = band.calibration.solarIrradiance else {
            return plan.add(Radiance.formula(dn: .name("x"), scale: try band.requireRadiance()), x: plane.value)
        }
        let perReflectance = try Radiance.perReflectance(of: band, irradiance: irradiance, in: plan.scene)
        let reflectance = try band.requireTOAReflectance()
        if !band.calibration.isSunCorrected {
            let scale = LinearScale(
                gain: reflectance.gain * perReflectance, offset: reflectance.offset * perReflectance)
            return plan.add(Radiance.formula(dn: .name("x"), scale: scale), x: plane.value)
        }
        if sun == .scene {
            let factor = perReflectance * Transcendental.sine(degrees: sunElevation)
            let scale = LinearScale(gain: reflectance.gain * factor, offset: reflectance.offset * factor)
            return plan.add(Radiance.formula(dn: .name("x"), scale: scale), x: plane.value)
        }
        let zenith = try plan.requireSunZenith(of: band)
        return plan.add(
            Radiance.formula(
                dn: .name("x"), reflectance: reflectance, perReflectance: perReflectance, sunZenith: .name("zenith")),
            ["x": plane.value, "zenith": zenith])
    }
}
