/// Where the sun stood when a synthetic scene was taken.
///
/// The moments are those at which the satellites did or could pass over 40.22 N, 48.65 E; the angles and the distance
/// follow from them by the low-precision formulas of the Astronomical Almanac. Sines are written out, because the same
/// scene must come out on every CPU.
struct SyntheticSun: Sendable {
    /// Degrees above the horizon.
    let elevationDegrees: Double
    /// Degrees clockwise from north.
    let azimuthDegrees: Double
    /// Astronomical units.
    let earthSunDistance: Double
    let sineOfElevation: Double
    let cotangentOfElevation: Double
    let sineOfAzimuth: Double
    let cosineOfAzimuth: Double

    /// 15 July 2023, 07:32:14 UTC: a real overpass of Landsat 8 on path 167.
    static let landsat8 = SyntheticSun(
        elevationDegrees: 64.882_049_57, azimuthDegrees: 132.135_608_31, earthSunDistance: 1.016_485_4,
        sineOfElevation: 0.905_435_855_392_312, cotangentOfElevation: 0.468_816_326_149_964,
        sineOfAzimuth: 0.741_559_039_468_006, cosineOfAzimuth: -0.670_887_614_271_786)

    /// 23 July 2023, 07:32:20 UTC: Landsat 9 follows Landsat 8 by eight days.
    static let landsat9 = SyntheticSun(
        elevationDegrees: 63.662_039_87, azimuthDegrees: 133.930_003_57, earthSunDistance: 1.015_966_1,
        sineOfElevation: 0.896_192_686_025_723_9, cotangentOfElevation: 0.495_055_414_914_517_04,
        sineOfAzimuth: 0.720_187_905_348_889_4, cosineOfAzimuth: -0.693_779_057_762_036_4)

    /// 11 July 2010, 07:24:40 UTC: the day of Landsat 5 on path 167 in its cycle of 16 days.
    static let landsat5 = SyntheticSun(
        elevationDegrees: 64.287_068_28, azimuthDegrees: 128.335_845_31, earthSunDistance: 1.016_621_9,
        sineOfElevation: 0.900_979_121_043_124_4, cotangentOfElevation: 0.481_545_506_965_395_4,
        sineOfAzimuth: 0.784_388_471_637_822_9, cosineOfAzimuth: -0.620_269_881_230_485_2)

    /// 19 July 2021, 07:25:12 UTC: SPOT-7 has no fixed track.
    static let spot7 = SyntheticSun(
        elevationDegrees: 63.217_379_98, azimuthDegrees: 130.103_320_66, earthSunDistance: 1.016_229_0,
        sineOfElevation: 0.892_722_545_619_938_9, cotangentOfElevation: 0.504_755_668_013_078,
        sineOfAzimuth: 0.764_884_068_514_625_6, cosineOfAzimuth: -0.644_167_960_808_757_8)

    /// 18 July 2024, 07:39:12 UTC, in the middle of tile 39TTE: relative orbit 49 of Sentinel-2A.
    static let sentinel2 = SyntheticSun(
        elevationDegrees: 65.069_722, azimuthDegrees: 134.876_826, earthSunDistance: 1.016_279_4,
        sineOfElevation: 0.906_821_390_942_580_6, cotangentOfElevation: 0.464_827_017_638_518_2,
        sineOfAzimuth: 0.708_625_278_429_438, cosineOfAzimuth: -0.705_585_015_976_672_8)
}
