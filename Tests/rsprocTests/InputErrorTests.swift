import Foundation
import Testing

/// Inputs that are not what they claim: exit 3, the file or key named, what to do, and nothing written.
@Suite struct InputErrorTests {
    private func refuse(
        _ arguments: [String], status: Int32 = 3, in scratch: Scratch, says words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = scratch.list()
        let outcome = try Command.run(arguments, in: scratch.path)
        #expect(outcome.status == status, "\(outcome.said)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.stderr.contains(word), "\(outcome.said)", sourceLocation: sourceLocation)
        }
        #expect(outcome.stderr.hasPrefix("rsproc: error: "), sourceLocation: sourceLocation)
        #expect(scratch.list() == before, sourceLocation: sourceLocation)
    }

    private let ndvi = ["!", "toa", "!", "index", "ndvi", "!", "write", "out/"]

    @Test(arguments: [0.5, 0.98, 0.01]) func truncatedBand(share: Double) throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        let band = MadeScene.band("B4", of: scene)
        let size = try Data(contentsOf: URL(fileURLWithPath: band)).count
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: band))
        try handle.truncate(atOffset: UInt64(Double(size) * share))
        try handle.close()
        try refuse(["run", "read", scene] + ndvi, in: scratch, says: [band, "fetch it again"])
        // A chain without the band does not mind.
        let other = try Command.run(
            ["run", "read", scene, "!", "toa", "!", "select", "B3", "!", "write", "out/"], in: scratch.path)
        #expect(other.status == 0, "\(other.said)")
    }

    @Test func bandFileMissing() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        let band = MadeScene.band("B4", of: scene)
        try FileManager.default.removeItem(atPath: band)
        try refuse(["run", "read", scene] + ndvi, in: scratch, says: ["B4", band, "fetch it again", "bands="])
    }

    @Test(arguments: ["REFLECTANCE_MULT_BAND_4", "REFLECTANCE_ADD_BAND_5", "SUN_ELEVATION"])
    func metadataKeyMissing(key: String) throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        try MadeScene.editMetadata(of: scene) { $0.contains(key + " ") ? nil : $0 }
        let file = MadeScene.metadata(of: scene)
        for chain in ["index ndvi", "expr x=(B5-B4)", "select B4,B5"] {
            let words = chain.split(separator: " ").map(String.init)
            try refuse(
                ["run", "read", scene, "!", "toa", "!"] + words + ["!", "write", "out/"], in: scratch,
                says: [key, file, "fetch the metadata file again"])
        }
    }

    @Test func keyThatTheChainDoesNotNeed() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        try MadeScene.editMetadata(of: scene) { $0.contains("REFLECTANCE_MULT_BAND_1 ") ? nil : $0 }
        let outcome = try Command.run(["run", "read", scene] + ndvi, in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
    }

    @Test func bandsOnDifferentGrids() throws {
        let scratch = try Scratch()
        let small = try MadeScene.small.get().path
        let large = try MadeScene.large.get().path
        let red = MadeScene.band("B4", of: small)
        let nir = MadeScene.band("B5", of: large)
        try refuse(
            [
                "run", "read", red, nir, "roles=red,nir", "quantity=toaReflectance", "scale=0.00002", "offset=-0.1",
                "!",
                "index", "ndvi", "!", "write", "out/",
            ], in: scratch, says: ["_B4 lie on different grids", nir, "640 x 640 and 128 x 128", "bands="])
    }

    @Test func noSuchScene() throws {
        let scratch = try Scratch()
        try refuse(["run", "read", "nowhere"] + ndvi, in: scratch, says: ["nowhere", "no such file or folder"])
        try refuse(["info", "nowhere"], in: scratch, says: ["nowhere", "no such file or folder"])
    }

    @Test func notAScene() throws {
        let scratch = try Scratch()
        try scratch.write("not an image", to: "text.tif")
        try FileManager.default.createDirectory(atPath: scratch.path + "/empty", withIntermediateDirectories: false)
        try refuse(["run", "read", "text.tif"] + ndvi, in: scratch, says: ["text.tif"])
        try refuse(["run", "read", "empty"] + ndvi, in: scratch, says: ["empty", "not a product", "MTL"])
    }
}
