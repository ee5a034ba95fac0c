import Foundation
import Testing

@testable import RSPipeline

@Suite struct OLISunTests {
    @Test func sunIsWhereTheDateSays() {
        // Astronomical Almanac, low precision: 15 July 2023, 07:32:14 UTC.
        let days = 8595.5 + 27_134.0 / 86_400.0
        let anomaly = (357.529 + 0.98560028 * days) * .pi / 180
        let distance = 1.00014 - 0.01671 * cos(anomaly) - 0.00014 * cos(2 * anomaly)
        #expect(abs(OLISun.earthSunDistance - distance) < 1e-6)
        let elevation = OLISun.elevationDegrees * .pi / 180
        let azimuth = OLISun.azimuthDegrees * .pi / 180
        #expect(abs(OLISun.sineOfElevation - sin(elevation)) < 1e-14)
        #expect(abs(OLISun.cotangentOfElevation - 1 / tan(elevation)) < 1e-14)
        #expect(abs(OLISun.sineOfAzimuth - sin(azimuth)) < 1e-14)
        #expect(abs(OLISun.cosineOfAzimuth - cos(azimuth)) < 1e-14)
    }
}
