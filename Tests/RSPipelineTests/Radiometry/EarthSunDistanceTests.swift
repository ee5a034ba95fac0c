import Foundation
import Testing

@testable import RSPipeline

@Suite struct EarthSunDistanceTests {
    private func scene(distance: Double? = nil, acquired: String? = nil) -> Scene {
        Scene(
            id: "S", product: "p", sensor: "s", acquired: acquired.flatMap(AcquisitionTime.date),
            earthSunDistance: distance, bands: [])
    }

    /// Times and distances of real products, and what the formula gives for them.
    @Test(arguments: [
        ("2020-12-04T19:02:11Z", 0.9854607, 0.9854858), ("2022-01-29T15:28:34Z", 0.9849984, 0.9849765),
        ("2013-04-19T16:01:52Z", 1.0045250, 1.0045177),
    ]) func workedNumbers(time: String, product: Double, formula: Double) throws {
        let date = try #require(AcquisitionTime.date(time))
        let distance = EarthSunDistance.astronomicalUnits(at: date)
        #expect(abs(distance - formula) < 5e-8)
        #expect(abs(distance - product) < 5e-5)
    }

    /// Dates without a time: within what a day changes, and the error of the formula.
    @Test(arguments: [
        ("2015-07-10", 1.0166498), ("2019-11-29", 0.9865207), ("2019-12-01", 0.9860755), ("2016-01-11", 0.9834788),
    ]) func productsOfOtherDays(day: String, product: Double) throws {
        let date = try #require(AcquisitionTime.date(day + "T12:00:00Z"))
        #expect(abs(EarthSunDistance.astronomicalUnits(at: date) - product) < 2e-4)
    }

    @Test func metadataComeFirst() throws {
        #expect(try EarthSunDistance.of(scene(distance: 1.01, acquired: "2020-12-04T19:02:11Z")) == 1.01)
        #expect(abs(try EarthSunDistance.of(scene(acquired: "2020-12-04T19:02:11Z")) - 0.9854858) < 5e-8)
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
