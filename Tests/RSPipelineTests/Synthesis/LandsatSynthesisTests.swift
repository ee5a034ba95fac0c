import Foundation
import Testing

@testable import RSPipeline

@Suite struct LandsatSynthesisTests {
    private static let reflective = ["B1", "B2", "B3", "B4", "B5", "B6", "B7"]

    @Test func sameOptionsGiveTheSameBytesOnAnyNumberOfThreads() throws {
        let scratch = try SynthesisScratch()
        var made: [[String: Data]] = []
        for (name, threads) in [("a", 1), ("b", 1), ("c", 2), ("d", 5)] {
            let path = "\(scratch.path)/\(name)"
            let listed = try LandsatSynthesis(size: 270, seed: 11, threads: threads).write(to: path)
            let files = try MadeProduct(in: path).files()
            #expect(listed.count == 16 && files.count == 16)
            made.append(files)
        }
        #expect(made[0] == made[1])
        #expect(made[0] == made[2])
        #expect(made[0] == made[3])
    }

    @Test func anotherSeedGivesAnotherScene() throws {
        let scratch = try SynthesisScratch()
        _ = try LandsatSynthesis(size: 64, seed: 1).write(to: scratch.path + "/a")
        _ = try LandsatSynthesis(size: 64, seed: 2).write(to: scratch.path + "/b")
        #expect(
            try MadeProduct(in: scratch.path + "/a").counts("B4") != MadeProduct(in: scratch.path + "/b").counts("B4"))
        #expect(
            try MadeProduct(in: scratch.path + "/a").truth("salinity")
                != MadeProduct(in: scratch.path + "/b")
                .truth("salinity"))
    }

    @Test func aSmallSceneIsTheMiddleOfALargeOne() throws {
        let scratch = try SynthesisScratch()
        _ = try LandsatSynthesis(size: 32, seed: 4, cloudPercent: 0).write(to: scratch.path + "/a")
        _ = try LandsatSynthesis(size: 64, seed: 4, cloudPercent: 0).write(to: scratch.path + "/b")
        let small = try Dataset(reading: MadeProduct(in: scratch.path + "/a").prefix + "_B5.TIF")
        let large = try Dataset(reading: MadeProduct(in: scratch.path + "/b").prefix + "_B5.TIF")
        #expect(small.grid.transform.originX == large.grid.transform.originX + 16 * 30)
        let middle = Window(column: 28, row: 28, width: 8, height: 8)
        let same = Window(column: 12, row: 12, width: 8, height: 8)
        #expect(try small.floats(band: 1, window: same) == large.floats(band: 1, window: middle))
    }

    @Test(arguments: [UInt64(3), 4, 7]) func truthAgreesWithTheCountsThroughTheMetadata(seed: UInt64) throws {
        let scratch = try SynthesisScratch()
        _ = try LandsatSynthesis(size: 120, seed: seed).write(to: scratch.path)
        let product = MadeProduct(in: scratch.path)
        let metadata = try product.metadata()
        func number(_ key: String) throws -> Double { try #require(metadata[key].flatMap(Double.init)) }
        let sine = sin(try number("SUN_ELEVATION") * .pi / 180)
        let saturation = try product.counts("QA_RADSAT")
        let classes = try product.truth("class")
        for (lane, name) in Self.reflective.enumerated() {
            let gain = try number("REFLECTANCE_MULT_BAND_\(lane + 1)")
            let offset = try number("REFLECTANCE_ADD_BAND_\(lane + 1)")
            let counts = try product.counts(name)
            let truth = try product.truth("reflectance", band: lane + 1)
            var worst = 0.0
            for index in counts.indices {
                if classes[index] == 0 {
                    #expect(counts[index] == 0 && truth[index] == -32768)
                    continue
                }
                let isFlagged = Int(saturation[index]) & (1 << lane) != 0
                #expect(isFlagged == (counts[index] == 65535))
                if isFlagged { continue }
                let expected = Double(truth[index]) * 1e-4
                let got = (Double(counts[index]) * gain + offset) / sine
                let noise = Double(OLISensor.noiseLimit) * (3e-4 + 3e-3 * expected)
                // Half a count and half a step of the truth, and the noise of the truth's own rounding.
                worst = max(worst, abs(got - expected) - (noise + 1.2e-5 + 5.1e-5 + 1e-6))
            }
            #expect(worst <= 0, "band \(name), seed \(seed): \(worst) beyond the bound")
        }
    }

    @Test func thermalCountsAreTemperaturesOfADayInJuly() throws {
        let scratch = try SynthesisScratch()
        _ = try LandsatSynthesis(size: 96, seed: 4).write(to: scratch.path)
        let product = MadeProduct(in: scratch.path)
        let metadata = try product.metadata()
        let classes = try product.truth("class")
        for band in [10, 11] {
            func number(_ key: String) throws -> Double {
                try #require(metadata["\(key)_BAND_\(band)"].flatMap(Double.init))
            }
            let (gain, offset) = (try number("RADIANCE_MULT"), try number("RADIANCE_ADD"))
            let (k1, k2) = (try number("K1_CONSTANT"), try number("K2_CONSTANT"))
            for (count, kind) in zip(try product.counts("B\(band)"), classes) where kind != 0 {
                let kelvin = k2 / log(k1 / (Double(count) * gain + offset) + 1)
                #expect((255...325).contains(kelvin))
            }
        }
    }

    @Test(arguments: [0.0, 8, 60, 100]) func qualityAgreesWithTheClasses(clouds: Double) throws {
        let scratch = try SynthesisScratch()
        _ = try LandsatSynthesis(size: 128, seed: 5, cloudPercent: clouds).write(to: scratch.path)
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
        _ = try LandsatSynthesis(size: 200, seed: 7).write(to: scratch.path)
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
        let files = try LandsatSynthesis(size: 40, seed: 1).write(to: scratch.path)
        let product = MadeProduct(in: scratch.path)
        let metadata = try product.metadata()
        #expect(metadata["ORIGIN"] == "Synthetic scene by rsproc synth; not an observation")
        #expect(metadata["LANDSAT_PRODUCT_ID"] == LandsatSynthesis.productID)
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
                #expect(metadata["FILE_NAME_BAND_\(band)"] == "\(LandsatSynthesis.productID)_B\(band).TIF")
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
            LandsatSynthesis(size: 15, seed: 1), LandsatSynthesis(size: 20_001, seed: 1),
            LandsatSynthesis(size: 32, seed: 1, cloudPercent: 101),
            LandsatSynthesis(size: 32, seed: 1, cloudPercent: .nan), LandsatSynthesis(size: 32, seed: 1, threads: 0),
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
        _ = try LandsatSynthesis(size: 16, seed: 1, writesTruth: false).write(to: scratch.path)
        #expect(!files.fileExists(atPath: product.folder + "/truth"))
        let first = try product.files()
        #expect(throws: SynthesisError.self) { try LandsatSynthesis(size: 16, seed: 2).write(to: scratch.path) }
        #expect(try product.files() == first)
        _ = try LandsatSynthesis(size: 16, seed: 2).write(to: scratch.path, overwrite: true)
        #expect(try product.files() != first)
        #expect(try files.contentsOfDirectory(atPath: scratch.path) == [LandsatSynthesis.productID])

        try Data("ORIGIN = \"Image courtesy of the U.S. Geological Survey\"".utf8).write(
            to: URL(fileURLWithPath: product.prefix + "_MTL.txt"))
        #expect(throws: SynthesisError.self) {
            try LandsatSynthesis(size: 16, seed: 3).write(to: scratch.path, overwrite: true)
        }
    }

    @Test func anUnwritableFolderIsNamed() throws {
        let scratch = try SynthesisScratch()
        let file = scratch.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect {
            _ = try LandsatSynthesis(size: 16, seed: 1).write(to: file + "/out")
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
        let listed = try LandsatSynthesis(size: 256, seed: 4).write(to: scratch.path)
        let made = MadeProduct(in: scratch.path)
        let (sampleFiles, madeFiles) = (try sample.files(), try made.files())
        #expect(listed.count == 16 && Set(sampleFiles.keys) == Set(madeFiles.keys))
        #expect(sampleFiles.values.reduce(0) { $0 + $1.count } < 2_000_000)
        for (name, bytes) in madeFiles where bytes != sampleFiles[name] {
            try #require(name.lowercased().hasSuffix(".tif"), "\(name) differs")
            let old = try Dataset(reading: "\(sample.folder)/\(name)")
            let new = try Dataset(reading: "\(made.folder)/\(name)")
            #expect(old.grid.difference(from: new.grid) == nil)
            for band in 1...new.bandCount {
                let pairs = zip(try old.floats(band: band), try new.floats(band: band))
                #expect(pairs.allSatisfy { $0.bitPattern == $1.bitPattern }, "\(name), band \(band)")
            }
        }
    }
}
