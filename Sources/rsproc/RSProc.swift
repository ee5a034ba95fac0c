import ArgumentParser
import RSPipeline

@main
struct RSProc: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rsproc", abstract: "Satellite scenes to calibrated maps.", subcommands: [SynthCommand.self])
}
