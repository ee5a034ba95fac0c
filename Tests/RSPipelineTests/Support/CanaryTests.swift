import Foundation
import Testing

@testable import RSPipeline

/// The traps that mutation tests stand on see what they are for.
@Suite struct CanaryTests {
    #if os(Linux)
        @Test func opensBesideTheProductAreSeen() throws {
            let canary = try Canary()
            try FileManager.default.createDirectory(atPath: canary.product, withIntermediateDirectories: true)
            try SceneTestData.writeTIFF(to: canary.product + "/a.TIF")
            _ = canary.opened()
            _ = try Dataset(reading: canary.product + "/a.TIF").bandCount
            #expect(canary.opened() == [])
            _ = try Dataset(reading: canary.product + "/../SECRET.TIF").bandCount
            #expect(canary.opened().contains("SECRET.TIF"))
            _ = try VirtualFiles.bytes(of: canary.folder + "/SECRET.gml", limit: 1)
            #expect(canary.opened() == ["SECRET.gml"])
            _ = VirtualFiles.names(in: canary.folder)
            #expect(canary.opened() == ["the folder itself"])
        }
    #endif

    /// Most kinds of damage do something, and a seed gives one sequence.
    @Test func damageIsTheSameForASeed() {
        let text = "<a>\n<b c=\"1\">2</b>\n<d>3</d>\n</a>\n"
        var first = Mutator(seed: 5, .xml, lures: ["../x"])
        var second = Mutator(seed: 5, .xml, lures: ["../x"])
        var kinds: Set<[UInt8]> = []
        for _ in 0..<300 {
            let damaged = first.damaged(text)
            #expect(damaged == second.damaged(text))
            kinds.insert(damaged)
        }
        #expect(kinds.count > 200 && kinds.contains { String(decoding: $0, as: UTF8.self).contains("<!ENTITY") })
    }
}
