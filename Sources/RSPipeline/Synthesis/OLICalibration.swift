/// The calibration constants of a synthetic Landsat 8 product, as its MTL states them.
enum OLICalibration {
    static let reflectanceGain = 2.0e-5
    static let reflectanceOffset = -0.1
    static let thermalGain = 3.3420e-4
    static let thermalOffset = 0.1

    /// Radiance per count of B1...B7 and B9, five digits as in an MTL.
    ///
    /// Those of a product of 6 May 2022, scaled by the square of the two sun distances: the factory's own dependence.
    static let radianceGains: [(band: Int, text: String, gain: Double)] = [
        (1, "1.2152E-02", 1.2152e-2), (2, "1.2443E-02", 1.2443e-2), (3, "1.1467E-02", 1.1467e-2),
        (4, "9.6693E-03", 9.6693e-3), (5, "5.9171E-03", 5.9171e-3), (6, "1.4715E-03", 1.4715e-3),
        (7, "4.9599E-04", 4.9599e-4), (9, "2.3126E-03", 2.3126e-3),
    ]

    /// K1 and K2 of B10 and B11 (Landsat 8 TIRS, every Collection 2 MTL).
    static let thermalConstants: [(band: Int, k1: Double, k2: Double)] = [
        (10, 774.8853, 1321.0789), (11, 480.8883, 1201.1442),
    ]
}
