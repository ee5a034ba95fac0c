import ArgumentParser
import Foundation
import RSPipeline

// One place turns every error into a message and a documented exit code.
do {
    var command = try RSProc.parseAsRoot()
    try command.run()
    Report.finishOutput()
} catch let code as ExitCode {
    Report.finishOutput()
    exit(code.rawValue)
} catch {
    if RSProc.exitCode(for: error) == .success {
        // Help and version.
        RSProc.exit(withError: error)
    }
    if error is RunError || error is SceneError || error is ChainError || error is GDALError || error is IndexError
        || error is SynthesisError
    {
        let failure = RunError(error)
        Report.error(failure.message)
        exit(failure.exitCode)
    }
    Report.plain(RSProc.fullMessage(for: error))
    exit(RSProc.exitCode(for: error) == .validationFailure ? RSProcExit.chain : RSProcExit.input)
}
