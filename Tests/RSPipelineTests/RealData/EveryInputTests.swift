import Foundation
import Testing

@testable import RSPipeline

/// Every folder and file of the test data opens, or is refused in words that name it.
@Suite struct EveryInputTests {
    @Test(.enabled(if: SceneTestData.isInstalled, "real data is not installed"))
    func opensOrIsRefusedWithItsName() throws {
        let root = TestData.root.path
        let names = (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).sorted()
        var opened: [String] = []
        var refused = 0
        for name in names {
            let path = root + "/" + name
            do throws(SceneError) {
                let scene = try Scene.open([path])
                let description = SceneDescription(scene)
                #expect(!scene.bands.isEmpty && !description.text.isEmpty, "\(path)")
                #expect((try? description.json()) != nil, "\(path)")
                opened.append(name)
            } catch {
                refused += 1
                #expect(error.message.contains(path), "\(path): \(error)")
                #expect(error.message.utf8.count < 4000, "\(path): \(error)")
            }
        }
        print("\(names.count) inputs: \(opened.count) opened, \(refused) refused")
        for folder in ["landsat/LC08_L1GT_089074_20220506_20220512_02_T2", "landsat/C2_L2_512"]
        where FileManager.default.fileExists(atPath: root + "/" + folder) {
            #expect(opened.contains(folder))
        }
        #expect(refused > 0)
    }
}
