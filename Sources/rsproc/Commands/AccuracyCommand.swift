import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc accuracy`: what places that were checked in the field say of a class map.
struct AccuracyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accuracy",
        abstract: "Accuracy and hectares of a class map, from places that were checked in the field.",
        discussion: """
            rsproc accuracy --points validation.csv --areas areas.csv

            Places must be drawn at random within each class of the map. They come as a table with the columns map and \
            reference, or counted as a matrix whose rows are classes of the map and whose columns are classes in the field. \
            --areas is a table with the columns class and hectares, one row per class of the map. Hectares are estimated \
            with the stratified estimator of Olofsson et al. (2014).
            """)

    @Option(help: "A table of places: columns map and reference.") var points: String?
    @Option(help: "A table of counts: rows are classes of the map, columns classes in the field.") var matrix: String?
    @Option(help: "A table of the classes of the map: columns class and hectares.") var areas: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let mapped = try MappedAreas(path: areas)
        let counted: ConfusionMatrix
        switch (points, matrix) {
        case (let points?, nil): counted = try ConfusionMatrix(pointsAt: points, classes: mapped.classes)
        case (nil, let matrix?): counted = try ConfusionMatrix(tableAt: matrix)
        default: throw ChainError("give --points FILE or --matrix FILE, one of them")
        }
        let estimate = try AreaEstimate(counted, mapped: mapped.hectares(of: counted.classes))
        print(json ? estimate.document.text(pretty: true) : Self.text(estimate))
        for warning in estimate.warnings { Report.warning(warning) }
    }

    private static func text(_ estimate: AreaEstimate) -> String {
        func percent(_ value: Estimate?) -> String {
            guard let value else { return "-" }
            let margin = value.margin.map { String(format: " +- %.1f", $0 * 100) } ?? ""
            return String(format: "%.1f %%", value.value * 100) + margin
        }
        let widest = max(5, estimate.matrix.classes.map(\.count).max() ?? 0)
        func row(_ cells: [String]) -> String {
            let name = cells[0] + String(repeating: " ", count: widest - cells[0].count)
            let rest = cells.dropFirst().map { String(repeating: " ", count: max(0, 18 - $0.count)) + $0 }
            return ([name] + rest).joined(separator: " ")
        }
        var lines = [
            "\(estimate.matrix.total) places, overall accuracy \(percent(estimate.overallAccuracy))"
                + (estimate.matrix.kappa.map { String(format: ", kappa of the places %.3f", $0.value) } ?? ""),
            row(["class", "on the map, ha", "estimated, ha", "right on the map", "found by the map"]),
        ]
        for (index, name) in estimate.matrix.classes.enumerated() {
            let area = estimate.hectares[index]
            let margin = area.margin.map { String(format: " +- %.1f", $0) } ?? ""
            lines.append(
                row([
                    name, String(format: "%.1f", estimate.mapped[index]), String(format: "%.1f", area.value) + margin,
                    percent(estimate.usersAccuracies[index]), percent(estimate.producersAccuracies[index]),
                ]))
        }
        return lines.joined(separator: "\n") + "\n+- is half of the 95 % interval."
    }
}
