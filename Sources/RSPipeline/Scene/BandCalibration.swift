/// The constants of `T = k2 / ln(k1 / L + 1)`, from radiance to brightness temperature in kelvin.
public struct ThermalConstants: Sendable, Hashable, Codable {
    /// In the unit of radiance, W m-2 sr-1 um-1.
    public var k1: Double
    /// In kelvin.
    public var k2: Double

    /// Makes a pair of constants.
    public init(k1: Double, k2: Double) {
        self.k1 = k1
        self.k2 = k2
    }
}

/// The scale that a higher-level product's own numbers are stored in, and what they then mean.
public struct ProductScaling: Sendable, Hashable {
    /// From stored numbers to the quantity.
    public var scale: LinearScale
    /// What the scaled numbers are.
    public var quantity: Quantity

    /// Makes a scaling.
    public init(scale: LinearScale, quantity: Quantity) {
        self.scale = scale
        self.quantity = quantity
    }
}

/// What the product says about turning a band's stored numbers into physical ones.
///
/// Every number comes from the metadata of the scene itself; what the metadata lacks is nil here and is named in
/// ``missing``.
public struct BandCalibration: Sendable, Hashable {
    /// To at-sensor radiance, W m-2 sr-1 um-1.
    public var radiance: LinearScale?
    /// To top-of-atmosphere reflectance before division by the sine of the sun elevation, unless
    /// ``isSunCorrected``.
    public var toaReflectance: LinearScale?
    /// Whether ``toaReflectance`` gives reflectance as it is, the sun's height being in it already (Sentinel-2).
    public var isSunCorrected: Bool
    /// The sun's irradiance of the band outside the atmosphere at the mean distance of the earth, W m-2 um-1, from the
    /// product.
    public var solarIrradiance: Double?
    /// From radiance to brightness temperature.
    public var thermal: ThermalConstants?
    /// The product's own scaling (Level 2).
    public var product: ProductScaling?
    /// Metadata that this band should have and lacks, one sentence each: key, group and file.
    public var missing: [String]

    /// Makes a calibration; everything is optional.
    public init(
        radiance: LinearScale? = nil, toaReflectance: LinearScale? = nil, isSunCorrected: Bool = false,
        solarIrradiance: Double? = nil, thermal: ThermalConstants? = nil, product: ProductScaling? = nil,
        missing: [String] = []
    ) {
        self.radiance = radiance
        self.toaReflectance = toaReflectance
        self.isSunCorrected = isSunCorrected
        self.solarIrradiance = solarIrradiance
        self.thermal = thermal
        self.product = product
        self.missing = missing
    }
}
