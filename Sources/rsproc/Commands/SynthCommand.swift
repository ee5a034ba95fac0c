import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc synth PRODUCT`: a generated scene with known truth.
struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth", abstract: "Make a synthetic scene with known truth.",
        discussion: """
            Writes DIR/<product id>/ in the layout of the real product and, beside the bands, truth/ with the reflectance, \
            the salinity (ECe, dS/m) and the class that each pixel was made from; with --field-data also field/ with soil \
            samples, validation places, plots and districts. The same options give the same files.
            """)

    /// The products that can be made.
    enum Product: String, ExpressibleByArgument, CaseIterable {
        case landsat5
        case landsat8
        case landsat9
        case spot7
        case sentinel2L1C = "sentinel2-l1c"
        case sentinel2L2A = "sentinel2-l2a"
    }

    @Argument(help: "The product to imitate.")
    var product: Product

    @Option(help: "Rows and columns of the finest bands; each product names its limits.")
    var size = 512

    @Option(help: "The landscape; another number gives another one.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The share under cloud, 0 to 100.", valueName: "percent"))
    var clouds = 8.0

    @Option(help: ArgumentHelp("Rows and columns of image files (spot7 only).", valueName: "n"))
    var tiles: Int?

    @Option(help: ArgumentHelp("Where to put the product folder.", valueName: "dir"))
    var out: String

    @Option(help: "Threads to use; all cores unless given. The files do not depend on it.")
    var threads: Int?

    @Flag(name: .customLong("no-truth"), help: "Leave the truth out.")
    var noTruth = false

    @Flag(help: "Add field/: soil samples, validation places, plots and districts.")
    var fieldData = false

    @Option(help: ArgumentHelp("How many soil samples (with --field-data; 60 unless given).", valueName: "n"))
    var samples: Int?

    @Flag(help: "Replace a synthetic product of the same name.")
    var overwrite = false

    mutating func run() throws {
        if tiles != nil, product != .spot7 {
            throw SynthesisError.badOption("tiles: only spot7 is cut into files; leave the option out")
        }
        if samples != nil, !fieldData {
            throw SynthesisError.badOption("samples: they are part of the field data; add --field-data")
        }
        let options = SynthesisOptions(
            size: size, seed: seed, cloudPercent: clouds, writesTruth: !noTruth,
            fieldSamples: fieldData ? samples ?? 60 : nil, threads: threads)
        // Rows are written once and never read back: a large block cache would only hold memory.
        GDALRuntime.setCacheSize(256 << 20)
        let files =
            switch product {
            case .landsat5: try LandsatSynthesis(.landsat5, options: options).write(to: out, overwrite: overwrite)
            case .landsat8: try LandsatSynthesis(.landsat8, options: options).write(to: out, overwrite: overwrite)
            case .landsat9: try LandsatSynthesis(.landsat9, options: options).write(to: out, overwrite: overwrite)
            case .sentinel2L1C: try Sentinel2Synthesis(.l1c, options: options).write(to: out, overwrite: overwrite)
            case .sentinel2L2A: try Sentinel2Synthesis(.l2a, options: options).write(to: out, overwrite: overwrite)
            case .spot7: try SPOTSynthesis(options: options, tiles: tiles ?? 1).write(to: out, overwrite: overwrite)
            }
        print(files.joined(separator: "\n"))
    }
}
