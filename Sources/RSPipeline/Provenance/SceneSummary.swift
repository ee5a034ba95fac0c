/// What became of one scene, for people and for `--json`.
public struct SceneSummary: Sendable, Encodable {
    /// How it ended.
    public enum State: String, Sendable, Encodable {
        /// All files of the scene are in place.
        case done
        /// The outputs were there already and are this chain's, or ``SceneSummary/skipped`` says why nothing was run.
        case skipped
        /// Nothing of this run was placed; ``SceneSummary/error`` says why.
        case failed
    }

    /// One plane of the result.
    public struct PlaneSummary: Sendable, Encodable {
        /// As in ``Plan/planeNames``.
        public var name: String
        /// What the values mean, as in ``Quantity/label``.
        public var quantity: String
        /// Pixels by ``PixelReason/name``; `valid` counts those with a value, reasons that do not occur are left out.
        ///
        /// The counts add up to the pixels of the grid. They are counted before the values are stored.
        public var pixels: [String: Int]
        /// The smallest value as stored, scale and offset applied; nil where no pixel has a value.
        ///
        /// For integer types it is the rounded, and where necessary clamped, value. Unit of the quantity.
        public var minimum: Double?
        /// The largest value as stored; see ``minimum``.
        public var maximum: Double?
        /// The mean of the values as stored; see ``minimum``.
        public var mean: Double?
        /// Values that did not fit the stored type and were moved to its limit; 0 for Float32.
        ///
        /// A plane that is written to several files counts in each.
        public var clamped: Int
        /// Values outside the range that an index has for reflectance of 0...1; 0 for any other plane.
        public var outside: Int
    }

    /// One written file.
    public struct OutputSummary: Sendable, Encodable {
        /// Where it is: an absolute path.
        public var path: String
        /// Its size, in bytes.
        public var bytes: Int
    }

    /// What part of the grid is clear, in percent of all pixels, as the last step that asks for planes has them: the first
    /// of them that has no-data at all.
    ///
    /// Clouds and shadows count as such only where the chain masks them; where it masks nothing, what is clear is not known.
    public struct Coverage: Sendable, Encodable {
        /// Neither masked nor without data.
        public var clear: Double
        /// Masked as cloud, dilated cloud or cirrus.
        public var cloud: Double
        /// Masked as shadow of clouds.
        public var shadow: Double
        /// Fill and saturated pixels.
        public var noData: Double
        /// Masked for another reason.
        public var masked: Double

        enum CodingKeys: String, CodingKey {
            case clear, cloud, shadow
            case noData = "no_data"
            case masked = "masked_other"
        }

        /// From the pixels by ``PixelReason``; nil for none.
        init?(_ counts: [Int]) {
            let total = counts.reduce(0, +)
            if total == 0 { return nil }
            func percent(_ reasons: PixelReason...) -> Double {
                Double(reasons.reduce(0) { $0 + counts[Int($1.rawValue)] }) * 100 / Double(total)
            }
            // What a formula or a gate leaves out was seen clearly.
            clear = percent(.valid, .undefinedResult, .gated, .extrapolated)
            cloud = percent(.cloud)
            shadow = percent(.shadow)
            noData = percent(.fill, .saturated)
            masked = percent(.maskedOther)
        }
    }

    /// The failure of a scene.
    public struct Failure: Sendable, Encodable {
        /// The class, as in the exit code.
        public var kind: RunError.Kind
        /// What happened, where, and what to do.
        public var message: String
    }

    /// The scene id, or what was given where it could not be opened.
    public var scene: String
    /// The files that the plan reads, metadata first; for a scene that could not be opened, what was given.
    public var inputs: [String]
    /// How it ended.
    public var state: State
    /// Why nothing was run though the outputs are not there; nil otherwise.
    public var skipped: String?
    /// The share of clouds that the scene was judged by, in percent; nil when it was not judged.
    public var cloudPercent: Double?
    /// What part of the grid is clear; nil unless the scene is ``State/done`` and the chain masks something.
    public var coverage: Coverage?
    /// The planes, in the order of the chain; empty unless the scene is ``State/done``.
    public var planes: [PlaneSummary] = []
    /// Quality layer to flag to pixels with that flag, for the layers that the chain reads.
    ///
    /// A pixel can have several flags, masked or not, so these counts do not add up to anything.
    public var quality: [String: [String: Int]] = [:]
    /// The files that were written, the STAC item last; empty unless the scene is ``State/done``.
    public var outputs: [OutputSummary] = []
    /// What deserves a word though nothing failed, for example values that were clamped.
    public var warnings: [String] = []
    /// Wall time, in seconds; 0 unless the scene is ``State/done``.
    public var seconds = 0.0
    /// The largest resident memory of the process so far, in bytes, earlier scenes of the run included.
    public var peakMemory = 0
    /// Why it failed; nil otherwise.
    public var error: Failure?

    enum CodingKeys: String, CodingKey {
        case scene, inputs, state, skipped, coverage, planes, quality, outputs, warnings, seconds
        case cloudPercent = "cloud_percent"
        case peakMemory = "peak_memory_bytes"
        case error
    }

    /// Makes the summary of a scene about which nothing is known yet.
    public init(scene: String, inputs: [String], state: State) {
        self.scene = ShownText.path(scene)
        self.inputs = inputs.map(ShownText.path)
        self.state = state
    }

    /// The summary of a scene that failed.
    public init(scene: String, inputs: [String], failure: RunError) {
        self.init(scene: scene, inputs: inputs, state: .failed)
        error = Failure(kind: failure.kind, message: failure.message)
    }
}

/// What became of a run over one or many scenes.
///
/// Written by `--json`; the schema is documented in RunSummary.md.
public struct RunSummary: Sendable, Encodable {
    /// Names the layout of the document.
    public let schema = "rsproc.run/1"
    /// The version of the command.
    public let version = RSPipelineVersion.current
    /// The chain as written, with the paths of the first scene.
    public var chain: String
    /// One entry per scene, in the order given.
    public var scenes: [SceneSummary]

    /// Makes a summary.
    public init(chain: String, scenes: [SceneSummary]) {
        self.chain = ShownText.text(chain)
        self.scenes = scenes
    }

    /// The number of scenes in a state.
    public func count(_ state: SceneSummary.State) -> Int { scenes.filter { $0.state == state }.count }

    enum CodingKeys: String, CodingKey {
        case schema, version, chain, scenes, counts
    }

    /// Writes the summary with counts by state.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(version, forKey: .version)
        try container.encode(chain, forKey: .chain)
        try container.encode(scenes, forKey: .scenes)
        try container.encode(
            ["done": count(.done), "skipped": count(.skipped), "failed": count(.failed)], forKey: .counts)
    }
}
