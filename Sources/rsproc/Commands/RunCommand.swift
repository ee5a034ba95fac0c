import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc run`: one chain over one scene, or a recipe over many.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a chain of steps on a scene, or a recipe on many scenes.",
        discussion: """
            rsproc run read SCENE ! toa ! index ndvi ! write OUT/
            rsproc run --recipe salinity.yml --out DIR SCENE [SCENE ...]

            Steps stand between '!', options are key=value; rsproc steps lists them. Options of the command may stand \
            anywhere.
            """)

    @Option(help: "A recipe (YAML); the words are then scenes.") var recipe: String?
    @Option(help: "Change an option of the recipe: write.compress=zstd, mask[2].args=cloud.") var set: [String] = []
    @Option(help: "The folder that relative targets are meant from.") var out: String?
    @Option(help: "Worker threads; all processors by default.") var threads: Int?
    @Option(help: "Memory to stay within, such as 256M or 2G.") var memory = "256M"
    @Option(help: "Form of the messages on standard error: text or json.") var logFormat = "text"
    @Flag(help: "Say what would be done; no pixel is read.") var explain = false
    @Flag(help: "Print a summary of the run as JSON.") var json = false
    @Flag(help: "Say nothing but errors and warnings.") var quiet = false
    @Flag(help: "Replace existing outputs.") var overwrite = false
    @Flag(help: "Skip scenes whose outputs are there; fail for stale ones.") var skipExisting = false
    @Flag(help: "Skip scenes whose outputs are there; make stale ones anew.") var update = false
    @Argument(help: "The chain, or the scenes of a recipe.") var words: [String] = []

    /// A scene with the chain to run on it.
    private struct Job {
        let label: String
        let chain: Chain
    }

    func run() throws {
        guard let format = Report.Format(rawValue: logFormat) else {
            throw ChainError("--log-format \(logFormat): text or json")
        }
        Report.use(format)
        if [overwrite, skipExisting, update].filter({ $0 }).count > 1 {
            throw ChainError("--overwrite, --skip-existing and --update exclude each other")
        }
        if let threads, threads < 1 || threads > 1024 { throw ChainError("--threads \(threads): a number from 1") }
        let cancellation = Cancellation()
        let base = ExecutionOptions(
            threads: threads, memory: try Self.bytes(memory), cancellation: cancellation)
        let jobs = try makeJobs()
        if explain { return try explainJobs(jobs, base) }
        Interrupts.cancel(cancellation)
        try perform(jobs, base)
    }

    private func makeJobs() throws -> [Job] {
        guard let recipe else {
            if !set.isEmpty { throw ChainError("--set changes a recipe; add --recipe FILE") }
            let chain = try Chain(words: words)
            try chain.check()
            return [Job(label: chain.calls.first?.positionals.first ?? "scene", chain: chain)]
        }
        var loaded = try Recipe(path: recipe)
        for text in set { try loaded.set(text) }
        if words.isEmpty {
            throw ChainError("no scene is given; write: rsproc run --recipe \(recipe) --out DIR SCENE...")
        }
        // The steps are checked before any scene is opened.
        try loaded.chain(reading: "SCENE").check()
        return words.map { Job(label: $0, chain: loaded.chain(reading: $0)) }
    }

    private func plan(_ job: Job) throws(RunError) -> Plan {
        try Plan(job.chain, scene: job.chain.openScene(), outputDirectory: out)
    }

    private func explainJobs(_ jobs: [Job], _ options: ExecutionOptions) throws {
        for job in jobs { print(try plan(job).explanation(options: options)) }
    }

    private var existing: ExistingOutputs {
        overwrite ? .overwrite : skipExisting ? .skip : update ? .update : .refuse
    }

    private func perform(_ jobs: [Job], _ base: ExecutionOptions) throws {
        var summaries: [SceneSummary] = []
        var firstFailure: RunError?
        var claimed: [String: String] = [:]
        for (index, job) in jobs.enumerated() {
            let label = jobs.count > 1 ? "[\(index + 1)/\(jobs.count)] \(job.label)" : job.label
            do {
                let plan = try plan(job)
                var options = base
                if !quiet {
                    let bar = ProgressBar(label: plan.scene.id)
                    options.progress = { bar.show($0) }
                }
                let run = SceneRun(plan, existing: existing, options: options)
                for target in run.targets {
                    if let other = claimed.updateValue(job.label, forKey: target) {
                        throw RunError(
                            .chain, "\(other) and \(job.label) would both write \(target); use {scene} in the target")
                    }
                }
                let summary = try run.run()
                for warning in summary.warnings { Report.warning("\(plan.scene.id): \(warning)") }
                summaries.append(summary)
            } catch {
                let failure = error as? RunError ?? RunError(error)
                if failure.kind == .cancelled || jobs.count == 1 { firstFailure = firstFailure ?? failure }
                Report.error(jobs.count > 1 ? "\(label): \(failure.message)" : failure.message)
                summaries.append(SceneSummary(scene: job.label, inputs: [job.label], failure: failure))
                if base.cancellation.isCancelled { break }
            }
        }
        let summary = RunSummary(chain: jobs.first?.chain.text ?? "", scenes: summaries)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        } else if !quiet {
            for scene in summaries where scene.state != .failed { print(SummaryText.text(of: scene)) }
            if jobs.count > 1 {
                print(
                    "\(summary.count(.done)) done, \(summary.count(.skipped)) skipped, \(summary.count(.failed)) failed"
                )
            }
        }
        if let firstFailure { throw ExitCode(firstFailure.exitCode) }
        if summary.count(.failed) > 0 { throw ExitCode(RSProcExit.someFailed) }
    }

    /// Reads `256M`, `2G` or a number of bytes.
    private static func bytes(_ text: String) throws(ChainError) -> Int {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        guard let number = Double(unit == nil ? text : String(text.dropLast())), number > 0, number < 1e15 else {
            throw ChainError("--memory \(text): a size such as 256M or 2G")
        }
        let bytes = Int(number * Double(unit ?? 1))
        if bytes < 32 << 20 { throw ChainError("--memory \(text): at least 32M are needed") }
        return bytes
    }
}
