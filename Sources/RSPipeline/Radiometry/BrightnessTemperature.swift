/// At-sensor brightness temperature from radiance.
public enum BrightnessTemperature {
    /// `T = K2 / ln(K1 / L + 1)`, in kelvin, from radiance `L` in W m-2 sr-1 um-1.
    ///
    /// No-data where the radiance is 0 or negative enough to leave the logarithm's domain.
    /// Source: USGS, Using the USGS Landsat Level-1 Data Product.
    public static func formula(radiance: Expression, constants: ThermalConstants) -> Expression {
        .binary(
            .divide, .constant(constants.k2),
            .call(.log, [.binary(.add, .binary(.divide, .constant(constants.k1), radiance), .constant(1))]))
    }
}
