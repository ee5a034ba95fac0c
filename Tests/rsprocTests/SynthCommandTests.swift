import ArgumentParser
import Foundation
import RSPipeline
import Testing

@testable import rsproc

@Suite struct SynthCommandTests {
    private static func folder() -> String {
        FileManager.default.temporaryDirectory.path + "/rsp-synth-" + UUID().uuidString
    }

    @Test func optionsHaveTheirDefaults() throws {
        let command = try #require(try RSProc.parseAsRoot(["synth", "landsat8", "--out", "x"]) as? SynthCommand)
        #expect(command.size == 512 && command.seed == 1 && command.clouds == 8)
        #expect(!command.noTruth && !command.overwrite && command.threads == nil && command.tiles == nil)
    }

    @Test func unknownProductsAreRefused() {
        #expect(throws: (any Error).self) { try RSProc.parseAsRoot(["synth", "landsat1", "--out", "x"]) }
    }

    @Test func exitCodesTellOptionsFromOutputs() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run(_ arguments: [String]) throws {
            var command = try RSProc.parseAsRoot(["synth", "landsat8", "--out", folder] + arguments)
            try command.run()
        }
        #expect(throws: SynthesisError.self) { try run(["--size", "15"]) }
        try run(["--size", "16", "--no-truth"])
        #expect(throws: SynthesisError.self) { try run(["--size", "16"]) }
        try run(["--size", "16", "--overwrite"])
        let id = LandsatSynthesis(options: SynthesisOptions(size: 16, seed: 1)).productID
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(id)/truth"))
    }

    @Test func everyProductIsMadeInItsOwnFolder() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for product in SynthCommand.Product.allCases {
            var command = try RSProc.parseAsRoot(["synth", product.rawValue, "--out", folder, "--size", "18"])
            try command.run()
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).count == SynthCommand.Product.allCases.count)
    }

    @Test func tilesBelongToSPOT() throws {
        let folder = Self.folder()
        var command = try RSProc.parseAsRoot(["synth", "landsat8", "--out", folder, "--size", "16", "--tiles", "2"])
        #expect(throws: SynthesisError.self) { try command.run() }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
