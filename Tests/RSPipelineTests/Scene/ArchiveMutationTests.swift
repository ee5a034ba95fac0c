import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile archives: an error or a scene, never a trap, never a file outside of the archive.
@Suite struct ArchiveMutationTests {
    @Test(.timeLimit(.minutes(5)), arguments: ["tar", "zip"])
    func nothingOutsideIsOpened(ending: String) throws {
        let canary = try Canary(product: "archives")
        let folder = canary.product
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let scratch = try ScratchFolder()
        try SmallItem.file("B04.tif", in: scratch.path, 5000)
        try SmallItem.file("SCL.tif", in: scratch.path, 4, type: .uint8)
        var item = SmallItem.sentinel2()
        item.assets = item.assets.filter { ["red", "scl"].contains($0.key) }
        try item.write(in: scratch.path, name: "x.stac.json")
        let seed = UInt64.random(in: 0..<1 << 32)
        var mutator = Mutator(seed: seed, .binary)
        var accepted = 0
        let rounds = 500
        for round in 0..<rounds {
            let what: Comment = "\(ending), seed \(seed), mutation \(round)"
            var members = try PackedArchive.members(of: scratch.path)
            // Some members are hostile by name or are links, the rest is damaged bytes.
            if round % 3 == 0 {
                let lure = canary.lures.randomElement(using: &mutator.random) ?? ""
                let name = String(lure.prefix(90))
                if round % 2 == 0 {
                    members[Int.random(in: members.indices, using: &mutator.random)].name = name
                } else {
                    members.append(.init(name: "B05.tif", kind: "2", link: name))
                }
            }
            let whole = ending == "tar" ? PackedArchive.tar(members) : PackedArchive.zip(members)
            // A name of its own: GDAL remembers what it has found in an archive.
            let path = "\(folder)/\(round).\(ending)"
            try PackedArchive.write(round % 3 == 0 ? whole : mutator.damaged(whole), to: path)
            _ = canary.opened()
            do throws(SceneError) {
                let scene = try Scene.open([path])
                accepted += 1
                #expect(scene.flaws(outside: "/vsi\(ending)/\(path)") == [], what)
                for source in scene.bands.compactMap(\.source) {
                    _ = try? Dataset(reading: source.path).floats(band: source.band)
                }
            } catch {
                #expect(!error.message.isEmpty && error.message.utf8.count < 3000, what)
            }
            #expect(canary.opened() == [], what)
            try FileManager.default.removeItem(atPath: path)
        }
        print("\(ending) mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        #expect((20...(rounds - 20)).contains(accepted), "\(accepted) of \(rounds)")
    }
}
