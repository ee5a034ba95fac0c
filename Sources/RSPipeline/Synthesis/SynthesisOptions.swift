import Foundation

/// What every synthetic scene is made from, whatever its product.
public struct SynthesisOptions: Sendable, Hashable {
    /// Columns and rows of the finest bands.
    public var size: Int
    /// What sets one landscape apart from another.
    public var seed: UInt64
    /// The share of the imaged area under cloud, 0...100.
    public var cloudPercent: Double
    /// Whether the truth is written too.
    public var writesTruth: Bool
    /// How many field samples are written, with validation places, plots and districts, in `field/`; nil for no field data.
    public var fieldSamples: Int?
    /// Threads to use; the files do not depend on it.
    public var threads: Int

    /// Names a scene.
    ///
    /// All cores are used unless a number of threads is given.
    public init(
        size: Int, seed: UInt64, cloudPercent: Double = 8, writesTruth: Bool = true,
        fieldSamples: Int? = nil, threads: Int? = nil
    ) {
        self.size = size
        self.seed = seed
        self.cloudPercent = cloudPercent
        self.writesTruth = writesTruth
        self.fieldSamples = fieldSamples
        self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    }

    /// Refuses what cannot be made.
    ///
    /// - Parameter multiple: what the size must be a multiple of.
    func check(sizes: ClosedRange<Int>, multiple: Int = 1, reason: String = "") throws(SynthesisError) {
        if !sizes.contains(size) {
            throw .badOption(
                "size \(size): a scene has \(sizes.lowerBound) to \(sizes.upperBound) rows and columns")
        }
        if size % multiple != 0 {
            let lower = max(size / multiple * multiple, (sizes.lowerBound + multiple - 1) / multiple * multiple)
            throw .badOption(
                "size \(size): \(reason), so give a multiple of \(multiple), such as \(lower)")
        }
        if !(0...100).contains(cloudPercent) {
            throw .badOption("clouds \(cloudPercent): give a share of 0 to 100 percent")
        }
        if let fieldSamples, !(1...10_000).contains(fieldSamples) {
            throw .badOption("samples \(fieldSamples): give a number from 1 to 10000")
        }
        if threads < 1 { throw .badOption("threads \(threads): at least one is needed") }
    }

    /// Writes the field data into a product's folder, where they are asked for.
    ///
    /// - Parameters:
    ///   - grid: the finest pixels.
    ///   - date: the day of the scene, `2023-07-15`.
    func writeFieldData(
        into folder: String, grid: Grid, frame: SyntheticFrame, date: String
    ) throws(SynthesisError) {
        guard let fieldSamples, let day = CalendarDay(date) else { return }
        try FieldData(
            landscape: SyntheticLandscape(seed: seed, pixelSize: grid.transform.pixelWidth), frame: frame, grid: grid,
            seed: seed, day: day, sampleCount: fieldSamples
        ).write(into: folder)
    }

    /// The options in one word, for the metadata.
    var label: String {
        let clouds = cloudPercent == cloudPercent.rounded() ? "\(Int(cloudPercent))" : "\(cloudPercent)"
        return "synth_seed\(seed)_size\(size)_clouds\(clouds)"
    }
}
