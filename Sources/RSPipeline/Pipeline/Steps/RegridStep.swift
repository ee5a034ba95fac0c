/// `regrid`: brings everything that flows to another grid.
struct RegridStep: Step {
    static let declaration = StepDeclaration(
        word: "regrid",
        summary: "bring all planes to another grid, masks and classes by their nearest or commonest pixel",
        options: [
            .init("like", .text, "a raster whose grid is taken"),
            .init("crs", .text, "coordinate system, such as EPSG:32638; by default that of the scene"),
            .init("res", .number, "pixel size in units of crs; by default that of the scene"),
            .init(
                "extent", .text,
                "xmin,ymin,xmax,ymax in units of crs; by default the scene's outline, in multiples of res"),
            .init(
                "resampling", .choice(["bilinear", "nearest", "cubic", "average", "mode"]),
                "of measurements; by default bilinear, and average where pixels grow to twice their size or more"),
        ])

    let like: String?
    let crs: String?
    let resolution: Double?
    let extent: MapBox?
    let rule: Resampling?

    init(_ arguments: StepArguments) throws(ChainError) {
        like = arguments["like"]
        crs = arguments["crs"]
        resolution = arguments.number("res")
        extent = arguments["extent"].flatMap(MapBox.init)
        rule = arguments["resampling"].flatMap(Resampling.init)
        if let text = arguments["extent"], extent == nil {
            throw ChainError("extent=\(text): xmin,ymin,xmax,ymax are needed, the smaller numbers first")
        }
        if let resolution, !(resolution > 0) { throw ChainError("res=\(resolution): a number above 0 is needed") }
        if like != nil && (crs != nil || resolution != nil || extent != nil) {
            throw ChainError("like= gives the whole grid; leave crs=, res= and extent= out")
        }
        if like == nil && crs == nil && resolution == nil && extent == nil {
            throw ChainError("it needs a grid: like=FILE, or some of crs=, res= and extent=")
        }
    }

    func lower(into plan: inout PlanBuilder) throws {
        if let like {
            guard like.hasPrefix("/vsi") || FileFacts.exists(like) else {
                throw SceneError(code: .notFound, message: "like=\(like): there is no such file")
            }
            let grid = try Dataset(reading: like, drivers: Dataset.drivers(forNamed: like)).grid
            plan.constants["grid of step \(plan.step)"] = Self.text(grid)
            plan.changeGrid(GridChange(name: "to the grid of \(Self.file(like))", rule: rule) { _ in grid })
            return
        }
        var target = GridTarget(resolution: resolution, extent: extent)
        do {
            if let crs { target.crs = try CoordinateSystem(text: crs) }
        } catch {
            throw ChainError("crs=\(crs ?? ""): not a coordinate system; write it as EPSG:CODE, WKT or PROJ text")
        }
        let words = [crs ?? "", resolution.map { "pixels of \($0)" } ?? "", extent == nil ? "" : "an extent"]
        let name = "to " + words.filter { !$0.isEmpty }.joined(separator: ", ")
        let asked = target
        plan.changeGrid(
            GridChange(name: name, rule: rule) { source in
                do throws(GDALError) {
                    return try asked.grid(from: source)
                } catch {
                    throw ChainError(error.description)
                }
            })
    }

    private static func file(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func text(_ grid: Grid) -> String {
        let t = grid.transform
        return
            "\(grid.width) x \(grid.height), \(t.originX) \(t.columnX) \(t.rowX) \(t.originY) \(t.columnY) \(t.rowY), "
            + (grid.crs?.label ?? "no coordinate system")
    }
}
