/// `clip`: cuts everything that flows to an area, without resampling.
struct ClipStep: Step {
    static let declaration = StepDeclaration(
        word: "clip", summary: "cut all planes to the box of an area, and make pixels outside of its polygons no-data",
        options: [
            .init("aoi", .text, "polygons: GeoPackage, GeoJSON, shapefile, KML, GML; reprojected as needed"),
            .init("layer", .text, "the layer, where the file holds several"),
            .init("where", .text, "which features, as an SQL condition over their attributes"),
            .init("extent", .text, "xmin,ymin,xmax,ymax instead of polygons"),
            .init("crs", .text, "coordinate system of extent, such as EPSG:4326; by default that of the planes"),
        ])

    let area: String?
    let selection: VectorSelection
    let extent: MapBox?
    let crs: String?

    init(_ arguments: StepArguments) throws(ChainError) {
        area = arguments["aoi"]
        selection = VectorSelection(layer: arguments["layer"], filter: arguments["where"])
        extent = arguments["extent"].flatMap(MapBox.init)
        crs = arguments["crs"]
        if let text = arguments["extent"], extent == nil {
            throw ChainError("extent=\(text): xmin,ymin,xmax,ymax are needed, the smaller numbers first")
        }
        if area == nil && extent == nil { throw ChainError("it needs aoi=FILE or extent=xmin,ymin,xmax,ymax") }
        if area != nil && extent != nil {
            throw ChainError("aoi= and extent= are two ways to say one thing; to cut to both, write two clip steps")
        }
        if area == nil && (selection.layer != nil || selection.filter != nil) {
            throw ChainError("layer= and where= choose features of aoi=")
        }
        if crs != nil && extent == nil { throw ChainError("crs= is that of extent=; a vector file names its own") }
    }

    func lower(into plan: inout PlanBuilder) throws {
        if let area {
            let file = VectorFile(area, selection)
            _ = try file.identity()
            plan.changeGrid(
                GridChange(name: "cut to \(file.name)", rule: nil, isClip: true) { source in
                    let layer = try file.layer(onto: source)
                    try file.require(.polygonsThatMeet, of: layer)
                    guard let box = layer.shapes.bounds,
                        let window = Self.window(
                            left: box.left, top: box.top, right: box.right, bottom: box.bottom, in: source)
                    else { throw ChainError("\(file.path): its features do not meet the scene") }
                    return source.cut(to: window)
                })
            let inside = try plan.cover(of: file, needs: .polygonsThatMeet)
            plan.mask(plan.graph.apply(.not, inside), reason: .maskedOther)
            return
        }
        guard let extent else { return }
        var system: CoordinateSystem?
        do {
            if let crs { system = try CoordinateSystem(text: crs) }
        } catch {
            throw ChainError("crs=\(crs ?? ""): not a coordinate system; write it as EPSG:CODE, WKT or PROJ text")
        }
        let named = system
        plan.changeGrid(
            GridChange(name: "cut to an extent", rule: nil, isClip: true) { source in
                do {
                    let box = try extent.inPixels(of: source, crs: named)
                    if let window = Self.window(
                        left: box.left, top: box.top, right: box.right, bottom: box.bottom, in: source)
                    {
                        return source.cut(to: window)
                    }
                    var way: CoordinateTransform?
                    if let named, let own = source.crs { way = try CoordinateTransform(from: own, to: named) }
                    throw ChainError(
                        "extent (\(extent.text)) does not meet the scene (\(try MapBox(of: source, through: way).text)) in "
                            + ((named ?? source.crs)?.label ?? "its coordinates")
                            + (named == nil && extent.looksLikeDegrees && source.crs?.isGeographic == false
                                ? "; degrees of longitude and latitude take crs=EPSG:4326" : ""))
                } catch let error as GDALError {
                    throw ChainError(error.description)
                }
            })
    }

    /// The pixels that a box in pixel coordinates touches; nil where it lies outside.
    private static func window(left: Double, top: Double, right: Double, bottom: Double, in grid: Grid) -> Window? {
        func index(_ value: Double, _ limit: Int) -> Int { Int(min(max(value, 0), Double(limit))) }
        let first = (
            index((left + Grid.tolerance).rounded(.down), grid.width),
            index((top + Grid.tolerance).rounded(.down), grid.height)
        )
        let last = (
            index((right - Grid.tolerance).rounded(.up), grid.width),
            index((bottom - Grid.tolerance).rounded(.up), grid.height)
        )
        guard first.0 < last.0, first.1 < last.1 else { return nil }
        return Window(column: first.0, row: first.1, width: last.0 - first.0, height: last.1 - first.1)
    }
}
