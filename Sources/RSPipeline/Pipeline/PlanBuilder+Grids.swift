extension PlanBuilder {
    /// Brings every plane, its reasons and the masks so far to another grid; all that is added later lives there.
    ///
    /// - Parameter resident: a plane that lies there already.
    mutating func changeGrid(_ change: GridChange, resident: Int? = nil) {
        gridChanges.append(change)
        gridStep = step
        for index in planes.indices where index != resident {
            let plane = planes[index]
            let content = Self.content(of: plane.quantity)
            if plane.isAlwaysValid {
                let value = bring(plane.value, named: plane.name, as: content, by: change)
                planes[index].value = graph.apply(
                    .coalesce, value, graph.constant(Float(PixelReason.fill.rawValue)))
                continue
            }
            let missing = graph.apply(.isNoData, plane.value)
            let why = graph.apply(.select, missing, reason(of: plane), graph.constant(0))
            let number = gridChanges.count
            let brought = addStage(
                name: "\(plane.name) \(change.name)", sources: [plane.value, why],
                results: [plane.name, "reasons of \(plane.name)"],
                placement: .ownGrid { try change.operation(for: content, hasReasons: true, from: $0) })
            stages[stages.count - 1].gridChange = number
            let reasons = graph.apply(
                .coalesce, brought[1], graph.constant(Float(PixelReason.fill.rawValue)))
            let known = Set(plane.rules.map(\.reason)).union([.fill])
            planes[index].value = brought[0]
            planes[index].rules = rules(known, of: reasons)
        }
        // What was asked for before is counted where it lies.
        let moving = planes.indices.filter { $0 != resident }
        var moved: [Int: Int] = [:]
        for number in Set(moving.flatMap { planes[$0].counts }).sorted() {
            var count = counts[number]
            count.condition = bring(count.condition, named: "count of \(count.plane)", as: .category, by: change)
            moved[number] = counts.count
            counts.append(count)
        }
        for index in moving { planes[index].counts = Set(planes[index].counts.compactMap { moved[$0] }) }
        for index in masks.indices {
            let zero = graph.constant(0)
            let flags = graph.apply(.coalesce, graph.apply(.notEqual, masks[index].condition, zero), zero)
            let share = graph.apply(.coalesce, bring(flags, named: "masks", as: .share, by: change), zero)
            // A value needs half of the weight, but for the errors of arithmetic.
            masks[index].condition = graph.apply(.less, graph.constant(0.5 + Float(Grid.tolerance)), share)
        }
    }

    /// Rules of the step being lowered that follow from reasons as numbers.
    mutating func rules(_ reasons: some Sequence<PixelReason>, of codes: ValueID) -> [ReasonRule] {
        reasons.map { reason in
            ReasonRule(
                step: step, reason: reason,
                condition: graph.apply(.equal, codes, graph.constant(Float(reason.rawValue))))
        }.sorted { $0.order < $1.order }
    }

    /// Classes, flags and angles, which turn over at 360 degrees, are not averaged.
    static func content(of quantity: Quantity) -> GridChange.Content {
        switch quantity {
        case .classes, .mask, .qualityBits, .angle: .category
        default: .measurement
        }
    }

    /// A value on the grid that the chain has reached, wherever the files that it comes from lie.
    ///
    /// Values of bands and layers of the scene lie on the scene's own grid; after a `regrid` or `clip` they have to follow
    /// before they can be combined with planes.
    mutating func onCurrentGrid(_ value: ValueID, as content: GridChange.Content = .category) -> ValueID {
        guard var number = gridChanges(of: value) else { return value }
        var value = value
        while number < gridChanges.count {
            let change = gridChanges[number]
            number += 1
            value = bring(value, named: content == .category ? "flags" : "layer", as: content, by: change)
            stages[stages.count - 1].gridChange = number
        }
        return value
    }

    /// A condition on the grid that the chain has reached; where nothing of the scene lies it does not hold.
    mutating func flag(_ condition: ValueID) -> ValueID {
        let brought = onCurrentGrid(condition)
        return brought == condition ? condition : graph.apply(.coalesce, brought, graph.constant(0))
    }

    private mutating func bring(
        _ value: ValueID, named name: String, as content: GridChange.Content, by change: GridChange
    ) -> ValueID {
        let results = addStage(
            name: "\(name) \(change.name)", sources: [value], results: [name],
            placement: .ownGrid { try change.operation(for: content, hasReasons: false, from: $0) })
        stages[stages.count - 1].gridChange = gridChanges.count
        return results[0]
    }

    /// The number of grid changes that a value has gone through; nil for one that fits any grid.
    private func gridChanges(of value: ValueID) -> Int? {
        Program(graph, results: [value]).inputSlots.compactMap { gridChanges(ofSlot: $0) }.max()
    }

    private func gridChanges(ofSlot slot: Int) -> Int? {
        guard let derived = inputs[slot].derived else { return 0 }
        let stage = stages[derived.stage]
        if let number = stage.gridChange { return number }
        return stage.sources.compactMap { gridChanges(of: $0) }.max()
    }

    // MARK: Vector files

    /// 1 where a vector file's features cover a pixel, 0 elsewhere, on the grid of whatever it is combined with.
    ///
    /// - Parameter needs: which features are an error when the grid is known.
    /// - Throws: ``SceneError`` where the file is missing or unreadable.
    mutating func cover(of file: VectorFile, needs: VectorFile.Need) throws(SceneError) -> ValueID {
        constants["features of \(file.name)"] = try file.identity()
        return addStage(
            name: "features of \(file.name)", sources: [], results: [file.name],
            placement: .sourceGrid { grid in
                let layer = try file.layer(onto: grid)
                try file.require(needs, of: layer)
                return ShapeMaskOperation(layer: layer)
            })[0]
    }

    /// 1 where the polygons of a quality layer cover a pixel of the scene, 0 elsewhere, on the scene's own grid.
    ///
    /// The file is read when the grid is known; what is wrong with it is an error then.
    mutating func cover(of shapes: MaskShapes, name: String) -> ValueID {
        if let known = covers[shapes] { return known }
        let cover = addStage(
            name: "polygons of \(name)", sources: [], results: [name],
            placement: .sourceGrid { ShapeMaskOperation(layer: try shapes.layer(onto: $0, name: name)) })[0]
        // Before all changes, as layers that are rasters; it follows to other grids.
        stages[stages.count - 1].gridChange = 0
        covers[shapes] = cover
        return cover
    }

    // MARK: Further rasters

    /// A band of a raster that the user has named, as a value on the raster's own grid: scaled as the file says, NaN
    /// where it has no data.
    ///
    /// - Throws: ``SceneError`` that names the file.
    mutating func addRaster(_ path: String, band: Int = 1, name: String) throws -> ValueID {
        guard path.hasPrefix("/vsi") || FileFacts.exists(path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file")
        }
        let dataset = try Dataset(reading: path, drivers: Dataset.drivers(forNamed: path))
        let facts = try dataset.band(band)
        if facts.hasMask {
            throw SceneError(
                code: .unreadable,
                message:
                    "\(path): a mask or an alpha band says which pixels count, which is not read; write a value that "
                    + "means no data into the file first (gdal_translate -a_nodata)")
        }
        let source = RasterSource(
            path: path, band: band, grid: dataset.grid, sampleType: facts.sampleType, blockWidth: facts.blockWidth,
            blockHeight: facts.blockHeight)
        let stored = graph.load(slot: slot(for: PlanInput(name: name, source: source, noData: facts.noData)))
        return graph.affine(stored, gain: facts.scale ?? 1, offset: facts.offset ?? 0)
    }

    /// Slope and aspect, in degrees, of a terrain whose heights in metres are in a file, on the grid of whatever they are
    /// combined with; see ``SceneTerrainOperation``.
    ///
    /// - Throws: ``SceneError`` that names the file.
    mutating func addTerrain(_ path: String) throws -> (slope: ValueID, aspect: ValueID) {
        let heights = try addRaster(path, name: "heights")
        let results = addStage(
            name: "terrain", sources: [heights], results: ["slope", "aspect"],
            placement: .targetGrid { try SceneTerrainOperation(heights: $0, scene: $1, path: path) })
        stages[stages.count - 1].gridChange = gridChanges.count
        return (results[0], results[1])
    }
}
