import Foundation
import Testing

@testable import RSPipeline

@Suite struct EarthSunDistanceOfSceneTests {
    private func scene(distance: Double? = nil, acquired: String? = nil) -> Scene {
        Scene(
            id: "S", product: "p", sensor: "s", acquired: acquired.flatMap(AcquisitionTime.date),
            earthSunDistance: distance, bands: [])
    }

    @Test func metadataComeFirst() throws {
        #expect(try EarthSunDistance.of(scene(distance: 1.01, acquired: "2020-12-04T19:02:11Z")) == 1.01)
        #expect(abs(try EarthSunDistance.of(scene(acquired: "2020-12-04T19:02:11Z")) - 0.9854607) < 5e-6)
        #expect(
            try SceneTestData.error { () throws(SceneError) in try EarthSunDistance.of(scene()) }.message.contains(
                "date"))
        for wrong in [0, -1, 1.2, 149.6e6, .nan] {
            let error = try SceneTestData.error { () throws(SceneError) in
                try EarthSunDistance.of(scene(distance: wrong))
            }
            #expect(error.message.contains("cannot be"))
        }
    }
}
