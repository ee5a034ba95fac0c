import Foundation
import Testing

@testable import RSPipeline

/// Rasters written with ``COGWriter`` beside the same rasters written by GDAL's COG driver.
///
/// Validators do not notice lost tiles, so every pixel of every overview is compared.
@Suite struct COGWriterTests {
    /// A raster to write.
    struct Case: Sendable, CustomTestStringConvertible {
        var width: Int
        var height: Int
        var type = SampleType.float32
        var bands = 1
        var noData: NoData = .nan
        var compression = TIFFCompression.deflate
        var rule = OverviewRule.average
        /// Whether a large part has no data.
        var isSparse = false

        var testDescription: String {
            "\(width)x\(height) \(type.rawValue) \(bands) \(noData) \(compression.rawValue) \(rule) \(isSparse)"
        }
    }

    static let cases: [Case] = [
        Case(width: 1, height: 1), Case(width: 255, height: 257), Case(width: 513, height: 1),
        Case(width: 512, height: 512), Case(width: 513, height: 513), Case(width: 1024, height: 520),
        Case(width: 1025, height: 1027), Case(width: 1537, height: 300), Case(width: 200, height: 2050),
        Case(width: 700, height: 1025, isSparse: true), Case(width: 1024, height: 1024, isSparse: true),
        Case(width: 1031, height: 530, type: .int16, noData: .value(-32768)),
        Case(width: 1028, height: 516, type: .int16, noData: .value(-32768), isSparse: true),
        Case(width: 1031, height: 530, type: .uint16, noData: .value(0), compression: .zstd),
        Case(width: 530, height: 531, type: .uint8, noData: .value(255), compression: .lzw),
        Case(width: 1027, height: 300, type: .uint8, noData: .none),
        Case(width: 1026, height: 300, type: .uint16, noData: .none),
        Case(width: 1025, height: 200, type: .float32, bands: 3, isSparse: true),
        Case(width: 528, height: 514, type: .float32, bands: 2),
        Case(width: 515, height: 517, type: .int16, bands: 4, noData: .value(-32768), compression: .zstd),
        Case(width: 600, height: 300, noData: .value(-9999), compression: .lzw),
        Case(width: 601, height: 301, noData: .value(-9999), compression: .none),
        Case(width: 625, height: 200, compression: .lerc),
        Case(width: 1027, height: 530, type: .uint8, noData: .value(0), rule: .mode),
        Case(width: 524, height: 526, type: .uint8, noData: .none, rule: .mode),
    ]

    /// Tiles of overviews that have no room wait in the spool and come back as they were.
    @Test(arguments: [Case(width: 1537, height: 1539), Case(width: 1200, height: 2051, type: .uint8, noData: .none)])
    func roomForOverviewsDoesNotMatter(example: Case) throws {
        let folder = try ScratchFolder()
        let bands = Self.bands(of: example)
        var files: [Data] = []
        for (openTiles, threads) in [(1000, 2), (2, 1), (0, 3)] {
            let path = folder.path + "/\(openTiles).tif"
            try Self.write(bands, example, to: path, threads: threads, openTiles: openTiles)
            files.append(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        #expect(files[1] == files[0] && files[2] == files[0])
    }

    @Test(arguments: cases) func everyPixelOfEveryLevelIsThatOfTheCOGDriver(_ example: Case) throws {
        let folder = try ScratchFolder()
        let bands = Self.bands(of: example)
        let ours = folder.path + "/ours.tif"
        try Self.write(bands, example, to: ours)
        try TIFFIntegrity.check(ours)
        let theirs = folder.path + "/theirs.tif"
        try Self.writeWithGDAL(bands, example, to: theirs, folder)
        try Self.expectEqual(ours, theirs, bands: example.bands)
        let dataset = try Dataset(reading: ours)
        #expect(try dataset.band(1).noData == example.noData)
        #expect(try dataset.band(example.bands).name == "band \(example.bands)")
        #expect(dataset.grid.difference(from: SmallRaster.grid(example.width, example.height)) == nil)
    }

    @Test func theLayoutIsRecognisedAsCloudOptimised() throws {
        let folder = try ScratchFolder()
        let example = Case(width: 1300, height: 1300)
        try Self.write(Self.bands(of: example), example, to: folder.path + "/o.tif")
        let bytes = try folder.data("o.tif")
        let text = String(decoding: bytes.prefix(192), as: UTF8.self)
        #expect(text.contains("GDAL_STRUCTURAL_METADATA_SIZE=000140 bytes\nLAYOUT=IFDS_BEFORE_DATA"))
        #expect(Array(bytes[4..<8]) == [192, 0, 0, 0])
    }

    /// Empty tiles are not stored, and read as no data at every level.
    @Test func tilesWithoutDataTakeNoRoom() throws {
        let folder = try ScratchFolder()
        let example = Case(width: 1600, height: 1600)
        try Self.write([[Float](repeating: .nan, count: 2_560_000)], example, to: folder.path + "/o.tif")
        #expect(FileFacts.size(folder.path + "/o.tif") < 3000)
        for level in 1...3 {
            let values = try Dataset(reading: "GTIFF_DIR:\(level):\(folder.path)/o.tif").floats(band: 1)
            #expect(values.allSatisfy { $0.isNaN })
        }
    }

    /// The order of tiles and the number of threads leave no trace.
    @Test(arguments: [(1, 1), (2, 7), (3, 11), (7, 13)] as [(Int, UInt64)])
    func bytesDoNotDependOnThreadsOrOrder(threads: Int, seed: UInt64) throws {
        let folder = try ScratchFolder()
        let example = Case(width: 1551, height: 1301)
        let bands = Self.bands(of: example)
        try Self.write(bands, example, to: folder.path + "/a.tif", threads: 1, seed: 3)
        try Self.write(bands, example, to: folder.path + "/b.tif", threads: threads, seed: seed)
        #expect(try folder.data("a.tif") == folder.data("b.tif"))
    }

    @Test(
        arguments: [
            "generic/elev.tif", "generic/float_nan.tif", "generic/RGB.byte.tif",
            "generic/olinda_dem_utm25s.tif", "generic/L7_ETMs.tif", "generic/cogeo.tif", "generic/lc.tif",
            "landsat/LC80460282016177LGN00/tiny_LC80460282016177LGN00_B2.TIF",
        ].filter { TestData.isUsable($0) })
    func realFiles(_ name: String) throws {
        guard let url = try TestData.url(name) else { return }
        let folder = try ScratchFolder()
        let dataset = try Dataset(reading: url.path)
        let first = try dataset.band(1)
        var noData = first.noData
        if !first.sampleType.isInteger && noData == .none { noData = .nan }
        let example = Case(
            width: dataset.width, height: dataset.height, type: first.sampleType, bands: dataset.bandCount,
            noData: noData)
        let bands = try (1...dataset.bandCount).map { try dataset.floats(band: $0) }
        try Self.write(bands, example, to: folder.path + "/ours.tif")
        try Self.writeWithGDAL(bands, example, to: folder.path + "/theirs.tif", folder)
        try Self.expectEqual(folder.path + "/ours.tif", folder.path + "/theirs.tif", bands: example.bands)
    }

    // MARK: Support

    /// Numbers as they are stored, with speckles and holes without data.
    private static func bands(of example: Case) -> [[Float]] {
        var random = SplitMix64(seed: UInt64(example.width * 7919 + example.height))
        let missing = Float(example.noData.number ?? 0)
        var bands: [[Float]] = []
        for band in 0..<example.bands {
            var values = [Float](repeating: missing, count: example.width * example.height)
            for row in 0..<example.height {
                for column in 0..<example.width {
                    let isHole = example.isSparse && (column < 600 && row < 600 || row > 900 && column > 300)
                    let bits = random.next()
                    if example.noData != .none && (isHole || bits % 50 == 0) { continue }
                    let smooth = column + 3 * row + 17 * band
                    let value =
                        switch (example.type, example.rule) {
                        case (.float32, _): (Float(smooth) * 0.001 + Float(bits >> 40) * 1e-8) - 0.7
                        case (.uint8, .mode): Float(bits >> 8 & 3)
                        case (.uint8, .average): Float(smooth / 3 % 250 + 2)
                        default: Float((smooth * 7 + Int(bits >> 59)) % 30_000 + 1)
                        }
                    values[row * example.width + column] = value
                }
            }
            bands.append(values)
        }
        return bands
    }

    /// All bands as they are stored, pixel by pixel.
    private static func packed(_ bands: [[Float]], _ type: SampleType) -> [UInt8] {
        let size = type.byteCount
        var bytes = [UInt8](repeating: 0, count: bands.count * bands[0].count * size)
        unsafe bytes.withUnsafeMutableBytes { raw in
            for (band, values) in bands.enumerated() {
                for (index, value) in values.enumerated() {
                    let place = (index * bands.count + band) * size
                    switch type {
                    case .uint8: unsafe raw.storeBytes(of: UInt8(value), toByteOffset: place, as: UInt8.self)
                    case .uint16: unsafe raw.storeBytes(of: UInt16(value), toByteOffset: place, as: UInt16.self)
                    case .int16: unsafe raw.storeBytes(of: Int16(value), toByteOffset: place, as: Int16.self)
                    default: unsafe raw.storeBytes(of: value, toByteOffset: place, as: Float.self)
                    }
                }
            }
        }
        return bytes
    }

    /// Writes through ``COGWriter``, tiles in a shuffled order on several threads.
    static func write(
        _ bands: [[Float]], _ example: Case, to path: String, threads: Int = 2, seed: UInt64 = 1,
        openTiles: Int = 1000
    ) throws {
        let format = TileFormat(
            sampleType: example.type, samples: bands.count, compression: example.compression)
        let url = URL(fileURLWithPath: path)
        let writer = try COGWriter(
            format, width: example.width, height: example.height, overviews: example.rule,
            noData: example.noData.number, openTiles: openTiles, folder: url.deletingLastPathComponent().path,
            name: url.lastPathComponent)
        var random = SplitMix64(seed: seed)
        let side = TileFormat.side
        let pixels = packed(bands, example.type)
        let tiles = Window.tiling(
            width: example.width, height: example.height, unitWidth: side, unitHeight: side
        ).shuffled(using: &random)
        try Workers.run(count: tiles.count, threads: threads, cancellation: Cancellation()) { next in
            let encoder = try TileEncoder(format)
            while let index = try next() {
                let window = tiles[index]
                unsafe _ = encoder.tile.initializeMemory(as: UInt8.self, repeating: 0)
                unsafe pixels.withUnsafeBytes { raw in
                    for row in 0..<window.height {
                        let from = ((window.row + row) * example.width + window.column) * format.pixelBytes
                        let part = unsafe UnsafeRawBufferPointer(
                            rebasing: raw[from..<from + window.width * format.pixelBytes])
                        unsafe UnsafeMutableRawBufferPointer(
                            rebasing: encoder.tile[(row * side * format.pixelBytes)...]
                        )
                        .copyMemory(from: part)
                    }
                }
                try unsafe writer.add(
                    encoder.tile, column: window.column / side, row: window.row / side, encoder: encoder)
            }
        }
        let description = try GeoTIFFDescription.file(
            grid: SmallRaster.grid(example.width, example.height), sampleType: example.type,
            bands: bands.indices.map { RasterBandDescription(name: "band \($0 + 1)", noData: example.noData) },
            metadata: ["note": "a < b & \"c\""])
        try writer.finish(path, description: try TIFFDirectory(firstOf: description)) { _ in true }
        #expect(try Dataset(reading: path).metadata["note"] == "a < b & \"c\"")
    }

    private static func writeWithGDAL(
        _ bands: [[Float]], _ example: Case, to path: String, _ folder: ScratchFolder
    ) throws {
        let source = folder.path + "/source.tif"
        try SmallRaster.write(
            source, grid: SmallRaster.grid(example.width, example.height), type: example.type,
            bands: bands.map { $0.map(Double.init) }, noData: example.noData)
        try DatasetCopy.copy(
            source, to: path, driver: "COG",
            options: ["OVERVIEW_RESAMPLING=\(example.rule == .mode ? "MODE" : "AVERAGE")", "COMPRESS=DEFLATE"])
    }

    private static func expectEqual(_ ours: String, _ theirs: String, bands: Int) throws {
        var directory = 1
        while let theirLevel = try? Dataset(reading: "GTIFF_DIR:\(directory):\(theirs)") {
            let ourLevel = try Dataset(reading: "GTIFF_DIR:\(directory):\(ours)")
            #expect(ourLevel.width == theirLevel.width && ourLevel.height == theirLevel.height)
            guard ourLevel.width == theirLevel.width, ourLevel.height == theirLevel.height else { return }
            for band in 1...bands {
                let mine = try ourLevel.floats(band: band)
                let yours = try theirLevel.floats(band: band)
                var different: [Int] = []
                for i in mine.indices where mine[i] != yours[i] && !(mine[i].isNaN && yours[i].isNaN) {
                    different.append(i)
                }
                #expect(
                    different.isEmpty,
                    "level \(directory), band \(band): \(different.count) pixels, first \(different.first ?? 0)")
            }
            directory += 1
        }
        #expect(directory > 1 && (try? Dataset(reading: "GTIFF_DIR:\(directory):\(ours)")) == nil)
    }
}
