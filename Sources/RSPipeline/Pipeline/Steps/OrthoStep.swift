import Foundation

/// `ortho`: brings bands in sensor geometry to a map, with the product's rational model and heights of the ground.
struct OrthoStep: Step {
    static let declaration = StepDeclaration(
        word: "ortho",
        summary: "bring an image in sensor geometry (SPOT, Pleiades) to a map, with heights of the ground",
        options: [
            .init("dem", .text, "raster of heights, in metres above the ellipsoid"),
            .init("crs", .text, "coordinate system of the map; by default the UTM zone of the scene's centre"),
            .init("resolution", .number, "pixel size in units of the map; by default that of the image"),
            .init(
                "resampling", .choice(["nearest", "bilinear", "cubic"]),
                "nearest (default) keeps stored numbers, special values included"),
        ])

    let heights: String?
    let crs: CoordinateSystem?
    let pixelSize: Double?
    let resampling: Orthorectification.Resampling

    init(_ arguments: StepArguments) throws(ChainError) {
        heights = arguments["dem"]
        do throws(GDALError) {
            crs = try arguments["crs"].map { (text) throws(GDALError) in try CoordinateSystem(text: text) }
        } catch {
            throw ChainError("crs=: \(error.message)")
        }
        pixelSize = arguments.number("resolution")
        if let pixelSize, !(pixelSize > 0) || !pixelSize.isFinite {
            throw ChainError("resolution=\(pixelSize): a number above 0 is needed")
        }
        let word = arguments["resampling"] ?? "nearest"
        resampling = Orthorectification.Resampling(rawValue: word) ?? .nearest
    }

    func lower(into plan: inout PlanBuilder) throws {
        try refuseWhatNeedsNone(plan)
        guard let heights else { throw ChainError("dem= is needed: a raster of heights that covers the scene") }
        var done: [String: Orthorectification.Result] = [:]
        for index in plan.inputs.indices {
            guard let source = plan.inputs[index].source, let model = source.rationalModel else { continue }
            let result: Orthorectification.Result
            if let known = done[source.path] {
                result = known
            } else {
                result = try run(source, model, heights, noData: plan.inputs[index].noData, plan: plan)
                done[source.path] = result
            }
            var placed = RasterSource(
                path: result.file.path, band: source.band, grid: result.grid, sampleType: source.sampleType,
                blockWidth: result.blockWidth, blockHeight: result.blockHeight)
            placed.memory = result.file
            placed.parts = source.files + [heights]
            plan.inputs[index].source = placed
        }
        plan.constants["ortho dem"] = URL(fileURLWithPath: heights).lastPathComponent
    }

    /// Refuses a scene that heights would not help: one that lies on a map, or that lacks its model.
    private func refuseWhatNeedsNone(_ plan: PlanBuilder) throws(ChainError) {
        if plan.inputs.contains(where: { $0.source?.rationalModel != nil }) { return }
        let isSensor = plan.scene.bands.contains { $0.source?.grid.crs == nil }
        let why = plan.scene.notices.first { $0.contains("rational model") }
        throw ChainError(
            why ?? (isSensor ? "the bands have no rational model" : "the bands lie on a map already; leave it out"))
    }

    private func run(
        _ source: RasterSource, _ model: RationalModel, _ heights: String, noData: NoData, plan: PlanBuilder
    ) throws -> Orthorectification.Result {
        guard FileManager.default.fileExists(atPath: heights) || heights.hasPrefix("/vsi") else {
            throw SceneError(code: .notFound, message: "dem=\(heights): there is no such file")
        }
        let bandCount = plan.inputs.compactMap { $0.source?.path == source.path ? $0.source?.band : nil }.max() ?? 1
        let image = TileMosaic(
            tiles: [
                TileMosaic.Tile(
                    path: source.path, column: 0, row: 0, width: source.grid.width, height: source.grid.height)
            ], width: source.grid.width, height: source.grid.height, bandCount: bandCount,
            sampleType: source.sampleType,
            blockWidth: source.blockWidth, blockHeight: source.blockHeight, isPixelInterleaved: bandCount > 1)
        let work = Orthorectification(
            model: model, heights: heights, crs: try crs ?? Self.zone(of: model), pixelSize: pixelSize,
            resampling: resampling, noData: noData.number ?? 0)
        do throws(GDALError) {
            return try work.run(on: image, in: source.memory, name: PlannedFile.fileName(plan.scene.id))
        } catch {
            throw SceneError(code: .unreadable, message: "ortho: \(error)")
        }
    }

    /// The zone of the Universal Transverse Mercator system that holds the centre of a model.
    private static func zone(of model: RationalModel) throws -> CoordinateSystem {
        let longitude = model.longitude.offset
        let latitude = model.latitude.offset
        guard (-180...180).contains(longitude), (-90...90).contains(latitude) else {
            throw SceneError(
                code: .badMetadata, message: "the rational model lies at \(longitude), \(latitude), which is nowhere")
        }
        let number = min(Int((longitude + 180) / 6) + 1, 60)
        return try CoordinateSystem(text: "EPSG:\((latitude < 0 ? 32700 : 32600) + number)")
    }
}
