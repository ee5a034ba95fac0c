/// What a run of a plan would do, for programs: what it reads, makes and writes, and the memory it takes.
///
/// Part of ``RunExplanation``. Unlike ``Plan/explanation(options:)`` it leaves out the program.
public struct PlanExplanation: Sendable, Encodable {
    /// A grid of pixels.
    public struct GridEntry: Sendable, Encodable {
        /// Columns.
        public let width: Int
        /// Rows.
        public let height: Int
        /// `EPSG:32639` or a name; left out where there is none.
        public let crs: String?

        init(_ grid: Grid) {
            width = grid.width
            height = grid.height
            crs = grid.crs?.label
        }
    }

    /// One raster that is read.
    public struct InputEntry: Sendable, Encodable {
        /// The band or layer as delivered.
        public let name: String
        /// The files that it is stored in.
        public let files: [String]
        /// How numbers are stored.
        public let type: String
        /// Its own pixels.
        public let grid: GridEntry
        /// Bytes of its pixels when decoded.
        public let bytes: Int
        /// How it is brought to the grid of the chain; left out where it lies on it.
        public let resampling: String?
    }

    /// One plane of the result.
    public struct PlaneEntry: Sendable, Encodable {
        /// As in ``Plan/planeNames``.
        public let name: String
        /// What the values mean, as in ``Quantity/label``.
        public let quantity: String
    }

    /// One file that would be written.
    public struct OutputEntry: Sendable, Encodable {
        /// Where: an absolute path.
        public let path: String
        /// The planes in it.
        public let planes: [String]
        /// `cog` or `gtiff`.
        public let format: String
        /// How numbers would be stored.
        public let type: String
        /// Value per stored number; left out where numbers are stored as they are.
        public let scale: Double?
        /// Added after the scale; left out where numbers are stored as they are.
        public let offset: Double?
        /// The compression.
        public let compression: String
        /// Bytes of its pixels before compression.
        public let bytes: Int
    }

    /// The memory of the main pass, in bytes.
    public struct MemoryEntry: Sendable, Encodable {
        /// Threads.
        public let workers: Int
        /// Bytes that each of them takes.
        public let perWorker: Int
        /// Bytes that the run may take in all.
        public let allowed: Int

        enum CodingKeys: String, CodingKey {
            case workers
            case perWorker = "bytes_per_worker"
            case allowed = "allowed_bytes"
        }
    }

    /// The scene id.
    public let scene: String
    /// The product.
    public let product: String
    /// Platform and instrument.
    public let sensor: String
    /// The pixels of the result.
    public let grid: GridEntry
    /// What is read, metadata aside.
    public let inputs: [InputEntry]
    /// What passes over the scene before the main one look for, in their order.
    public let passes: [String]
    /// The planes, in the order of the chain.
    public let planes: [PlaneEntry]
    /// The maps that would be written; pictures and the STAC item come beside them.
    public let outputs: [OutputEntry]
    /// The memory.
    public let memory: MemoryEntry
    /// What deserves a word.
    public let warnings: [String]

    /// Explains a plan; no pixel is read.
    public init(_ plan: Plan, options: ExecutionOptions = ExecutionOptions()) {
        scene = plan.scene.id
        product = plan.scene.product
        sensor = plan.scene.sensor
        grid = GridEntry(plan.grid)
        inputs = plan.usedSlots.compactMap { slot in
            guard let source = plan.inputs[slot].source else { return nil }
            return InputEntry(
                name: plan.inputs[slot].name, files: source.files.map(ShownText.path), type: source.sampleType.rawValue,
                grid: GridEntry(source.grid), bytes: source.grid.pixelCount * source.sampleType.byteCount,
                resampling: plan.segments.lazy.compactMap { $0.samplings[slot]?.rule.rawValue }.first)
        }
        passes = plan.reductionRounds.map(\.purpose)
        planes = plan.planes.map { PlaneEntry(name: $0.label, quantity: $0.quantity.label) }
        outputs = plan.files.map { file in
            OutputEntry(
                path: file.path, planes: file.planes.map { plan.planes[$0].label }, format: file.format.rawValue,
                type: file.storage.sampleType.rawValue, scale: file.storage.scale?.gain,
                offset: file.storage.scale?.offset, compression: file.compression.rawValue,
                bytes: plan.pixelBytes(of: file))
        }
        let units = Executor.units(of: plan, options: options)
        memory = MemoryEntry(
            workers: min(units.workers, units.windows.count), perWorker: units.bytesPerWorker, allowed: options.memory)
        warnings = plan.warnings
    }
}

/// What a run over one or many scenes would do.
///
/// Written by `--explain --json`; the schema is documented in RunSummary.md.
public struct RunExplanation: Sendable, Encodable {
    /// One scene: what would be done, or why nothing can be.
    public struct Entry: Sendable, Encodable {
        private let explanation: PlanExplanation?
        private let failure: SceneSummary?

        /// A scene that can be run.
        public init(_ explanation: PlanExplanation) {
            self.explanation = explanation
            failure = nil
        }

        /// A scene that cannot.
        ///
        /// - Parameter scene: what was given for it.
        public init(scene: String, failure: RunError) {
            explanation = nil
            self.failure = SceneSummary(scene: scene, inputs: [scene], failure: failure)
        }

        private enum CodingKeys: String, CodingKey { case scene, error }

        /// Writes the explanation, or `scene` and `error`.
        public func encode(to encoder: any Encoder) throws {
            if let explanation { return try explanation.encode(to: encoder) }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(failure?.scene, forKey: .scene)
            try container.encodeIfPresent(failure?.error, forKey: .error)
        }
    }

    /// Names the layout of the document.
    public let schema = "rsproc.explain/1"
    /// The version of the command.
    public let version = RSPipelineVersion.current
    /// The chain as written, with the paths of the first scene.
    public let chain: String
    /// One entry per scene, in the order given.
    public let scenes: [Entry]

    /// Makes a document.
    public init(chain: String, scenes: [Entry]) {
        self.chain = ShownText.text(chain)
        self.scenes = scenes
    }

    enum CodingKeys: String, CodingKey { case schema, version, chain, scenes }
}
