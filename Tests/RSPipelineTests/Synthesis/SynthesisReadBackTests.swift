import Testing

@testable import RSPipeline

/// A synthetic product, opened as any other and calibrated by the pipeline, gives the truth it was made from.
@Suite struct SynthesisReadBackTests {
    /// One product and how its truth is laid out.
    struct Product: Sendable, CustomStringConvertible {
        let description: String
        /// Writes the product below a folder; returns its path and that of the reflectance truth.
        let make: @Sendable (_ directory: String) throws -> (path: String, truth: String)
        /// The steps after `read PATH` that lead to reflectance.
        let steps: String
        /// The standard deviation of noise in darkness and its growth; the largest step of the counts.
        let floor: Double, slope: Double, step: Double

        static func landsat(_ satellite: LandsatSatellite, floor: Double, step: Double) -> Product {
            Product(
                description: satellite.rawValue,
                make: { directory in
                    let made = LandsatSynthesis(satellite, options: SynthesisOptions(size: 64, seed: 4))
                    _ = try made.write(to: directory)
                    let id = made.productID
                    return ("\(directory)/\(id)", "\(directory)/\(id)/truth/\(id)_truth_reflectance.tif")
                }, steps: "! toa", floor: floor, slope: 3e-3, step: step)
        }
    }

    private static let products = [
        Product.landsat(.landsat8, floor: 3e-4, step: 2.3e-5), Product.landsat(.landsat9, floor: 3e-4, step: 2.3e-5),
    ]

    @Test(arguments: products) func reflectanceIsTheTruth(product: Product) throws {
        let scratch = try SynthesisScratch()
        let (path, truthPath) = try product.make(scratch.path)
        let truth = try Dataset(reading: truthPath)
        var names: [String] = []
        for band in 1...truth.bandCount { names.append(try truth.band(band).name) }
        let planes = try Run.values("read \(path) \(product.steps) ! select \(names.joined(separator: ","))")
        for (index, name) in names.enumerated() {
            let values = try #require(planes[name])
            let expected = try truth.floats(band: index + 1)
            #expect(values.count == expected.count)
            var wrong = 0
            var errors = MeanError()
            for (value, stored) in zip(values, expected) {
                // No-data where nothing was imaged, and where the sensor is saturated.
                if stored == Float(SyntheticStrip.reflectanceNoData) {
                    if !value.isNaN { wrong += 1 }
                    continue
                }
                if value.isNaN { continue }
                let reflectance = Double(stored) * 1e-4
                let deviation = product.floor + product.slope * reflectance
                let difference = Double(value) - reflectance
                if abs(difference) > Double(SensorNoise.limit) * deviation + product.step / 2 + 6e-5 { wrong += 1 }
                errors.append(difference, deviation: deviation + product.step * 0.29)
            }
            #expect(wrong == 0, "\(product), \(name): \(wrong) pixels beyond the bound")
            #expect(errors.isUnbiased, "\(product), \(name): \(errors.mean) on the mean")
        }
    }
}
