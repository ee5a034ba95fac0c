/// `surface`: surface reflectance, by the product's own scaling or by dark-object subtraction.
struct SurfaceStep: Step {
    static let declaration = StepDeclaration(
        word: "surface", summary: "surface reflectance, 0...1",
        options: [
            .init(
                "method", .choice(["product", "dos1", "auto"]), "product (default): Level-2 scaling; dos1: dark object"),
            .init("dark", .text, "dark object: share of the valid pixels (0.01%) or count:1000"),
        ])

    enum Method: String {
        case product, dos1, auto
    }

    let method: Method
    let rule: DarkObjectSubtraction.Rule

    init(_ arguments: StepArguments) throws(ChainError) {
        method = Method(rawValue: arguments["method"] ?? "product") ?? .product
        guard let rule = DarkObjectSubtraction.Rule(arguments["dark"] ?? "0.01%") else {
            throw ChainError("dark=\(arguments["dark"] ?? ""): a share such as 0.01% (at most 5%) or count:1000")
        }
        if arguments["dark"] != nil && method == .product {
            throw ChainError("dark= belongs to method=dos1")
        }
        self.rule = rule
    }

    func lower(into plan: inout PlanBuilder) throws {
        let hasProductScaling = plan.planes.contains { $0.band?.calibration.product != nil }
        switch method {
        case .product: try lowerProduct(into: &plan)
        case .dos1: try lowerDOS1(into: &plan)
        case .auto: try hasProductScaling ? lowerProduct(into: &plan) : lowerDOS1(into: &plan)
        }
    }

    private func lowerProduct(into plan: inout PlanBuilder) throws {
        if plan.planes.contains(where: { isSurface($0.quantity) }) {
            throw ChainError("the bands hold surface reflectance already")
        }
        // A Level-2 product whose metadata lack the scale says so, band by band.
        let isLevel2 = plan.scene.level == .level2
        let hasScale = plan.planes.contains { plane in
            guard let calibration = plane.band?.calibration else { return false }
            return calibration.product != nil || (isLevel2 && !calibration.missing.isEmpty)
        }
        guard hasScale else {
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
            if isSurface(product.quantity) { reflective.append(index) }
        }
        if !reflective.isEmpty { plan.selection = reflective }
    }

    private func lowerDOS1(into plan: inout PlanBuilder) throws {
        if plan.scene.level == .level2 || plan.planes.contains(where: { isSurface($0.quantity) }) {
            throw ChainError(
                "the bands are corrected to the surface already; dark-object subtraction would correct twice. "
                    + "Write: surface")
        }
        if !plan.planes.contains(where: { $0.quantity == .toaReflectance }) { try TOAStep.convert(&plan) }
        var corrected: [Int] = []
        for index in plan.planes.indices {
            let plane = plan.planes[index]
            guard let band = plane.band, plane.quantity == .toaReflectance, band.role != .cirrus else { continue }
            if plan.planes[index].band?.role == .pan && !plan.selection.contains(index) { continue }
            let haze = plan.reduceDarkObject(of: plane.value, name: band.name, rule: rule)
            plan.planes[index].value = plan.graph.apply(.subtract, plane.value, haze)
            plan.planes[index].quantity = .surfaceReflectance(method: "dos1")
            corrected.append(index)
        }
        plan.constants["dark_object_rule"] = rule.text
        plan.selection = corrected
    }

    private func isSurface(_ quantity: Quantity) -> Bool {
        if case .surfaceReflectance = quantity { return true }
        return false
    }
}
