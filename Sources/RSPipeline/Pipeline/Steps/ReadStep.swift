/// `read`: opens the scene and lets its spectral bands flow.
struct ReadStep: Step {
    static let declaration = StepDeclaration(
        word: "read",
        summary:
            "open a scene: a product (folder, archive, metadata file, STAC item), or rasters (GeoTIFF, JPEG 2000, VRT)",
        positionals: .paths(
            help: "folder, archive, metadata file, STAC item or rasters of one scene, or their URLs", allowsMany: true),
        options: [
            .init("roles", .list, "roles of a generic file's bands in order; - skips one"),
            .init("bands", .list, "only these bands, by delivered name or role"),
            .init("scale", .number, "value = stored * scale + offset, for generic files"),
            .init("offset", .number, "see scale"),
            .init("quantity", .text, "what the values are: digitalNumber, toaReflectance, surfaceReflectance, ..."),
            .init("nodata", .number, "stored value that means no data, instead of the file's own"),
            .init("prefix", .text, "what band file names carry before the names the MTL gives"),
            .init("metadata", .text, "MTL file of band files given one by one"),
            .init(
                "assume", .text,
                "what the metadata leaves open: offset-applied or offset-missing (Sentinel-2), relative (stretched SPOT)"
            ),
            .init("resolution", .number, "pixel size of the chain; by default the coarsest among the bands used"),
            .init("saturated", .choice(["remove", "keep"]), "keep saturated pixels (bright salt crust)"),
            .init(
                "on-error", .choice(["fail", "nodata"]),
                "nodata: go on where a block of a file is damaged; its pixels are no-data in every output"),
        ])

    /// Files or folders of the scene.
    let inputs: [String]
    /// How to read them.
    let options: SceneOptions
    let keepsSaturated: Bool
    let resolution: Double?
    let toleratesDamage: Bool

    init(_ arguments: StepArguments) throws(ChainError) {
        inputs = arguments.positionals
        keepsSaturated = arguments["saturated"] == "keep"
        toleratesDamage = arguments["on-error"] == "nodata"
        resolution = arguments.number("resolution")
        if let resolution, !(resolution > 0) {
            throw ChainError("resolution=\(resolution): a number above 0 is needed")
        }
        var options = SceneOptions()
        for (name, value) in arguments.options where SceneOptions.keys.contains(name) {
            do throws(SceneError) {
                try options.set(name, to: value)
            } catch {
                throw ChainError(error.description)
            }
        }
        self.options = options
    }

    func lower(into plan: inout PlanBuilder) throws {
        plan.resolution = resolution
        plan.toleratesDamage = toleratesDamage
        plan.acceptsRelative = options.assume?.lowercased() == "relative"
        let types = plan.scene.bands.compactMap { $0.source?.sampleType }
        if let noData = options.noData, !types.isEmpty, types.allSatisfy({ !$0.canHold(noData) }) {
            throw ChainError("nodata=\(noData): no band can hold it (\(types[0].rawValue))")
        }
        let saturation = plan.scene.qualityLayers.first { $0.kind == .landsatQARadsat && $0.source != nil }
        for band in plan.scene.bands {
            let slot = plan.slot(
                for: PlanInput(name: band.name, source: band.source, problem: band.problem, noData: band.noData))
            let stored = plan.graph.load(slot: slot)
            var rules = [
                ReasonRule(step: 1, reason: .fill, condition: plan.graph.apply(.isNoData, stored))
            ]
            var value = stored
            var saturated: ValueID?
            if let layer = saturation, let bit = band.saturationBit {
                saturated = plan.graph.anyBit(plan.graph.load(slot: plan.slot(for: layer)), mask: 1 << UInt32(bit))
            } else if let number = band.saturatedValue {
                saturated = plan.graph.apply(.equal, stored, plan.graph.constant(Float(number)))
            }
            if let saturated, !keepsSaturated {
                rules.append(ReasonRule(step: 1, reason: .saturated, condition: saturated))
                value = plan.graph.apply(.invalidate, value, saturated)
            }
            if let scale = band.readScale {
                value = plan.graph.affine(value, gain: scale.gain, offset: scale.offset)
            }
            try plan.addBand(
                PlannedPlane(
                    name: band.name, quantity: band.quantity, value: value, rules: rules, band: band,
                    problem: Self.problem(of: band)))
        }
        let named = options.bands != nil
        plan.selection = plan.planes.indices.filter { named || plan.planes[$0].band?.role != .pan }
    }

    /// Pixels that a mask or an alpha band hides must not count as data.
    private static func problem(of band: Band) -> SceneError? {
        guard band.hasUnreadMask, let path = band.source?.path else { return nil }
        return SceneError(
            code: .unreadable,
            message:
                "\(path): a mask or an alpha band says which pixels count, which is not read yet; name a stored value "
                + "that means no data (read ... nodata=), or write one into the file first (gdal_translate -a_nodata)")
    }
}
