import Foundation
import RSPipeline

/// Which scene writes and reads which files, so that none writes over what another one, or itself, writes or reads.
struct TargetLedger {
    private var writers: [String: String] = [:]
    private var readers: [String: String] = [:]

    /// Enters a scene.
    ///
    /// - Parameter label: what was given for the scene.
    /// - Throws: ``ChainError`` that names both scenes and the file; the scene must not be run then.
    mutating func add(_ plan: Plan, label: String) throws(ChainError) {
        for target in SceneRun(plan).targets {
            if let reader = readers[target] { throw Self.overwriting(target, by: label, readBy: reader) }
            guard let other = writers.updateValue(label, forKey: target) else { continue }
            throw ChainError(
                other == label
                    ? "\(other) is given twice and would write \(target) twice"
                    : "\(other) and \(label) would both write \(target); use {scene} or {date} in the target of write")
        }
        for input in plan.inputPaths {
            let path = URL(fileURLWithPath: input).standardizedFileURL.path
            if let writer = writers[path] { throw Self.overwriting(path, by: writer, readBy: label) }
            readers[path] = label
        }
    }

    private static func overwriting(_ path: String, by writer: String, readBy reader: String) -> ChainError {
        ChainError("\(writer) would write over \(path), which \(reader) reads; choose another target")
    }
}
