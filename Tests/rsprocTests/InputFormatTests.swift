import Foundation
import RSPipeline
import Testing

/// Inputs beyond whole GeoTIFFs: JPEG 2000, virtual rasters, and files with a damaged block.
@Suite struct InputFormatTests {
    private let ndvi = ["!", "index", "ndvi", "!", "write", "out/"]

    /// The bands of the small scene under plain names.
    private func bands(in scratch: Scratch) throws -> (red: String, nir: String) {
        let scene = try MadeScene.small.get().path
        for (name, band) in [("red", "B4"), ("nir", "B5")] {
            try FileManager.default.copyItem(
                atPath: MadeScene.band(band, of: scene), toPath: "\(scratch.path)/\(name).tif")
        }
        return (scratch.path + "/red.tif", scratch.path + "/nir.tif")
    }

    private func read(_ red: String, _ nir: String, _ options: [String] = []) -> [String] {
        [
            "run", "read", red, nir, "roles=red,nir", "quantity=toaReflectance", "scale=0.00002", "offset=-0.1",
            "nodata=0",
        ]
            + options
    }

    private func damage(_ path: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let middle = bytes.count / 2
        bytes.replaceSubrange(middle..<middle + 40, with: [UInt8](repeating: 0xFF, count: 40))
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test func imagesOfJPEG2000GiveWhatGeoTIFFsGive() throws {
        let scratch = try Scratch()
        let (red, nir) = try bands(in: scratch)
        for name in ["red", "nir"] {
            try DatasetCopy.copy(
                "\(scratch.path)/\(name).tif", to: "\(scratch.path)/\(name).jp2", driver: "JP2OpenJPEG",
                options: ["REVERSIBLE=YES", "QUALITY=100"])
        }
        let images = try Command.run(
            read("red.jp2", "nir.jp2") + ["!", "index", "ndvi", "!", "write", "jp2/"], in: scratch.path)
        #expect(images.status == 0, "\(images.said)")
        let plain = try Command.run(read(red, nir) + ["!", "index", "ndvi", "!", "write", "tif/"], in: scratch.path)
        #expect(plain.status == 0, "\(plain.said)")
        let values = try ["jp2", "tif"].map { folder in
            let name = try #require(scratch.list(folder).first { $0.hasSuffix("ndvi.tif") }, "\(scratch.list())")
            return try Dataset(reading: "\(scratch.path)/\(folder)/\(name)").floats(band: 1)
        }
        #expect(values[0].map(\.bitPattern) == values[1].map(\.bitPattern))
        let info = try Command.run(["info", "red.jp2"], in: scratch.path)
        #expect(info.status == 0 && info.stdout.contains("128"), "\(info.said)")
    }

    /// An archive of one file, not compressed.
    private func archive(_ path: String, as name: String) throws -> Data {
        let content = try Data(contentsOf: URL(fileURLWithPath: path))
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        let size = String(content.count, radix: 8)
        put(name, at: 0)
        put("0000644", at: 100)
        put(String(repeating: "0", count: 11 - size.count) + size, at: 124)
        put("00000000000", at: 136)
        put("        0", at: 148)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum, at: 148)
        header[154] = 0
        return Data(header) + content + Data(count: (512 - content.count % 512) % 512 + 1024)
    }

    @Test func filesInArchives() throws {
        let scratch = try Scratch()
        let (red, nir) = try bands(in: scratch)
        try archive(red, as: "red.tif").write(to: scratch.url("a.tar"))
        let inside = "/vsitar/\(scratch.path)/a.tar/red.tif"
        let outcome = try Command.run(read(inside, nir) + ndvi, in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        let missing = try Command.run(read(inside + "f", nir) + ndvi, in: scratch.path)
        #expect(missing.status == 3 && missing.stderr.contains("red.tiff"), "\(missing.said)")
    }

    @Test func virtualRastersAreReadWhenTheyAreNamed() throws {
        let scratch = try Scratch()
        let (red, nir) = try bands(in: scratch)
        let grid = try Dataset(reading: red).grid
        let crs = try #require(grid.crs?.label)
        let t = grid.transform
        let text = """
            <VRTDataset rasterXSize="128" rasterYSize="128"><SRS>\(crs)</SRS>
            <GeoTransform>\(t.originX), \(t.columnX), 0, \(t.originY), 0, \(t.rowY)</GeoTransform>
            <VRTRasterBand dataType="UInt16" band="1"><SimpleSource><SourceFilename>\(red)</SourceFilename>
            <SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>
            """
        try scratch.write(text, to: "red.vrt")
        let named = try Command.run(read("red.vrt", nir) + ndvi, in: scratch.path)
        #expect(named.status == 0, "\(named.said)")
        // Not one that a product's metadata leads to, nor one that hides behind another name.
        let scene = try MadeScene.copy(to: scratch)
        try text.write(toFile: MadeScene.band("B4", of: scene), atomically: false, encoding: .utf8)
        let hidden = try Command.run(["run", "read", scene, "!", "toa"] + ndvi, in: scratch.path)
        #expect(hidden.status == 3 && hidden.stderr.contains("B4.TIF"), "\(hidden.said)")
        try scratch.write(text, to: "hidden.tif")
        let renamed = try Command.run(read("hidden.tif", nir) + ndvi, in: scratch.path)
        #expect(renamed.status == 3 && renamed.stderr.contains("hidden.tif"), "\(renamed.said)")
    }

    @Test func aDamagedBlockEndsTheRunUnlessItIsToBeNoData() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        let band = MadeScene.band("B4", of: scene)
        try damage(band)
        let failed = try Command.run(["run", "read", scene, "!", "toa"] + ndvi, in: scratch.path)
        #expect(failed.status == 3, "\(failed.said)")
        for word in [band, "band 1", "rows", "damaged", "fetch it again"] {
            #expect(failed.stderr.contains(word), "\(failed.said)")
        }
        #expect(scratch.list("out").isEmpty)
        let tolerant = try Command.run(
            ["run", "read", scene, "on-error=nodata", "!", "toa"] + ndvi + ["--json"], in: scratch.path)
        #expect(tolerant.status == 0, "\(tolerant.said)")
        #expect(tolerant.stdout.contains("damaged blocks: 1"), "\(tolerant.said)")
        #expect(tolerant.stdout.contains("\"fill\""), "\(tolerant.said)")
        let unknown = try Command.run(["run", "read", scene, "on-error=skip", "!", "toa"] + ndvi, in: scratch.path)
        #expect(unknown.status == 2 && unknown.stderr.contains("nodata"), "\(unknown.said)")
    }

    /// A quality layer that cannot be read must not let clouds through.
    @Test func aDamagedQualityLayerHidesEverythingBelowIt() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        try damage(MadeScene.band("QA_PIXEL", of: scene))
        let outcome = try Command.run(
            ["run", "read", scene, "on-error=nodata", "!", "toa", "!", "mask", "cloud"] + ndvi + ["--json"],
            in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        let name = try #require(scratch.list("out").first { $0.hasSuffix("ndvi.tif") })
        let dataset = try Dataset(reading: "\(scratch.path)/out/\(name)")
        let noData = try #require(try dataset.band(1).noData.number)
        let values = try dataset.floats(band: 1)
        // The block that was hit holds the middle row at least.
        let row = values[64 * 128..<65 * 128]
        #expect(row.allSatisfy { $0 == Float(noData) || ($0.isNaN && noData.isNaN) })
    }
}
