import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile metadata of Sentinel-2: one error or a scene that can be trusted, never a trap.
@Suite struct Sentinel2MutationTests {
    @Test(.timeLimit(.minutes(5)), arguments: [true, false])
    func neverTrapsNorLeavesTheProduct(isLevel2: Bool) throws {
        let seed: UInt64 = isLevel2 ? 20_240_725 : 20_170_703
        var product = SmallSentinel2(isLevel2: isLevel2)
        product.images =
            isLevel2
            ? ["B02_10m": [1], "B8A_20m": [1], "B12_20m": [1], "SCL_20m": [4]] : ["B02": [1], "B8A": [1], "B10": [1]]
        product.masks = isLevel2 ? ["MSK_CLDPRB_20m": [[Double](repeating: 1, count: 36)]] : [:]
        let canary = try Canary(product: product.id + ".SAFE")
        let folder = try product.write(in: canary.folder)
        var mutator = Mutator(seed: seed, .xml, lures: canary.lures + canary.remoteLures)
        let files = [
            (folder + "/" + product.metadataName, product.productXML),
            (folder + "/" + product.granule + "/MTD_TL.xml", product.tileXML),
        ]
        _ = canary.opened()
        var accepted = 0
        let rounds = 1000
        for round in 0..<rounds {
            let what: Comment = "seed \(seed), mutation \(round)"
            let (path, original) = files[round % 3 == 0 ? 1 : 0]
            try Data(mutator.damaged(original)).write(to: URL(fileURLWithPath: path))
            _ = canary.opened()
            let options = SceneOptions(assume: round % 5 == 0 ? "offset-missing" : nil)
            do throws(SceneError) {
                let scene = try Scene.open([folder], options: options)
                accepted += 1
                #expect(scene.flaws(outside: folder) == [], what)
            } catch {
                #expect(!error.message.isEmpty && error.message.utf8.count < 3000, what)
            }
            #expect(canary.opened() == [], what)
            try Data(original.utf8).write(to: URL(fileURLWithPath: path))
        }
        print("Sentinel-2 mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        #expect((50...(rounds - 50)).contains(accepted), "\(accepted) of \(rounds)")
    }
}
