import Testing

@testable import RSPipeline

@Suite struct IndexEvaluationTests {
    /// NDVI of the raw numbers would be .2 here; with the scale it is the true .333.
    @Test func countsAreCalibratedFirst() throws {
        let scale = LinearScale(gain: 0.25, offset: -1)
        let ndvi = try IndexCatalogue.builtin.resolve("ndvi")
        let plane = try ndvi.plane(
            of: [
                .red: BandSamples(counts: [8, 0, 4], scale: scale, noData: 0),
                .nir08: BandSamples(counts: [12, 12, 4], scale: scale, noData: 0),
            ], width: 3, height: 1)
        #expect(abs(plane[0, 0] - 1 / 3) < 1e-6)
        #expect(plane[1, 0].isNaN, "fill")
        #expect(plane[2, 0].isNaN, "0 / 0")
    }

    @Test func valuesAreTakenAsTheyAre() throws {
        let gdvi = try IndexCatalogue.builtin.resolve("gdvi(n=3)")
        let plane = try gdvi.plane(
            of: [.red: BandSamples(values: [0.22, .nan]), .nir: BandSamples(values: [0.28, 0.5])], width: 2, height: 1)
        #expect(abs(plane[0, 0] - 0.34674847) < 1e-6)
        #expect(plane[1, 0].isNaN)
    }

    @Test func largePlanesAreDoneBlockByBlock() throws {
        let count = 3 * Evaluator.blockSize + 5
        let red = (0..<count).map { Float($0 + 1) }
        let plane = try IndexCatalogue.builtin.resolve("ratio_BR").plane(
            of: [.red: BandSamples(values: red), .blue: BandSamples(values: red.map { $0 * 2 })], width: count,
            height: 1)
        #expect(plane.values.allSatisfy { $0 == 2 })
    }

    @Test func missingAndMismatchedBandsAreRefused() throws {
        let ndvi = try IndexCatalogue.builtin.resolve("ndvi")
        let two = BandSamples(values: [1, 2])
        let missing = #expect(throws: IndexError.self) { try ndvi.plane(of: [.red: two], width: 2, height: 1) }
        #expect(missing?.message.contains("nir") == true)
        let wrong = #expect(throws: IndexError.self) {
            try ndvi.plane(of: [.red: two, .nir: BandSamples(values: [1])], width: 2, height: 1)
        }
        #expect(wrong?.message.contains("1 pixels") == true)
    }
}
