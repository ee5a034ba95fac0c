import Foundation
import RSPipeline

/// The hectares of an assessment for people.
enum AssessmentText {
    static func text(of assessment: Assessment) -> String {
        let width = assessment.classes.map(\.name.count).max() ?? 0
        var lines = [
            "\(assessment.subject.name): "
                + String(
                    format: "%.1f ha of %.1f ha have a class", assessment.extent.assessed, assessment.extent.hectares)
        ]
        for (index, entry) in assessment.classes.enumerated() {
            let name = entry.name + String(repeating: " ", count: width - entry.name.count)
            var line = "  \(name)" + String(format: " %12.1f ha %6.1f %%", entry.hectares, entry.share * 100)
            if let area = assessment.accuracy?.classes[index].area {
                line += String(format: ", estimated %.1f", area.hectares)
                if let low = area.low, let high = area.high { line += String(format: " (%.1f ... %.1f)", low, high) }
                line += " ha"
            }
            lines.append(line)
        }
        if assessment.accuracy == nil {
            lines.append(
                "These are counts of pixels; places that were checked in the field (--validation) would correct them.")
        } else {
            lines.append("In brackets the 95 % interval.")
        }
        return lines.joined(separator: "\n")
    }
}
