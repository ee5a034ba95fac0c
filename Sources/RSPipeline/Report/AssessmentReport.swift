public import Foundation

/// The page that shows an assessment: one HTML file that needs no network and no script, to read on any screen and to print.
///
/// Every number in it is an element with `data-value`, the number in full, and `data-path`, where the number stands in
/// ``Assessment/json()``.
public struct AssessmentReport: Sendable {
    /// What is shown.
    public let assessment: Assessment
    /// The map; nil for a report without one.
    public let map: ReportMap?

    /// A page that is larger is refused.
    public static let mostBytes = 5_000_000

    /// Makes a report.
    public init(_ assessment: Assessment, map: ReportMap? = nil) {
        self.assessment = assessment
        self.map = map
    }

    /// The page, in UTF-8.
    ///
    /// - Parameter texts: the language.
    /// - Throws: ``RunError`` of kind output for an assessment whose parts do not fit together, and for a page that would be
    ///   larger than ``mostBytes``.
    public func html(_ texts: ReportTexts) throws(RunError) -> Data {
        if let problem = assessment.problem { throw RunError(.output, "the report cannot be made: \(problem)") }
        let page = Data(try ReportTemplate.render(ReportPage(assessment, map, texts).context).utf8)
        if page.count > Self.mostBytes {
            throw RunError(
                .output,
                "the report would be \(page.count / 1_000_000) MB large, more than \(Self.mostBytes / 1_000_000); "
                    + "make its map smaller, or simplify the outlines of the districts")
        }
        return page
    }
}
