/// `toa`: digital numbers to top-of-atmosphere reflectance.
struct TOAStep: Step {
    static let declaration = StepDeclaration(
        word: "toa", summary: "digital numbers to top-of-atmosphere reflectance, 0...1",
        options: [sunOption])

    /// Shared by steps that divide by the height of the sun.
    static let sunOption = StepDeclaration.Option(
        "sun", .choice(AngleSource.allCases.map(\.rawValue)),
        "the sun's height: of the scene's centre (default), or of each pixel where the product gives it")

    let sun: AngleSource

    init(_ arguments: StepArguments) throws(ChainError) {
        sun = arguments["sun"].flatMap(AngleSource.init) ?? .scene
    }

    func lower(into plan: inout PlanBuilder) throws { try Self.convert(&plan, sun: sun) }

    /// Shared with `surface`, which starts from top-of-atmosphere reflectance.
    static func convert(_ plan: inout PlanBuilder, sun: AngleSource = .scene) throws {
        if plan.scene.level == .level2 {
            throw ChainError("a Level-2 product is surface reflectance already; use: surface")
        }
        let reflective = plan.planes.compactMap(\.band).filter { $0.role?.isThermal != true }
        let needsSun = !reflective.allSatisfy { $0.calibration.isSunCorrected } || reflective.isEmpty
        let elevation = needsSun ? try plan.requireSun().elevation : 90
        var usesPixels = false
        var angles: [String: ValueID] = [:]
        try plan.convert(
            to: .toaReflectance, from: "digital numbers with a reflectance scale",
            where: { band in
                band.role?.isThermal != true
                    && (TOAReflectance.isPossible(for: band) || !band.calibration.missing.isEmpty)
            }
        ) { plane, band, plan throws(SceneError) in
            let scale = try TOAReflectance.scale(of: band, in: plan.scene)
            let height = band.calibration.isSunCorrected ? 90 : elevation
            if band.calibration.isSunCorrected || sun == .scene {
                return plan.add(
                    TOAReflectance.formula(dn: .name("x"), scale: scale, sunElevation: height), x: plane.value)
            }
            let zenith = try plan.requireSunZenith(of: band)
            angles[band.name] = zenith
            usesPixels = true
            return plan.add(
                TOAReflectance.formula(dn: .name("x"), scale: scale, sunZenith: .name("zenith")),
                ["x": plane.value, "zenith": zenith])
        }
        for (index, plane) in plan.planes.enumerated() {
            guard let angle = angles[plane.name], plane.quantity == .toaReflectance else { continue }
            plan.addRule(.fill, where: plan.graph.apply(.isNoData, angle), to: index)
        }
        if usesPixels {
            plan.constants["sun"] = "pixel"
        } else if needsSun {
            plan.constants["sun_elevation"] = "\(elevation)"
        }
        try plan.recordDistance { TOAReflectance.needsDistance($0) }
    }
}

extension TOAReflectance {
    fileprivate static func needsDistance(_ band: Band) -> Bool {
        band.calibration.toaReflectance == nil && isPossible(for: band)
    }
}

extension PlanBuilder {
    /// Records the earth-sun distance when a conversion of any band depends on it.
    mutating func recordDistance(where isNeeded: (Band) -> Bool) throws {
        if planes.contains(where: { plane in plane.problem == nil && plane.band.map(isNeeded) ?? false }) {
            constants["earth_sun_distance"] = "\(try EarthSunDistance.of(scene))"
        }
    }
}
