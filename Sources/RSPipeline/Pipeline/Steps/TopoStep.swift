/// `topo`: surface reflectance as it would be on level ground.
struct TopoStep: Step {
    static let declaration = StepDeclaration(
        word: "topo", summary: "surface reflectance as it would be on level ground",
        options: [
            .init(
                "method", .choice(TopographicCorrection.Method.allCases.map(\.rawValue)),
                "c (default), scs+c and minnaert fit the scene; cosine and scs do not"),
            .init("dem", .text, "raster of heights in metres, on any grid"),
            .init("slope", .text, "instead of dem: plane of the chain with the slope in degrees"),
            .init("aspect", .text, "plane of the chain with the way down in degrees, from north through east"),
            TOAStep.sunOption,
        ])

    let method: TopographicCorrection.Method
    let terrain: Terrain
    let sun: AngleSource

    /// Where slope and aspect come from.
    enum Terrain: Sendable {
        case heights(path: String)
        case planes(slope: String, aspect: String)
    }

    init(_ arguments: StepArguments) throws(ChainError) {
        method = arguments["method"].flatMap(TopographicCorrection.Method.init) ?? .c
        switch (arguments["dem"], arguments["slope"], arguments["aspect"]) {
        case (let path?, nil, nil): terrain = .heights(path: path)
        case (nil, let slope?, let aspect?): terrain = .planes(slope: slope, aspect: aspect)
        default:
            throw ChainError(
                "dem=FILE is needed, a raster of heights in metres; or slope= and aspect=, planes of the chain in degrees"
            )
        }
        sun = arguments["sun"].flatMap(AngleSource.init) ?? .scene
    }

    func lower(into plan: inout PlanBuilder) throws {
        let angles: (slope: ValueID, aspect: ValueID)
        switch terrain {
        case .heights(let path): angles = try plan.addTerrain(path)
        case .planes(let slope, let aspect):
            angles = (try Self.angle(slope, plan), try Self.angle(aspect, plan))
        }
        try Self.correct(&plan, method: method, slope: angles.slope, aspect: angles.aspect, sun: sun)
    }

    private static func angle(_ name: String, _ plan: PlanBuilder) throws -> ValueID {
        let plane = plan.planes[try plan.requirePosition(of: name)]
        if let problem = plane.problem { throw problem }
        if plane.quantity.isReflectance {
            throw ChainError("'\(name)' holds \(plane.quantity.label), not degrees")
        }
        return plane.value
    }

    /// Corrects the bands for a terrain.
    ///
    /// - Parameters:
    ///   - slope: in degrees, NaN where there is none.
    ///   - aspect: the way down, in degrees from north through east; of no account where the slope is 0.
    static func correct(
        _ plan: inout PlanBuilder, method: TopographicCorrection.Method, slope: ValueID, aspect: ValueID,
        sun: AngleSource
    ) throws {
        let centre = sun == .scene ? try sunAtCentre(plan) : nil
        // Level ground has no aspect; it must not become no-data for that.
        let level = plan.graph.apply(.equal, slope, plan.graph.constant(0))
        let way = plan.graph.apply(.select, level, plan.graph.constant(0), aspect)
        let noTerrain = plan.graph.apply(
            .or, plan.graph.apply(.isNoData, slope), plan.graph.apply(.isNoData, way))
        var shadows: [Int: ValueID] = [:]
        try plan.adjustSurface(
            by: "topo", before: [("nbar", "brdf"), ("oli", "bandpass")],
            where: { $0.role?.isThermal != true }, otherwise: "no band holds reflected light"
        ) { index, band, plan in
            let plane = plan.planes[index]
            var values = ["rho": plane.value, "slope": slope, "aspect": way]
            let zenith: Expression
            let azimuth: Expression
            if let centre {
                zenith = .constant(centre.zenith)
                azimuth = .constant(centre.azimuth)
            } else {
                values["zenith"] = try plan.requireSunZenith(of: band)
                guard let angle = plan.angle(.sunAzimuth, of: band) else {
                    throw SceneError(
                        code: .badOption,
                        message:
                            "sun=pixel: \(plan.scene.product) gives no sun azimuth per pixel for \(band.name); write "
                            + "sun=scene")
                }
                values["azimuth"] = angle
                zenith = .name("zenith")
                azimuth = .name("azimuth")
            }
            let light = plan.add(
                TopographicCorrection.illumination(
                    slope: .name("slope"), aspect: .name("aspect"), sunZenith: zenith, sunAzimuth: azimuth), values)
            values["light"] = light
            shadows[index] = plan.graph.apply(.lessOrEqual, light, plan.graph.constant(0))
            if method.isFitted {
                let fitted = TopographicCorrection.fitted(
                    method, reflectance: .name("rho"), illumination: .name("light"), slope: .name("slope"),
                    sunZenith: zenith)
                let numbers = plan.reduce(
                    [plan.add(fitted.x, values), plan.add(fitted.y, values)], by: TerrainReduction(method: method),
                    name: plane.name)
                if method == .minnaert {
                    values["k"] = numbers[0]
                } else {
                    values["b"] = numbers[0]
                    values["m"] = numbers[1]
                }
            }
            return plan.add(
                TopographicCorrection.formula(
                    method, reflectance: .name("rho"), illumination: .name("light"), slope: .name("slope"),
                    sunZenith: zenith, intercept: .name("b"), gradient: .name("m"), exponent: .name("k")), values)
        }
        for (index, shadow) in shadows.sorted(by: { $0.key < $1.key }) {
            plan.addRule(.fill, where: noTerrain, to: index)
            plan.addRule(.maskedOther, where: shadow, to: index)
        }
        plan.constants["topo"] = method.rawValue
        if let centre {
            plan.constants["sun_zenith"] = "\(centre.zenith)"
            plan.constants["sun_azimuth"] = "\(centre.azimuth)"
        }
    }

    private static func sunAtCentre(_ plan: PlanBuilder) throws -> (zenith: Double, azimuth: Double) {
        let sun = try plan.requireSun()
        guard let azimuth = sun.azimuth else {
            throw SceneError(
                code: .badMetadata,
                message: "the sun azimuth (SUN_AZIMUTH of Landsat) is missing from "
                    + "\(plan.scene.metadataFiles.first ?? plan.scene.id), and topo needs it; fetch the metadata file again"
            )
        }
        return (90 - sun.elevation, azimuth)
    }
}
