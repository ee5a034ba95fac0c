import ArgumentParser
import RSPipeline

/// The command: parses, calls the library, prints.
///
/// No science here.
struct RSProc: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rsproc",
        abstract: "Satellite scenes to calibrated maps of vegetation and soil salinity.",
        discussion: """
            rsproc run read SCENE ! toa ! mask cloud,shadow ! index ndvi,sqrt_GR ! write OUT/

            Exit codes: 0 done; 1 some of several scenes failed; 2 the chain or an option is wrong; 3 an input cannot \
            be read; 4 an output cannot be written; 130 and 143 interrupted.
            """,
        version: RSPipelineVersion.current,
        subcommands: [
            RunCommand.self, AssessCommand.self, ChangeCommand.self, InfoCommand.self, IndexCommand.self,
            StepsCommand.self,
            HectaresCommand.self, ZonalCommand.self, SampleCommand.self, CalibrateCommand.self, AccuracyCommand.self,
            ConversionsCommand.self, SynthCommand.self,
        ])
}
