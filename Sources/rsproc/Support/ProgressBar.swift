import Foundation
import RSPipeline
import Synchronization

/// Shows how far a run is: a bar with the time left on a terminal, a line every tenth elsewhere.
final class ProgressBar: Sendable {
    private struct State {
        var lastTenth = 0
        var lastDrawn = Date.distantPast
        var width = 0
    }

    private let state = Mutex(State())
    private let start = Date()
    private let label: String
    private let isTerminal: Bool

    init(label: String) {
        self.label = label
        isTerminal = isatty(2) == 1 && !Report.isJSON
    }

    func show(_ progress: ExecutionOptions.Progress) {
        state.withLock { state in
            let now = Date()
            let elapsed = now.timeIntervalSince(start)
            let fraction = min(max(progress.fraction, 0), 1)
            if isTerminal {
                guard now.timeIntervalSince(state.lastDrawn) > 0.1 || fraction >= 1 else { return }
                state.lastDrawn = now
                let filled = Int(fraction * 30)
                let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 30 - filled)
                let left = fraction > 0.02 ? ", \(Self.time(elapsed / fraction - elapsed)) left" : ""
                let text = "\(label) [\(bar)] \(Int(fraction * 100)) % \(progress.phase)\(fraction < 1 ? left : "")"
                Report.write("\r" + text + String(repeating: " ", count: max(0, state.width - text.count)))
                state.width = text.count
                if fraction >= 1 { Report.write("\n") }
                return
            }
            let tenth = Int(fraction * 10)
            if tenth > state.lastTenth {
                state.lastTenth = tenth
                Report.info("\(label): \(tenth * 10) % (\(progress.phase))")
            }
        }
    }

    private static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }
}
