/// `pansharpen`: gives multispectral bands the detail of the panchromatic one.
///
/// Weighted Brovey: `sharp_i = ms_i * pan / sum(w_k * ms_k)`, where `ms` are the bands brought to the panchromatic grid.
/// The weights are taken as they are given; by default each of `n` bands has `1 / n`. No-data in the panchromatic band or
/// in a band with a weight makes every result no-data, and so does a sum that is not above 0.
///
/// Sources: A. R. Gillespie, A. B. Kahle and R. E. Walker, Color enhancement of highly correlated images II, Remote Sensing
/// of Environment 22 (1987); the weights and the kernel are those of GDAL's `gdal_pansharpen`.
struct PansharpenStep: Step {
    static let declaration = StepDeclaration(
        word: "pansharpen",
        summary: "give bands the detail of the panchromatic one (weighted Brovey); all planes come to its grid",
        positionals: .names(
            required: false, help: "the bands to sharpen; by default those of visible and near-infrared light"),
        options: [
            .init("weights", .list, "share of each band in the panchromatic one, in their order; by default equal"),
            .init(
                "resampling", .choice(["cubic", "bilinear", "nearest"]),
                "how bands come to the panchromatic grid; cubic by default"),
        ])

    /// By default none of the short-wave infrared: the panchromatic band does not see it.
    static let usualRoles: Set<BandRole> = [
        .blue, .green, .green05, .yellow, .red, .rededge1, .rededge2, .rededge3, .nir, .nir08,
    ]

    let names: [String]
    let weights: [Double]?
    let rule: Resampling

    init(_ arguments: StepArguments) throws(ChainError) {
        names = arguments.positionals
        rule = arguments["resampling"].flatMap(Resampling.init) ?? .cubic
        guard let words = arguments.list("weights") else {
            weights = nil
            return
        }
        var weights: [Double] = []
        for word in words {
            guard let weight = Double(word), weight >= 0, weight.isFinite else {
                throw ChainError("weights=: '\(word)' is not a share; numbers of at least 0 are needed, as 0.3,0.4,0.3")
            }
            weights.append(weight)
        }
        if weights.allSatisfy({ $0 == 0 }) { throw ChainError("weights=: one of them at least must be above 0") }
        if !names.isEmpty && names.count != weights.count {
            throw ChainError("weights= has \(weights.count) numbers for \(names.count) bands")
        }
        self.weights = weights
    }

    func lower(into plan: inout PlanBuilder) throws {
        let pan = try Self.panchromatic(plan)
        let bands = try self.bands(beside: pan, in: plan)
        let weights = self.weights ?? [Double](repeating: 1 / Double(bands.count), count: bands.count)
        if weights.count != bands.count {
            let list = bands.map { plan.planes[$0].name }.joined(separator: ", ")
            throw ChainError("weights= has \(weights.count) numbers for \(bands.count) bands (\(list))")
        }
        let sum = weights.reduce(0, +)
        if abs(sum - 1) > 0.01 {
            plan.warnings.append(
                "pansharpen: the weights add up to \(sum.rounded(toPlaces: 4)), so results are "
                    + "\((1 / sum).rounded(toPlaces: 4)) times as bright as the bands")
        }
        let name = plan.planes[pan].name
        let grid = try Self.grid(of: pan, in: plan)
        for band in bands { try Self.compare(band, with: grid, pan: name, in: &plan) }
        plan.changeGrid(
            GridChange(name: "to the pixels of \(name)", rule: rule, gaps: .shared) { _ in grid }, resident: pan)
        sharpen(bands, weights, by: pan, &plan)
        let terms = zip(weights, bands).map { "\($0) \(plan.planes[$1].name)" }.joined(separator: " + ")
        plan.constants["pansharpen"] = "Brovey, \(name) / (\(terms)), \(rule.rawValue)"
        plan.endOfCalibration = (
            Self.declaration.word, "pansharpened bands carry the brightness of \(name) and are not calibrated any more"
        )
        plan.selection = bands
    }

    private func sharpen(_ bands: [Int], _ weights: [Double], by pan: Int, _ plan: inout PlanBuilder) {
        var sum: ValueID?
        var rules = Set(plan.planes[pan].rules)
        for (band, weight) in zip(bands, weights) where weight > 0 {
            let part = plan.graph.affine(plan.planes[band].value, gain: weight, offset: 0)
            sum = sum.map { plan.graph.apply(.add, $0, part) } ?? part
            rules.formUnion(plan.planes[band].rules)
        }
        guard let sum else { return }
        let isAbove = plan.graph.apply(.less, plan.graph.constant(0), sum)
        let factor = plan.graph.apply(
            .divide, plan.planes[pan].value,
            plan.graph.apply(.select, isAbove, sum, plan.graph.constant(.nan)))
        for band in bands {
            plan.planes[band].value = plan.graph.apply(.multiply, plan.planes[band].value, factor)
            plan.planes[band].rules = rules.union(plan.planes[band].rules).sorted { $0.order < $1.order }
            plan.planes[band].isPansharpened = true
        }
    }

    // MARK: What fits

    private static func panchromatic(_ plan: PlanBuilder) throws -> Int {
        guard let pan = plan.position(of: BandRole.pan.rawValue) else {
            throw ChainError(
                "the scene has no panchromatic band; give the folder that holds both images of a bundle, or the files of "
                    + "both with roles=...,pan")
        }
        if plan.planes[pan].isPansharpened || plan.planes.contains(where: \.isPansharpened) {
            throw ChainError("the bands are pansharpened already")
        }
        if !plan.gridChanges.isEmpty {
            throw ChainError("put it before regrid and clip, after which the panchromatic band has lost its own pixels")
        }
        if !plan.masks.isEmpty {
            throw ChainError("put it before mask, whose flags then follow to the panchromatic pixels")
        }
        try plan.requireCalibrated()
        if let problem = plan.planes[pan].problem { throw problem }
        return pan
    }

    /// The planes to sharpen.
    private func bands(beside pan: Int, in plan: PlanBuilder) throws -> [Int] {
        var bands: [Int] = []
        if names.isEmpty {
            bands = plan.planes.indices.filter { index in
                plan.planes[index].band?.role.map(Self.usualRoles.contains) ?? false
            }
            if bands.isEmpty {
                throw ChainError("no band has a role of visible or near-infrared light; name the bands to sharpen")
            }
        }
        for name in names {
            let band = try plan.requirePosition(of: name)
            if bands.contains(band) { throw ChainError("'\(name)' is named twice") }
            if band == pan { throw ChainError("\(name) is the panchromatic band itself") }
            if plan.planes[band].band == nil {
                throw ChainError("\(name) is no band; put pansharpen before index and expr")
            }
            bands.append(band)
        }
        let wanted = plan.planes[pan].quantity
        for band in bands {
            let plane = plan.planes[band]
            if let problem = plane.problem { throw problem }
            if plane.quantity == wanted { continue }
            throw ChainError(
                "\(plane.name) holds \(plane.quantity.label) and \(plan.planes[pan].name) \(wanted.label); bring both to one "
                    + "quantity first"
                    + (plane.quantity.surfaceMethod == nil
                        ? " (toa, or select all bands and the panchromatic one before it)"
                        : ": select them and \(plan.planes[pan].name) before surface, or put pansharpen after toa"))
        }
        return bands
    }

    /// The grid of the file that a band comes from.
    private static func grid(of plane: Int, in plan: PlanBuilder) throws -> Grid {
        let name = plan.planes[plane].name
        for slot in Program(plan.graph, results: [plan.planes[plane].value]).inputSlots {
            let input = plan.inputs[slot]
            guard input.setsGrid, input.name == name else { continue }
            guard let source = input.source else { break }
            return source.grid
        }
        let problem = plan.planes[plane].band?.problem ?? "there is no file for it"
        throw SceneError(code: .missingBand, message: "pansharpen needs \(name): \(problem)")
    }

    /// Makes sure that a band and the panchromatic one show one place.
    private static func compare(_ band: Int, with pan: Grid, pan panName: String, in plan: inout PlanBuilder) throws {
        let name = plan.planes[band].name
        let own = try grid(of: band, in: plan)
        if own.crs == nil, own.transform == .identity {
            throw ChainError("the images lie on no map, so nobody knows how they meet; put ortho dem=FILE before it")
        }
        let isOneSystem: Bool
        switch (own.crs, pan.crs) {
        case (nil, nil): isOneSystem = true
        case (let first?, let second?): isOneSystem = first.isSame(as: second)
        default: isOneSystem = false
        }
        guard isOneSystem, own.transform.isAxisAligned == pan.transform.isAxisAligned else {
            throw ChainError(
                "\(name) lies in \(own.crs?.label ?? "no coordinate system") and \(panName) in "
                    + "\(pan.crs?.label ?? "no coordinate system"); both images must come from one product")
        }
        let ratio = own.transform.pixelWidth / pan.transform.pixelWidth
        guard ratio > 1 + Grid.tolerance else {
            throw ChainError(
                "\(name) has pixels of \(own.transform.pixelWidth) and \(panName) of \(pan.transform.pixelWidth): "
                    + "there is no detail to take over")
        }
        let beyond = overhang(of: pan, over: own)
        let warning =
            "\(panName) reaches \(beyond.rounded(toPlaces: 1)) multispectral pixels beyond the bands; results are no-data "
            + "there"
        if beyond > 1, !plan.warnings.contains(warning) { plan.warnings.append(warning) }
    }

    /// How far a grid reaches beyond another, in pixels of that.
    private static func overhang(of grid: Grid, over other: Grid) -> Double {
        guard let inverse = other.transform.inverse else { return 0 }
        var beyond = 0.0
        for (column, row) in [(0, 0), (grid.width, 0), (0, grid.height), (grid.width, grid.height)] {
            let corner = grid.transform.map(column: Double(column), row: Double(row))
            let place = inverse.map(column: corner.x, row: corner.y)
            beyond = max(beyond, -place.x, -place.y, place.x - Double(other.width), place.y - Double(other.height))
        }
        return beyond
    }
}
