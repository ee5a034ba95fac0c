import ArgumentParser
import Foundation
import RSPipeline
import Testing

@testable import rsproc

@Suite struct SynthCommandTests {
    @Test func optionsHaveTheirDefaults() throws {
        let command = try #require(try RSProc.parseAsRoot(["synth", "landsat8", "--out", "x"]) as? SynthCommand)
        #expect(command.size == 512 && command.seed == 1 && command.clouds == 8)
        #expect(!command.noTruth && !command.overwrite && command.threads == nil)
    }

    @Test func unknownProductsAreRefused() {
        #expect(throws: (any Error).self) { try RSProc.parseAsRoot(["synth", "landsat1", "--out", "x"]) }
    }

    @Test func exitCodesTellOptionsFromOutputs() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/rsp-synth-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run(_ arguments: [String]) throws {
            var command = try RSProc.parseAsRoot(["synth", "landsat8", "--out", folder] + arguments)
            try command.run()
        }
        #expect(throws: SynthesisError.self) { try run(["--size", "15"]) }
        try run(["--size", "16", "--no-truth"])
        #expect(throws: SynthesisError.self) { try run(["--size", "16"]) }
        try run(["--size", "16", "--overwrite"])
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(LandsatSynthesis.productID)/truth"))
    }
}
