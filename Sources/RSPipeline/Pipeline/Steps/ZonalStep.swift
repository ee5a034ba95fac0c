/// `zonal`: statistics of the selection by zone, gathered in the same pass.
struct ZonalStep: Step {
    static let declaration = StepDeclaration(
        word: "zonal", summary: "statistics and hectares by plot: FILE.csv, FILE.gpkg or FILE.geojson",
        positionals: .paths(help: "tables; {scene} {date} {sensor} are filled in", allowsMany: true),
        options: [
            .init("zones", .text, "polygons: GeoPackage, GeoJSON, shapefile, KML, GML; in any coordinate system"),
            .init("id", .text, "the attribute that identifies a zone"),
            .init("layer", .text, "the layer, where the file holds several"),
            .init("where", .text, "which zones, as an SQL condition over their attributes"),
            .init("stats", .list, ZonalStatistic.words),
            .init("planes", .list, "planes of the selection; all by default"),
            .init("group", .text, "an attribute to sum zones up by, such as the district"),
            .init("groups", .text, "the table of these sums: FILE.csv, FILE.gpkg or FILE.geojson"),
        ])

    let zones: ZoneSelection
    let statistics: [ZonalStatistic]
    let targets: [String]
    let groupTarget: String?
    let planes: [String]?

    init(_ arguments: StepArguments) throws(ChainError) {
        guard let path = arguments["zones"] else { throw ChainError("zones= is needed: a file of polygons") }
        guard let id = arguments["id"] else {
            throw ChainError("id= is needed: the attribute that identifies a zone, such as id=plot_id")
        }
        targets = arguments.positionals
        groupTarget = arguments["groups"]
        planes = arguments.list("planes")
        zones = ZoneSelection(
            path, id: id, group: arguments["group"], layer: arguments["layer"], filter: arguments["where"])
        if (zones.group == nil) != (groupTarget == nil) {
            throw ChainError("group= and groups= go together: group=district groups=districts.csv")
        }
        if targets.isEmpty && groupTarget == nil {
            throw ChainError("a table is missing; write: zonal zones=FILE id=NAME OUT.csv")
        }
        for target in targets + (groupTarget.map { [$0] } ?? []) {
            if target.hasPrefix("/vsi") { throw ChainError("\(target): outputs are files of this machine") }
            if FeatureWriter.Format(path: target) == nil {
                throw ChainError("\(target): a table ends in .csv, .gpkg or .geojson")
            }
        }
        var statistics: [ZonalStatistic] = []
        for word in arguments.list("stats") ?? ["mean", "count"] {
            guard let statistic = ZonalStatistic(word) else {
                throw ChainError("stats=\(word): there are \(ZonalStatistic.words)")
            }
            if !statistics.contains(statistic) { statistics.append(statistic) }
        }
        self.statistics = statistics
    }

    func lower(into plan: inout PlanBuilder) throws {
        var positions = plan.selection
        if let planes {
            positions = []
            for name in planes {
                let position = try plan.requirePosition(of: name)
                if !positions.contains(position) { positions.append(position) }
            }
        }
        if positions.isEmpty { throw ChainError("nothing is selected") }
        plan.tables.append(
            ZonalRequest(
                zones: zones, statistics: statistics, targets: targets, groupTarget: groupTarget,
                planes: try plan.request(positions)))
    }
}
