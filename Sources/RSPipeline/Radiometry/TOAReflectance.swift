import Foundation

/// Top-of-atmosphere reflectance from digital numbers.
public enum TOAReflectance {
    /// `rho = (gain * DN + offset) / sin(sun elevation)`, 0...1.
    ///
    /// Gain and offset already hold the earth-sun distance (Landsat), so none is applied here. The sun elevation is
    /// the scene centre's, in degrees above the horizon. Negative values are kept.
    /// Source: USGS, Using the USGS Landsat Level-1 Data Product.
    public static func formula(dn: Expression, scale: LinearScale, sunElevation: Double) -> Expression {
        let sine = Foundation.sin(sunElevation * .pi / 180)
        return Radiance.formula(
            dn: dn, scale: LinearScale(gain: scale.gain / sine, offset: scale.offset / sine))
    }
}
