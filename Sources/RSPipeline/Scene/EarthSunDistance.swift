public import Foundation

/// The distance between the earth and the sun.
public enum EarthSunDistance {
    /// The distance at a moment, in astronomical units, to nine decimal places.
    ///
    /// `d = sum over k of tau^k sum of A cos(B + C tau)`, where `tau` is the number of Julian millennia since
    /// 2000-01-01 12:00 of dynamical time. The series counts what the moon and the planets do to the earth, 4e-5 either
    /// way, which an ellipse does not. Against the full theory it is wrong by at most 3e-6 between 1980 and 2040, and
    /// against the distances that Landsat metadata of 2013 to 2023 state by at most 1e-6.
    /// Source: Bretagnon and Francou (1988), theory VSOP87; terms from 25e-8 as in Reda and Andreas (2004), NREL/TP-560-34302,
    /// table A4.2, Earth radius vector.
    public static func astronomicalUnits(at date: Date) -> Double {
        // Dynamical time has been 63 to 70 seconds ahead of UTC since 1998; ten seconds change 2e-8.
        let days = (date.timeIntervalSince1970 + 69) / 86_400 + 2_440_587.5 - 2_451_545
        let tau = days / 365_250
        var sum = 0.0
        for series in terms.reversed() {
            sum = sum * tau + series.reduce(0) { $0 + $1.x * Foundation.cos($1.y + $1.z * tau) }
        }
        // Rounded, so that the last bits of different mathematical libraries do not show.
        return sum.rounded() / 1e9
    }

    /// By power of time: amplitude in 1e-9 astronomical units, phase in radians, radians per millennium.
    private static let terms: [[SIMD3<Double>]] = [
        [
            [1_000_139_890, 0, 0], [16_706_700, 3.0984635, 6283.07585], [139_560, 3.05525, 12566.1517],
            [30_840, 5.1985, 77713.7715], [16_280, 1.1739, 5753.3849], [15_760, 2.8469, 7860.4194],
            [9250, 5.453, 11506.77], [5420, 4.564, 3930.21], [4720, 3.661, 5884.927], [3460, 0.964, 5507.553],
            [3290, 5.9, 5223.694], [3070, 0.299, 5573.143], [2430, 4.273, 11790.629], [2120, 5.847, 1577.344],
            [1860, 5.022, 10977.079], [1750, 3.012, 18849.228], [1100, 5.055, 5486.778], [980, 0.89, 6069.78],
            [860, 5.69, 15720.84], [860, 1.27, 161000.69], [650, 0.27, 17260.15], [630, 0.92, 529.69],
            [570, 2.01, 83996.85], [560, 5.24, 71430.7], [490, 3.25, 2544.31], [470, 2.58, 775.52],
            [450, 5.54, 9437.76], [430, 6.01, 6275.96], [390, 5.36, 4694], [380, 2.39, 8827.39],
            [370, 0.83, 19651.05], [370, 4.9, 12139.55], [360, 1.67, 12036.46], [350, 1.84, 2942.46],
            [330, 0.24, 7084.9], [320, 0.18, 5088.63], [320, 1.78, 398.15], [280, 1.21, 6286.6],
            [280, 1.9, 6279.55], [260, 4.59, 10447.39],
        ],
        [
            [1_030_190, 1.10749, 6283.07585], [17_210, 1.0644, 12566.1517], [7020, 3.142, 0],
            [320, 1.02, 18849.23], [310, 2.84, 5507.55], [250, 1.32, 5223.69], [180, 1.42, 1577.34],
            [100, 5.91, 10977.08], [90, 1.42, 6275.96], [90, 0.27, 5486.78],
        ],
        [
            [43_590, 5.7846, 6283.0758], [1240, 5.579, 12566.152], [120, 3.14, 0], [90, 3.63, 77713.77],
            [60, 1.87, 5573.14], [30, 5.47, 18849.23],
        ],
        [[1450, 4.273, 6283.076], [70, 3.92, 12566.15]],
        [[40, 2.56, 6283.08]],
    ]
}
