import Testing

@testable import RSPipeline

@Suite struct SensorNameTests {
    @Test(arguments: [
        ("landsat8-oli-tirs", "Landsat 8 OLI/TIRS"), ("landsat5-tm", "Landsat 5 TM"),
        ("sentinel2a-msi", "Sentinel-2A MSI"), ("spot7-naomi", "SPOT-7 (Azersky) NAOMI"),
        ("pleiades1b-hiri", "Pleiades 1B HiRI"), ("pleiadesneo4", "Pleiades Neo 4"),
        ("perusat1-naomi", "PeruSat-1 NAOMI"),
        ("our drone", "our drone"), ("", ""),
    ])
    func people(id: String, name: String) { #expect(SensorName.text(of: id) == name) }
}
