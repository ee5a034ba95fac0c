import Foundation

/// One assessment from a scene to the report: maps, tables, `assessment.json` and `report.html`, placed together or not at all.
///
/// One pass over the scene makes the maps of values, of classes and of reasons, and the tables of plots and districts. The
/// report is made of these. Equal inputs give equal bytes; times stand in the summary alone.
public struct AssessmentRun: Sendable {
    /// What will be computed; its chain makes the same maps and tables with `rsproc run`.
    public let plan: Plan
    /// The page.
    public let reportPath: String
    /// The numbers for machines, as ``Assessment/init(json:name:)`` reads them.
    public let documentPath: String

    /// Plans an assessment.
    ///
    /// - Throws: ``RunError``: everything that can be wrong before the first pixel is read, such as a model for another
    ///   sensor, classes that do not fit the property, plots without their attribute.
    public init(_ options: AssessmentOptions) throws(RunError) {
        do {
            try ReportFolder.check(options.folder)
            if options.residuals != nil, case .index = options.subject {
                throw ChainError("--residuals belongs to --model; an index has none")
            }
            if options.validation == nil, options.reference != nil {
                throw ChainError("--reference is a column of --validation, which is missing")
            }
            let mapped = try options.mapped()
            let chain = try options.chain(mapped)
            let plan = try Plan(chain, scene: try chain.openScene())
            let report = AssessmentFiles(options, mapped)
            self.plan = plan.reported(by: report)
            (reportPath, documentPath) = (report.reportPath, report.documentPath)
        } catch {
            throw RunError(error)
        }
    }

    /// Runs it.
    ///
    /// - Returns: what was done, as ``SceneRun/run()``.
    /// - Throws: ``RunError``; of kind input also where no pixel has a class, or nothing of plots, districts or checked places
    ///   lies in the scene. Nothing is left then.
    public func run(
        existing: ExistingOutputs = .refuse, options: ExecutionOptions = ExecutionOptions()
    ) throws(RunError) -> SceneSummary {
        try SceneRun(plan, existing: existing, options: options).run()
    }

    /// The assessment that stands in the folder.
    ///
    /// - Throws: ``RunError`` of kind input where there is none.
    public func assessment() throws(RunError) -> Assessment {
        guard let data = FileManager.default.contents(atPath: documentPath) else {
            throw RunError(.input, "\(documentPath): there is no such file, or it cannot be read")
        }
        return try Assessment(json: data, name: documentPath)
    }
}
