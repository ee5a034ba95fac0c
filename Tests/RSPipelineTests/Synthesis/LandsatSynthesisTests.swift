import Foundation
import Testing

@testable import RSPipeline

@Suite struct LandsatSynthesisTests {
    private static func scene(
        _ satellite: LandsatSatellite, _ size: Int, seed: UInt64, cloudPercent: Double = 8,
        writesTruth: Bool = true, threads: Int? = nil
    ) -> LandsatSynthesis {
        LandsatSynthesis(
            satellite,
            options: SynthesisOptions(
                size: size, seed: seed, cloudPercent: cloudPercent, writesTruth: writesTruth, threads: threads))
    }

    private static func scene(
        _ size: Int, seed: UInt64, cloudPercent: Double = 8, writesTruth: Bool = true, threads: Int? = nil
    ) -> LandsatSynthesis {
        scene(
            .landsat8, size, seed: seed, cloudPercent: cloudPercent, writesTruth: writesTruth, threads: threads)
    }

    private static func product(_ satellite: LandsatSatellite, in directory: String) -> MadeProduct {
        MadeProduct(in: directory, id: scene(satellite, 16, seed: 1).productID)
    }

    /// Names of the reflective bands that the truth holds, and the sensor's noise.
    private static func reflective(_ satellite: LandsatSatellite) -> (bands: [Int], floor: Double, slope: Double) {
        satellite == .landsat5 ? ([1, 2, 3, 4, 5, 7], 8e-4, 3e-3) : (Array(1...7), 3e-4, 3e-3)
    }

    /// Bytes are compared in DeterminismTests: in one process with other tests GDAL's shared cache may swap tiles in a file.
    @Test func sameOptionsGiveTheSamePixelsOnAnyNumberOfThreads() throws {
        let scratch = try SynthesisScratch()
        var made: [MadeProduct] = []
        for (name, threads) in [("a", 1), ("b", 1), ("c", 2), ("d", 5)] {
            let path = "\(scratch.path)/\(name)"
            let listed = try Self.scene(270, seed: 11, threads: threads).write(to: path)
            made.append(MadeProduct(in: path))
            #expect(try listed.count == 16 && made.last?.files().count == 16)
        }
        for other in made.dropFirst() { #expect(try MadeProduct.differences(made[0], other) == []) }
    }

    @Test func anotherSeedGivesAnotherScene() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(64, seed: 1).write(to: scratch.path + "/a")
        _ = try Self.scene(64, seed: 2).write(to: scratch.path + "/b")
        #expect(
            try MadeProduct(in: scratch.path + "/a").counts("B4") != MadeProduct(in: scratch.path + "/b").counts("B4"))
        #expect(
            try MadeProduct(in: scratch.path + "/a").truth("salinity")
                != MadeProduct(in: scratch.path + "/b")
                .truth("salinity"))
    }

    @Test func aSmallSceneIsTheMiddleOfALargeOne() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(32, seed: 4, cloudPercent: 0).write(to: scratch.path + "/a")
        _ = try Self.scene(64, seed: 4, cloudPercent: 0).write(to: scratch.path + "/b")
        let small = try Dataset(reading: MadeProduct(in: scratch.path + "/a").prefix + "_B5.TIF")
        let large = try Dataset(reading: MadeProduct(in: scratch.path + "/b").prefix + "_B5.TIF")
        #expect(small.grid.transform.originX == large.grid.transform.originX + 16 * 30)
        let middle = Window(column: 28, row: 28, width: 8, height: 8)
        let same = Window(column: 12, row: 12, width: 8, height: 8)
        #expect(try small.floats(band: 1, window: same) == large.floats(band: 1, window: middle))
    }

    @Test(arguments: LandsatSatellite.allCases, [UInt64(3), 4, 7]) func truthAgreesWithTheCountsThroughTheMetadata(
        satellite: LandsatSatellite, seed: UInt64
    ) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(satellite, 80, seed: seed).write(to: scratch.path)
        let product = Self.product(satellite, in: scratch.path)
        let metadata = try product.metadata()
        func number(_ key: String) throws -> Double { try #require(metadata[key].flatMap(Double.init)) }
        let sine = sin(try number("SUN_ELEVATION") * .pi / 180)
        let saturation = try product.counts("QA_RADSAT")
        let classes = try product.truth("class")
        let (bands, floor, slope) = Self.reflective(satellite)
        for (lane, band) in bands.enumerated() {
            let gain = try number("REFLECTANCE_MULT_BAND_\(band)")
            let offset = try number("REFLECTANCE_ADD_BAND_\(band)")
            let top = try number("QUANTIZE_CAL_MAX_BAND_\(band)")
            let counts = try product.counts("B\(band)")
            let truth = try product.truth("reflectance", band: lane + 1)
            var worst = 0.0
            var wrong = 0
            var errors = MeanError()
            for index in counts.indices {
                if classes[index] == 0 {
                    if counts[index] != 0 || truth[index] != -32768 { wrong += 1 }
                    continue
                }
                let isFlagged = Int(saturation[index]) & (1 << (band - 1)) != 0
                if counts[index] < 1 || isFlagged != (Double(counts[index]) == top) { wrong += 1 }
                let expected = Double(truth[index]) * 1e-4
                let got = (Double(counts[index]) * gain + offset) / sine
                let noise = Double(SensorNoise.limit) * (floor + slope * expected)
                // Half a count and half a step of the truth, and the noise of the truth's own rounding.
                let bound = noise + gain / 2 / sine + 5.1e-5 + 3e-6
                worst = max(worst, (isFlagged ? got - expected : abs(got - expected)) - bound)
                if !isFlagged {
                    errors.append(got - expected, deviation: floor + slope * expected + gain / sine * 0.29)
                }
            }
            #expect(errors.isUnbiased, "band \(band), seed \(seed): \(errors.mean) on the mean")
            #expect(wrong == 0, "band \(band), seed \(seed): \(wrong) pixels out of range or wrongly flagged")
            #expect(worst <= 0, "band \(band), seed \(seed): \(worst) beyond the bound")
        }
    }

    /// Radiance and the sun's irradiance lead to the same reflectance as the reflectance numbers do.
    @Test(arguments: LandsatSatellite.allCases) func bothWaysToReflectanceAgree(satellite: LandsatSatellite) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(satellite, 16, seed: 1).write(to: scratch.path)
        let metadata = try Self.product(satellite, in: scratch.path).metadata()
        for band in Self.reflective(satellite).bands {
            func number(_ key: String) throws -> Double {
                try #require(metadata["\(key)_BAND_\(band)"].flatMap(Double.init))
            }
            // pi d^2 / ESUN, from the ends of the scale.
            let toReflectance = try number("REFLECTANCE_MAXIMUM") / number("RADIANCE_MAXIMUM")
            for count in stride(from: 1.0, through: try number("QUANTIZE_CAL_MAX"), by: 7) {
                let radiance = try count * number("RADIANCE_MULT") + number("RADIANCE_ADD")
                let reflectance = try count * number("REFLECTANCE_MULT") + number("REFLECTANCE_ADD")
                #expect(abs(radiance * toReflectance - reflectance) < 1e-4 * max(abs(reflectance), 0.1))
            }
        }
    }

    @Test func theMapperSaturatesOnBrightGroundAndClouds() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(.landsat5, 160, seed: 7).write(to: scratch.path)
        let product = Self.product(.landsat5, in: scratch.path)
        let metadata = try product.metadata()
        #expect(metadata["SATURATION_BAND_1"] == "Y" && metadata["SATURATION_BAND_6"] == "N")
        #expect(metadata["SENSOR_ID"] == "TM" && metadata["SPACECRAFT_ID"] == "LANDSAT_5")
        #expect(try Dataset(reading: product.prefix + "_B1.TIF").band(1).sampleType == .uint8)
        #expect(try Dataset(reading: product.prefix + "_QA_PIXEL.TIF").band(1).sampleType == .uint16)
        // Bits 2, 14 and 15 belong to the cirrus band, which TM lacks: 5440 is clear land.
        let quality = try product.counts("QA_PIXEL").map { Int($0) }
        #expect(quality.allSatisfy { $0 == 1 || $0 & 0b1100_0000_0000_0100 == 0 } && quality.contains(5440))
    }

    @Test(arguments: LandsatSatellite.allCases) func thermalCountsAreTemperaturesOfADayInJuly(
        satellite: LandsatSatellite
    ) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(satellite, 96, seed: 4).write(to: scratch.path)
        let product = Self.product(satellite, in: scratch.path)
        let metadata = try product.metadata()
        let classes = try product.truth("class")
        for band in satellite == .landsat5 ? [6] : [10, 11] {
            func number(_ key: String) throws -> Double {
                try #require(metadata["\(key)_BAND_\(band)"].flatMap(Double.init))
            }
            let (gain, offset) = (try number("RADIANCE_MULT"), try number("RADIANCE_ADD"))
            let (k1, k2) = (try number("K1_CONSTANT"), try number("K2_CONSTANT"))
            var wrong = 0
            for (count, kind) in zip(try product.counts("B\(band)"), classes) where kind != 0 {
                let kelvin = k2 / log(k1 / (Double(count) * gain + offset) + 1)
                if !(255...325).contains(kelvin) { wrong += 1 }
            }
            #expect(wrong == 0)
        }
    }

    /// Each satellite's own constants, as its MTLs have them.
    @Test func thermalConstantsAreThoseOfTheSatellite() throws {
        let scratch = try SynthesisScratch()
        let expected: [(LandsatSatellite, String, String, String)] = [
            (.landsat5, "6", "607.76", "1260.56"), (.landsat8, "10", "774.8853", "1321.0789"),
            (.landsat8, "11", "480.8883", "1201.1442"), (.landsat9, "10", "799.0284", "1329.2405"),
            (.landsat9, "11", "475.6581", "1198.3494"),
        ]
        for satellite in LandsatSatellite.allCases {
            _ = try Self.scene(satellite, 16, seed: 1).write(to: scratch.path)
        }
        for (satellite, band, k1, k2) in expected {
            let metadata = try Self.product(satellite, in: scratch.path).metadata()
            #expect(metadata["K1_CONSTANT_BAND_\(band)"] == k1 && metadata["K2_CONSTANT_BAND_\(band)"] == k2)
        }
        let metadata = try Self.product(.landsat9, in: scratch.path).metadata()
        #expect(metadata["RADIANCE_MULT_BAND_10"] == "3.8000E-04" && metadata["RADIANCE_MULT_BAND_11"] == "3.4900E-04")
        #expect(metadata["SPACECRAFT_ID"] == "LANDSAT_9" && metadata["DATE_ACQUIRED"] == "2023-07-23")
    }

    /// One landscape: what differs between the satellites' truths is the sun's shadow and nothing on the ground.
    @Test func allSatellitesSeeTheSameGround() throws {
        let scratch = try SynthesisScratch()
        for satellite in LandsatSatellite.allCases {
            _ = try Self.scene(satellite, 48, seed: 4, cloudPercent: 0).write(to: scratch.path)
        }
        let first = Self.product(.landsat8, in: scratch.path)
        for satellite in [LandsatSatellite.landsat5, .landsat9] {
            let other = Self.product(satellite, in: scratch.path)
            #expect(try other.truth("class") == first.truth("class"))
            let red = satellite == .landsat5 ? 3 : 4
            #expect(try other.truth("reflectance", band: red) == first.truth("reflectance", band: 4))
        }
    }

    @Test(arguments: [LandsatSatellite.landsat8, .landsat9]) func theReaderTakesTheProduct(
        satellite: LandsatSatellite
    ) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(satellite, 32, seed: 4).write(to: scratch.path)
        let scene = try Scene.open([Self.product(satellite, in: scratch.path).folder])
        #expect(scene.bands.count == 10 && scene.bands.allSatisfy { $0.calibration.missing.isEmpty })
    }

    @Test(arguments: [0.0, 8, 60, 100]) func qualityAgreesWithTheClasses(clouds: Double) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(128, seed: 5, cloudPercent: clouds).write(to: scratch.path)
        let product = MadeProduct(in: scratch.path)
        let quality = try product.counts("QA_PIXEL").map { Int($0) }
        let classes = try product.truth("class")
        var cloudy = 0
        var filled = 0
        for (word, value) in zip(quality, classes) {
            let kind = try #require(SyntheticClass(rawValue: UInt8(value)))
            func bit(_ number: Int) -> Bool { word & (1 << number) != 0 }
            func confidence(_ low: Int) -> Int { (word >> low) & 3 }
            #expect((kind == .fill) == (word == 1))
            if kind == .fill { continue }
            filled += 1
            cloudy += kind == .cloud ? 1 : 0
            #expect(bit(3) == (kind == .cloud) && (confidence(8) == 3) == (kind == .cloud))
            #expect(bit(4) == (kind == .shadow) && (confidence(10) == 3) == (kind == .shadow))
            #expect(bit(6) == !(bit(1) || bit(3)))
            #expect((confidence(14) == 3) == bit(2) && confidence(12) == 1 && !bit(5))
            if kind == .water { #expect(bit(7)) }
            if [.crop, .bareSoil, .saltCrust].contains(kind) { #expect(!bit(7)) }
        }
        let share = 100 * Double(cloudy) / Double(filled)
        #expect(abs(share - clouds) < 1)
        let stated = try #require(product.metadata()["CLOUD_COVER"].flatMap(Double.init))
        #expect(abs(stated - share) < 0.006)
        if clouds == 0 { #expect(quality.allSatisfy { [1, 21824, 21952].contains($0) }) }
    }

    @Test func salinityLivesOnLandWithinItsRange() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(200, seed: 7).write(to: scratch.path)
        let product = MadeProduct(in: scratch.path)
        let salinity = try product.truth("salinity")
        let classes = try product.truth("class")
        for (value, kind) in zip(salinity, classes) {
            if kind == 0 || kind == 4 {
                #expect(value.isNaN)
            } else if kind <= 3 {
                #expect((0.5...42).contains(value))
            }
        }
        let land = salinity.filter { !$0.isNaN }.sorted()
        #expect(land[0] < 1.5 && land[land.count - 1] > 20)
        // Crust lies on salty ground.
        for (value, kind) in zip(salinity, classes) where kind == 3 { #expect(value > 4) }
    }

    @Test func metadataHasTheGroupsAndKeysOfTheRealOne() throws {
        let scratch = try SynthesisScratch()
        let files = try Self.scene(40, seed: 1).write(to: scratch.path)
        let product = MadeProduct(in: scratch.path)
        let metadata = try product.metadata()
        #expect(metadata["ORIGIN"] == "Synthetic scene by rsproc synth; not an observation")
        #expect(metadata["LANDSAT_PRODUCT_ID"] == Self.scene(16, seed: 1).productID)
        #expect(metadata["SPACECRAFT_ID"] == "LANDSAT_8" && metadata["SENSOR_ID"] == "OLI_TIRS")
        #expect(metadata["REFLECTIVE_LINES"] == "40" && metadata["UTM_ZONE"] == "39")
        #expect(metadata["DATE_ACQUIRED"] == "2023-07-15" && metadata["PROCESSING_LEVEL"] == "L1TP")
        for (key, value) in metadata where key.hasPrefix("FILE_NAME_") {
            #expect(files.contains { $0.hasSuffix("/" + value) }, "\(key)")
        }
        for band in [1, 2, 3, 4, 5, 6, 7, 9, 10, 11] {
            func number(_ key: String) throws -> Double {
                try #require(metadata["\(key)_BAND_\(band)"].flatMap(Double.init))
            }
            let (gain, offset) = (try number("RADIANCE_MULT"), try number("RADIANCE_ADD"))
            #expect(abs(try number("RADIANCE_MAXIMUM") - (gain * 65535 + offset)) < 2e-5)
            #expect(abs(try number("RADIANCE_MINIMUM") - (gain + offset)) < 2e-5)
            if band < 10 {
                #expect(abs(try number("REFLECTANCE_MAXIMUM") - (65535 * 2e-5 - 0.1)) < 1e-9)
                #expect(metadata["FILE_NAME_BAND_\(band)"] == "\(Self.scene(16, seed: 1).productID)_B\(band).TIF")
            } else {
                #expect(try number("K1_CONSTANT") > 0)
            }
        }
        let text = try String(contentsOfFile: product.prefix + "_MTL.txt", encoding: .utf8)
        #expect(text.hasPrefix("GROUP = LANDSAT_METADATA_FILE\n") && text.hasSuffix("\nEND\n"))
        #expect(text.components(separatedBy: "END_GROUP = ").count == 12)
        let corner = try #require(metadata["CORNER_UL_PROJECTION_X_PRODUCT"].flatMap(Double.init))
        let grid = try Dataset(reading: product.prefix + "_B1.TIF").grid
        #expect(corner == grid.transform.originX + 15 && grid.crs?.epsg == 32639)
        let latitude = try #require(metadata["CORNER_UL_LAT_PRODUCT"].flatMap(Double.init))
        #expect(abs(latitude - 40.22) < 0.02)
    }

    @Test func badOptionsAreRefusedBeforeAnythingIsWritten() throws {
        let scratch = try SynthesisScratch()
        for bad in [
            Self.scene(15, seed: 1), Self.scene(20_001, seed: 1),
            Self.scene(32, seed: 1, cloudPercent: 101),
            Self.scene(32, seed: 1, cloudPercent: .nan), Self.scene(32, seed: 1, threads: 0),
        ] {
            #expect {
                _ = try bad.write(to: scratch.path)
            } throws: { error in
                if case .badOption? = error as? SynthesisError { true } else { false }
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test func anExistingProductIsReplacedOnlyOnRequestAndOnlyWhenSynthetic() throws {
        let scratch = try SynthesisScratch()
        let files = FileManager.default
        let product = MadeProduct(in: scratch.path)
        _ = try Self.scene(16, seed: 1, writesTruth: false).write(to: scratch.path)
        #expect(!files.fileExists(atPath: product.folder + "/truth"))
        let first = try product.files()
        #expect(throws: SynthesisError.self) { try Self.scene(16, seed: 2).write(to: scratch.path) }
        #expect(try product.files() == first)
        _ = try Self.scene(16, seed: 2).write(to: scratch.path, overwrite: true)
        #expect(try product.files() != first)
        #expect(try files.contentsOfDirectory(atPath: scratch.path) == [Self.scene(16, seed: 1).productID])

        try Data("ORIGIN = \"Image courtesy of the U.S. Geological Survey\"".utf8).write(
            to: URL(fileURLWithPath: product.prefix + "_MTL.txt"))
        #expect(throws: SynthesisError.self) {
            try Self.scene(16, seed: 3).write(to: scratch.path, overwrite: true)
        }
    }

    @Test func anUnwritableFolderIsNamed() throws {
        let scratch = try SynthesisScratch()
        let file = scratch.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect {
            _ = try Self.scene(16, seed: 1).write(to: file + "/out")
        } throws: { error in
            guard case .writeFailed(let text)? = error as? SynthesisError else { return false }
            return text.contains(file)
        }
    }

    /// Pixels, not bytes: another GDAL may compress otherwise.
    @Test func theSampleIsWhatItsCommandMakes() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let sample = MadeProduct(in: root + "/samples/scenes")
        let scratch = try SynthesisScratch()
        let options = SynthesisOptions(size: 256, seed: 4, fieldSamples: 80)
        let listed = try LandsatSynthesis(.landsat8, options: options).write(to: scratch.path)
        let made = MadeProduct(in: scratch.path)
        #expect(listed.count == 20)
        #expect(try MadeProduct.differences(sample, made) == [])
        #expect(try sample.files().values.reduce(0) { $0 + $1.count } < 2_000_000)
    }
}
