import ArgumentParser
import RSPipeline

/// `rsproc zonal`: statistics by zone of rasters that are there already.
struct ZonalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zonal", abstract: "Statistics and hectares of rasters by plot or district.",
        discussion: """
            rsproc zonal ndvi.tif ndsi.tif --zones plots.gpkg --id plot_id --stats mean,p90,count --to plots.csv

            The same as the chain: read RASTER... ! zonal zones=... id=... stats=... OUT, which in a longer chain gathers \
            statistics in the pass that makes the maps. Several rasters must lie on one grid.
            """)

    @Option(help: "Polygons: GeoPackage, GeoJSON, shapefile, KML, GML; in any coordinate system.") var zones: String
    @Option(help: "The attribute that identifies a zone.") var id: String
    @Option(help: "Statistics: \(ZonalStatistic.words).") var stats = "mean,count"
    @Option(name: .customLong("to"), help: "A table: .csv, .gpkg or .geojson; may be repeated.") var targets: [String] =
        []
    @Option(help: "The layer, where the file holds several.") var layer: String?
    @Option(help: "Which zones, as an SQL condition over their attributes.") var `where`: String?
    @Option(help: "Planes of the rasters, by name; all by default.") var planes: String?
    @Option(help: "An attribute to sum zones up by, such as the district.") var group: String?
    @Option(help: "The table of these sums.") var groups: String?
    @Option(help: "Worker threads; all processors by default.") var threads: Int?
    @Option(help: "Memory to stay within beside the zones, such as 256M or 2G.") var memory = "256M"
    @Flag(help: "Print a summary of the run as JSON.") var json = false
    @Flag(help: "Say nothing but errors and warnings.") var quiet = false
    @Flag(help: "Replace existing outputs.") var overwrite = false
    @Flag(help: "Do nothing where the tables are there; fail for stale ones.") var skipExisting = false
    @Flag(help: "Do nothing where the tables are there; make stale ones anew.") var update = false
    @Argument(help: "Rasters on one grid.") var rasters: [String]

    func run() throws {
        var step = ["zones=\(zones)", "id=\(id)", "stats=\(stats)"]
        for (key, value) in [
            ("layer", layer), ("where", `where`), ("planes", planes), ("group", group), ("groups", groups),
        ] {
            if let value { step.append("\(key)=\(value)") }
        }
        var options = ["--memory", memory]
        if let threads { options += ["--threads", "\(threads)"] }
        for (name, isSet) in [
            ("json", json), ("quiet", quiet), ("overwrite", overwrite), ("skip-existing", skipExisting),
            ("update", update),
        ] where isSet { options.append("--\(name)") }
        try RunCommand.parse(options + ["--", "read"] + rasters + ["!", "zonal"] + step + targets).run()
    }
}
