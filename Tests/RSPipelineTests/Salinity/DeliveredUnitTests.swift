import Testing

@testable import RSPipeline

@Suite struct DeliveredUnitTests {
    @Test(arguments: [
        ("dS/m", "dS/m", 1.0), ("mS/cm", "mS/cm", 1), ("mmho/cm", "mmho/cm", 1), ("uS/cm", "uS/cm", 0.001),
        ("µS/cm", "uS/cm", 0.001), ("US/CM", "uS/cm", 0.001), ("mkS/cm", "", 0), ("мкСм/см", "uS/cm", 0.001),
        ("mS/m", "mS/m", 0.01), ("dS m", "", 0), ("%", "%", 1), ("g/kg", "g/kg", 0.1), ("meq/100 g", "meq/100g", 1),
        ("cmol(+)/kg", "cmol/kg", 1), ("ppm", "", 0),
    ])
    func unitsAreFound(text: String, name: String, factor: Double) {
        let unit = DeliveredUnit(text)
        #expect(unit?.name ?? "" == name && (unit?.factor ?? 0) == factor)
    }
}
