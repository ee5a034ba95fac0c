/// At-sensor spectral radiance from digital numbers.
public enum Radiance {
    /// `L = gain * DN + offset`, in W m-2 sr-1 um-1.
    ///
    /// Fill must be no-data before; every other digital number has a radiance.
    /// Source: USGS, Using the USGS Landsat Level-1 Data Product.
    public static func formula(dn: Expression, scale: LinearScale) -> Expression {
        .binary(.add, .binary(.multiply, .constant(scale.gain), dn), .constant(scale.offset))
    }
}
