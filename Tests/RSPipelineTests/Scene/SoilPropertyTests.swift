import Testing

@testable import RSPipeline

@Suite struct SoilPropertyTests {
    @Test(arguments: [
        ("ECe", "ECe dS/m"), ("ece 0-30cm", "ECe dS/m 0-30cm"), ("EC1:2.5", "EC1:2.5 dS/m"), ("TSS", "TSS %"),
        ("Cl meq/100g 0-20", "Cl meq/100g 0-20cm"), ("so4 %", "SO4 %"),
    ])
    func labelsReadBack(_ given: String, _ label: String) throws {
        let property = try #require(SoilProperty(label: given))
        #expect(property.label == label)
        #expect(SoilProperty(label: property.label) == property)
        let quantity = Quantity.salinity(property)
        #expect(Quantity(label: quantity.label) == quantity)
        #expect(quantity.unit == property.unit.rawValue)
    }

    @Test(arguments: ["", "EC", "EC1:", "EC1:0", "ECe %", "TSS dS/m", "ECe 30-0cm", "ECe dS/m 0-30cm more", "ECe -1-3"])
    func whatIsNoPropertyIsRefused(_ given: String) { #expect(SoilProperty(label: given) == nil) }

    @Test func percentIsNotConductivity() throws {
        let ece = try #require(SoilProperty(label: "ECe"))
        let tss = try #require(SoilProperty(label: "TSS"))
        #expect(ece != tss)
        #expect(ece.unit == .decisiemensPerMetre && tss.unit == .percent)
    }
}
