import Foundation
import Testing

@testable import RSPipeline

@Suite struct SyntheticSunTests {
    /// The sun, the moment as days since 2000-01-01 12:00 UTC, and the place.
    private static let moments: [(sun: SyntheticSun, days: Double, latitude: Double, longitude: Double)] = [
        (.landsat8, 8595.5 + (7 * 3600 + 32 * 60 + 14) / 86_400, 40.22, 48.65),
        (.landsat9, 8603.5 + (7 * 3600 + 32 * 60 + 20) / 86_400, 40.22, 48.65),
        (.landsat5, 3843.5 + (7 * 3600 + 24 * 60 + 40) / 86_400, 40.22, 48.65),
        (.spot7, 7869.5 + (7 * 3600 + 25 * 60 + 12) / 86_400, 40.22, 48.65),
        (.sentinel2, 8964.5 + (7 * 3600 + 39 * 60 + 12) / 86_400, 40.120_513_8, 48.123_531),
    ]

    /// The low-precision formulas of the Astronomical Almanac.
    @Test(arguments: moments.indices) func sunIsWhereTheDateSays(index: Int) {
        let (sun, days, latitude, longitude) = Self.moments[index]
        func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
        let anomaly = radians(357.529 + 0.98560028 * days)
        let distance = 1.00014 - 0.01671 * cos(anomaly) - 0.00014 * cos(2 * anomaly)
        #expect(abs(sun.earthSunDistance - distance) < 1e-6)
        let ecliptic = radians(280.459 + 0.98564736 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
        let tilt = radians(23.439 - 0.00000036 * days)
        let ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
        let declination = asin(sin(tilt) * sin(ecliptic))
        let sidereal = 18.697374558 + 24.06570982441908 * days
        let hour = radians(sidereal * 15 + longitude) - ascension
        let place = radians(latitude)
        let height = asin(sin(place) * sin(declination) + cos(place) * cos(declination) * cos(hour))
        let azimuth = atan2(-sin(hour), tan(declination) * cos(place) - sin(place) * cos(hour))
        #expect(abs(sun.elevationDegrees - height * 180 / .pi) < 1e-5)
        let bearing = (azimuth * 180 / .pi + 360).truncatingRemainder(dividingBy: 360)
        #expect(abs(sun.azimuthDegrees - bearing) < 1e-5)
    }

    @Test(arguments: moments.indices) func sinesAreThoseOfTheAngles(index: Int) {
        let sun = Self.moments[index].sun
        let elevation = sun.elevationDegrees * .pi / 180
        let azimuth = sun.azimuthDegrees * .pi / 180
        #expect(abs(sun.sineOfElevation - sin(elevation)) < 1e-14)
        #expect(abs(sun.cotangentOfElevation - 1 / tan(elevation)) < 1e-14)
        #expect(abs(sun.sineOfAzimuth - sin(azimuth)) < 1e-14)
        #expect(abs(sun.cosineOfAzimuth - cos(azimuth)) < 1e-14)
    }
}
