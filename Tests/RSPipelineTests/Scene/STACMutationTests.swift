import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile items: never a trap, never a file outside of the folder, never a number that is not finite.
@Suite struct STACMutationTests {
    /// An item as this library writes it, beside a file of its own.
    private static func own(in folder: String) throws -> String {
        var scene = try SmallScene()
        try scene.add("B4", role: .red, [Double](repeating: 0.2, count: 16), quantity: .toaReflectance)
        try withExtendedLifetime(scene) { _ = try SceneRun(try scene.plan("write \(folder)/own/")).run() }
        let item = try String(contentsOfFile: folder + "/own/SMALL.stac.json", encoding: .utf8)
        return item.replacingOccurrences(of: "./SMALL", with: "./own/SMALL")
    }

    @Test(.timeLimit(.minutes(5))) func noItemTrapsOrLeadsOutsideOfItsFolder() throws {
        let canary = try Canary()
        let inside = canary.product
        try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
        for name in ["B04.tif", "B06.tif", "X_SR_B4.TIF", "X_ST_B10.TIF", "X_QA_PIXEL.TIF"] {
            try SmallItem.file(name, in: inside, 5000)
        }
        try SmallItem.file("SCL.tif", in: inside, 9, type: .uint8)
        var other = SmallItem()
        other.assets["red"] = SmallItem.asset(
            "B04.tif", common: "red", raster: ["scale": .number(0.5), "nodata": .integer(0)])
        var texts = [SmallItem.sentinel2(), SmallItem.landsat2(), other].map { $0.json.text(pretty: true) }
        texts.append(try Self.own(in: inside))
        let seed: UInt64 = 20_261_121
        // URLs are for items to name; what is done with them has tests of its own.
        var mutator = Mutator(seed: seed, .json, lures: canary.lures)
        let files = try ProductFiles(root: inside)
        _ = canary.opened()
        var accepted = [Int](repeating: 0, count: texts.count)
        let rounds = 2000
        for round in 0..<rounds {
            let what: Comment = "seed \(seed), mutation \(round)"
            let kind = round % texts.count
            try Data(mutator.damaged(texts[kind])).write(to: URL(fileURLWithPath: inside + "/item.json"))
            do throws(SceneError) {
                let scene = try STACProduct.open(["item.json"], in: files, options: SceneOptions())
                accepted[kind] += 1
                #expect(scene.flaws(outside: inside) == [], what)
            } catch {
                #expect(!error.message.isEmpty && error.message.utf8.count < 3000, what)
            }
            #expect(canary.opened() == [], what)
        }
        print("STAC mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        // Both ways are taken with every kind of item, or nothing is tested.
        #expect(accepted.allSatisfy { (20...(rounds / texts.count - 20)).contains($0) }, "\(accepted)")
    }
}
