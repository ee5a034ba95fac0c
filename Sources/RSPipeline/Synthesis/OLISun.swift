/// Where the sun stood when a synthetic Landsat scene was taken.
///
/// 15 July 2023, 07:32:14 UTC at 40.22 N, 48.65 E, a real overpass of Landsat 8 on path 167; the angles and the distance
/// follow from that by the low-precision formulas of the Astronomical Almanac. Their sines are written out, because the
/// same scene must come out on every CPU.
enum OLISun {
    /// Degrees above the horizon.
    static let elevationDegrees = 64.882_049_57
    /// Degrees clockwise from north.
    static let azimuthDegrees = 132.135_608_31
    /// Astronomical units.
    static let earthSunDistance = 1.016_485_4
    static let sineOfElevation = 0.905_435_855_392_312
    static let cotangentOfElevation = 0.468_816_326_149_964
    static let sineOfAzimuth = 0.741_559_039_468_006
    static let cosineOfAzimuth = -0.670_887_614_271_786
}
