import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile metadata of DIMAP: one clear error each, nothing opened outside of the product.
@Suite struct DIMAPMutationTests {
    @Test(.timeLimit(.minutes(5)), arguments: [UInt64(7), 1967])
    func nothingIsTrustedThatCannotBe(seed: UInt64) throws {
        let canary = try Canary()
        let folder = canary.product
        var sample = DIMAPSample()
        if seed != 7 {
            sample.columns = [3, 1]
            sample.rows = [2, 2]
        }
        let path = try sample.write(in: folder)
        let text = sample.xml
        var mutator = Mutator(seed: seed, .xml, lures: canary.lures + canary.remoteLures)
        var accepted = 0
        let rounds = 1000
        for round in 0..<rounds {
            let what: Comment = "seed \(seed), mutation \(round)"
            try Data(mutator.damaged(text)).write(to: URL(fileURLWithPath: path))
            _ = canary.opened()
            do throws(SceneError) {
                let scene = try Scene.open([folder])
                accepted += 1
                #expect(scene.flaws(outside: folder) == [], what)
                for band in scene.bands {
                    let calibration = band.calibration
                    let isCalibrated =
                        calibration.radiance != nil || calibration.toaReflectance != nil || calibration.product != nil
                    #expect(isCalibrated || !calibration.missing.isEmpty, what)
                }
            } catch {
                #expect(!error.message.isEmpty && error.message.utf8.count < 3000, what)
            }
            #expect(canary.opened() == [], what)
        }
        print("DIMAP mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        // Neither everything is refused nor everything taken.
        #expect((80...(rounds - 80)).contains(accepted), "\(accepted) of \(rounds)")
    }
}
