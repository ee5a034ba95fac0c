/// Reflectance as it would be on level ground: what slopes towards the sun gain and slopes away from it lose.
///
/// With `cos i = cos z cos s + sin z sin s cos(a_sun - a)`, `z` the sun zenith, `s` the slope, `a` the aspect (the way
/// down, from north through east):
///
/// | method | `rho_level / rho` |
/// |---|---|
/// | cosine | `cos z / cos i` |
/// | c | `(cos z + c) / (cos i + c)`, `c = b / m` from `rho = b + m cos i` over the scene |
/// | scs | `cos z cos s / cos i` |
/// | scs+c | `(cos z cos s + c) / (cos i + c)` |
/// | minnaert | `(cos z / cos i)^k`, `k` from `ln rho = ln rho_level + k ln(cos i / cos z)` over slopes above 5 % |
///
/// Sources: Teillet et al. 1982 (cosine, c, minnaert), Gu and Gillespie 1998 (scs), Soenen et al. 2005 (scs+c). Cosine
/// and scs overcorrect slopes that the sun hardly reaches. Level ground keeps its value to the bit.
public enum TopographicCorrection {
    /// A formula of the table above.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case cosine, c, scs
        case scsC = "scs+c"
        case minnaert

        /// Whether the formula has numbers that are fitted to the scene.
        public var isFitted: Bool { self == .c || self == .scsC || self == .minnaert }
    }

    /// The slope in degrees above which pixels count in the fit of minnaert: 5 %.
    public static let leastSlope = 2.8624052261117474

    /// The cosine of the angle between the sun and the upright on the slope; 1 where the sun stands upright on it.
    ///
    /// Angles in degrees. No-data where one is.
    public static func illumination(
        slope: Expression, aspect: Expression, sunZenith: Expression, sunAzimuth: Expression
    ) -> Expression {
        sunZenith.cosine * slope.cosine + sunZenith.sine * slope.sine * (sunAzimuth - aspect).cosine
    }

    /// The corrected reflectance.
    ///
    /// No-data where the sun does not reach the slope (`cos i <= 0`), where the fitted line gives no light, and where an
    /// angle is no-data.
    ///
    /// - Parameters:
    ///   - illumination: `cos i`, see ``illumination(slope:aspect:sunZenith:sunAzimuth:)``.
    ///   - intercept: `b` of c and scs+c.
    ///   - gradient: `m` of c and scs+c; with 0 (and `b` 1) nothing is corrected.
    ///   - exponent: `k` of minnaert; with 0 nothing is corrected.
    public static func formula(
        _ method: Method, reflectance: Expression, illumination: Expression, slope: Expression, sunZenith: Expression,
        intercept: Expression = .constant(0), gradient: Expression = .constant(1), exponent: Expression = .constant(0)
    ) -> Expression {
        let level = sunZenith.cosine
        let factor: Expression
        switch method {
        case .cosine: factor = level / illumination
        case .scs: factor = level * slope.cosine / illumination
        case .minnaert: factor = .call(.pow, [level / illumination, exponent])
        case .c, .scsC:
            let light = method == .c ? level : level * slope.cosine
            let lit = intercept + gradient * illumination
            factor = ((intercept + gradient * light) / lit).only(where: .binary(.greater, lit, .constant(0)))
        }
        let corrected = (reflectance * factor).only(where: isLit(illumination))
        return .conditional(.binary(.equal, slope, .constant(0)), reflectance, corrected)
    }

    /// The two numbers whose straight line ``LinearRegression`` fits: light and reflectance, no-data where a pixel does
    /// not count.
    public static func fitted(
        _ method: Method, reflectance: Expression, illumination: Expression, slope: Expression, sunZenith: Expression
    ) -> (x: Expression, y: Expression) {
        guard method == .minnaert else { return (illumination.only(where: isLit(illumination)), reflectance) }
        let isSteep = Expression.binary(.greater, slope, .constant(leastSlope))
        return (
            Expression.call(.log, [illumination / sunZenith.cosine]).only(where: isSteep),
            .call(.log, [reflectance])
        )
    }

    private static func isLit(_ illumination: Expression) -> Expression {
        .binary(.greater, illumination, .constant(0))
    }
}
