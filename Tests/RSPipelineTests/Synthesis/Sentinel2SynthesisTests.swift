import Foundation
import Testing

@testable import RSPipeline

@Suite struct Sentinel2SynthesisTests {
    private static func scene(
        _ level: Sentinel2Level, _ size: Int, seed: UInt64, cloudPercent: Double = 8, writesTruth: Bool = true,
        threads: Int? = nil
    ) -> Sentinel2Synthesis {
        Sentinel2Synthesis(
            level,
            options: SynthesisOptions(
                size: size, seed: seed, cloudPercent: cloudPercent, writesTruth: writesTruth, threads: threads))
    }

    /// A made product and the ways into it.
    private struct Made {
        let folder: String
        let granule: String
        let level: Sentinel2Level

        init(_ level: Sentinel2Level, in directory: String) {
            self.level = level
            folder = "\(directory)/\(Sentinel2Synthesis(level, options: SynthesisOptions(size: 12, seed: 1)).productID)"
            granule = "\(folder)/GRANULE/\(level.code)_T39TTE_A047379_20240718T073123"
        }

        func path(_ name: String, _ resolution: Int) -> String {
            let stem = "\(granule)/IMG_DATA"
            let file = "T39TTE_20240718T072621_\(name)"
            return level == .l1c ? "\(stem)/\(file).jp2" : "\(stem)/R\(resolution)m/\(file)_\(resolution)m.jp2"
        }

        func counts(_ name: String, _ resolution: Int) throws -> [Float] {
            try Dataset(reading: path(name, resolution)).floats(band: 1)
        }

        func mask(_ name: String, band: Int = 1) throws -> [Float] {
            try Dataset(reading: "\(granule)/QI_DATA/\(name).jp2").floats(band: band)
        }

        func truth(_ name: String) -> String { "\(folder)/truth/T39TTE_20240718T072621_truth_\(name).tif" }

        func reflectance(_ name: String, _ resolution: Int) throws -> [Float] {
            let truth = try Dataset(reading: truth("reflectance_\(resolution)m"))
            for band in 1...truth.bandCount where try truth.band(band).name == name {
                return try truth.floats(band: band)
            }
            throw CocoaError(.fileReadNoSuchFile)
        }

        func classes() throws -> [Float] { try Dataset(reading: truth("class")).floats(band: 1) }

        var product: MadeXML { get throws { try MadeXML("\(folder)/MTD_MSI\(level.code).xml") } }
        var tile: MadeXML { get throws { try MadeXML("\(granule)/MTD_TL.xml") } }
    }

    private static let bands: [Sentinel2Level: [Int: [String]]] = [
        .l1c: [
            10: ["B02", "B03", "B04", "B08"], 20: ["B05", "B06", "B07", "B8A", "B11", "B12"],
            60: ["B01", "B09", "B10"],
        ],
        .l2a: [
            10: ["B02", "B03", "B04", "B08"],
            20: ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B8A", "B11", "B12"],
            60: ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B8A", "B09", "B11", "B12"],
        ],
    ]

    /// The values of a fine plane, block by block of a coarse one.
    private static func blocks(_ fine: [Float], width: Int, step: Int) -> [[Float]] {
        let coarse = width / step
        return (0..<(coarse * coarse)).map { index in
            (0..<(step * step)).map { place in
                fine[(index / coarse * step + place / step) * width + index % coarse * step + place % step]
            }
        }
    }

    @Test(arguments: Sentinel2Level.allCases) func theFolderIsNamedAndFilledAsESAs(level: Sentinel2Level) throws {
        let scratch = try SynthesisScratch()
        let listed = try Self.scene(level, 24, seed: 1).write(to: scratch.path)
        let made = Made(level, in: scratch.path)
        let name =
            level == .l1c
            ? "S2A_MSIL1C_20240718T072621_N0510_R049_T39TTE_20240718T100000.SAFE"
            : "S2A_MSIL2A_20240718T072621_N0510_R049_T39TTE_20240718T113000.SAFE"
        #expect(made.folder == "\(scratch.path)/\(name)")
        let bands = try #require(Self.bands[level])
        var expected = bands.flatMap { resolution, names in names.map { made.path($0, resolution) } }
        expected += ["MTD_TL.xml", "QI_DATA/MSK_CLASSI_B00.jp2"].map { "\(made.granule)/\($0)" }
        if level == .l2a {
            expected += [made.path("SCL", 20), made.path("SCL", 60)]
            expected += [20, 60].map { "\(made.granule)/QI_DATA/MSK_CLDPRB_\($0)m.jp2" }
        }
        expected += ["class", "salinity", "reflectance_10m", "reflectance_20m", "reflectance_60m"].map(made.truth)
        expected.append("\(made.folder)/MTD_MSI\(level.code).xml")
        #expect(listed == expected.sorted())
        // The metadata lists the images that exist, and all of them.
        let images = try made.product.texts("IMAGE_FILE").map { "\(made.folder)/\($0).jp2" }
        #expect(Set(images) == Set(expected.filter { $0.contains("/IMG_DATA/") }))
        for file in try made.tile.texts("MASK_FILENAME") { #expect(expected.contains("\(made.folder)/\(file)")) }
        #expect(try made.product.texts("PRODUCT_URI") == [name])
    }

    @Test(arguments: Sentinel2Level.allCases) func metadataSaysHowNumbersAreToBeRead(level: Sentinel2Level) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(level, 12, seed: 1).write(to: scratch.path)
        let product = try Made(level, in: scratch.path).product
        let (offset, quantification) =
            level == .l1c
            ? ("RADIO_ADD_OFFSET", "QUANTIFICATION_VALUE") : ("BOA_ADD_OFFSET", "BOA_QUANTIFICATION_VALUE")
        #expect(product.numbers(offset) == Array(repeating: -1000, count: 13))
        #expect(product.all(offset).map { $0.attributes["band_id"] } == (0..<13).map { "\($0)" })
        #expect(product.numbers(quantification) == [10_000])
        #expect(product.texts("SPECIAL_VALUE_TEXT") == ["NODATA", "SATURATED"])
        #expect(product.numbers("SPECIAL_VALUE_INDEX") == [0, 65_535])
        #expect(product.texts("PROCESSING_BASELINE") == ["05.10"])
        #expect(product.all("Spectral_Information")[8].attributes == ["bandId": "8", "physicalBand": "B8A"])
        #expect(product.all("Spectral_Information")[9].attributes["physicalBand"] == "B9")
        #expect(product.numbers("SOLAR_IRRADIANCE").count == 13)
        // ESA's distance: days since 1950-01-01 of 18 July 2024 are 27227.
        let distance = 1 - 0.01673 * cos(0.0172 * (27_227 - 2))
        #expect(try abs(#require(product.numbers("U").first) - 1 / (distance * distance)) < 1e-12)
    }

    @Test(arguments: Sentinel2Level.allCases, [UInt64(2), 7]) func truthAgreesWithTheCountsThroughTheMetadata(
        level: Sentinel2Level, seed: UInt64
    ) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(level, 60, seed: seed, cloudPercent: 20).write(to: scratch.path)
        let made = Made(level, in: scratch.path)
        let classes = try made.classes()
        for (resolution, names) in try #require(Self.bands[level]) {
            let step = resolution / 10
            let isFill = Self.blocks(classes, width: 60, step: step).map { $0[0] == 0 }
            for name in names {
                let file = try Dataset(reading: made.path(name, resolution))
                #expect(file.width == 60 / step && file.grid.transform.pixelWidth == Double(resolution))
                #expect(file.grid.crs?.epsg == 32_639 && file.grid.transform.originX == 298_200)
                #expect(try file.band(1).sampleType == .uint16)
                let counts = try file.floats(band: 1)
                let truth = try made.reflectance(name, resolution)
                var wrong = 0
                var errors = MeanError()
                for index in counts.indices {
                    if isFill[index] {
                        if counts[index] != 0 || truth[index] != -32768 { wrong += 1 }
                        continue
                    }
                    let expected = Double(truth[index]) * 1e-4
                    let bound = Double(SensorNoise.limit) * (4e-4 + 3e-3 * expected) + 0.5e-4 + 0.51e-4 + 1e-6
                    if counts[index] == 65_535 {
                        if expected < 1.4 - bound { wrong += 1 }
                    } else {
                        let got = (Double(counts[index]) - 1000) / 10_000
                        if !(1...15_000).contains(counts[index]) || abs(got - expected) > bound { wrong += 1 }
                        errors.append(got - expected, deviation: 4e-4 + 3e-3 * expected)
                    }
                }
                #expect(errors.isUnbiased, "\(name) at \(resolution) m, seed \(seed): \(errors.mean) on the mean")
                #expect(wrong == 0, "\(name) at \(resolution) m, seed \(seed): \(wrong) pixels beyond the bound")
            }
        }
    }

    /// A 20 m pixel covers four of 10 m, a 60 m pixel 36: so does its truth.
    @Test func coarserTruthIsTheMeanOfTheFiner() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(.l2a, 60, seed: 7).write(to: scratch.path)
        let made = Made(.l2a, in: scratch.path)
        for name in ["B02", "B03", "B04"] {
            let fine = try made.reflectance(name, 10)
            for resolution in [20, 60] {
                let coarse = try made.reflectance(name, resolution)
                let wrong = zip(coarse, Self.blocks(fine, width: 60, step: resolution / 10)).count { value, block in
                    abs(value - block.reduce(0, +) / Float(block.count)) > 1.01
                }
                #expect(wrong == 0, "\(name) at \(resolution) m")
            }
        }
    }

    /// The classification, the cloud probability and the mask say what the classes of the truth say.
    @Test(arguments: [0.0, 30, 100]) func qualityAgreesWithTheClasses(clouds: Double) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(.l2a, 84, seed: 2, cloudPercent: clouds).write(to: scratch.path)
        let made = Made(.l2a, in: scratch.path)
        let classes = try made.classes()
        let scl = try made.counts("SCL", 20)
        let probability = try made.mask("MSK_CLDPRB_20m")
        let allowed: [SyntheticClass: Set<Float>] = [
            .fill: [0], .crop: [1, 4, 10], .bareSoil: [1, 5, 10], .saltCrust: [1, 5, 10], .water: [1, 6, 10],
            .cloud: [1, 8, 9], .shadow: [1, 3, 10],
        ]
        for (index, block) in Self.blocks(classes, width: 84, step: 2).enumerated() where Set(block).count == 1 {
            let kind = try #require(SyntheticClass(rawValue: UInt8(block[0])))
            #expect(allowed[kind]?.contains(scl[index]) == true, "\(kind) and class \(scl[index])")
            #expect((kind == .fill) == (scl[index] == 0))
            if kind == .cloud { #expect(probability[index] >= 50) }
            if [.crop, .bareSoil, .saltCrust, .water].contains(kind) { #expect(probability[index] < 50) }
        }
        #expect(probability.allSatisfy { (0...100).contains($0) })
        let opaque = try made.mask("MSK_CLASSI_B00", band: 1)
        let snow = try made.mask("MSK_CLASSI_B00", band: 3)
        #expect(snow.allSatisfy { $0 == 0 })
        for (index, block) in Self.blocks(classes, width: 84, step: 6).enumerated() where Set(block).count == 1 {
            #expect(opaque[index] == (block[0] == Float(SyntheticClass.cloud.rawValue) ? 1 : 0))
        }
        // What the metadata counts is what the classification holds.
        let imaged = scl.count { $0 != 0 }
        let tile = try made.tile
        for (key, classes) in [
            ("CLOUDY_PIXEL_PERCENTAGE", [8, 9, 10] as [Float]), ("VEGETATION_PERCENTAGE", [4]),
            ("WATER_PERCENTAGE", [6]),
        ] {
            let stated = try #require(tile.numbers(key).first)
            let share = 100 * Double(scl.count { classes.contains($0) }) / Double(imaged)
            #expect(abs(stated - share) < 1e-6)
        }
        let clouded = try #require(made.product.numbers("Cloud_Coverage_Assessment").first)
        #expect((clouds == 0) == (clouded == 0))
    }

    @Test func angleGridsAreInTheTileMetadata() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(.l1c, 120, seed: 1).write(to: scratch.path)
        let tile = try Made(.l1c, in: scratch.path).tile
        let zenith = tile.texts("Sun_Angles_Grid/Zenith/Values_List/VALUES").map {
            $0.split(separator: " ").compactMap { Double($0) }
        }
        #expect(zenith.count == 23 && zenith.allSatisfy { $0.count == 23 })
        let mean = try #require(tile.numbers("Mean_Sun_Angle/ZENITH_ANGLE").first)
        #expect(abs(zenith[0][0] - mean) < 0.01)
        let views = tile.all("Viewing_Incidence_Angles_Grids")
        #expect(Set(views.compactMap { $0.attributes["bandId"] }).count == 13)
        let rows = tile.texts("Viewing_Incidence_Angles_Grids/Zenith/Values_List/VALUES")
        #expect(rows.count == views.count * 23 && rows.contains { $0.hasPrefix("NaN") })
        #expect(tile.all("Mean_Viewing_Incidence_Angle").count == 13)
        #expect(tile.numbers("ULX") == [297_900, 297_900, 297_900] && tile.numbers("Size/NROWS") == [120, 60, 20])
    }

    /// The air is what sets Level-1C apart: brighter in the blue, and hardly so in the short-wave infrared.
    @Test func theLevelsDifferByTheAir() throws {
        let scratch = try SynthesisScratch()
        for level in Sentinel2Level.allCases {
            _ = try Self.scene(level, 48, seed: 4, cloudPercent: 0).write(to: scratch.path)
        }
        let (top, ground) = (Made(.l1c, in: scratch.path), Made(.l2a, in: scratch.path))
        #expect(try top.classes() == ground.classes())
        for (name, resolution, light, share) in [("B02", 10, 0.073, 0.84), ("B11", 20, 0.003, 0.95)] {
            let pairs = zip(try top.reflectance(name, resolution), try ground.reflectance(name, resolution))
            let wrong = pairs.count { above, below in
                above > 0 && below < 10_000 && abs(Double(above) - (light * 1e4 + share * Double(below))) > 2
            }
            #expect(wrong == 0, "\(name)")
        }
    }

    /// The ground of a seed is the same for Sentinel-2 and Landsat, only looked at more closely.
    @Test func theGroundIsThatOfTheOtherProducts() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(.l2a, 60, seed: 4, cloudPercent: 0).write(to: scratch.path)
        let landsat = LandsatSynthesis(options: SynthesisOptions(size: 40, seed: 4, cloudPercent: 0))
        _ = try landsat.write(to: scratch.path)
        let fine = try Dataset(reading: Made(.l2a, in: scratch.path).truth("salinity"))
        let id = landsat.productID
        let coarse = try Dataset(reading: "\(scratch.path)/\(id)/truth/\(id)_truth_salinity.tif")
        let (one, other) = (try fine.floats(band: 1), try coarse.floats(band: 1))
        var (compared, wrong) = (0, 0)
        for row in 0..<60 {
            for column in 0..<60 where !one[row * 60 + column].isNaN {
                let place = fine.grid.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                let x = Int(((place.x - coarse.grid.transform.originX) / 30).rounded(.down))
                let y = Int(((coarse.grid.transform.originY - place.y) / 30).rounded(.down))
                let near = other[y * 40 + x]
                if near.isNaN { continue }
                compared += 1
                if abs(near - one[row * 60 + column]) > 2 { wrong += 1 }
            }
        }
        #expect(compared > 1000 && wrong == 0)
    }

    @Test func sameOptionsGiveTheSamePixelsOnAnyNumberOfThreads() throws {
        let scratch = try SynthesisScratch()
        var made: [MadeProduct] = []
        for (name, threads) in [("a", 1), ("b", 4)] {
            let scene = Self.scene(.l2a, 258, seed: 11, threads: threads)
            _ = try scene.write(to: "\(scratch.path)/\(name)")
            made.append(MadeProduct(in: "\(scratch.path)/\(name)", id: scene.productID))
        }
        #expect(try MadeProduct.differences(made[0], made[1]) == [])
        let first = try made[0].files()
        #expect(first.count == 37)
        let other = Self.scene(.l2a, 60, seed: 12, writesTruth: false)
        _ = try other.write(to: scratch.path + "/c")
        let files = try MadeProduct(in: scratch.path + "/c", id: other.productID).files()
        #expect(files.count == 32)
        #expect(files.filter { $0.key.hasSuffix(".jp2") }.contains { $0.value != first[$0.key] })
    }

    @Test func badSizesAreRefusedInWords() throws {
        let scratch = try SynthesisScratch()
        for (size, words) in [(6, "12 to 10980"), (10_986, "12 to 10980"), (100, "multiple of 6, such as 96")] {
            #expect {
                _ = try Self.scene(.l2a, size, seed: 1).write(to: scratch.path)
            } throws: { error in
                guard case .badOption(let text)? = error as? SynthesisError else { return false }
                return text.contains("size \(size)") && text.contains(words)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test func anExistingProductIsReplacedOnlyWhenSynthetic() throws {
        let scratch = try SynthesisScratch()
        let scene = Self.scene(.l1c, 12, seed: 1)
        _ = try scene.write(to: scratch.path)
        #expect(throws: SynthesisError.self) { try scene.write(to: scratch.path) }
        _ = try scene.write(to: scratch.path, overwrite: true)
        let metadata = "\(scratch.path)/\(scene.productID)/MTD_MSIL1C.xml"
        try Data("<n1:Level-1C_User_Product/>".utf8).write(to: URL(fileURLWithPath: metadata))
        #expect(throws: SynthesisError.self) { try scene.write(to: scratch.path, overwrite: true) }
    }

    /// Pixels, not bytes: another GDAL may compress otherwise.
    @Test func theSampleIsWhatItsCommandMakes() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let scene = Self.scene(.l2a, 120, seed: 4, cloudPercent: 10)
        let sample = MadeProduct(in: root + "/samples/scenes", id: scene.productID)
        let scratch = try SynthesisScratch()
        #expect(try scene.write(to: scratch.path).count == sample.files().count)
        #expect(try MadeProduct.differences(sample, MadeProduct(in: scratch.path, id: scene.productID)) == [])
        #expect(try sample.files().values.reduce(0) { $0 + $1.count } < 700_000)
    }
}
