/// The figure of the earth, for lengths on geographic grids and areas on all.
struct Ellipsoid: Sendable, Hashable {
    /// Half of the equatorial diameter, in metres.
    let semiMajorAxis: Double
    /// 1 - (b / a)^2.
    let squaredEccentricity: Double

    /// WGS 84 (NGA.STND.0036): a = 6,378,137 m, 1/f = 298.257223563.
    static let wgs84 = Ellipsoid(semiMajorAxis: 6_378_137, squaredEccentricity: 0.006_694_379_990_141_316)

    /// The length in metres of one degree of longitude (`x`) and of latitude (`y`) at a geographic latitude in degrees.
    ///
    /// `x = pi/180 N cos(latitude)` and `y = pi/180 M`, with the radii of curvature in the prime vertical
    /// `N = a / sqrt(1 - e^2 sin^2)` and in the meridian `M = a (1 - e^2) / (1 - e^2 sin^2)^1.5`. A latitude beyond a
    /// pole counts as the pole, where a degree of longitude has no length.
    func metresPerDegree(latitude: Double) -> SIMD2<Double> {
        let (sine, cosine) = Bearing.sineAndCosine(degrees: min(max(latitude, -90), 90))
        let w = 1 - squaredEccentricity * sine * sine
        let normal = semiMajorAxis / w.squareRoot()
        return SIMD2(normal * cosine, normal * (1 - squaredEccentricity) / w) * (Double.pi / 180)
    }
}

extension Ellipsoid {
    /// A place in the cylindrical equal-area projection, in metres: what a figure covers there is its area on the ellipsoid.
    ///
    /// `x = a longitude`, `y = a q / 2` with `q = (1 - e^2) (s / (1 - e^2 s^2) + artanh(e s) / e)` and `s = sin(latitude)`
    /// (Snyder 1987, USGS Professional Paper 1395, equations 3-12, 10-13 and 10-14, standard parallel at the equator).
    ///
    /// - Parameters:
    ///   - longitude: in degrees, any number of turns.
    ///   - latitude: in degrees; beyond a pole it counts as the pole.
    func equalArea(longitude: Double, latitude: Double) -> SIMD2<Double> {
        let sine = Bearing.sineAndCosine(degrees: min(max(latitude, -90), 90)).sine
        let u = squaredEccentricity * sine * sine
        // artanh(e s) / (e s); the next term is below 2^-60.
        var series = 1.0 / 17
        for odd in stride(from: 15.0, through: 1, by: -2) { series = 1 / odd + u * series }
        let q = (1 - squaredEccentricity) * sine * (1 / (1 - u) + series)
        return SIMD2(semiMajorAxis * longitude * (Double.pi / 180), semiMajorAxis * q / 2)
    }
}

/// Directions on the map, in plain IEEE arithmetic, so that every CPU gives the same bits.
enum Bearing {
    /// The direction of a vector in degrees, 0..<360, clockwise from up; 0 for a vector without length.
    ///
    /// Agrees with the exact value to 1e-13 degrees.
    static func degrees(right: Double, up: Double) -> Double {
        let (x, y) = (abs(right), abs(up))
        if x == 0 && y == 0 { return 0 }
        // Within the quarter, from up to the right.
        let angle = (x <= y ? arcTangent(x / y) : .pi / 2 - arcTangent(y / x)) * (180 / .pi)
        switch (right >= 0, up >= 0) {
        case (true, true): return angle
        case (true, false): return 180 - angle
        case (false, false): return 180 + angle
        case (false, true): return angle == 0 ? 0 : 360 - angle
        }
    }

    /// Arc tangent, in radians, of a number from 0 to 1.
    private static func arcTangent(_ x: Double) -> Double {
        // Halving the angle twice leaves at most tan(pi / 16).
        let half = x / (1 + (1 + x * x).squareRoot())
        let quarter = half / (1 + (1 + half * half).squareRoot())
        let square = quarter * quarter
        // Odd terms of the series; the one of degree 25 is below 2^-60.
        var sum = 1.0 / 23
        sum = 1.0 / 21 - square * sum
        sum = 1.0 / 19 - square * sum
        sum = 1.0 / 17 - square * sum
        sum = 1.0 / 15 - square * sum
        sum = 1.0 / 13 - square * sum
        sum = 1.0 / 11 - square * sum
        sum = 1.0 / 9 - square * sum
        sum = 1.0 / 7 - square * sum
        sum = 1.0 / 5 - square * sum
        sum = 1.0 / 3 - square * sum
        sum = 1 - square * sum
        return 4 * quarter * sum
    }

    /// Sine and cosine of an angle from -90 to 90 degrees.
    static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
        // Of half of the angle, at most 45 degrees, by their series; the angle itself by doubling.
        let x = degrees * (Double.pi / 360)
        let square = x * x
        var sine = 0.0
        var cosine = 0.0
        for degree in stride(from: 19.0, through: 3, by: -2) { sine = (1 - sine) * square / (degree * (degree - 1)) }
        for degree in stride(from: 20.0, through: 2, by: -2) {
            cosine = (1 - cosine) * square / (degree * (degree - 1))
        }
        let s = x * (1 - sine)
        let c = 1 - cosine
        return (2 * s * c, 1 - 2 * s * s)
    }
}
