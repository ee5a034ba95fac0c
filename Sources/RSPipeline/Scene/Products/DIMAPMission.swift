/// A satellite whose products are delivered as DIMAP version 2.
struct DIMAPMission: Sendable, Hashable {
    /// The platform and instrument, for example `spot7-naomi`.
    let sensor: String
    /// How the satellite is called, for example `SPOT-7 (Azersky)`.
    let title: String
    /// The sun's irradiance by BAND_ID, W m-2 um-1, for products that state a placeholder instead.
    let solarIrradiance: [String: Double]

    /// The satellites that are read, for messages.
    static let known = "SPOT 6 and 7, PHR 1A and 1B, PNEO 3 to 6, PER 1"

    /// Finds the satellite of MISSION and MISSION_INDEX; nil for any other.
    init?(mission: String, index: String) {
        switch (mission.uppercased(), index.uppercased()) {
        case ("SPOT", "6"):
            self.init("spot6-naomi", "SPOT-6", Self.spot6)
        case ("SPOT", "7"):
            self.init("spot7-naomi", "SPOT-7 (Azersky)", Self.spot7)
        case ("PHR", "1A"):
            self.init("pleiades1a-hiri", "Pleiades 1A", Self.pleiades)
        case ("PHR", "1B"):
            self.init("pleiades1b-hiri", "Pleiades 1B", Self.pleiades)
        case ("PER", "1"), ("PER1", "1"), ("PERUSAT", "1"), ("PERUSAT-1", "1"), ("PERUSAT1", "1"):
            self.init("perusat1-naomi", "PeruSat-1", [:])
        case ("PNEO", let number) where ["3", "4", "5", "6"].contains(number):
            self.init("pleiadesneo\(number)", "Pleiades Neo \(number)", [:])
        default: return nil
        }
    }

    private init(_ sensor: String, _ title: String, _ solarIrradiance: [String: Double]) {
        self.sensor = sensor
        self.title = title
        self.solarIrradiance = solarIrradiance
    }

    /// What SPOT-6 products state; pan: the spectral response with the spectrum of Thuillier (2003).
    private static let spot6 = [
        "B0": 1982.671954, "B1": 1826.087443, "B2": 1540.494123, "B3": 1094.747446, "P": 1705.18,
    ]
    /// The spectral responses with the spectrum of Thuillier (2003); products state the same within 0.05 %.
    private static let spot7 = ["B0": 1963.68, "B1": 1810.38, "B2": 1520.23, "B3": 1084.26, "P": 1703.98]
    /// What ACOLITE (Vanhellemont) puts in the place of the placeholder.
    private static let pleiades = ["B0": 1915.0, "B1": 1830.0, "B2": 1594.0, "B3": 1060.0, "P": 1548.0]
}
