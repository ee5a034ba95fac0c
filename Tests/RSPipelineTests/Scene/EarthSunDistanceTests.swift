import Foundation
import Testing

@testable import RSPipeline

struct EarthSunDistanceTests {
    /// What Landsat metadata state for the moments of their scenes.
    @Test(arguments: [
        ("2020-12-04T19:02:11.19Z", 0.9854607), ("2022-01-29T15:28:34Z", 0.9849984),
        ("2013-04-19T16:01:52Z", 1.0045250),
        ("2016-01-11T22:49:22Z", 0.9834788), ("2018-02-26T11:13:03Z", 0.9901368), ("2021-05-03T00:39:15Z", 1.0080288),
        ("2022-03-22T09:53:21Z", 0.9963259), ("2022-05-06T23:39:59Z", 1.0089022),
    ])
    func agreesWithProducts(text: String, stated: Double) throws {
        let date = try #require(AcquisitionTime.date(text))
        #expect(abs(EarthSunDistance.astronomicalUnits(at: date) - stated) < 6e-7)
    }

    /// The ellipse of the Astronomical Almanac's low-precision formula is never farther away than moon and planets pull.
    @Test func staysNearTheEllipse() {
        let seed: UInt64 = 20_201_117
        var random = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let days = Double.random(in: -7000...14_000, using: &random)
            let anomaly = (357.529 + 0.98560028 * days) * .pi / 180
            let ellipse = 1.00014 - 0.01671 * cos(anomaly) - 0.00014 * cos(2 * anomaly)
            let date = Date(timeIntervalSince1970: (days + 10_957.5) * 86_400)
            let found = EarthSunDistance.astronomicalUnits(at: date)
            #expect(abs(found - ellipse) < 1e-4, "seed \(seed), day \(days)")
        }
    }
}
