import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc index`: the catalogue of spectral indices.
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Show the catalogue of spectral indices.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    /// `rsproc index list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the indices.")

        @Option(help: "Only those that run on this sensor: \(SensorRoles.names).") var sensor: String?
        @Option(help: "A file with further indices.") var catalogue: String?

        func run() throws {
            let catalogue = try IndexCommand.catalogue(catalogue)
            var indices = catalogue.indices
            if let sensor {
                guard let roles = SensorRoles.all[sensor.lowercased()] else {
                    throw ChainError("--sensor \(sensor): one of \(SensorRoles.names)")
                }
                indices = catalogue.runnable(with: roles)
            }
            for index in indices {
                let id = index.id.padding(toLength: max(16, index.id.count), withPad: " ", startingAt: 0)
                print("\(id) \(index.formula)")
            }
            for refusal in catalogue.refused { print("refused: \(refusal.name): \(refusal.reason)") }
        }
    }

    /// `rsproc index show ID`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one index.")

        @Argument(help: "An id or a qualified name.") var name: String
        @Option(help: "A file with further indices.") var catalogue: String?

        func run() throws {
            let index = try IndexCommand.catalogue(catalogue).resolve(name).index
            print("id         \(index.id)")
            print("title      \(index.title)")
            print("formula    \(index.formula)")
            let parameters = index.parameters.map { "\($0.name) = \($0.defaultValue.map { "\($0)" } ?? "to be given")" }
            if !parameters.isEmpty { print("parameters \(parameters.joined(separator: ", "))") }
            print("bands      \(index.roles.map(\.rawValue).joined(separator: ", "))")
            if let range = index.range { print("range      \(range.lowerBound) ... \(range.upperBound)") }
            print("scale-free \(index.isScaleFree ? "yes" : "no")")
            print("with salt  \(index.direction.rawValue)")
            if !index.aliases.isEmpty { print("names      \(index.aliases.joined(separator: ", "))") }
            print("source     \(index.source)")
        }
    }

    static func catalogue(_ path: String?) throws -> IndexCatalogue {
        guard let path else { return .builtin }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ChainError("--catalogue \(path): the file cannot be read")
        }
        return try IndexCatalogue.builtin.loading(data, name: path)
    }
}

/// Which bands the common sensors have.
enum SensorRoles {
    private static let visible: Set<BandRole> = [.blue, .green, .red]

    static let all: [String: Set<BandRole>] = [
        "landsat8": visible.union([.coastal, .nir08, .swir16, .swir22, .cirrus, .pan, .thermal11, .thermal12]),
        "landsat9": visible.union([.coastal, .nir08, .swir16, .swir22, .cirrus, .pan, .thermal11, .thermal12]),
        "sentinel2": visible.union([
            .coastal, .rededge1, .rededge2, .rededge3, .nir, .nir08, .nir09, .cirrus, .swir16, .swir22,
        ]),
        "spot6": visible.union([.nir, .pan]),
        "spot7": visible.union([.nir, .pan]),
    ]

    static var names: String { all.keys.sorted().joined(separator: ", ") }
}
