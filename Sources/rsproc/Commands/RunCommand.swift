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
    @OptionGroup var pass: PassOptions
    @Option(help: "Skip scenes with more clouds than this, such as 40%.") var maxCloud: String?
    @Option(help: "Form of the messages on standard error: text or json.") var logFormat = "text"
    @Flag(help: "Say what would be done; no pixel is read.") var explain = false
    @Flag(help: "Print a summary of the run as JSON; with --explain, what would be done.") var json = false
    @Argument(help: "The chain, or the scenes of a recipe.") var words: [String] = []

    /// A scene with the chain to run on it.
    private struct Job {
        let label: String
        let chain: Chain
    }

    /// A job with its plan, or why there is none; nil for one that is planned when it is its turn.
    private struct PlannedJob {
        let job: Job
        let plan: Result<Plan, RunError>?
    }

    func run() throws {
        guard let format = Report.Format(rawValue: logFormat) else {
            throw ChainError("--log-format \(logFormat): text or json")
        }
        Report.use(format)
        let cancellation = Cancellation()
        let base = try pass.execution(cancellation)
        let cloudLimit = try maxCloud.map(Self.percent)
        let jobs = try makeJobs()
        // Of many compressed archives, one at a time lies inflated on the disk.
        let planned = jobs.map { job in
            PlannedJob(job: job, plan: jobs.count > 1 && job.chain.inflatesArchive ? nil : plan(job))
        }
        let ledger = try refuseCollisions(planned)
        let chain = jobs.first?.chain.text ?? ""
        if explain { return try explainJobs(planned, chain: chain, ledger, base) }
        Interrupts.cancel(cancellation)
        try perform(planned, chain: chain, ledger, cloudLimit, base)
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
        if words.contains("!") {
            throw ChainError("with --recipe the words are scenes, and '!' is none; leave out the chain or --recipe")
        }
        // The steps are checked before any scene is opened.
        try loaded.chain(reading: "SCENE").check()
        return words.map { Job(label: $0, chain: loaded.chain(reading: $0)) }
    }

    /// Plans one scene from its metadata; a scene that cannot be opened is that scene's failure only.
    private func plan(_ job: Job) -> Result<Plan, RunError> {
        do throws(RunError) {
            let plan = try Plan(job.chain, scene: job.chain.openScene(), outputDirectory: out)
            if plan.outputPaths.isEmpty && !explain {
                throw RunError(.chain, "the chain writes nothing; end it with: write DIR/")
            }
            return .success(plan)
        } catch {
            return .failure(error)
        }
    }

    /// Refuses scenes that would write over each other or over what another one reads, before any pixel is read.
    ///
    /// Archives that are inflated one by one are entered when it is their turn.
    private func refuseCollisions(_ jobs: [PlannedJob]) throws(ChainError) -> TargetLedger {
        var ledger = TargetLedger()
        for job in jobs {
            guard case .success(let plan)? = job.plan else { continue }
            do throws(ChainError) {
                try ledger.add(plan, label: job.job.label)
            } catch {
                throw ChainError("\(error.message); nothing was run")
            }
        }
        return ledger
    }

    /// The plan of a job, made now where it had to wait.
    private func plan(of planned: PlannedJob, _ ledger: inout TargetLedger) throws(RunError) -> Plan {
        if let plan = planned.plan { return try plan.get() }
        let plan = try plan(planned.job).get()
        do throws(ChainError) {
            try ledger.add(plan, label: planned.job.label)
        } catch {
            throw RunError(.chain, error.message)
        }
        return plan
    }

    private func explainJobs(
        _ jobs: [PlannedJob], chain: String, _ ledger: TargetLedger, _ options: ExecutionOptions
    ) throws {
        var ledger = ledger
        var failures: [RunError] = []
        var explained: [RunExplanation.Entry] = []
        for (index, job) in jobs.enumerated() {
            do throws(RunError) {
                let plan = try plan(of: job, &ledger)
                if json {
                    explained.append(.init(PlanExplanation(plan, options: options)))
                } else {
                    print(plan.explanation(options: options))
                }
            } catch {
                Report.error(Self.located(error, index, job.job, jobs.count))
                explained.append(.init(scene: job.job.label, failure: error))
                failures.append(error)
            }
        }
        if json { try Self.printJSON(RunExplanation(chain: chain, scenes: explained)) }
        try Self.end(failures, of: jobs.count)
    }

    private func perform(
        _ jobs: [PlannedJob], chain: String, _ ledger: TargetLedger, _ cloudLimit: Double?, _ base: ExecutionOptions
    ) throws {
        var ledger = ledger
        var summaries: [SceneSummary] = []
        var failures: [RunError] = []
        for (index, job) in jobs.enumerated() {
            do throws(RunError) {
                let plan = try plan(of: job, &ledger)
                var options = base
                if !pass.quiet {
                    let bar = ProgressBar(label: plan.scene.id)
                    options.progress = { bar.show($0) }
                }
                let summary = try SceneRun(
                    plan, existing: pass.existing, maximumCloud: cloudLimit, options: options
                ).run()
                for warning in summary.warnings { Report.warning("\(plan.scene.id): \(warning)") }
                summaries.append(summary)
            } catch {
                failures.append(error)
                Report.error(Self.located(error, index, job.job, jobs.count))
                summaries.append(SceneSummary(scene: job.job.label, inputs: [job.job.label], failure: error))
                if base.cancellation.isCancelled { break }
            }
        }
        try show(RunSummary(chain: chain, scenes: summaries))
        try Self.end(failures, of: jobs.count)
    }

    /// Prints the summary on standard output.
    private func show(_ summary: RunSummary) throws {
        if json {
            try Self.printJSON(summary)
        } else if !pass.quiet {
            for scene in summary.scenes {
                // What failed alone has been said on standard error.
                if scene.state != .failed || summary.scenes.count > 1 { print(SummaryText.text(of: scene)) }
            }
            if summary.scenes.count > 1 {
                print(
                    "\(summary.count(.done)) done, \(summary.count(.skipped)) skipped, \(summary.count(.failed)) failed"
                )
            }
        }
    }

    static func printJSON(_ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(document), as: UTF8.self))
    }

    private static func located(_ failure: RunError, _ index: Int, _ job: Job, _ count: Int) -> String {
        count > 1 ? "[\(index + 1)/\(count)] \(job.label): \(failure.message)" : failure.message
    }

    /// Ends with the documented exit code.
    private static func end(_ failures: [RunError], of count: Int) throws {
        if let stopped = failures.first(where: { $0.kind == .cancelled }) { throw ExitCode(stopped.exitCode) }
        guard let first = failures.first else { return }
        // A chain that no scene can take is a wrong chain.
        let isChain = failures.count == count && failures.allSatisfy { $0.kind == .chain }
        throw ExitCode(count == 1 ? first.exitCode : isChain ? RSProcExit.chain : RSProcExit.someFailed)
    }

    /// Reads `40%`; a bare 0.4 could mean two things.
    private static func percent(_ text: String) throws(ChainError) -> Double {
        guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number) else {
            throw ChainError("--max-cloud \(text): a share from 0% to 100%, with its sign, such as 40%")
        }
        return number
    }
}
