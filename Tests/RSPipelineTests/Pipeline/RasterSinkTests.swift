import Foundation
import Testing

@testable import RSPipeline

/// What is written reads back, and the same work gives the same bytes.
@Suite struct RasterSinkTests {
    private func scene(_ folder: ScratchFolder, size: Int = 64) throws -> String {
        var random = SplitMix64(seed: 5)
        let count = size * size
        var scene = SmallLandsat(width: size, height: size, sunElevation: 45)
        for number in [2, 3, 4, 5] {
            scene.bands["B\(number)"] = (0..<count).map { _ in
                Int.random(in: 0..<50, using: &random) == 0 ? 0 : Double(Int.random(in: 6000...20_000, using: &random))
            }
        }
        scene.bands["QA_PIXEL"] = (0..<count).map { $0 % 37 == 0 ? 22_280 : 21_824 }
        return try scene.write(in: folder.path)
    }

    @Test func filesEqualPlanesInMemory() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let head = "read \(path) bands=2,3,4,5 ! toa ! mask cloud ! index ndvi,sqrt_GR"
        try Run.run("\(head) ! write \(folder.path)/f/ ! write \(folder.path)/g.tif format=gtiff compress=lzw")
        let values = try Run.values(head)
        for (band, name) in ["ndvi", "sqrt_GR"].enumerated() {
            let expected = try #require(values[name])
            let single = try SmallRaster.read("\(folder.path)/f/LC08_TEST_\(name).tif")
            let multi = try SmallRaster.read("\(folder.path)/g.tif", band: band + 1)
            #expect(zip(single, expected).allSatisfy { BlockRun.same($0, $1) }, "\(name)")
            #expect(zip(multi, expected).allSatisfy { BlockRun.same($0, $1) }, "\(name)")
        }
        #expect(try Dataset(reading: folder.path + "/g.tif").band(2).name == "sqrt_GR")
    }

    @Test func whatWasWrittenReadsBackWithNothingTyped() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        try Run.run("read \(path) bands=2,3,4,5 ! toa ! write \(folder.path)/refl.tif type=int16")
        let scene = try Chain("read \(folder.path)/refl.tif").openScene()
        #expect(scene.bands.map(\.name) == ["B2", "B3", "B4", "B5"])
        #expect(scene.bands.allSatisfy { $0.quantity == .toaReflectance })
        #expect(scene.bands.allSatisfy { $0.readScale == LinearScale(gain: 0.0001, offset: 0) })
        #expect(scene.id == SmallLandsat.id && scene.sensor == "landsat8-oli-tirs")
        #expect(scene.acquiredText == "2023-07-15T07:30:00.1234567Z")
        let again = try #require(
            try Run.values("read \(folder.path)/refl.tif roles=blue,green,red,nir ! index ndvi")["ndvi"])
        let first = try #require(try Run.values("read \(path) bands=2,3,4,5 ! toa ! index ndvi")["ndvi"])
        #expect(zip(again, first).allSatisfy { $0.isNaN == $1.isNaN && ($0.isNaN || abs($0 - $1) < 2e-3) })
        try Run.run("read \(path) bands=4,5 ! toa ! index ndvi ! write \(folder.path)/n.tif")
        #expect(try Chain("read \(folder.path)/n.tif").openScene().bands[0].quantity == .index(range: -1...1))
    }

    @Test func validityIsBytesWithoutNoData() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        try Run.run(
            "read \(path) bands=4,5 ! toa ! mask cloud ! index ndvi ! select validity ! write \(folder.path)/v.tif")
        let band = try Dataset(reading: folder.path + "/v.tif").band(1)
        #expect(band.sampleType == .uint8 && band.noData == .none && band.scale == nil)
        #expect(Set(try SmallRaster.read(folder.path + "/v.tif")) == [0, 1, 3])
        // What the numbers mean, for people and for programs that draw them.
        #expect(band.metadata["CATEGORY_0"] == "valid" && band.metadata["CATEGORY_3"] == "cloud")
        let bytes = try folder.data("v.tif")
        let entries = (0..<Int(bytes[192])).map { Int(bytes[194 + 12 * $0]) + 256 * Int(bytes[195 + 12 * $0]) }
        #expect(entries.contains(320), "a colour table")
    }

    /// 0 is one of the two values of a mask.
    @Test func aMaskKeepsItsZeros() throws {
        let folder = try ScratchFolder()
        let source = folder.path + "/m.tif"
        try SmallRaster.write(
            source, grid: SmallRaster.grid(3, 1), type: .float32, bands: [[0, 1, .nan]], quantity: .mask)
        try Run.run("read \(source) ! write \(folder.path)/out.tif")
        #expect(try SmallRaster.read(folder.path + "/out.tif") == [0, 1, 255])
    }

    @Test func aFloatNoDataValueIsKeptFree() throws {
        let folder = try ScratchFolder()
        let source = folder.path + "/m.tif"
        try SmallRaster.write(
            source, grid: SmallRaster.grid(3, 1), type: .float32, bands: [[-9999, 1, .nan]], quantity: .relative)
        let summary = try Run.run("read \(source) ! write \(folder.path)/out.tif nodata=-9999")
        let values = try SmallRaster.read(folder.path + "/out.tif")
        #expect(values[0] != -9999 && abs(values[0] + 9999) < 0.01 && values[2] == -9999)
        #expect(summary.planes[0].clamped == 1)
    }

    @Test func clampedValuesAreReported() throws {
        let folder = try ScratchFolder()
        var scene = SmallLandsat(sunElevation: 90)
        scene.bands["B4"] = [5000, 4000, 0] + SmallLandsat.filled(10_000, count: 13)
        let path = try scene.write(in: folder.path)
        let summary = try Run.run("read \(path) bands=red ! toa ! write \(folder.path)/o.tif type=uint16")
        #expect(summary.planes[0].clamped == 2)
        #expect(summary.warnings.contains { $0.contains("B4: 2 of 15 values did not fit uint16") })
        #expect(summary.planes[0].pixels == ["valid": 15, "fill": 1])
        #expect(abs(try #require(summary.planes[0].maximum) - 0.1) < 1e-9)
    }

    /// Threads and memory cut the work differently; no byte may show it, statistics of a constant plane included.
    @Test(arguments: ["cog", "gtiff"]) func bytesDoNotDependOnThreadsOrMemory(format: String) throws {
        let folder = try ScratchFolder()
        let path = try scene(folder, size: 300)
        var digests: Set<[Data]> = []
        for (threads, memory) in [(1, 256 << 20), (2, 1 << 20), (3, 300_000), (3, 60_000)] {
            let out = "\(folder.path)/o-\(threads)-\(memory)"
            try Run.run(
                "read \(path) bands=2,3,4,5 ! surface method=dos1 ! mask cloud ! index ndvi ! expr c=\"red * 0 + 0.1\" ! "
                    + "write \(out)/ format=\(format) ! select ndvi ! write \(out)/i.tif type=int16 format=\(format)",
                options: ExecutionOptions(threads: threads, memory: memory))
            digests.insert(
                try ["LC08_TEST_ndvi.tif", "LC08_TEST_c.tif", "i.tif", "LC08_TEST.stac.json"].map {
                    try Data(contentsOf: URL(fileURLWithPath: "\(out)/\($0)"))
                })
        }
        #expect(digests.count == 1)
    }

    @Test func quicklooksArePictures() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let summary = try Run.run("read \(path) bands=4,5 ! toa ! index ndvi ! write \(folder.path)/n.tif quicklook=32")
        #expect(try folder.data("n.png").prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(summary.outputs.map(\.path).contains(folder.path + "/n.png"))
        #expect(folder.names() == ["n.png", "n.stac.json", "n.tif", "scene"])
    }
}
