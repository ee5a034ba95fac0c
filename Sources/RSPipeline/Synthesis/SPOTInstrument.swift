/// One pass of SPOT-7 (Azersky since 2014) over the synthetic landscape: names and constants as its DIMAP states them.
enum SPOTInstrument {
    /// One multispectral band.
    struct Band: Sendable {
        /// As the metadata calls it.
        let id: String
        let lane: Int
        /// `L = DN / gain + bias`, W m-2 sr-1 um-1.
        let gain: String
        let bias: String
        /// The sun's irradiance outside the atmosphere, W m-2 um-1: SPOT-7's own.
        let irradiance: String
        /// Nanometres.
        let range: (minimum: Int, maximum: Int)
    }

    /// By their ids, which is the order of the calibration lists in the metadata.
    static let bands = [
        Band(
            id: "B0", lane: SpectralLane.blue, gain: "8.12", bias: "0", irradiance: "1964.630881", range: (457, 525)),
        Band(
            id: "B1", lane: SpectralLane.green, gain: "10.15", bias: "0", irradiance: "1810.106202", range: (534, 596)),
        Band(id: "B2", lane: SpectralLane.red, gain: "11.02", bias: "0", irradiance: "1520.298133", range: (633, 697)),
        Band(id: "B3", lane: SpectralLane.nir, gain: "15.94", bias: "0", irradiance: "1084.461880", range: (770, 874)),
    ]

    /// The bands of the image files: red, green, blue, near infrared.
    static let fileOrder = [2, 1, 0, 3]

    /// The largest number of 12 bits: saturated.
    static let saturated = 4095
    static let pixelSize = 6.0
    static let date = "2021-07-19"
    /// When the strip began, and when its middle was seen.
    static let startTime = "07:25:10.9"
    static let centreSeconds = 12.3
    static let production = "2021-07-19T11:00:00.00Z"
    static let sun = SyntheticSun.spot7
    /// What all file names have in common.
    static let name = "SPOT7_MS_202107190725123_ORT_0000000001"
}
