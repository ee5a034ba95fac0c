/// `surface`: surface reflectance, by the product's own scaling, by dark-object subtraction or by coefficients of 6S.
struct SurfaceStep: Step {
    static let declaration = StepDeclaration(
        word: "surface", summary: "surface reflectance, 0...1",
        options: [
            .init(
                "method", .choice(Method.allCases.map(\.rawValue)),
                "product (default): Level-2 scaling; dos1, dos2, dos4, cost: dark object; 6s: coefficients; auto: product "
                    + "or dos1"),
            .init("dark", .text, "dark object: share of the valid pixels (0.01%) or count:1000"),
            .init("dark-reflectance", .number, "reflectance that the dark object is taken to have; 0.01 by default"),
            .init("coefficients", .text, "file of 6S: xa, xb and xc per band (YAML or CSV)"),
            .init("sun", TOAStep.sunOption.kind, TOAStep.sunOption.help),
        ])

    enum Method: String, CaseIterable {
        case product, dos1, dos2, dos4, cost
        case sixS = "6s"
        case auto

        /// The dark-object method behind the word; of `auto` the one it may come to.
        var darkObject: DarkObjectSubtraction.Method? {
            self == .auto ? .dos1 : DarkObjectSubtraction.Method(rawValue: rawValue)
        }
    }

    let method: Method
    let rule: DarkObjectSubtraction.Rule
    let darkReflectance: Double
    let coefficients: SixSCoefficients?
    let sun: AngleSource

    init(_ arguments: StepArguments) throws(ChainError) {
        method = arguments["method"].flatMap(Method.init) ?? .product
        guard let rule = DarkObjectSubtraction.Rule(arguments["dark"] ?? "0.01%") else {
            throw ChainError("dark=\(arguments["dark"] ?? ""): a share such as 0.01% (at most 5%) or count:1000")
        }
        self.rule = rule
        darkReflectance = arguments.number("dark-reflectance") ?? DarkObjectSubtraction.darkReflectance
        if !(darkReflectance >= 0 && darkReflectance <= 0.1) {
            throw ChainError("dark-reflectance=\(darkReflectance): a reflectance from 0 to 0.1 is needed")
        }
        if method.darkObject == nil {
            for option in ["dark", "dark-reflectance"] where arguments[option] != nil {
                throw ChainError("\(option)= belongs to method=dos1, dos2, dos4 or cost")
            }
        }
        if method == .product && arguments["sun"] != nil {
            throw ChainError("sun= belongs to methods that start from digital numbers (method=dos1, ..., 6s)")
        }
        sun = arguments["sun"].flatMap(AngleSource.init) ?? .scene
        guard let path = arguments["coefficients"] else {
            if method == .sixS {
                throw ChainError("method=6s needs coefficients=FILE with xa, xb and xc per band")
            }
            coefficients = nil
            return
        }
        if method != .sixS { throw ChainError("coefficients= belongs to method=6s") }
        do throws(SceneError) {
            coefficients = try SixSCoefficients(path: path)
        } catch {
            throw ChainError(error.description)
        }
    }

    func lower(into plan: inout PlanBuilder) throws {
        try plan.requireCalibrated()
        switch method {
        case .product: try lowerProduct(into: &plan)
        case .sixS: try lowerSixS(into: &plan)
        case .auto where plan.planes.contains { $0.band?.calibration.product != nil }:
            try lowerProduct(into: &plan)
        case .auto, .dos1, .dos2, .dos4, .cost:
            if let method = method.darkObject { try lowerDarkObject(method, into: &plan) }
        }
    }

    private func lowerProduct(into plan: inout PlanBuilder) throws {
        if plan.planes.contains(where: { $0.quantity.surfaceMethod != nil }) {
            throw ChainError("the bands hold surface reflectance already")
        }
        // A scaling that the metadata lacks is named when a band is used.
        let isIncomplete =
            plan.scene.level != .level1 && plan.planes.contains { $0.band?.calibration.missing.isEmpty == false }
        guard isIncomplete || plan.planes.contains(where: { $0.band?.calibration.product != nil }) else {
            throw ChainError(
                "this product has no surface reflectance of its own (\(plan.scene.product)); "
                    + "write: surface method=dos1")
        }
        var reflective: [Int] = []
        for index in plan.planes.indices {
            guard let band = plan.planes[index].band, plan.planes[index].quantity == .digitalNumber else { continue }
            guard let product = band.calibration.product else {
                // An error as soon as the band is used.
                do throws(SceneError) {
                    _ = try band.requireProductScaling()
                } catch {
                    plan.planes[index].problem = error
                }
                continue
            }
            plan.planes[index].value = plan.graph.affine(
                plan.planes[index].value, gain: product.scale.gain, offset: product.scale.offset)
            plan.planes[index].quantity = product.quantity
            if product.quantity.surfaceMethod != nil { reflective.append(index) }
        }
        if !reflective.isEmpty { plan.selection = reflective }
    }

    // MARK: Dark object

    private func lowerDarkObject(_ method: DarkObjectSubtraction.Method, into plan: inout PlanBuilder) throws {
        try refuseSurface(plan)
        if !plan.planes.contains(where: { $0.quantity == .toaReflectance }) {
            try TOAStep.convert(&plan, sun: sun)
        }
        let sunZenith = method == .dos1 ? 0 : try zenithOfValidSun(method, &plan)
        let viewZenith = plan.scene.view?.zenith ?? 0
        if plan.gridChanges.contains(where: \.isClip) {
            plan.warnings.append(
                "the dark objects are looked for in what clip has left of the scene; write surface before clip to take those "
                    + "of the whole scene")
        }
        var corrected: [Int] = []
        for index in plan.planes.indices {
            let plane = plan.planes[index]
            guard let band = plane.band, plane.quantity == .toaReflectance, band.role != .cirrus,
                band.role?.isThermal != true
            else { continue }
            if band.role == .pan && !plan.selection.contains(index) { continue }
            plan.planes[index].quantity = .surfaceReflectance(method: method.rawValue)
            corrected.append(index)
            do throws(SceneError) {
                let reduction = DarkObjectReduction(
                    rule: rule, method: try Self.method(method, of: band), darkReflectance: darkReflectance,
                    sunZenith: sunZenith, viewZenith: viewZenith)
                plan.planes[index].value = Self.correct(plane, by: reduction, &plan)
            } catch {
                plan.planes[index].problem = error
            }
        }
        plan.constants["dark_object_rule"] = rule.text
        plan.constants["dark_reflectance"] = "\(darkReflectance)"
        if method != .dos1 { plan.constants["sun_zenith"] = "\(sunZenith)" }
        if method == .dos4 { plan.constants["view_zenith"] = "\(viewZenith)" }
        plan.selection = corrected
    }

    private static func correct(
        _ plane: PlannedPlane, by reduction: DarkObjectReduction, _ plan: inout PlanBuilder
    ) -> ValueID {
        let found = plan.reduce([plane.value], by: reduction, name: plane.name)
        // Only the gain of dos4 depends on the dark object; the others have theirs in any correction.
        let gain = reduction.correction(darkObject: 0)?.gain ?? 1
        var values = ["toa": plane.value, "path": found[0]]
        if reduction.method == .dos4 { values["gain"] = found[1] }
        return plan.add(
            DarkObjectSubtraction.formula(
                toa: .name("toa"), path: .name("path"),
                gain: reduction.method == .dos4 ? .name("gain") : .constant(gain)), values)
    }

    /// How light is lost in a band: dos2 is cost below 1 um and dos1 above.
    private static func method(
        _ method: DarkObjectSubtraction.Method, of band: Band
    ) throws(SceneError) -> DarkObjectSubtraction.Method {
        if method != .dos2 { return method }
        guard let role = band.role else {
            throw SceneError(
                code: .badOption,
                message:
                    "band \(band.name): dos2 must know whether it lies below 1 um; give it a role (read ... roles=), or "
                    + "take cost or dos1")
        }
        return role == .swir16 || role == .swir22 ? .dos1 : .dos2
    }

    /// The sun zenith, where a method that divides by its cosine may be used.
    private func zenithOfValidSun(
        _ method: DarkObjectSubtraction.Method, _ plan: inout PlanBuilder
    ) throws -> Double {
        let zenith = 90 - (try plan.requireSun().elevation)
        if zenith > DarkObjectSubtraction.refuseAbove {
            throw SceneError(
                code: .badMetadata,
                message:
                    "the sun stands \(zenith.rounded(toPlaces: 2)) degrees from the zenith: \(method.rawValue) holds up "
                    + "to \(Int(DarkObjectSubtraction.refuseAbove)) degrees; use surface method=dos1")
        }
        if zenith > DarkObjectSubtraction.warnAbove {
            plan.warnings.append(
                "the sun stands \(zenith.rounded(toPlaces: 2)) degrees from the zenith: above "
                    + "\(Int(DarkObjectSubtraction.warnAbove)) degrees \(method.rawValue) gives too high reflectances; compare "
                    + "with surface method=dos1")
        }
        return zenith
    }

    private func refuseSurface(_ plan: PlanBuilder) throws(ChainError) {
        if plan.scene.level == .level2 || plan.planes.contains(where: { $0.quantity.surfaceMethod != nil }) {
            throw ChainError(
                "the bands are corrected to the surface already; \(method.rawValue) would correct twice. Write: surface"
            )
        }
    }

    // MARK: 6S

    private func lowerSixS(into plan: inout PlanBuilder) throws {
        guard let coefficients else { return }
        try refuseSurface(plan)
        if plan.planes.contains(where: { $0.quantity == .toaReflectance }) {
            throw ChainError("6s starts from radiance, but the bands hold toaReflectance; leave out toa before it")
        }
        for name in coefficients.bands.keys.sorted() where plan.scene.band(named: name) == nil {
            plan.warnings.append("the 6S coefficients of '\(name)' belong to no band that is read")
        }
        let needsSun = plan.planes.contains { plane in
            plane.quantity == .digitalNumber && (plane.band.map(RadianceStep.startsFromReflectance) ?? false)
        }
        let elevation = needsSun && sun == .scene ? try plan.requireSun().elevation : 90
        let sun = sun
        try plan.convert(
            to: .surfaceReflectance(method: Method.sixS.rawValue),
            from: "digital numbers with a radiance scale, or radiance",
            accepting: [.digitalNumber, .radiance],
            where: { band in
                band.role?.isThermal != true && band.role != .cirrus
                    && (Radiance.isPossible(for: band) || band.calibration.radiance != nil
                        || !band.calibration.missing.isEmpty)
            }
        ) { plane, band, plan throws(SceneError) in
            guard let own = coefficients.coefficients(name: band.name, role: band.role) else {
                throw SceneError(
                    code: .badOption,
                    message: "the 6S coefficients hold nothing for band \(band.name)"
                        + (band.role.map { " (\($0.rawValue))" } ?? "")
                        + "; add its xa, xb and xc, or leave the band out")
            }
            try Self.check(own, of: band, in: plan.scene)
            let radiance =
                plane.quantity == .radiance
                ? plane.value
                : try RadianceStep.value(of: plane, band, &plan, sun: sun, sunElevation: elevation)
            plan.constants["6s \(band.name)"] = own.text
            return plan.add(SixSCoefficients.formula(radiance: .name("x"), own), x: radiance)
        }
        if needsSun {
            plan.constants[sun == .pixel ? "sun" : "sun_elevation"] = sun == .pixel ? "pixel" : "\(elevation)"
        }
        try plan.recordDistance(where: RadianceStep.startsFromReflectance)
    }

    /// Refuses coefficients that are for radiance in another unit: at the top of the atmosphere `xa` would be
    /// `pi d^2 / (E0 cos(sun zenith))`, and air makes it larger, but not ten times.
    private static func check(
        _ coefficients: SixSCoefficients.Band, of band: Band, in scene: Scene
    ) throws(SceneError) {
        guard let irradiance = band.calibration.solarIrradiance, let elevation = scene.sun?.elevation, elevation > 0,
            let perReflectance = try? Radiance.perReflectance(of: band, irradiance: irradiance, in: scene)
        else { return }
        let ratio = coefficients.xa * perReflectance * Transcendental.sine(degrees: elevation)
        if ratio > 0.5, ratio < 20 { return }
        throw SceneError(
            code: .badOption,
            message:
                "band \(band.name): xa \(coefficients.xa) is \(ratio.rounded(toPlaces: 4)) times what it would be without "
                + "air; the coefficients must be those for radiance in W m-2 sr-1 um-1, of this band and sun")
    }
}
