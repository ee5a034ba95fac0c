/// Where the synthetic landscape lies: in the Kura-Aras lowland, the middle of Landsat path 167, row 32.
enum SyntheticSite {
    /// Metres east in UTM zone 39N.
    static let x = 298_500.0
    /// Metres north.
    static let y = 4_455_000.0
    static let epsg = 32_639

    static func crs() throws(SynthesisError) -> CoordinateSystem {
        do throws(GDALError) { return try CoordinateSystem(text: "EPSG:\(epsg)") } catch {
            throw .writeFailed(error.description)
        }
    }
}
