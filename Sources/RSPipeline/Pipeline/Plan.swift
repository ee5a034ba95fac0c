import Foundation

/// A chain resolved for one scene: what is read, computed and written.
///
/// No pixel has been read.
public struct Plan: Sendable {
    /// One plane to be computed.
    struct OutputPlane: Sendable {
        var name: String
        var quantity: Quantity
        var isAlwaysValid: Bool
        var role: BandRole?
    }

    /// The scene.
    public let scene: Scene
    /// The chain without places: file names only, so that the same work has the same text anywhere.
    public let chainText: String
    /// The grid of every plane.
    public let grid: Grid
    /// What deserves a word before the run; empty for most plans.
    public let warnings: [String]
    /// Numbers and formulas that the result depends on.
    let constants: [String: String]
    /// Whether damaged blocks of inputs become no-data instead of ending the run.
    let toleratesDamage: Bool
    let inputs: [PlanInput]
    /// How inputs of another pixel size come to the plan's grid, by slot.
    let samplings: [Int: GridSampling]
    let planes: [OutputPlane]
    let program: Program
    let reasonProgram: Program
    let reductions: [PlannedReduction]
    let reductionProgram: Program?
    let countedLayers: [(layer: QualityLayer, slot: Int)]
    let files: [PlannedFile]

    /// The names of the planes that the plan computes, in order: those of all `write` steps, or the selection at the end
    /// of a chain that has none.
    public var planeNames: [String] { planes.map(\.name) }

    /// The files the plan will write, as given and filled in, relative ones relative to the output folder.
    public var outputPaths: [String] { files.map(\.path) }

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
        }
        let wanted = builder.writes.isEmpty ? [builder.selection] : builder.writes.map(\.planes)
        var order: [Int] = []
        for position in wanted.joined() where !order.contains(position) { order.append(position) }
        if order.isEmpty { throw ChainError("nothing is selected") }
        if let problem = order.lazy.compactMap({ builder.planes[$0].problem }).first { throw problem }
        let outputs = order.map { position in
            let plane = builder.planes[position]
            return OutputPlane(
                name: plane.name, quantity: plane.quantity, isAlwaysValid: plane.isAlwaysValid,
                role: plane.band?.role)
        }
        planes = outputs
        let values = order.map { builder.planes[$0].value }
        let reasons = order.map { builder.reason(of: builder.planes[$0]) }
        program = Program(builder.graph, results: values)
        reasonProgram = Program(builder.graph, results: reasons)

        // A band without a file matters only when the chain uses it.
        let used = Set(program.inputSlots + reasonProgram.inputSlots)
        let main = program
        let needed = builder.reductions.filter { main.uses(parameter: $0.parameter) }
        let search = Program(builder.graph, results: needed.map(\.values))
        reductions = needed
        reductionProgram = needed.isEmpty ? nil : search
        let allUsed = used.union(needed.isEmpty ? [] : search.inputSlots)
        let common = try Self.commonGrid(of: builder.inputs, used: allUsed, resolution: builder.resolution)
        (grid, samplings) = common
        // A layer of another grid (beside pan) that no result depends on is not counted.
        let counted = builder.countedLayers.filter { layer, slot in
            guard let source = layer.source else { return false }
            return source.grid.difference(from: common.0) == nil || common.1[slot] != nil
        }
        inputs = builder.inputs
        countedLayers = counted
        self.scene = scene
        chainText = text
        warnings = builder.warnings
        constants = builder.constants
        toleratesDamage = builder.toleratesDamage
        var indexOf: [Int: Int] = [:]
        for (index, position) in order.enumerated() { indexOf[position] = index }
        files = try builder.writes.flatMap { request in
            try PlannedFile.files(
                of: request, planes: request.planes.compactMap { indexOf[$0] }, all: outputs, scene: scene,
                directory: outputDirectory)
        }
        var paths: Set<String> = []
        for file in files where !paths.insert(file.path).inserted {
            throw ChainError("two outputs have one name: \(file.path)")
        }
    }

    /// The grid of the chain, that of the coarsest input unless a pixel size is asked for, and how inputs of other
    /// pixel sizes come to it.
    private static func commonGrid(
        of inputs: [PlanInput], used: Set<Int>, resolution: Double?
    ) throws -> (Grid, [Int: GridSampling]) {
        var sources: [(slot: Int, source: RasterSource)] = []
        for slot in used.sorted() {
            guard let source = inputs[slot].source else {
                throw SceneError(
                    code: .missingBand,
                    message: "\(inputs[slot].name) is needed: \(inputs[slot].problem ?? "its file is missing"); "
                        + "fetch it again, or choose other bands with read ... bands=")
            }
            sources.append((slot, source))
        }
        guard let first = sources.first else {
            throw ChainError("the formulas use no band of the scene, so there is no grid to compute them on")
        }
        // Quality layers are brought to the bands' grid, not the other way round.
        let bands = sources.filter { !inputs[$0.slot].isBits }
        var reference = bands.first ?? first
        for candidate in bands {
            let size = candidate.source.grid.transform.pixelWidth
            let best = reference.source.grid.transform.pixelWidth
            let isBetter = resolution.map { abs(size - $0) < abs(best - $0) } ?? (size > best)
            if isBetter && abs(size - best) > Grid.tolerance * best { reference = candidate }
        }
        let grid = reference.source.grid
        if let resolution, abs(grid.transform.pixelWidth - resolution) > Grid.tolerance * resolution {
            let sizes = Set(sources.map { "\($0.source.grid.transform.pixelWidth)" }).sorted()
            throw ChainError(
                "resolution=\(resolution): the bands used have pixels of \(sizes.joined(separator: ", "))", step: 1,
                word: "read")
        }
        var samplings: [Int: GridSampling] = [:]
        for (slot, source) in sources {
            guard let difference = source.grid.difference(from: grid) else { continue }
            guard let sampling = GridSampling(from: source.grid, to: grid, isBits: inputs[slot].isBits) else {
                throw SceneError(
                    code: .gridMismatch,
                    message:
                        "\(inputs[slot].name) (\(source.path)) and \(inputs[reference.slot].name) lie on different "
                        + "grids: \(difference); choose bands of one grid with read ... bands=")
            }
            samplings[slot] = sampling
        }
        return (grid, samplings)
    }
}

extension Program {
    /// Whether a parameter is an operand anywhere.
    func uses(parameter slot: Int) -> Bool {
        instructions.contains { [$0.a, $0.b, $0.c].contains(.parameter(slot)) } || results.contains(.parameter(slot))
    }
}

extension Chain {
    /// The chain with file names instead of paths, the same on every machine.
    var recordText: String {
        var copy = self
        for index in copy.calls.indices {
            let word = copy.calls[index].word
            if case .names? = StepRegistry.type(for: word)?.declaration.positionals {
                // One list, however it was written.
                let names = copy.calls[index].positionals.flatMap(NameList.split)
                copy.calls[index].positionals = [names.joined(separator: ",")]
            }
            if word == "read" || word == "write" {
                copy.calls[index].positionals = copy.calls[index].positionals.map { path in
                    let isFolder = path.hasSuffix("/")
                    let name = path.split(separator: "/").last.map(String.init) ?? path
                    return word == "write" && isFolder ? "./" : name
                }
            }
            copy.calls[index].options = copy.calls[index].options.map { option in
                guard ["catalogue", "metadata", "dem"].contains(option.name) else { return option }
                return (option.name, option.value.split(separator: "/").last.map(String.init) ?? option.value)
            }
        }
        return copy.text
    }
}
