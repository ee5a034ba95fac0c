import Foundation
import Testing

@testable import RSPipeline

/// `pansharpen`, by hand and against GDAL's own.
@Suite struct PansharpenStepTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static func grid(_ width: Int, _ height: Int, pixel: Double, shift: Double = 0, epsg: String = "EPSG:32639")
        throws -> Grid
    {
        Grid(
            width: width, height: height,
            transform: GeoTransform(left: 500_000 + shift, top: 4_400_000 - shift, pixelSize: pixel),
            crs: try CoordinateSystem(text: epsg))
    }

    /// Two files of reflectance: bands on the coarse grid, and one on the fine grid.
    private func bundle(
        _ coarse: Grid, _ bands: [[Double]], _ fine: Grid, _ pan: [Double], noData: NoData = .nan
    ) throws -> String {
        try SmallRaster.write(
            scratch.path + "/ms.tif", grid: coarse, type: .float32, bands: bands, noData: noData,
            quantity: .toaReflectance)
        try SmallRaster.write(
            scratch.path + "/pan.tif", grid: fine, type: .float32, bands: [pan], noData: noData,
            quantity: .toaReflectance)
        let roles = ["blue", "green", "red", "nir"].prefix(bands.count).joined(separator: ",")
        return "read \(scratch.path)/ms.tif \(scratch.path)/pan.tif roles=\(roles),pan"
    }

    // MARK: By hand

    /// Two bands of one row: 0.1 and 0.3 in the first pixel, 0.2 and 0.2 in the second.
    @Test func theFormula() throws {
        let read = try bundle(
            Self.grid(2, 1, pixel: 2), [[0.125, 0.25], [0.375, 0.25]], Self.grid(4, 2, pixel: 1),
            [0.25, 0.5, 0.25, 0, 0.125, 0.25, 0.75, 1])
        let equal = try Run.values(read + " ! pansharpen resampling=nearest")
        // The mean of the bands is a quarter everywhere.
        #expect(equal["b1"] == [0.125, 0.25, 0.25, 0, 0.0625, 0.125, 0.75, 1])
        #expect(equal["b2"] == [0.375, 0.75, 0.25, 0, 0.1875, 0.375, 0.75, 1])
        // The panchromatic band sees the second band only: there the result is its own number.
        let second = try Run.values(read + " ! pansharpen b1,b2 weights=0,1 resampling=nearest")
        #expect(second["b2"] == [0.25, 0.5, 0.25, 0, 0.125, 0.25, 0.75, 1])
        #expect(
            second["b1"]
                == [0.25, 0.5, 0.25, 0, 0.125, 0.25, 0.75, 1].enumerated().map { index, pan in
                    index % 4 < 2 ? Float(0.125 / 0.375) * pan : pan
                })
    }

    /// What has no value, and why.
    @Test func missingPixels() throws {
        let nan = Double.nan
        let read = try bundle(
            Self.grid(4, 1, pixel: 2), [[0.5, nan, 0.5, -0.5], [0.5, 0.5, nan, 0.25]], Self.grid(8, 1, pixel: 1),
            [0.5, nan, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
        let found = try Run.values(read + " ! pansharpen b1,b2 weights=1,0 resampling=nearest ! select b1,b2,validity")
        let first = try #require(found["b1"])
        let second = try #require(found["b2"])
        // A band without weight has no say in the others; a sum that is not above 0 gives no value.
        #expect(first.map(\.isNaN) == [false, true, true, true, false, false, true, true])
        #expect(second.map(\.isNaN) == [false, true, true, true, true, true, true, true])
        let fill = Float(PixelReason.fill.rawValue)
        let undefined = Float(PixelReason.undefinedResult.rawValue)
        #expect(found["validity"] == [0, fill, fill, fill, fill, fill, undefined, undefined])
    }

    /// Positions come from the maps: a panchromatic grid that begins a quarter of a pixel inside, as Landsat's does.
    @Test func positionsOfLandsat() throws {
        let (width, height) = (9, 8)
        func ramp(_ x: Double, _ y: Double) -> [Double] {
            (0..<height).flatMap { row in (0..<width).map { 100 + x * Double($0) + y * Double(row) } }
        }
        let read = try bundle(
            Self.grid(width, height, pixel: 30), [ramp(16, 0), ramp(0, 8)],
            Self.grid(2 * width - 1, 2 * height - 1, pixel: 15, shift: 7.5),
            [Double](repeating: 64, count: (2 * width - 1) * (2 * height - 1)))
        let found = try #require(try Run.values(read + " ! pansharpen")["b1"])
        // The cubic kernel keeps straight lines; pixel (0, 0) lies on the first multispectral centre.
        for row in 4..<(2 * height - 5) {
            for column in 4..<(2 * width - 5) {
                let x = 100 + 16 * Double(column) / 2
                let y = 100 + 8 * Double(row) / 2
                let expected = Float(x * 64 / ((x + y) / 2))
                let value = found[row * (2 * width - 1) + column]
                #expect(abs(value - expected) < 1e-3, "\(column), \(row): \(value), \(expected)")
            }
        }
    }

    // MARK: GDAL

    /// Every pixel is that of GDAL's own algorithm, edges and holes included.
    @Test(.enabled(if: GDALTool.isInstalled("gdal_translate")), arguments: [2, 3, 4])
    func sameAsGDAL(ratio: Int) throws {
        let (width, height) = (23, 17)
        let seed: UInt64 = 40 + UInt64(ratio)
        var random = SplitMix64(seed: seed)
        func numbers(_ count: Int, holes: Int) -> [Double] {
            var values = (0..<count).map { _ in Double.random(in: 300...900, using: &random) }
            for _ in 0..<holes { values[Int.random(in: 0..<count, using: &random)] = -9999 }
            return values
        }
        var bands = (0..<3).map { _ in numbers(width * height, holes: 0) }
        // A hole of several pixels in all bands, single ones in each, and a corner.
        for index in bands.indices {
            for pixel in [0, 1, width, 100, 101, 102, 100 + width, 101 + width, 250 + 7 * index] {
                bands[index][pixel] = -9999
            }
        }
        let read = try bundle(
            Self.grid(width, height, pixel: 6), bands,
            Self.grid(width * ratio, height * ratio, pixel: 6 / Double(ratio)),
            numbers(width * height * ratio * ratio, holes: 9), noData: .value(-9999))
        let spectral = (1...3).map { band in
            "<SpectralBand dstBand=\"\(band)\"><SourceFilename>\(scratch.path)/ms.tif</SourceFilename><SourceBand>\(band)"
                + "</SourceBand></SpectralBand>"
        }
        let description =
            "<VRTDataset subClass=\"VRTPansharpenedDataset\"><PansharpeningOptions><AlgorithmOptions><Weights>0.2,0.3,0.5"
            + "</Weights></AlgorithmOptions><Resampling>Cubic</Resampling><NoData>-9999</NoData><PanchroBand>"
            + "<SourceFilename>\(scratch.path)/pan.tif</SourceFilename><SourceBand>1</SourceBand></PanchroBand>"
            + spectral.joined() + "</PansharpeningOptions></VRTDataset>"
        try Data(description.utf8).write(to: URL(fileURLWithPath: scratch.path + "/gdal.vrt"))
        try GDALTool.run("gdal_translate", ["-q", scratch.path + "/gdal.vrt", scratch.path + "/gdal.tif"])

        let found = try Run.values(read + " ! pansharpen weights=0.2,0.3,0.5")
        for band in 1...3 {
            let theirs = try SmallRaster.read(scratch.path + "/gdal.tif", band: band)
            let ours = try #require(found["b\(band)"])
            #expect(ours.count == theirs.count)
            var largest: Float = 0
            var odd = 0
            for (a, b) in zip(ours, theirs) {
                if a.isNaN || b == -9999 || b.isNaN {
                    if a.isNaN != (b == -9999 || b.isNaN) { odd += 1 }
                    continue
                }
                largest = max(largest, abs(a - b) / abs(b))
            }
            #expect(odd == 0, "seed \(seed): \(odd) pixels have a value in one of both only")
            #expect(largest < 1e-5, "seed \(seed), band \(band): \(largest)")
            #expect(ours.count { $0.isNaN } > 10)
        }
    }

    // MARK: Products

    /// A SPOT bundle of a multispectral image of 6 m and a panchromatic one of 1.5 m.
    private func spot(_ folder: String, geometry: String = "GROUND", panPixel: Double = 1.5) throws -> String {
        let path = scratch.path + "/" + folder
        var colour = DIMAPSample()
        (colour.name, colour.spectral, colour.geometry, colour.pixelSize) = ("SPOT7_MS_1", "MS", geometry, 6)
        (colour.columns, colour.rows) = ([6, 5], [7])
        colour.pixel = { band, column, row in Double(200 * (band + 1) + 13 * row + 29 * column % 50) }
        try colour.write(in: path + "/IMG_MS_1")
        var pan = DIMAPSample()
        (pan.name, pan.spectral, pan.geometry, pan.pixelSize) = ("SPOT7_P_1", "P", geometry, panPixel)
        (pan.columns, pan.rows, pan.bandCount) = ([20, 24], [28], 1)
        (pan.display, pan.calibration) = (["P", "P", "P"], [("P", "6", "0", "1704")])
        pan.pixel = { _, column, row in Double(300 + (37 * row + 11 * column) % 200) }
        try pan.write(in: path + "/IMG_P_1")
        return path
    }

    @Test func bundleOfSPOT() throws {
        let read = "read \(try spot("bundle"))"
        let plan = try Run.plan(read + " ! toa ! pansharpen blue,green,red weights=0.3,0.4,0.3 ! write o/", out: "/tmp")
        #expect(plan.grid.width == 44 && plan.grid.height == 28 && plan.grid.transform.pixelWidth == 1.5)
        #expect(plan.planeNames == ["B0", "B1", "B2"])
        #expect(plan.planes.allSatisfy { $0.quantity == .toaReflectance })
        #expect(plan.constants["pansharpen"] == "Brovey, P / (0.3 B0 + 0.4 B1 + 0.3 B2), cubic")
        #expect(plan.inputPaths.count == 6)
        #expect(try Run.plan(read + " ! pansharpen").chainText == "read bundle ! pansharpen")
        // The weighted sum of what comes out is the panchromatic band.
        let values = try Run.values(
            read + " ! toa ! pansharpen blue,green,red weights=0.3,0.4,0.3 ! select B0,B1,B2,P,B3")
        let pan = try #require(values["P"])
        for index in pan.indices {
            let sum = 0.3 * values["B0"]![index] + 0.4 * values["B1"]![index] + 0.3 * values["B2"]![index]
            #expect(abs(sum - pan[index]) < 1e-6, "\(index)")
            #expect(!values["B3"]![index].isNaN)
        }
    }

    /// The same numbers for any units and threads.
    @Test func unitsAndThreads() throws {
        let chain = "read \(try spot("units")) ! toa ! pansharpen ! select B0,B1,B2,B3,validity"
        let plan = try Run.plan(chain)
        let whole = try AnyUnits.run(plan, width: 44, height: 28, threads: 1)
        for (width, height, threads) in [(7, 5, 3), (44, 1, 2), (13, 28, 5)] {
            let parts = try AnyUnits.run(plan, width: width, height: height, threads: threads)
            for (a, b) in zip(whole.planes, parts.planes) { #expect(a.bits == b.bits, "\(width) x \(height)") }
        }
    }

    /// Flags of the multispectral grid hold for all fine pixels of theirs.
    @Test func masksFollow() throws {
        var scene = SmallLandsat()
        (scene.width, scene.height) = (6, 4)
        for (index, band) in ["B2", "B3", "B4", "B5"].enumerated() {
            scene.bands[band] = SmallLandsat.filled(9000 + 1000 * Double(index), count: 24)
        }
        scene.bands["B8"] = SmallLandsat.filled(11_000, count: 96)
        scene.fineBands = ["B8"]
        scene.bands["QA_PIXEL"] = (0..<24).map { $0 == 8 ? 8 : 64 }
        let path = try scene.write(in: scratch.path)
        let chain = "read \(path) ! toa ! pansharpen ! mask cloud ! select B2,B5,validity"
        let plan = try Run.plan(chain)
        #expect(plan.grid.width == 12 && plan.grid.transform.pixelWidth == 15)
        let found = try Run.values(chain)
        let clouds = Set([(4, 2), (5, 2), (4, 3), (5, 3)].map { $0.1 * 12 + $0.0 })
        for index in 0..<96 {
            #expect(found["validity"]?[index] == (clouds.contains(index) ? Float(PixelReason.cloud.rawValue) : 0))
            #expect(found["B2"]?[index].isNaN == clouds.contains(index))
        }
    }

    // MARK: Refusals

    @Test func refusedInWords() throws {
        let read = "read \(try spot("words"))"
        for (chain, words) in [
            (" ! pansharpen weights=1,x", ["'x'", "0.3,0.4,0.3"]),
            (" ! pansharpen weights=0,0", ["above 0"]),
            (" ! pansharpen red weights=1,1", ["2 numbers for 1 bands"]),
            (" ! pansharpen weights=1,1", ["2 numbers for 4 bands", "B2, B1, B0, B3"]),
            (" ! pansharpen P", ["panchromatic band itself"]),
            (" ! pansharpen red,red", ["twice"]),
            (" ! pansharpen ! pansharpen", ["already"]),
            (" ! clip extent=400000,4479970,400030,4480000 ! pansharpen", ["before regrid and clip"]),
            (" ! pansharpen ! toa", ["step 3 (toa)", "before pansharpen", "not calibrated"]),
            (" ! pansharpen ! radiance", ["before pansharpen"]),
            (" ! toa ! pansharpen ! surface method=dos1", ["step 4 (surface)", "before pansharpen"]),
            (" ! surface method=dos1 ! pansharpen", ["surfaceReflectance:dos1", "toaReflectance", "select"]),
        ] {
            let said = Run.planMessage(read + chain)
            #expect(words.allSatisfy(said.contains), "\(chain): \(said)")
        }
        #expect(
            Run.planMessage(read + " ! select B0,B1,B2,B3,P ! surface method=dos1 ! pansharpen") == "",
            "surface reflectance of all bands is one quantity")
        let sensor = Run.planMessage("read \(try spot("sensor", geometry: "SENSOR")) ! pansharpen")
        #expect(sensor.contains("put ortho dem=FILE before it"), "\(sensor)")
        let coarse = Run.planMessage("read \(try spot("coarse", panPixel: 6)) ! pansharpen")
        #expect(coarse.contains("no detail to take over"), "\(coarse)")
        let lonely = try SmallScene(product: "generic")
        #expect(lonely.message("pansharpen").contains("no panchromatic band"))
    }

    @Test func missingFileIsNamed() throws {
        var scene = SmallLandsat()
        scene.bands = ["B4": SmallLandsat.filled(9000), "B3": SmallLandsat.filled(9000)]
        let said = Run.planMessage("read \(try scene.write(in: scratch.path)) ! toa ! pansharpen B3,B4")
        #expect(said.contains("B8") && said.contains("LC08_TEST_B8.TIF"), "\(said)")
    }

    @Test func otherSystemIsRefused() throws {
        let read = try bundle(
            Self.grid(2, 2, pixel: 2), [[1, 1, 1, 1], [1, 1, 1, 1]], Self.grid(4, 4, pixel: 1, epsg: "EPSG:32638"),
            [Double](repeating: 1, count: 16))
        let said = Run.planMessage(read + " ! pansharpen")
        #expect(said.contains("EPSG:32639") && said.contains("EPSG:32638"), "\(said)")
    }

    @Test func warnings() throws {
        let read = try bundle(
            Self.grid(8, 8, pixel: 2), [[Double]](repeating: [Double](repeating: 1, count: 64), count: 4),
            Self.grid(24, 16, pixel: 1), [Double](repeating: 1, count: 384))
        let beyond = try Run.plan(read + " ! pansharpen weights=1,1,1,1")
        #expect(beyond.warnings.contains { $0.contains("4.0 multispectral pixels beyond") }, "\(beyond.warnings)")
        #expect(beyond.warnings.contains { $0.contains("add up to 4.0") && $0.contains("0.25 times") })
        let values = try #require(try Run.values(read + " ! pansharpen")["b1"])
        for index in values.indices { #expect(values[index].isNaN == (index % 24 >= 16), "\(index)") }
        let ratio = try Run.plan(read + " ! pansharpen ! index ndvi")
        #expect(ratio.warnings.contains { $0.contains("ndvi is a ratio") }, "\(ratio.warnings)")
        let mixed = try Run.plan(read + " ! pansharpen red,green ! index ndvi")
        #expect(mixed.warnings.contains { $0.contains("mixes") }, "\(mixed.warnings)")
    }
}
