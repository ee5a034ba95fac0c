import Foundation
import Testing

@testable import RSPipeline

@Suite struct SPOTSynthesisTests {
    private static func scene(
        _ size: Int, seed: UInt64, cloudPercent: Double = 8, writesTruth: Bool = true, threads: Int? = nil,
        tiles: Int = 1
    ) -> SPOTSynthesis {
        SPOTSynthesis(
            options: SynthesisOptions(
                size: size, seed: seed, cloudPercent: cloudPercent, writesTruth: writesTruth, threads: threads),
            tiles: tiles)
    }

    private static func product(_ directory: String) -> MadeProduct {
        MadeProduct(in: directory, id: SPOTSynthesis.productID)
    }

    private static func images(_ directory: String) -> String {
        "\(directory)/\(SPOTSynthesis.productID)/IMG_SPOT7_MS_001_A"
    }

    private static func metadata(_ directory: String) throws -> MadeXML {
        try MadeXML("\(images(directory))/DIM_\(SPOTSynthesis.productID).XML")
    }

    @Test func theBundleIsLaidOutAsDelivered() throws {
        let scratch = try SynthesisScratch()
        let listed = try Self.scene(40, seed: 1).write(to: scratch.path)
        let id = "SPOT7_MS_202107190725123_ORT_0000000001"
        let images = "IMG_SPOT7_MS_001_A"
        let expected = [
            "\(images)/DIM_\(id).XML", "\(images)/IMG_\(id)_R1C1.TIF", "\(images)/MASKS/CLD_\(id)_MSK.GML",
            "SPOT_VOL.XML", "truth/\(id)_truth_class.tif", "truth/\(id)_truth_reflectance.tif",
            "truth/\(id)_truth_salinity.tif",
        ]
        #expect(listed == expected.map { "\(scratch.path)/\(id)/\($0)" })
        let volume = try MadeXML("\(scratch.path)/\(id)/SPOT_VOL.XML")
        #expect(volume.all("COMPONENT_PATH").map { $0.attributes["href"] } == ["\(images)/DIM_\(id).XML"])
        let metadata = try Self.metadata(scratch.path)
        #expect(metadata.texts("PRODUCER_NAME") == [SyntheticOrigin.text])
        #expect(metadata.all("DATA_FILE_PATH").map { $0.attributes["href"] } == ["IMG_\(id)_R1C1.TIF"])
        #expect(metadata.all("COMPONENT_PATH").map { $0.attributes["href"] } == ["MASKS/CLD_\(id)_MSK.GML"])
        #expect(metadata.texts("RADIOMETRIC_PROCESSING") == ["BASIC"])
        #expect(metadata.texts("SPECTRAL_PROCESSING") == ["MS"])
        #expect(metadata.texts("Band_Radiance/BAND_ID") == ["B0", "B1", "B2", "B3"])
        #expect(metadata.texts("Located_Geometric_Values/LOCATION_TYPE") == ["TopCenter", "Center", "BottomCenter"])
        let channels = ["RED", "GREEN", "BLUE", "ALPHA"].map { "Band_Display_Order/\($0)_CHANNEL" }
        #expect(channels.flatMap { metadata.texts($0) } == ["B2", "B1", "B0", "B3"])
        #expect(
            zip(metadata.texts("SPECIAL_VALUE_TEXT"), metadata.texts("SPECIAL_VALUE_COUNT")).map { [$0, $1] } == [
                ["NODATA", "0"], ["SATURATED", "4095"],
            ])
        #expect(metadata.numbers("MISSION_INDEX") == [7])
    }

    /// `rho = pi d^2 (DN / GAIN + BIAS) / (E0 sin(e))`, each number taken from the metadata by its band id.
    @Test(arguments: [UInt64(1), 3, 7]) func truthAgreesWithTheCountsThroughTheMetadata(seed: UInt64) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(96, seed: seed).write(to: scratch.path)
        let metadata = try Self.metadata(scratch.path)
        let image = try Dataset(reading: "\(Self.images(scratch.path))/IMG_\(SPOTSynthesis.productID)_R1C1.TIF")
        let elevation = try #require(metadata.numbers("SUN_ELEVATION").dropFirst().first)
        let product = Self.product(scratch.path)
        let classes = try product.truth("class")
        // 19 July 2021, 07:25:12 UTC in days since 2000-01-01 12:00, Astronomical Almanac.
        let anomaly = (357.529 + 0.98560028 * (7869.5 + 26_712 / 86_400)) * .pi / 180
        let distance = 1.00014 - 0.01671 * cos(anomaly) - 0.00014 * cos(2 * anomaly)
        func value(_ path: String, _ list: String, _ id: String) throws -> Double {
            let place = try #require(metadata.texts("\(list)/BAND_ID").firstIndex(of: id))
            return metadata.numbers("\(list)/\(path)")[place]
        }
        let inFile = ["B2", "B1", "B0", "B3"]
        for (lane, id) in ["B0", "B1", "B2", "B3"].enumerated() {
            let gain = try value("GAIN", "Band_Radiance", id)
            let bias = try value("BIAS", "Band_Radiance", id)
            let irradiance = try value("VALUE", "Band_Solar_Irradiance", id)
            let counts = try image.floats(band: try #require(inFile.firstIndex(of: id)) + 1)
            let truth = try product.truth("reflectance", band: lane + 1)
            let step = Double.pi * distance * distance / (irradiance * sin(elevation * .pi / 180))
            var wrong = 0
            var errors = MeanError()
            for index in counts.indices {
                if classes[index] == 0 {
                    if counts[index] != 0 || truth[index] != -32768 { wrong += 1 }
                    continue
                }
                let expected = Double(truth[index]) * 1e-4
                let got = (Double(counts[index]) / gain + bias) * step
                let bound = Double(SensorNoise.limit) * (6e-4 + 4e-3 * expected) + step / gain / 2 + 5.1e-5 + 1e-5
                let isSaturated = counts[index] == 4095
                let isFar = isSaturated ? expected < got - bound : abs(got - expected) > bound
                if isFar || !(1...4095).contains(counts[index]) { wrong += 1 }
                if !isSaturated { errors.append(got - expected, deviation: 6e-4 + 4e-3 * expected) }
            }
            #expect(errors.isUnbiased, "\(id), seed \(seed): \(errors.mean) on the mean")
            #expect(wrong == 0, "\(id), seed \(seed): \(wrong) pixels beyond the bound")
        }
    }

    /// Tiles side by side are the one image, and each lies where its place in the grid says.
    @Test(arguments: [(2, 45), (3, 262)]) func tilesTogetherAreTheImage(tiles: Int, size: Int) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(size, seed: 7).write(to: scratch.path + "/one")
        let listed = try Self.scene(size, seed: 7, tiles: tiles).write(to: scratch.path + "/many")
        #expect(listed.count { $0.hasSuffix(".TIF") } == tiles * tiles)
        let metadata = try Self.metadata(scratch.path + "/many")
        let step = try #require(metadata.all("NTILES_SIZE").first?.attributes["ncols"].flatMap(Int.init))
        let whole = try Dataset(
            reading: "\(Self.images(scratch.path + "/one"))/IMG_\(SPOTSynthesis.productID)_R1C1.TIF")
        for file in metadata.all("Data_File") {
            let row = try #require(file.attributes["tile_R"].flatMap(Int.init)) - 1
            let column = try #require(file.attributes["tile_C"].flatMap(Int.init)) - 1
            let name = "IMG_\(SPOTSynthesis.productID)_R\(row + 1)C\(column + 1).TIF"
            let part = try Dataset(reading: "\(Self.images(scratch.path + "/many"))/\(name)")
            let corner = whole.grid.transform.map(column: Double(column * step), row: Double(row * step))
            #expect(part.grid.transform.originX == corner.x && part.grid.transform.originY == corner.y)
            let window = Window(column: column * step, row: row * step, width: part.width, height: part.height)
            for band in 1...4 {
                #expect(try part.floats(band: band) == whole.floats(band: band, window: window))
            }
        }
        #expect(metadata.all("Data_File").count == tiles * tiles)
        let truths = ["class", "salinity"]
        for name in truths {
            let pairs = zip(
                try Self.product(scratch.path + "/one").truth(name),
                try Self.product(scratch.path + "/many").truth(name))
            #expect(pairs.allSatisfy { $0.bitPattern == $1.bitPattern })
        }
    }

    /// Below 512 pixels the polygons of the mask are the cloudy pixels, no more and no less.
    @Test(arguments: [0.0, 20, 100]) func theCloudMaskIsTheCloud(clouds: Double) throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(120, seed: 3, cloudPercent: clouds).write(to: scratch.path)
        let mask = try MadeXML("\(Self.images(scratch.path))/MASKS/CLD_\(SPOTSynthesis.productID)_MSK.GML")
        let classes = try Self.product(scratch.path).truth("class")
        let cloudy = classes.count { $0 == Float(SyntheticClass.cloud.rawValue) }
        var area = 0.0
        for ring in mask.texts("gml:posList") {
            let numbers = ring.split(separator: " ").compactMap { Double($0) }
            #expect(numbers.count >= 10 && numbers.prefix(2) == numbers.suffix(2))
            // Numbers are small beside the corner, so that their products stay exact.
            let points = stride(from: 0, to: numbers.count, by: 2).map {
                (numbers[$0] - SyntheticSite.x, numbers[$0 + 1] - SyntheticSite.y)
            }
            area += zip(points, points.dropFirst()).reduce(0) { $0 + $1.0.0 * $1.1.1 - $1.1.0 * $1.0.1 } / 2
        }
        #expect(area == Double(cloudy) * 36, "exteriors run counter-clockwise and holes clockwise")
        #expect((clouds == 0) == mask.all("eop:MaskFeature").isEmpty)
        let stated = try #require(Self.metadata(scratch.path).numbers("CLOUD_COVERAGE").first)
        let imaged = classes.count { $0 != 0 }
        #expect(abs(stated - 100 * Double(cloudy) / Double(imaged)) < 0.006)
    }

    @Test func largeScenesHaveACoarserMaskThatMissesNoCloud() throws {
        var mask = CloudMaskGML(size: 1030)
        var flags = [UInt16](repeating: 0, count: 1030 * 1030)
        flags[500 * 1030 + 700] = 1
        flags[1029 * 1030 + 1029] = 1
        mask.add(rows: 0..<1030, flags)
        let grid = Grid(
            width: 1030, height: 1030, transform: GeoTransform(left: 0, top: 10_300, pixelSize: 10), crs: nil)
        let text = mask.text(id: "CLD", grid: grid)
        // Cells of three pixels: columns 699 to 701 and rows 498 to 500; the last cell ends with the image.
        #expect(text.contains("6990.0 5290.0 7020.0 5290.0 7020.0 5320.0 6990.0 5320.0 6990.0 5290.0"))
        #expect(text.contains("10290.0 0.0 10300.0 0.0 10300.0 10.0 10290.0 10.0 10290.0 0.0"))
    }

    @Test func sameOptionsGiveTheSamePixelsOnAnyNumberOfThreads() throws {
        let scratch = try SynthesisScratch()
        var made: [MadeProduct] = []
        for (name, threads) in [("a", 1), ("b", 5)] {
            _ = try Self.scene(258, seed: 11, threads: threads).write(to: "\(scratch.path)/\(name)")
            made.append(Self.product("\(scratch.path)/\(name)"))
        }
        #expect(try MadeProduct.differences(made[0], made[1]) == [])
        let first = try made[0].files()
        #expect(first.count == 7)
        _ = try Self.scene(40, seed: 12, writesTruth: false).write(to: scratch.path + "/c")
        let other = try Self.product(scratch.path + "/c").files()
        let image = "IMG_SPOT7_MS_001_A/IMG_\(SPOTSynthesis.productID)_R1C1.TIF"
        #expect(other[image] != first[image] && other.count == 4)
    }

    @Test func badOptionsAreRefusedInWords() throws {
        let scratch = try SynthesisScratch()
        for (bad, words) in [
            (Self.scene(15, seed: 1), "size 15"), (Self.scene(40, seed: 1, tiles: 0), "tiles 0"),
            (Self.scene(40, seed: 1, tiles: 17), "tiles 17"), (Self.scene(17, seed: 1, tiles: 8), "too small"),
            (Self.scene(40, seed: 1, cloudPercent: -1), "clouds -1"),
        ] {
            #expect {
                _ = try bad.write(to: scratch.path)
            } throws: { error in
                guard case .badOption(let text)? = error as? SynthesisError else { return false }
                return text.contains(words)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test func onlyASyntheticProductIsReplaced() throws {
        let scratch = try SynthesisScratch()
        _ = try Self.scene(16, seed: 1).write(to: scratch.path)
        #expect(throws: SynthesisError.self) { try Self.scene(16, seed: 2).write(to: scratch.path) }
        _ = try Self.scene(16, seed: 2).write(to: scratch.path, overwrite: true)
        let metadata = "\(Self.images(scratch.path))/DIM_\(SPOTSynthesis.productID).XML"
        try Data("<Dimap_Document/>".utf8).write(to: URL(fileURLWithPath: metadata))
        #expect(throws: SynthesisError.self) {
            try Self.scene(16, seed: 3).write(to: scratch.path, overwrite: true)
        }
    }

    /// Pixels, not bytes: another GDAL may compress otherwise.
    @Test func theSampleIsWhatItsCommandMakes() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let sample = Self.product(root + "/samples/scenes")
        let scratch = try SynthesisScratch()
        let listed = try Self.scene(200, seed: 4, cloudPercent: 10).write(to: scratch.path)
        #expect(listed.count == 7)
        #expect(try MadeProduct.differences(sample, Self.product(scratch.path)) == [])
        #expect(try sample.files().values.reduce(0) { $0 + $1.count } < 500_000)
    }
}
