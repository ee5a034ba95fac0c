import Foundation
import Testing

@testable import RSPipeline

@Suite struct EllipsoidTests {
    /// The formulas, computed with a pocket calculator's trigonometry.
    @Test(arguments: [
        (0.0, 111_319.491, 110_574.276), (45.0, 78_846.835, 111_131.777), (60.0, 55_800.002, 111_412.287),
        (-60.0, 55_800.002, 111_412.287), (90.0, 0, 111_693.980),
    ])
    func aDegree(latitude: Double, longitudeMetres: Double, latitudeMetres: Double) {
        let degree = Ellipsoid.wgs84.metresPerDegree(latitude: latitude)
        #expect(abs(degree.x - longitudeMetres) < 0.001)
        #expect(abs(degree.y - latitudeMetres) < 0.001)
    }

    @Test func directionsAgreeWithTheCLibrary() {
        #expect(Bearing.degrees(right: 0, up: 0) == 0)
        #expect(Bearing.degrees(right: 0, up: 1) == 0)
        #expect(Bearing.degrees(right: 1, up: 0) == 90)
        #expect(Bearing.degrees(right: 0, up: -1) == 180)
        #expect(Bearing.degrees(right: -1, up: 0) == 270)
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            let (x, y) = (Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random))
            var truth = atan2(x, y) * 180 / .pi
            if truth < 0 { truth += 360 }
            #expect(abs(Bearing.degrees(right: x, up: y) - truth) < 2e-13)
            let angle = x * 90
            let (sine, cosine) = Bearing.sineAndCosine(degrees: angle)
            #expect(abs(sine - sin(angle * .pi / 180)) < 1e-15 && abs(cosine - cos(angle * .pi / 180)) < 1e-15)
        }
    }
}
