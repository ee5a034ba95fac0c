import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc change`: what changed between two dates, in hectares.
struct ChangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Compare the class maps of two dates: hectares of each transition, maps, and tables by zone.",
        discussion: """
            rsproc change 2022/ 2023/ --zones plots.gpkg --id plot_id --out change/

            BEFORE and AFTER are folders of rsproc assess, or maps of classes that rsproc has made. The maps must have the same \
            classes, made by the same rule, on one grid. DIR holds the maps of the change, transitions.csv, change.json, \
            zones.csv and zones.gpkg. Hectares of transitions are unadjusted, with the errors of both maps in them, unless \
            places that were visited on both dates are given.
            """)

    @Option(help: "The models that made the maps: BEFORE.json,AFTER.json; by default what assessment.json says.")
    var models: String?
    @Option(help: "Polygons of plots or districts, in any coordinate system.") var zones: String?
    @Option(help: "The attribute that identifies a zone.") var id: String?
    @Option(help: "The layer of zones, where the file holds several.") var layer: String?
    @Option(help: "Which zones, as an SQL condition over their attributes.") var `where`: String?
    @Option(
        help: """
            Places that were visited on both dates: a table (.csv) or points, with the columns before and after (classes), or one \
            with the change (improved, unchanged, worsened).
            """) var places: String?
    @Option(help: "Their column with the change.") var reference: String?
    @Option(help: "The folder for everything.") var out: String

    @OptionGroup var pass: PassOptions
    @Flag(help: "Print a summary of the run as JSON.") var json = false
    @Argument(help: "The earlier map, or its folder.") var before: String
    @Argument(help: "The later map, or its folder.") var after: String

    func run() throws {
        let cancellation = Cancellation()
        var execution = try pass.execution(cancellation)
        let comparison = try ChangeRun(options())
        Interrupts.cancel(cancellation)
        if !pass.quiet {
            let bar = ProgressBar(label: comparison.plan.scene.id)
            execution.progress = { bar.show($0) }
        }
        let summary = try comparison.run(existing: pass.existing, options: execution)
        for warning in summary.warnings { Report.warning(warning) }
        if json {
            try RunCommand.printJSON(RunSummary(chain: comparison.plan.chainText, scenes: [summary]))
        } else if !pass.quiet {
            print(SummaryText.text(of: summary))
            if summary.state == .done { print(ChangeText.text(of: try comparison.change())) }
        }
    }

    private func options() throws -> ChangeOptions {
        var options = ChangeOptions(before: before, after: after, folder: out)
        if let models {
            let files = models.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard files.count == 2, !files.contains("") else {
                throw ChainError("--models \(models): two files are needed, BEFORE.json,AFTER.json")
            }
            options.models = (files[0], files[1])
        }
        switch (zones, id) {
        case (let zones?, let id?): options.zones = ZoneSelection(zones, id: id, layer: layer, filter: `where`)
        case (_?, nil): throw ChainError("--id is needed: the attribute that identifies a zone, such as --id plot_id")
        case (nil, nil) where layer == nil && `where` == nil: break
        default: throw ChainError("--id, --layer and --where belong to --zones, which are missing")
        }
        (options.places, options.reference) = (places, reference)
        return options
    }
}
