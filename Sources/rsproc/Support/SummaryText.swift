import Foundation
import RSPipeline

/// The summary of a scene for people.
enum SummaryText {
    static func text(of scene: SceneSummary) -> String {
        if scene.state == .skipped { return "\(scene.scene): \(scene.skipped ?? "up to date"), skipped" }
        if let error = scene.error { return "\(scene.scene): failed: \(error.message)" }
        var lines = ["\(scene.scene): done in \(String(format: "%.1f", scene.seconds)) s"]
        if let part = scene.coverage {
            lines.append(
                String(
                    format: "  clear %.2f %%, cloud %.2f %%, shadow %.2f %%, no data %.2f %%, other %.2f %%",
                    part.clear, part.cloud, part.shadow, part.noData, part.masked))
        }
        for plane in scene.planes {
            let total = plane.pixels.values.reduce(0, +)
            let valid = plane.pixels["valid"] ?? 0
            var text = "  \(plane.name): \(percent(valid, of: total)) % valid"
            if let low = plane.minimum, let high = plane.maximum, let mean = plane.mean {
                text += String(format: ", %.4g ... %.4g, mean %.4g", low, high, mean)
            }
            let reasons = plane.pixels.filter { $0.key != "valid" }.sorted { $0.key < $1.key }
                .map { "\($0.key) \(percent($0.value, of: total)) %" }
            if !reasons.isEmpty { text += " (\(reasons.joined(separator: ", ")))" }
            lines.append(text)
        }
        for output in scene.outputs { lines.append("  \(output.path)  \(size(output.bytes))") }
        return lines.joined(separator: "\n")
    }

    private static func percent(_ part: Int, of total: Int) -> String {
        total == 0 ? "0" : String(format: "%.2f", Double(part) * 100 / Double(total))
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 ? String(format: "%.1f MiB", Double(bytes) / 1_048_576) : "\((bytes + 1023) / 1024) KiB"
    }
}
