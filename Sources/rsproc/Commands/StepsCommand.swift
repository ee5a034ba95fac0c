import ArgumentParser
import RSPipeline

/// `rsproc steps`: what a chain may consist of, from the steps' own declarations.
struct StepsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "steps", abstract: "List the steps of a chain.")

    @Argument(help: "Only this step.") var word: String?

    func run() throws {
        if let word, !StepRegistry.words.contains(word) {
            throw ChainError("unknown step '\(word)'; the steps are \(StepRegistry.words.joined(separator: ", "))")
        }
        for declaration in StepRegistry.declarations where word == nil || declaration.word == word {
            print("\(declaration.word): \(declaration.summary)\n    \(declaration.usage)")
            for option in declaration.options { print("      \(option.name)=  \(option.help)") }
        }
    }
}
