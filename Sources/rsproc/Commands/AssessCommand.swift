import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc assess`: from a scene to hectares and a report.
struct AssessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess",
        abstract: "Map a scene in classes, sum hectares by plot and district, and write a report.",
        discussion: """
            rsproc assess SCENE --model model.json --plots plots.gpkg --districts districts.gpkg --out OUT
            rsproc assess SCENE --index sqrt_GR --thresholds 0.1,0.2 --out OUT
            rsproc assess SCENE --also LATER --also LAST --composite median --model model.json --out OUT

            OUT holds the maps of values, classes and reasons, plots.csv, plots.gpkg, districts.csv, assessment.json and \
            report.html. The report names the chain, which makes the same maps and tables with rsproc run.
            """)

    @Option(help: "A model of rsproc calibrate.") var model: String?
    @Option(help: "Classes of the model's property: usda (default), fao2006, or a file.") var scheme: String?
    @Option(help: "An index instead of a model; its classes are never called saline.") var index: String?
    @Option(help: "Bounds between classes of the index, with commas.") var thresholds: String?
    @Option(help: "Names of the classes of the index, with commas.") var names: String?

    @Option(help: "A further date of the season, as SCENE; may be repeated.") var also: [String] = []
    @Option(help: "Which number of all dates a pixel gets: max, min, median, mean.") var composite: String?

    @Option(
        help: """
            Reflectance: auto (what the model was made of), product, dos1, dos2, dos4, cost, toa, or none for rasters that hold it.
            """) var surface = "auto"
    @Option(help: "Flags of pixels to take out, with commas, or none.") var mask = "cloud,shadow"
    @Option(help: "bare: only where bare soil is seen; none: for models whose samples lie under plants too.") var gate =
        "bare"

    @Option(help: "Polygons of plots, in any coordinate system.") var plots: String?
    @Option(help: "The attribute that identifies a plot.") var plotID = "plot_id"
    @Option(help: "The attribute of plots with their district; without --districts, districts are sums of plots.")
    var plotDistrict: String?
    @Option(help: "Polygons of districts.") var districts: String?
    @Option(help: "The attribute with the name of a district.") var districtID = "district"
    @Option(help: "Places that were checked in the field: a table (.csv) or points.") var validation: String?
    @Option(help: "Their column with the class or the value that was found.") var reference: String?
    @Option(help: "The residuals of the model, for the picture of field and prediction.") var residuals: String?

    @Option(help: "The title of the report.") var title: String?
    @Option(help: "The name of the area; by default the scene.") var place: String?
    @Option(help: "The language of the report: \(ReportTexts.languages.joined(separator: ", ")), or a file of texts.")
    var lang = "en"
    @Option(help: "The folder for everything.") var out: String

    @OptionGroup var pass: PassOptions
    @Flag(help: "Print a summary of the run as JSON.") var json = false
    @Argument(help: "The scene, with options of the step read, such as resolution=20.") var scene: [String]

    func run() throws {
        let cancellation = Cancellation()
        var execution = try pass.execution(cancellation)
        let assessment = try AssessmentRun(options())
        Interrupts.cancel(cancellation)
        if !pass.quiet {
            let bar = ProgressBar(label: assessment.plan.scene.id)
            execution.progress = { bar.show($0) }
        }
        let summary = try assessment.run(existing: pass.existing, options: execution)
        for warning in summary.warnings { Report.warning("\(assessment.plan.scene.id): \(warning)") }
        if json {
            try RunCommand.printJSON(RunSummary(chain: assessment.plan.chainText, scenes: [summary]))
        } else if !pass.quiet {
            print(SummaryText.text(of: summary))
            if summary.state == .done { print(AssessmentText.text(of: try assessment.assessment())) }
        }
    }

    private func options() throws -> AssessmentOptions {
        func list(_ text: String?) -> [String] {
            (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let subject: AssessmentOptions.Subject
        switch (model, index) {
        case (let model?, nil):
            if thresholds != nil || names != nil {
                throw ChainError("--thresholds and --names belong to --index; a model has the classes of --scheme")
            }
            subject = .model(path: model, scheme: scheme ?? "usda")
        case (nil, let index?):
            if let scheme {
                throw ChainError(
                    "--scheme \(scheme): its classes are of a calibrated property, and an index is none; give --thresholds, or "
                        + "calibrate the index with field samples (rsproc calibrate) and give --model")
            }
            subject = .index(index, thresholds: list(thresholds), names: list(names))
        default: throw ChainError("give --model FILE, or --index NAME with --thresholds, one of them")
        }
        if also.isEmpty != (composite == nil) {
            throw ChainError(
                also.isEmpty
                    ? "--composite joins several dates; name the others, each with --also SCENE"
                    : "--also: say which number of all dates a pixel gets, --composite max, min, median or mean")
        }
        if gate != "bare" && gate != "none" { throw ChainError("--gate \(gate): bare or none") }
        if plots == nil, plotDistrict != nil {
            throw ChainError("--plot-district belongs to --plots, which are missing")
        }
        let isFile = lang.contains(".") || lang.contains("/")
        var options = AssessmentOptions(
            scene: scene, subject: subject, folder: out,
            texts: isFile ? try ReportTexts(path: lang) : try ReportTexts(language: lang))
        options.season = composite.map { (also, $0) }
        options.surface = surface
        options.flags = mask == "none" ? [] : list(mask)
        options.isGated = gate == "bare"
        options.plots = plots.map { ZoneSelection($0, id: plotID, group: plotDistrict) }
        options.districts = districts.map { ZoneSelection($0, id: districtID) }
        (options.validation, options.reference, options.residuals) = (validation, reference, residuals)
        (options.title, options.place) = (title, place)
        return options
    }
}
