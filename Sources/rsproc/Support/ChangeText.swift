import Foundation
import RSPipeline

/// What changed, for people.
enum ChangeText {
    /// How many transitions are shown.
    private static let most = 10

    static func text(of change: Change) -> String {
        let transitions = change.transitions
        let subject = change.subject.name
        var lines = [
            "\(subject): \(change.before.date ?? change.before.scene) to \(change.after.date ?? change.after.scene), "
                + String(
                    format: "%.1f ha with a class on both dates, %.1f ha on one only", transitions.compared,
                    (transitions.onlyBefore + transitions.onlyAfter).reduce(0, +))
        ]
        var rows: [(name: String, hectares: Double, estimate: Assessment.EstimatedArea?)] = []
        for (from, row) in transitions.hectares.enumerated() {
            for (to, hectares) in row.enumerated() where from != to && hectares > 0 {
                rows.append(
                    (
                        "\(transitions.classes[from]) > \(transitions.classes[to])", hectares,
                        change.transitionEstimates?[from][to]
                    ))
            }
        }
        rows.sort { $0.hectares != $1.hectares ? $0.hectares > $1.hectares : $0.name < $1.name }
        let shown = rows.prefix(most)
        let directions = change.directions.map { ($0.name, $0.hectares, $0.estimate) }
        let width = (shown.map(\.name) + directions.map(\.0)).map(\.count).max() ?? 0
        func line(_ name: String, _ hectares: Double, _ estimate: Assessment.EstimatedArea?) -> String {
            var line = "  " + name + String(repeating: " ", count: width - name.count)
            line += String(format: " %12.1f ha %6.1f %%", hectares, hectares / transitions.compared * 100)
            if let estimate {
                line += String(format: ", estimated %.1f", estimate.hectares)
                if let margin = estimate.margin { line += String(format: " +- %.1f", margin) }
                line += " ha"
            }
            return line
        }
        lines.append("transitions (\(change.transitionsBasis.rawValue))" + (rows.isEmpty ? ": none" : ""))
        lines += shown.map { line($0.name, $0.hectares, $0.estimate) }
        if rows.count > most { lines.append("  and \(rows.count - most) more, in transitions.csv") }
        lines.append("direction (\(change.directionsBasis.rawValue))")
        lines += directions.map { line($0.0, $0.1, $0.2) }
        let unit = change.subject.unit.isEmpty ? "" : " " + change.subject.unit
        if let difference = change.difference {
            lines.append(
                String(
                    format: "difference %.4g ... %.4g, mean %+.4g", difference.minimum, difference.maximum,
                    difference.mean)
                    + unit)
        }
        if let certainty = change.certainty {
            lines.append(
                String(
                    format: "beyond the errors of both models (1.96 x %.4g = %.4g", certainty.combinedRMSE,
                    certainty.limit)
                    + "\(unit)\(certainty.isSpatial ? "" : ", not spatially cross-validated"))"
                    + String(format: ": improved %.1f ha, worsened %.1f ha", certainty.improved, certainty.worsened))
        }
        switch (change.directionsBasis, change.transitionsBasis) {
        case (.unadjusted, _):
            lines.append(
                "Unadjusted hectares are sums of pixels with the errors of both maps in them; places that were visited on both "
                    + "dates (--places) would correct them.")
        case (.adjusted, .unadjusted):
            lines.append(
                "+- is half of the 95 % interval; transitions are sums of pixels with the errors of both maps.")
        case (.adjusted, .adjusted): lines.append("+- is half of the 95 % interval.")
        }
        return lines.joined(separator: "\n")
    }
}
