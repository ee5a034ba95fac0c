/// Nadir BRDF-adjusted reflectance (NBAR): reflectance as it would be seen from straight above, by the c-factor.
///
/// `rho_NBAR = rho P(sun zenith, 0, ...) / P(sun zenith, view zenith, relative azimuth)` with
/// `P = f_iso + f_vol K_vol + f_geo K_geo` and one set of weights per band for all land covers and days. The sun stays
/// where it is. Sources: Roy et al. 2016 (Remote Sensing of Environment 176, 255-271), Roy et al. 2017 (199, 25-38) for
/// the red edge; kernels RossThick and LiSparse-R: Wanner et al. 1995, Lucht et al. 2000.
public enum NadirAdjustment {
    /// The weights of the kernels for a band.
    public struct Weights: Sendable, Hashable {
        /// Of a surface that looks the same from everywhere.
        public var isotropic: Double
        /// Of ``volumeKernel(sunZenith:viewZenith:relativeAzimuth:)``.
        public var volume: Double
        /// Of ``geometryKernel(sunZenith:viewZenith:relativeAzimuth:)``.
        public var geometry: Double
    }

    /// The weights of a band by its role; nil for bands that the method was not made for.
    public static func weights(of role: BandRole) -> Weights? {
        switch role {
        case .blue: Weights(isotropic: 0.0774, volume: 0.0372, geometry: 0.0079)
        case .green: Weights(isotropic: 0.1306, volume: 0.0580, geometry: 0.0178)
        case .red: Weights(isotropic: 0.1690, volume: 0.0574, geometry: 0.0227)
        case .rededge1: Weights(isotropic: 0.2085, volume: 0.0845, geometry: 0.0256)
        case .rededge2: Weights(isotropic: 0.2316, volume: 0.1003, geometry: 0.0273)
        case .rededge3: Weights(isotropic: 0.2599, volume: 0.1197, geometry: 0.0294)
        case .nir, .nir08: Weights(isotropic: 0.3093, volume: 0.1535, geometry: 0.0330)
        case .swir16: Weights(isotropic: 0.3430, volume: 0.1154, geometry: 0.0453)
        case .swir22: Weights(isotropic: 0.2658, volume: 0.0639, geometry: 0.0387)
        case .coastal, .green05, .yellow, .nir09, .cirrus, .pan, .thermal11, .thermal12: nil
        }
    }

    /// `P(sun, nadir) / P(sun, view)`, the factor of reflectance.
    ///
    /// Angles are in degrees, the relative azimuth is that of the sun minus that of the sensor, in any turn. No-data
    /// where an angle is, and where the sun or the sensor does not stand above the horizon.
    public static func factor(
        _ weights: Weights, sunZenith: Expression, viewZenith: Expression, relativeAzimuth: Expression
    ) -> Expression {
        let nadir = model(weights, sunZenith: sunZenith, viewZenith: .constant(0), relativeAzimuth: .constant(0))
        let seen = model(weights, sunZenith: sunZenith, viewZenith: viewZenith, relativeAzimuth: relativeAzimuth)
        let isSunUp = Expression.binary(.less, sunZenith, .constant(90))
        let isSensorUp = Expression.binary(.less, viewZenith, .constant(90))
        return (nadir / seen).only(where: .binary(.and, isSunUp, isSensorUp))
    }

    private static func model(
        _ weights: Weights, sunZenith: Expression, viewZenith: Expression, relativeAzimuth: Expression
    ) -> Expression {
        let volume = volumeKernel(sunZenith: sunZenith, viewZenith: viewZenith, relativeAzimuth: relativeAzimuth)
        let geometry = geometryKernel(sunZenith: sunZenith, viewZenith: viewZenith, relativeAzimuth: relativeAzimuth)
        return weights.isotropic + weights.volume * volume + weights.geometry * geometry
    }

    /// RossThick: light scattered by a dense canopy.
    ///
    /// `((pi/2 - xi) cos xi + sin xi) / (cos s + cos v) - pi/4`, with `xi` the angle between sun and sensor.
    public static func volumeKernel(
        sunZenith: Expression, viewZenith: Expression, relativeAzimuth: Expression
    ) -> Expression {
        let phase = cosineOfPhase(sunZenith, viewZenith, relativeAzimuth)
        // As a product, because 1 - cos^2 loses its digits near the hot spot.
        let sine = ((1 - phase) * (1 + phase)).squareRoot
        let scattered = (.pi / 2 - phase.arcCosineInRadians) * phase + sine
        return scattered / (sunZenith.cosine + viewZenith.cosine) - .pi / 4
    }

    /// LiSparse-R with `b/r = 1` and `h/b = 2`: shadows of scattered crowns.
    ///
    /// `O - sec s - sec v + (1 + cos xi) sec s sec v / 2`, with `O` the overlap of the shadows.
    public static func geometryKernel(
        sunZenith: Expression, viewZenith: Expression, relativeAzimuth: Expression
    ) -> Expression {
        let tangents = (sun: sunZenith.sine / sunZenith.cosine, view: viewZenith.sine / viewZenith.cosine)
        let product = tangents.sun * tangents.view
        // tan^2 s + tan^2 v - 2 tan s tan v cos a, in a form without cancellation where sun and sensor meet.
        let distance = (tangents.sun - tangents.view).squared + 4 * product * (relativeAzimuth / 2).sine.squared
        let secants = 1 / sunZenith.cosine + 1 / viewZenith.cosine
        let across = distance + (product * relativeAzimuth.sine).squared
        let overlap = (2 * across.squareRoot / secants).clamped(-1, 1)
        let sine = ((1 - overlap) * (1 + overlap)).squareRoot
        let shadows = (overlap.arcCosineInRadians - sine * overlap) * secants / .pi
        let phase = cosineOfPhase(sunZenith, viewZenith, relativeAzimuth)
        return shadows - secants + 0.5 * (1 + phase) / (sunZenith.cosine * viewZenith.cosine)
    }

    /// `cos xi = cos s cos v + sin s sin v cos a`, kept within -1...1.
    private static func cosineOfPhase(_ sun: Expression, _ view: Expression, _ azimuth: Expression) -> Expression {
        (sun.cosine * view.cosine + sun.sine * view.sine * azimuth.cosine).clamped(-1, 1)
    }
}
