import Foundation

/// A chain resolved for one scene: what is read, computed and written.
///
/// No pixel has been read.
public struct Plan: Sendable {
    /// One plane to be computed.
    struct OutputPlane: Sendable {
        var name: String
        /// What tells it from all others: the name, and the step where the chain asks for several states of one plane.
        var label: String
        /// The first step that asks for it, from 1.
        var step: Int
        var quantity: Quantity
        var isAlwaysValid: Bool
        /// Whether a step before it masks clouds, shadows or anything else, found or not.
        var isMasked: Bool
        var role: BandRole?
        /// What the numbers of a class plane mean.
        var categories: [RasterCategory] = []
    }

    /// The scene.
    public let scene: Scene
    /// Scenes that the chain brings in beside it, as `mosaic` does.
    public let furtherScenes: [Scene]
    /// The chain without places: file names only, so that the same work has the same text anywhere.
    public let chainText: String
    /// The grid of every plane.
    public let grid: Grid
    /// What deserves a word before the run; empty for most plans.
    public let warnings: [String]
    /// Numbers and formulas that the result depends on.
    private(set) var constants: [String: String]
    /// Whether damaged blocks of inputs become no-data instead of ending the run.
    let toleratesDamage: Bool
    let inputs: [PlanInput]
    /// What is computed on one grid; the planes are on the first.
    let segments: [PlanSegment]
    /// What brings values from one segment to another, or from neighbours; each after those it depends on.
    let stages: [PlanStage]
    /// By derived input slot, its stage.
    let stageOfSlot: [Int: Int]
    let planes: [OutputPlane]
    /// What the main pass counts, in words.
    let counts: [PlannedCount]
    /// Computes the planes, then the conditions of ``counts``.
    let program: Program
    let reasonProgram: Program
    /// Passes over the scene before the main one.
    let reductionRounds: [ReductionRound]
    let countedLayers: [(layer: QualityLayer, slot: Int)]
    let files: [PlannedFile]
    /// The tables of statistics by zone.
    let tables: [PlannedTable]
    /// What is made of the finished products; nil for nothing.
    private(set) var report: (any RunReport)?
    /// The quality layers that are read as polygons, sorted.
    let maskFiles: [String]

    /// How inputs of another pixel size come to the planes' grid, by slot.
    var samplings: [Int: GridSampling] { segments[0].samplings }

    /// The names of the planes that the plan computes, in order: those of all `write` and `zonal` steps, or the selection at the end
    /// of a chain that has none.
    ///
    /// A plane that a step between two `write` has changed is there twice, as `B4 as of step 3` and `B4 as of step 5`.
    public var planeNames: [String] { planes.map(\.label) }

    /// The files the plan will write, as given and filled in, relative ones relative to the output folder.
    public var outputPaths: [String] { files.map(\.path) + tables.flatMap(\.paths) + (report?.paths ?? []) }

    /// The plan with a report on its products.
    func reported(by report: some RunReport) -> Plan {
        var copy = self
        copy.report = report
        copy.constants.merge(report.constants) { $1 }
        return copy
    }

    /// Positions of the planes whose reasons somebody asks for pixel by pixel.
    var reasonPlanes: Set<Int> { Set(tables.flatMap(\.planes)) }

    /// Resolves a chain for a scene.
    ///
    /// - Parameters:
    ///   - chain: the steps.
    ///   - scene: what they run on; `read` in the chain says how saturated pixels are treated, not what is opened.
    ///   - catalogue: the indices that exist.
    ///   - outputDirectory: the folder that relative targets are meant from; the working folder by default.
    /// - Throws: ``RunError``: everything that can be wrong before the first pixel is found here.
    public init(
        _ chain: Chain, scene: Scene, catalogue: IndexCatalogue = .builtin, outputDirectory: String? = nil
    ) throws(RunError) {
        do {
            try self.init(
                steps: try chain.steps(), text: chain.recordText, calls: chain.calls, scene: scene,
                catalogue: catalogue, outputDirectory: outputDirectory)
        } catch {
            throw RunError(error)
        }
    }

    /// A plan of steps of which some are no words of a chain.
    ///
    /// - Parameter text: what stands for the chain in records.
    init(_ steps: [any Step], text: String, scene: Scene) throws(RunError) {
        do {
            try self.init(
                steps: steps, text: text, calls: steps.map { StepCall(type(of: $0).declaration.word) }, scene: scene,
                catalogue: .builtin, outputDirectory: nil)
        } catch {
            throw RunError(error)
        }
    }

    /// A plan of a chain with one more step, which no chain has.
    init(_ chain: Chain, adding step: some Step, scene: Scene, catalogue: IndexCatalogue) throws(RunError) {
        do {
            try self.init(
                steps: try chain.steps() + [step], text: chain.recordText,
                calls: chain.calls + [StepCall(type(of: step).declaration.word)], scene: scene, catalogue: catalogue,
                outputDirectory: nil)
        } catch {
            throw RunError(error)
        }
    }

    private init(
        steps: [any Step], text: String, calls: [StepCall], scene: Scene, catalogue: IndexCatalogue,
        outputDirectory: String?
    ) throws {
        var builder = PlanBuilder(scene: scene, catalogue: catalogue)
        for (index, step) in steps.enumerated() {
            builder.step = index + 1
            do {
                try step.lower(into: &builder)
            } catch var error as ChainError {
                error.step = index + 1
                error.word = calls[index].word
                throw error
            }
            builder.earlierSteps.append(step)
        }
        do {
            try self.init(builder, text: text, outputDirectory: outputDirectory)
        } catch var error as ChainError {
            if let step = error.step, error.word == nil, calls.indices.contains(step - 1) {
                error.word = calls[step - 1].word
            }
            throw error
        }
    }

    /// Resolves what the steps have asked for.
    init(_ builder: PlanBuilder, text: String, outputDirectory: String? = nil) throws {
        var builder = builder
        if builder.requested.isEmpty { _ = try builder.request(builder.selection) }
        let requested = builder.requested
        if requested.isEmpty { throw ChainError("nothing is selected") }
        if let problem = requested.lazy.compactMap(\.plane.problem).first { throw problem }
        let outputs = requested.map(OutputPlane.init).labelled()
        planes = outputs
        let values = requested.map(\.plane.value)
        let reasons = requested.map { builder.reason(of: $0.plane) }
        counts = builder.requestedCounts
        program = Program(builder.graph, results: values + counts.map(\.condition))
        reasonProgram = Program(builder.graph, results: reasons)

        // A band without a file matters only when the chain uses it.
        let mainPrograms = [program, reasonProgram]
        let reductions = NeededReduction.all(of: builder, neededBy: mainPrograms)
        let layout = try PlanLayout(builder, results: mainPrograms, reductions: reductions.map(\.planned))
        segments = layout.segments
        stages = layout.stages
        stageOfSlot = layout.stageOfSlot
        reductionRounds = ReductionRound.rounds(
            of: reductions, segments: layout.reductionSegments, in: builder.graph)
        let common = layout.segments[0]
        grid = common.grid
        // A layer of another grid (beside pan) that no result depends on is not counted.
        let counted = builder.countedLayers.filter { layer, slot in
            guard let source = layer.source else { return false }
            return source.grid.difference(from: common.grid) == nil || common.samplings[slot] != nil
        }
        inputs = builder.inputs
        countedLayers = counted
        scene = builder.scene
        furtherScenes = builder.furtherScenes
        chainText = text
        warnings = layout.stages.flatMap(\.operation.warnings).map(ArchiveSpool.delivered(in:)).reduce(
            into: scene.notices + builder.warnings
        ) { all, warning in
            if !all.contains(warning) { all.append(warning) }
        }
        constants = builder.constants
        maskFiles = Set(builder.covers.keys.map(\.path)).sorted()
        toleratesDamage = builder.toleratesDamage
        files = try builder.writes.flatMap { request in
            try PlannedFile.files(of: request, planes: outputs, scene: builder.scene, directory: outputDirectory)
        }
        tables = try builder.tables.map { request in
            try PlannedTable(request, in: builder, directory: outputDirectory)
        }
        var paths: Set<String> = []
        for path in files.map(\.path) + tables.flatMap(\.paths) where !paths.insert(path).inserted {
            throw ChainError("two outputs have one name: \(path)")
        }
    }
}

extension Plan.OutputPlane {
    fileprivate init(_ requested: RequestedPlane) {
        let plane = requested.plane
        self.init(
            name: plane.name, label: plane.name, step: requested.step, quantity: plane.quantity,
            isAlwaysValid: plane.isAlwaysValid,
            isMasked: plane.rules.contains { [.cloud, .shadow, .maskedOther].contains($0.reason) },
            role: plane.band?.role, categories: plane.categories)
    }
}

extension [Plan.OutputPlane] {
    /// The planes with labels that tell states of one plane apart.
    fileprivate func labelled() -> Self {
        let states = Dictionary(map { ($0.name, 1) }, uniquingKeysWith: +)
        return map { plane in
            var plane = plane
            if states[plane.name] != 1 { plane.label = "\(plane.name) as of step \(plane.step)" }
            return plane
        }
    }
}

extension Program {
    /// Whether a parameter is an operand anywhere.
    func uses(parameter slot: Int) -> Bool {
        instructions.contains { $0.operands.contains(.parameter(slot)) } || results.contains(.parameter(slot))
    }
}

extension Chain {
    /// Options whose values are files.
    private static let pathOptions: Set<String> = [
        "catalogue", "metadata", "coefficients", "like", "aoi", "outside", "inside", "dem", "zones", "groups", "scheme",
    ]

    /// The chain with file names instead of paths, the same on every machine.
    var recordText: String {
        var copy = self
        for index in copy.calls.indices {
            let word = copy.calls[index].word
            switch StepRegistry.type(for: word)?.declaration.positionals {
            case nil, .some(.none): break
            case .names:
                // One list, however it was written.
                let names = copy.calls[index].positionals.flatMap(NameList.split)
                copy.calls[index].positionals = names.isEmpty ? [] : [names.joined(separator: ",")]
            case .paths:
                copy.calls[index].positionals = copy.calls[index].positionals.map { given in
                    let path = ShownText.path(given)
                    let isFolder = path.hasSuffix("/")
                    let name = path.split(separator: "/").last.map(String.init) ?? path
                    return word == "write" && isFolder ? "./" : name
                }
            }
            copy.calls[index].options = copy.calls[index].options.map { option in
                guard Self.pathOptions.contains(option.name) else { return option }
                return (option.name, option.value.split(separator: "/").last.map(String.init) ?? option.value)
            }
        }
        return ShownText.text(copy.text)
    }
}
