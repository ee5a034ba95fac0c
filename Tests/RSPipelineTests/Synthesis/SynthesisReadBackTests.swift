import Foundation
import Testing

@testable import RSPipeline

/// A synthetic product, opened as any other and calibrated by the pipeline, gives the truth it was made from.
@Suite struct SynthesisReadBackTests {
    /// One product and how its truth is laid out.
    struct Product: Sendable, CustomStringConvertible {
        let description: String
        /// Writes the product below a folder; returns its path and that of the reflectance truth.
        let make: @Sendable (_ directory: String) throws -> (path: String, truth: String)
        /// Options of `read`, and the steps to reflectance; the bands are those of the truth.
        let options: String, steps: String
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
                }, options: "", steps: "toa", floor: floor, slope: 3e-3, step: step)
        }

        static func spot(tiles: Int) -> Product {
            Product(
                description: "spot7 of \(tiles * tiles) tiles",
                make: { directory in
                    let id = SPOTSynthesis.productID
                    _ = try SPOTSynthesis(options: SynthesisOptions(size: 65, seed: 4), tiles: tiles).write(
                        to: directory)
                    return ("\(directory)/\(id)", "\(directory)/\(id)/truth/\(id)_truth_reflectance.tif")
                }, options: "", steps: "toa", floor: 6e-4, slope: 4e-3, step: 2.4e-4)
        }

        static func sentinel2(_ level: Sentinel2Level, resolution: Int) -> Product {
            Product(
                description: "sentinel2-\(level.code) at \(resolution) m",
                make: { directory in
                    let made = Sentinel2Synthesis(level, options: SynthesisOptions(size: 96, seed: 4))
                    _ = try made.write(to: directory)
                    let folder = "\(directory)/\(made.productID)"
                    let truth = "\(Sentinel2Instrument.tile)_\(Sentinel2Instrument.datatakeTime)_truth_reflectance"
                    return (folder, "\(folder)/truth/\(truth)_\(resolution)m.tif")
                }, options: "resolution=\(resolution)", steps: level == .l1c ? "toa" : "surface", floor: 4e-4,
                slope: 3e-3, step: 1e-4)
        }
    }

    // Level-2A repeats finer bands at 20 and 60 m; the reader takes the finest, so only 10 m has its truth in one file.
    private static let products = [
        Product.landsat(.landsat5, floor: 8e-4, step: 3.1e-3), Product.landsat(.landsat8, floor: 3e-4, step: 2.3e-5),
        Product.landsat(.landsat9, floor: 3e-4, step: 2.3e-5), Product.spot(tiles: 1), Product.spot(tiles: 2),
        Product.sentinel2(.l1c, resolution: 10), Product.sentinel2(.l1c, resolution: 20),
        Product.sentinel2(.l1c, resolution: 60), Product.sentinel2(.l2a, resolution: 10),
    ]

    @Test(arguments: products) func reflectanceIsTheTruth(product: Product) throws {
        let scratch = try SynthesisScratch()
        let (path, truthPath) = try product.make(scratch.path)
        let truth = try Dataset(reading: truthPath)
        var names: [String] = []
        for band in 1...truth.bandCount { names.append(try truth.band(band).name) }
        let list = names.joined(separator: ",")
        let planes = try Run.values("read \(path) \(product.options) bands=\(list) ! \(product.steps) ! select \(list)")
        for (index, name) in names.enumerated() {
            let values = try #require(planes[name])
            let expected = try truth.floats(band: index + 1)
            #expect(values.count == expected.count)
            var wrong = 0
            var saturated = 0
            var errors = MeanError()
            for (value, stored) in zip(values, expected) {
                // No-data where nothing was imaged, and where the sensor is saturated.
                if stored == Float(SyntheticStrip.reflectanceNoData) {
                    if !value.isNaN { wrong += 1 }
                    continue
                }
                if value.isNaN {
                    saturated += 1
                    continue
                }
                let reflectance = Double(stored) * 1e-4
                let deviation = product.floor + product.slope * reflectance
                let difference = Double(value) - reflectance
                if abs(difference) > Double(SensorNoise.limit) * deviation + product.step / 2 + 6e-5 { wrong += 1 }
                errors.append(difference, deviation: deviation + product.step * 0.29)
            }
            #expect(wrong == 0, "\(product), \(name): \(wrong) pixels beyond the bound")
            #expect(errors.isUnbiased, "\(product), \(name): \(errors.mean) on the mean")
            // The eight bits of Landsat 5 are full over clouds.
            #expect(saturated * 20 < expected.count, "\(product), \(name): \(saturated) pixels without a value")
        }
    }

    /// A sample packed as its agency delivers it gives the pixels of its folder.
    @Test(arguments: [
        (SPOTSynthesis.productID, "! toa ! index ndvi"),
        (
            Sentinel2Synthesis(.l2a, options: SynthesisOptions(size: 120, seed: 4)).productID,
            "resolution=20 ! surface ! mask cloud,shadow ! index ndmi"
        ),
    ]) func aZippedSampleIsItsFolder(id: String, steps: String) throws {
        let folder =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path + "/samples/scenes/" + id
        let scratch = try SynthesisScratch()
        let zip = "\(scratch.path)/sample.zip"
        try StoredZip.pack(folder, under: id, to: zip)
        let (packed, plain) = (try Run.values("read \(zip) \(steps)"), try Run.values("read \(folder) \(steps)"))
        #expect(packed.mapValues { $0.map(\.bitPattern) } == plain.mapValues { $0.map(\.bitPattern) })
        #expect(plain.count == 1 && plain.values.allSatisfy { $0.contains { !$0.isNaN } })
    }
}
