import Foundation
import Testing

@testable import RSPipeline

@Suite struct CloudShareTests {
    private static let product = "landsat/LC08_L1GT_089074_20220506_20220512_02_T2"

    /// The published counts of QA_PIXEL: bit 3 is set in 55052 (2062 pixels) and 22280 (44); 1137 of 3600 are fill.
    @Test(.enabled(if: TestData.isUsable(product))) func countsTheCloudBitOfARealScene() throws {
        guard let url = try TestData.url(Self.product) else { return }
        let share = try CloudShare.measure(Scene.open([url.path]))
        #expect(share?.source == "QA_PIXEL")
        #expect(abs((share?.percent ?? 0) - Double(2062 + 44) * 100 / (3600 - 1137)) < 1e-12)
    }

    @Test func metadataCountWhereThereIsNoLayer() throws {
        let scene = Scene(id: "x", product: "x", sensor: "x", bands: [], cloudCover: 12.5)
        #expect(try CloudShare.measure(scene) == CloudShare(percent: 12.5, source: "metadata"))
        #expect(try CloudShare.measure(Scene(id: "x", product: "x", sensor: "x", bands: [])) == nil)
    }

    @Test func coverageAddsUp() {
        // valid 5, fill 1, saturated 1, cloud 2, shadow 1, other 3, gated 2, extrapolated 4, undefined 1
        let coverage = SceneSummary.Coverage([5, 1, 1, 2, 1, 3, 2, 4, 1])
        #expect(coverage?.clear == 60)
        #expect(coverage?.cloud == 10)
        #expect(coverage?.shadow == 5)
        #expect(coverage?.noData == 10)
        #expect(coverage?.masked == 15)
        #expect(SceneSummary.Coverage([0, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    }
}
