import Testing

@testable import RSPipeline

@Suite struct SensorFamilyTests {
    @Test(arguments: [
        ("landsat8-oli-tirs", "landsat9-oli-tirs", true), ("sentinel2a-msi", "sentinel2c-msi", true),
        ("spot6-naomi", "spot7-naomi", true), ("landsat4-tm", "landsat5-tm", true),
        ("Landsat8-OLI", "landsat9-oli-tirs", true),
        ("landsat5-tm", "landsat5-mss", false), ("landsat7-etm", "landsat8-oli-tirs", false),
        ("landsat8-oli-tirs", "sentinel2a-msi", false), ("perusat1-naomi", "spot7-naomi", false),
        ("generic", "landsat8-oli-tirs", false), ("generic", "generic", true),
    ]) func sensorsOfOneFamily(one: String, other: String, areAlike: Bool) {
        #expect((SensorFamily(one) == SensorFamily(other)) == areAlike)
    }
}
