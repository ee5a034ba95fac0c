import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What to do when outputs exist already.
public enum ExistingOutputs: String, Sendable {
    /// Fail before any pixel is read.
    case refuse
    /// Make them anew.
    case overwrite
    /// Skip the scene when they are this chain's; fail, naming them, when they are stale.
    case skip
    /// Skip the scene when they are this chain's; make stale ones anew.
    case update
}

/// Runs a plan to its files: checks, one transaction, a STAC item placed last.
public struct SceneRun {
    /// The plan.
    public let plan: Plan
    /// The rule for outputs that exist.
    public let existing: ExistingOutputs
    /// The share of clouds, in percent, above which the scene is skipped; nil for any share.
    public let maximumCloud: Double?
    /// How to run.
    public let options: ExecutionOptions

    /// Makes a run.
    public init(
        _ plan: Plan, existing: ExistingOutputs = .refuse, maximumCloud: Double? = nil,
        options: ExecutionOptions = ExecutionOptions()
    ) {
        self.plan = plan
        self.existing = existing
        self.maximumCloud = maximumCloud
        self.options = options
    }

    /// Where the STAC item goes: beside the first output.
    var itemPath: String? {
        guard let first = plan.outputPaths.first else { return nil }
        let url = URL(fileURLWithPath: first)
        let isInFolder = plan.files.first?.isInFolder ?? false
        let stem = isInFolder ? PlannedFile.fileName(plan.scene.id) : url.deletingPathExtension().lastPathComponent
        return url.deletingLastPathComponent().path + "/" + stem + ".stac.json"
    }

    /// The maps, pictures, styles, tables and reports that the run places.
    private var files: [String] {
        plan.files.flatMap { file in
            [file.path] + (file.quicklookSize == nil ? [] : Quicklook.paths(for: file))
                + (QGISStyle.path(for: file).map { [$0] } ?? [])
        } + plan.tables.flatMap(\.paths) + (plan.report?.paths ?? [])
    }

    /// Every file the run places: maps, pictures, styles, tables, reports, and last the STAC item.
    ///
    /// Absolute paths.
    public var targets: [String] { files + (itemPath.map { [$0] } ?? []) }

    /// Runs the plan, on the calling thread and ``ExecutionOptions/threads`` workers, until all files are in place.
    ///
    /// Inputs are checked for truncation before the first pixel is read.
    ///
    /// - Returns: what was done; ``SceneSummary/State/skipped`` when the outputs were there already.
    /// - Throws: ``RunError``. Whatever the failure, no output and no part of one is left. The exception: files that were
    ///   being replaced one by one when placing failed are already the new ones.
    public func run() throws(RunError) -> SceneSummary {
        let start = Date()
        guard let itemPath else {
            throw RunError(.chain, "the chain writes nothing; end it with: write DIR/")
        }
        try refuseWritingOverInputs()
        let inputs = plan.inputPaths.map(ShownText.path)
        var summary = SceneSummary(scene: plan.scene.id, inputs: inputs, state: .done)
        summary.warnings = plan.warnings
        var replaces = existing != .refuse && existing != .skip
        if try isUpToDate(itemPath) {
            guard let path = unverifiableInput() else {
                summary.state = .skipped
                return summary
            }
            summary.warnings.append(
                "made anew: the server of \(ProcessingRecord.name(path)) tells neither ETag nor Last-Modified, so nobody "
                    + "knows whether it has changed")
            replaces = true
        }
        if let cloudy = try cloudiness(&summary) {
            summary.state = .skipped
            summary.skipped = cloudy
            return summary
        }
        try checkInputs()
        let transaction = OutputTransaction(replaces: replaces)
        do {
            try produce(transaction, itemPath: itemPath, summary: &summary)
        } catch {
            transaction.rollback()
            if options.cancellation.isCancelled { throw RunError(.cancelled, "stopped on request") }
            throw error
        }
        summary.seconds = Date().timeIntervalSince(start)
        summary.peakMemory = Self.peakMemory
        return summary
    }

    private func refuseWritingOverInputs() throws(RunError) {
        func paths(_ files: [String]) -> Set<String> {
            Set(files.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
        }
        let (zones, tables) = (paths(plan.zoneFiles), paths(plan.report?.inputs ?? []))
        for path in targets where zones.contains(path) || tables.contains(path) {
            throw RunError(
                .chain,
                "\(path) \(zones.contains(path) ? "holds the zones" : "is read") and would be written over; choose another "
                    + "target")
        }
    }

    /// Why the scene is skipped for its clouds, or for those of a scene beside it; nil when it is not.
    private func cloudiness(_ summary: inout SceneSummary) throws(RunError) -> String? {
        guard let maximumCloud else { return nil }
        for scene in plan.scenes {
            let label = plan.furtherScenes.isEmpty ? "" : scene.id + ": "
            guard let share = try CloudShare.measure(scene, options: options) else {
                summary.warnings.append(
                    label + "neither a quality layer nor the metadata tell how cloudy the scene is; it is not skipped")
                continue
            }
            summary.cloudPercent = max(summary.cloudPercent ?? 0, share.percent)
            if share.percent <= maximumCloud { continue }
            return label + "clouds cover \(share.percent.rounded(toPlaces: 2)) % (\(share.source)), more than "
                + "\(maximumCloud.rounded(toPlaces: 2)) %"
        }
        return nil
    }

    /// Whether the outputs are there and are this plan's.
    private func isUpToDate(_ itemPath: String) throws(RunError) -> Bool {
        let present = files.filter { FileFacts.exists($0) }
        if existing != .overwrite, FileFacts.exists(itemPath), StandingItem(path: itemPath) == nil {
            throw RunError(
                .output,
                "\(itemPath) exists and is not of rsproc; choose another folder, or add --overwrite to replace it")
        }
        if present.isEmpty || existing == .overwrite { return false }
        if existing == .refuse {
            throw RunError(
                .output,
                "\(present[0]) exists; add --overwrite to replace it, --skip-existing or --update for a repeated run")
        }
        let why = staleness(itemPath: itemPath, present: present)
        guard let why else { return true }
        if existing == .skip {
            throw RunError(.output, "\(present[0]) is stale: \(why); make it anew with --update")
        }
        return false
    }

    /// Why existing outputs are not this plan's, or nil when they are.
    private func staleness(itemPath: String, present: [String]) -> String? {
        if let missing = files.first(where: { !present.contains($0) }) { return "\(missing) is missing" }
        guard let item = StandingItem(path: itemPath) else { return "\(itemPath) is missing" }
        guard let run = item.run(of: plan.chainText), let identity = run["identity"],
            files.allSatisfy({ item.vouches(for: $0, chain: plan.chainText) })
        else { return "it was made by another chain" }
        let mine = ProcessingRecord(plan, result: nil).identity
        if identity["constants"] != mine["constants"] { return "it was made with other constants" }
        if identity["inputs"] != mine["inputs"] { return "the inputs have changed" }
        for file in files {
            if let size = item.size(of: file), size != FileFacts.size(file) {
                return "\(file) is damaged: it has \(FileFacts.size(file)) bytes, \(size) were written"
            }
            // Touched since the item vouched for it: its bytes are compared.
            if FileFacts.changed(file) ?? .distantFuture > item.placed,
                item.content(of: file) != FileFacts.contentHash(file)
            {
                return "\(file) is damaged: its bytes are not those that were written"
            }
        }
        return changedInput(since: present.compactMap(FileFacts.modified).min() ?? .distantPast, run)
    }

    /// The first remote input of pixels whose server does not say which version it is.
    private func unverifiableInput() -> String? {
        plan.inputPaths.first { path in
            guard RemotePath.isRemote(path), !plan.documents.contains(path) else { return false }
            let facts = RemoteFiles.facts(of: path)
            return facts?.etag == nil && facts?.lastModified == nil
        }
    }

    /// The first input whose bytes are not those that a run has read.
    ///
    /// Bytes are compared where a time leaves a doubt, and always for metadata, which are small.
    private func changedInput(since made: Date, _ run: JSONValue) -> String? {
        guard case .array(let recorded)? = run["record"]?["inputs"] else { return "its record is damaged" }
        for path in plan.inputPaths {
            // The version of remote pixels is part of the identity.
            if RemotePath.isRemote(path) && !plan.documents.contains(path) { continue }
            let latest = max(FileFacts.modified(path) ?? .distantFuture, FileFacts.changed(path) ?? .distantFuture)
            if latest <= made && !plan.documents.contains(path) { continue }
            let name = ProcessingRecord.name(path)
            // Files of two scenes may have one name.
            let contents = recorded.filter { entry in
                entry["file"]?.text.map { $0 == name || $0.hasPrefix(name + "#") } ?? false
            }.compactMap { $0["content"]?.text }
            if contents.isEmpty || !contents.contains(FileFacts.contentHash(path) ?? "") {
                return "\(path) has changed"
            }
        }
        return nil
    }

    /// Finds truncated files before the first pixel, unless the plan does without what is damaged.
    private func checkInputs() throws(RunError) {
        if plan.toleratesDamage { return }
        for path in Set(plan.usedSlots.flatMap { plan.inputs[$0].source?.files ?? [] }).sorted() {
            do throws(TIFFError) {
                try TIFFIntegrity.check(path)
            } catch {
                throw RunError(.input, error.description)
            }
        }
    }

    private func produce(
        _ transaction: OutputTransaction, itemPath: String, summary: inout SceneSummary
    ) throws(RunError) {
        var tables: [ZonalSink] = []
        for table in plan.tables { tables.append(try ZonalSink(table, grid: plan.grid)) }
        let encoders = EncoderPool()
        let openTiles = Executor.units(of: plan, options: options).openTiles
        var sinks: [RasterSink] = []
        for file in plan.files {
            let folder = try transaction.temporaryFolder(for: file.path)
            sinks.append(try RasterSink(file, plan: plan, folder: folder, encoders: encoders, openTiles: openTiles))
        }
        var warnings: [String] = []
        let result = try Executor(plan: plan, options: options).run(sinks: sinks + tables) { warnings.append($0) }
        for warning in tables.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
        let record = ProcessingRecord(plan, result: result, threads: options.threads)

        var finished = try finish(sinks, record, transaction)
        var results: [ZonalResult] = []
        for table in tables {
            let result = table.result
            finished += try table.write(result) { (path) throws(RunError) in
                try transaction.temporaryFolder(for: path)
            }
            warnings += table.notes
            results.append(result)
        }
        summary.warnings += warnings
        if let report = plan.report {
            let products = RunProducts(
                plan: plan, reasonCounts: result.reasonCounts, record: record, files: finished, tables: results,
                warnings: plan.warnings + warnings)
            let made = try report.make(of: products) { (path) throws(RunError) in
                try transaction.temporaryFolder(for: path)
            }
            finished += made.files
            summary.warnings += made.warnings
        }
        let folder = URL(fileURLWithPath: itemPath).deletingLastPathComponent().path
        let made = Dictionary(finished.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
        let document = STACItem(plan: plan, record: record, folder: folder, made: made)
            .json(adding: StandingItem(path: itemPath))
        let item = document.text(pretty: true) + "\n"
        let temporaryItem =
            try transaction.temporaryFolder(for: itemPath) + "/" + URL(fileURLWithPath: itemPath).lastPathComponent
        guard FileManager.default.createFile(atPath: temporaryItem, contents: Data(item.utf8)) else {
            throw RunError(.output, "\(itemPath): cannot be written; is the disk full?")
        }
        if options.cancellation.isCancelled { throw RunError(.cancelled, "stopped on request") }
        // The old item vouches for the old outputs only.
        transaction.withdraw(itemPath)
        for file in finished { try transaction.place(file.temporary, at: file.target) }
        // Last: an item that is there vouches for its files.
        try transaction.place(temporaryItem, at: itemPath, replacing: true)
        transaction.commit()
        options.progress?(ExecutionOptions.Progress(phase: "done", fraction: 1))
        describe(result, sinks, finished.map(\.target) + [itemPath], in: &summary)
    }

    /// Completes the files, several at a time, and makes their pictures and styles.
    ///
    /// - Returns: the files in the order of the chain.
    private func finish(
        _ sinks: [RasterSink], _ record: ProcessingRecord, _ transaction: OutputTransaction
    ) throws(RunError) -> [MadeFile] {
        var folders: [String] = []
        for sink in sinks { folders.append(try transaction.temporaryFolder(for: sink.file.path)) }
        let places = folders
        let fractions = Mutex([Double](repeating: 0, count: sinks.count))
        let finished = Mutex<[Int: [MadeFile]]>([:])
        let settings = options
        let plan = plan
        let metadata = record.fileMetadata
        try Workers.run(count: sinks.count, threads: options.threads, cancellation: options.cancellation) { next in
            while let index = try next() {
                let file = sinks[index].file
                let map = try sinks[index].finish(metadata: metadata, options: settings) { fraction in
                    let total = fractions.withLock { fractions in
                        fractions[index] = fraction
                        return fractions.reduce(0, +)
                    }
                    settings.progress?(
                        ExecutionOptions.Progress(phase: "writing", fraction: 0.95 + 0.05 * total / Double(sinks.count))
                    )
                }
                var made = [map]
                if let size = file.quicklookSize {
                    made += try Quicklook.make(
                        of: map.temporary, file: file, plan: plan, longerSide: size, folder: places[index])
                }
                if let style = try QGISStyle.make(for: file, folder: places[index]) { made.append(style) }
                let done = made
                finished.withLock { $0[index] = done }
            }
        }
        return finished.withLock { all in sinks.indices.flatMap { all[$0] ?? [] } }
    }

    private func describe(
        _ result: ExecutionResult, _ sinks: [RasterSink], _ targets: [String], in summary: inout SceneSummary
    ) {
        summary.planes = plan.planes.enumerated().map { index, plane in
            SceneSummary.PlaneSummary(
                name: plane.label, quantity: plane.quantity.label,
                pixels: Dictionary(
                    uniqueKeysWithValues: PixelReason.allCases.map {
                        ($0.name, result.reasonCounts[index][Int($0.rawValue)])
                    }
                ).filter { $0.value > 0 || $0.key == PixelReason.valid.name },
                minimum: nil, maximum: nil, mean: nil, clamped: 0, outside: 0)
        }
        let last = plan.planes.last { !$0.isAlwaysValid }?.step
        summary.coverage = plan.planes.firstIndex { $0.step == last && !$0.isAlwaysValid }.flatMap {
            plan.planes[$0].isMasked ? SceneSummary.Coverage(result.reasonCounts[$0]) : nil
        }
        for sink in sinks {
            let scale = sink.file.storage.scale ?? LinearScale(gain: 1, offset: 0)
            for (plane, total) in zip(sink.file.planes, sink.statistics()) where total.count > 0 {
                summary.planes[plane].minimum = total.minimum * scale.gain + scale.offset
                summary.planes[plane].maximum = total.maximum * scale.gain + scale.offset
                summary.planes[plane].mean = total.mean * scale.gain + scale.offset
                summary.planes[plane].clamped += total.clamped
                // The same values in each file that the plane is written to.
                summary.planes[plane].outside = max(summary.planes[plane].outside, total.outside)
                if total.clamped > 0 {
                    summary.warnings.append(
                        "\(plan.planes[plane].label): \(total.clamped) of \(total.count) values did not fit "
                            + "\(sink.file.storage.sampleType.rawValue) and were moved to its limit")
                }
            }
        }
        for (plane, planned) in zip(summary.planes, plan.planes) where plane.outside > 0 {
            guard case .index(let range?) = planned.quantity else { continue }
            summary.warnings.append(
                "\(plane.outside) pixels of \(plane.name) are outside \(range.lowerBound)...\(range.upperBound): reflectance "
                    + "below zero or above one went in; put clamp before the index, or mask these pixels")
        }
        for (planned, count) in zip(plan.counts, result.counts) where count > 0 {
            summary.warnings.append("\(planned.plane): \(count) \(planned.words)")
        }
        for (layer, slot) in plan.countedLayers {
            guard let histogram = result.histograms[slot] else { continue }
            var flags: [String: Int] = [:]
            for flag in layer.flags {
                flags[flag.name] = histogram.indices.reduce(0) { total, value in
                    flag.test.holds(for: UInt32(value)) ? total + histogram[value] : total
                }
            }
            summary.quality[layer.name] = flags
        }
        summary.outputs = targets.map { path in
            SceneSummary.OutputSummary(path: path, bytes: FileFacts.size(path))
        }
    }

    /// The largest resident memory of this process so far, in bytes.
    static var peakMemory: Int {
        var usage = rusage()
        guard unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        #if os(Linux)
            return usage.ru_maxrss * 1024
        #else
            return usage.ru_maxrss
        #endif
    }
}

extension Plan {
    /// The files that are read whole: metadata, masks delivered as polygons, zones, and what a report needs.
    var documents: [String] { scenes.flatMap(\.metadataFiles) + maskFiles + zoneFiles + (report?.inputs ?? []) }

    /// The scene, and those beside it.
    var scenes: [Scene] { [scene] + furtherScenes }

    /// Whether all scenes are of one day, as far as is known; otherwise no date holds for what is made of them.
    var isOfOneDay: Bool { Set(scenes.map { $0.acquiredText?.prefix(10) }).count == 1 }

    /// The files that zones are read from, with what belongs to them.
    var zoneFiles: [String] {
        tables.flatMap { VectorFile.parts(of: $0.request.zones.path) }.reduce(into: []) { all, path in
            if !all.contains(path) { all.append(path) }
        }
    }

    /// Every file the plan reads, metadata first.
    public var inputPaths: [String] {
        var paths = documents
        for slot in usedSlots {
            for path in inputs[slot].source?.files ?? [] where !paths.contains(path) { paths.append(path) }
        }
        return paths
    }

    /// Bytes of a file's pixels at full resolution before compression.
    func pixelBytes(of file: PlannedFile) -> Int {
        grid.pixelCount * file.planes.count * file.storage.sampleType.byteCount
    }

    /// Computes the planes in memory; `write` and `zonal` steps write nothing.
    ///
    /// NaN is no-data. A plane takes 4 bytes per pixel, which ``ExecutionOptions/memory`` does not bound.
    ///
    /// - Returns: the planes in the order of ``planeNames``.
    /// - Throws: ``RunError``.
    public func planesInMemory(options: ExecutionOptions = ExecutionOptions()) throws(RunError) -> [Plane] {
        let sink = PlaneSink(grid: grid, count: planes.count)
        _ = try Executor(plan: self, options: options).run(sinks: [sink]) { _ in }
        return sink.result
    }
}
