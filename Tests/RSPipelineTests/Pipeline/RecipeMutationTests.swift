import Foundation
import Testing

@testable import RSPipeline

/// Damaged recipes and chains: a chain or words about what is wrong, never a trap.
@Suite struct RecipeMutationTests {
    private static let text = """
        version: 1
        description: salinity of one scene
        steps:
          - read: {saturated: keep, resolution: 20}
          - toa: {sun: pixel}
          - surface: {method: dos1, dark: "0.01%"}
          - mask: {args: [cloud, shadow], buffer: 90m, sieve: 5}
          - clip: {extent: "500000,4399000,501000,4400000"}
          - regrid: {crs: "EPSG:32639", res: 30, resampling: bilinear}
          - index: {args: [ndvi, "gdvi(n=3)", SI1@Douaoui2006]}
          - expr: {soil: "(B4 - B5) / (B4 + B5)", both: "if(ndvi < 0.3, 1, nan)"}
          - select: [ndvi, soil, validity]
          - write: {args: ["{date}/"], compress: zstd, type: int16, scale: 0.0001}
        """

    @Test(.timeLimit(.minutes(5))) func recipes() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        var mutator = Mutator(seed: seed, .yaml, lures: ["../x", "/etc/hostname", "/vsicurl/http://127.0.0.1:9/x"])
        var accepted = 0
        let rounds = 1500
        for round in 0..<rounds {
            let what: Comment = "seed \(seed), mutation \(round)"
            let text = String(decoding: mutator.damaged(Self.text), as: UTF8.self)
            do throws(ChainError) {
                let recipe = try Recipe(yaml: text)
                let chain = recipe.chain(reading: "SCENE")
                #expect(chain.calls.count == recipe.chain.calls.count, what)
                try chain.check()
                accepted += 1
            } catch {
                #expect(!error.description.isEmpty, what)
            }
        }
        print("recipe mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        #expect((20...(rounds - 20)).contains(accepted), "\(accepted) of \(rounds)")
    }
}
