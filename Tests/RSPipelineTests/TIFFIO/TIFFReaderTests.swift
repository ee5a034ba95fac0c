import Foundation
import Testing

@testable import RSPipeline

/// A TIFF file made for a test: its options of creation and its numbers.
struct MadeTIFF: Sendable, CustomTestStringConvertible {
    var width = 75
    var height = 53
    var bands = 1
    var type = SampleType.uint16
    var options: [String] = []
    var noData = NoData.none
    var seed: UInt64 = 1

    var testDescription: String {
        "\(width) x \(height) x \(bands) \(type.rawValue) \(options.joined(separator: " ")) seed \(seed)"
    }

    /// Numbers that fill every byte of the type.
    var values: [[Double]] {
        var random = SplitMix64(seed: seed)
        let range = type.integerRange ?? -1e30...1e30
        return (0..<bands).map { band in
            (0..<width * height).map { index in
                // Smooth and rough stretches.
                if index / 16 % 2 == 0 { return Double((index + band * 5) % 251) }
                let number = Double.random(in: range, using: &random)
                return type.isInteger ? number.rounded() : Double(Float(number))
            }
        }
    }

    func write(_ path: String) throws {
        try SmallRaster.write(
            path, grid: SmallRaster.grid(width, height), type: type, bands: values, noData: noData, options: options)
    }
}

/// Every pixel as GDAL and as the reader of blocks see it.
enum WholeRaster {
    static func throughGDAL(_ path: String, band: Int) throws -> [UInt8] {
        let dataset = try Dataset(reading: path)
        let type = try dataset.band(band).sampleType
        let window = Window(column: 0, row: 0, width: dataset.width, height: dataset.height)
        var bytes = [UInt8](repeating: 0xA5, count: window.pixelCount * type.byteCount)
        try unsafe bytes.withUnsafeMutableBytes {
            try unsafe dataset.read(band: band, window: window, into: $0, as: type)
        }
        return bytes
    }

    /// All samples, each as ``throughGDAL(_:band:)`` gives it.
    static func throughBlocks(_ file: TIFFFile) throws -> [[UInt8]] {
        let layout = file.layout
        let size = layout.sampleType.byteCount
        let reader = TIFFReader(file)
        var result = [[UInt8]](
            repeating: [UInt8](repeating: 0x5A, count: layout.tiling.width * layout.tiling.height * size),
            count: layout.samplesPerPixel)
        for block in 0..<layout.blockCount {
            let window = layout.window(of: block)
            let pixel = layout.samplesPerBlock * size
            // One row more than needed, and rows that are longer: what lies beyond must stay as it is.
            let rowBytes = window.width * pixel + (block % 2) * 24
            var bytes = [UInt8](repeating: 0xEE, count: rowBytes * window.height + 64)
            try unsafe bytes.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else { return }
                try unsafe reader.decode(block, into: base, rowBytes: rowBytes)
            }
            #expect(bytes.suffix(64).allSatisfy { $0 == 0xEE }, "block \(block) is longer than its rows")
            let plane = layout.isPlanar ? block / layout.tiling.count : 0
            for row in 0..<window.height {
                for column in 0..<window.width {
                    for sample in 0..<layout.samplesPerBlock {
                        let from = row * rowBytes + column * pixel + sample * size
                        let to = ((window.row + row) * layout.tiling.width + window.column + column) * size
                        for byte in 0..<size { result[plane + sample][to + byte] = bytes[from + byte] }
                    }
                }
            }
        }
        return result
    }

    static func file(_ path: String) throws -> TIFFFile {
        guard case .readable(let file) = try TIFFFile.open(path) else {
            throw TIFFError("\(path) is not served")
        }
        return file
    }
}

@Suite struct TIFFReaderTests {
    private static let layouts: [[String]] = [
        ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"], ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=48"],
        ["TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=64"], ["BLOCKYSIZE=1"], ["BLOCKYSIZE=16"], ["BLOCKYSIZE=7"],
        ["BLOCKYSIZE=53"],
    ]

    /// Every compression, predictor and type; the other properties in turn.
    private static let made: [MadeTIFF] = {
        var result: [MadeTIFF] = []
        var random = SplitMix64(seed: 71)
        for type in SampleType.allCases {
            for compression in ["NONE", "DEFLATE", "LZW", "ZSTD", "PACKBITS", "LERC", "LERC_DEFLATE"] {
                let predicts = ["DEFLATE", "LZW", "ZSTD"].contains(compression)
                for predictor in predicts ? (type.isInteger ? 1...2 : 1...3) : 1...1 {
                    for _ in 0..<(compression == "DEFLATE" ? 3 : 1) {
                        var file = MadeTIFF(type: type, seed: random.next())
                        file.bands = [1, 1, 2, 3, 5].randomElement(using: &random) ?? 1
                        file.options = ["COMPRESS=" + compression] + (layouts.randomElement(using: &random) ?? [])
                        if predicts { file.options.append("PREDICTOR=\(predictor)") }
                        if Bool.random(using: &random) { file.options.append("INTERLEAVE=BAND") }
                        if Int.random(in: 0..<3, using: &random) == 0 { file.options.append("BIGTIFF=YES") }
                        // GDAL refuses LERC in files of the other byte order.
                        if Int.random(in: 0..<3, using: &random) == 0, !compression.hasPrefix("LERC") {
                            file.options.append("ENDIANNESS=BIG")
                        }
                        result.append(file)
                    }
                }
            }
        }
        return result
    }()

    private func compare(_ made: MadeTIFF) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try made.write(path)
        let file = try WholeRaster.file(path)
        #expect(file.layout.sampleType == made.type && file.layout.samplesPerPixel == made.bands)
        #expect(file.layout.isBigEndian == made.options.contains("ENDIANNESS=BIG"))
        #expect(file.layout.isBigTIFF == made.options.contains("BIGTIFF=YES"))
        let planes = try WholeRaster.throughBlocks(file)
        for band in 1...made.bands {
            let expected = try WholeRaster.throughGDAL(path, band: band)
            #expect(planes[band - 1] == expected, "band \(band) of \(made.testDescription)")
        }
    }

    @Test(arguments: made) func everyKindReadsAsGDALReadsIt(made: MadeTIFF) throws { try compare(made) }

    @Test(arguments: [(1, 1), (255, 257), (513, 1), (1, 300), (17, 16), (16, 17)])
    func oddSizes(width: Int, height: Int) throws {
        for options in [
            ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "PREDICTOR=2"],
            ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=ZSTD"], ["BLOCKYSIZE=16", "COMPRESS=LZW"],
            ["COMPRESS=DEFLATE"], [],
        ] {
            try compare(MadeTIFF(width: width, height: height, bands: 2, options: options, seed: 9))
        }
    }

    @Test(arguments: 0..<24 as Range<UInt64>) func anyFile(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var made = MadeTIFF(
            width: Int.random(in: 1...200, using: &random), height: Int.random(in: 1...120, using: &random),
            bands: Int.random(in: 1...3, using: &random),
            type: SampleType.allCases.randomElement(using: &random) ?? .uint8,
            seed: seed)
        let isTiled = Bool.random(using: &random)
        made.options = ["COMPRESS=" + (["NONE", "DEFLATE", "ZSTD", "LZW"].randomElement(using: &random) ?? "NONE")]
        made.options.append("BLOCKYSIZE=\(Int.random(in: 1...8, using: &random) * (isTiled ? 16 : 1))")
        if isTiled { made.options += ["TILED=YES", "BLOCKXSIZE=\(Int.random(in: 1...8, using: &random) * 16)"] }
        if Bool.random(using: &random) { made.options.append("INTERLEAVE=BAND") }
        if Bool.random(using: &random) { made.options.append("PREDICTOR=2") }
        try compare(made)
    }

    @Test(arguments: [
        (SampleType.uint16, NoData.value(65535)), (.int16, .value(-9999)), (.uint8, .none), (.float32, .nan),
        (.float32, .value(-3.4028234663852886e+38)), (.float64, .value(1e300)), (.uint8, .value(300)),
        (.int32, .value(-2_147_483_648)),
    ])
    func blocksThatWereNeverWrittenAreNoData(type: SampleType, noData: NoData) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/sparse.tif"
        for options in [["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"], ["BLOCKYSIZE=5"]] {
            try? FileManager.default.removeItem(atPath: path)
            let writer = try DatasetWriter(
                creating: path, grid: SmallRaster.grid(50, 40), sampleType: type, bandCount: 2,
                options: ["SPARSE_OK=TRUE", "COMPRESS=DEFLATE"] + options)
            try writer.describe(
                bands: [
                    RasterBandDescription(name: "", noData: noData), RasterBandDescription(name: "", noData: noData),
                ],
                metadata: [:])
            let some = [Double](repeating: 7, count: 10 * 3)
            try unsafe some.withUnsafeBytes { bytes in
                try unsafe writer.write(
                    band: 1, window: Window(column: 20, row: 18, width: 10, height: 3), from: bytes, as: .float64)
            }
            try writer.close()
            let file = try WholeRaster.file(path)
            #expect((0..<file.layout.blockCount).contains { file.isSparse($0) })
            let planes = try WholeRaster.throughBlocks(file)
            for band in 1...2 { #expect(try planes[band - 1] == WholeRaster.throughGDAL(path, band: band)) }
        }
    }

    @Test func aFileWithoutAnyBlock() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/empty.tif"
        let writer = try DatasetWriter(
            creating: path, grid: SmallRaster.grid(50, 40), sampleType: .int16, bandCount: 1,
            options: ["SPARSE_OK=TRUE", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"])
        try writer.describe(bands: [RasterBandDescription(name: "", noData: .value(-7))], metadata: [:])
        try writer.close()
        let values = try Run.values("read \(path) ! expr sum=\"empty * 2\"")
        #expect(values["sum"]?.allSatisfy { $0.isNaN } == true)
    }

    /// Where the entry of a tag is in a file of one image.
    private func entry(_ tag: UInt16, in bytes: [UInt8]) throws -> Int {
        let first = (4..<8).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        let count = Int(bytes[first]) | Int(bytes[first + 1]) << 8
        return try #require(
            (0..<count).map { first + 2 + $0 * 12 }.first { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 == tag })
    }

    /// Decodes what can be decoded; the message of the first failure.
    private func attempt(_ path: String) -> String {
        Run.message {
            guard case .readable(let file) = try TIFFFile.open(path) else { throw TIFFError("not served") }
            let layout = file.layout
            let reader = TIFFReader(file)
            for block in 0..<min(layout.blockCount, 40) {
                let window = layout.window(of: block)
                let rowBytes = window.width * layout.block.samples * layout.block.bytesPerSample
                // What fits here.
                guard rowBytes * window.height < 1 << 26 else { continue }
                var bytes = [UInt8](repeating: 0, count: rowBytes * window.height + 1)
                try unsafe bytes.withUnsafeMutableBytes { buffer in
                    guard let base = buffer.baseAddress else { return }
                    try unsafe reader.decode(block, into: base, rowBytes: rowBytes)
                }
            }
        }
    }

    @Test(arguments: [
        (256, 4_294_967_295), (257, 4_294_967_295), (322, 0), (322, 2_147_483_632), (323, 0), (323, 4_294_967_280),
        (277, 0), (277, 65535), (258, 0), (258, 3), (258, 64), (259, 0), (259, 9999), (317, 7), (317, 0), (339, 6),
        (324, 4_294_967_295), (325, 4_294_967_295), (262, 6), (256, 0),
    ])
    func sizesThatLieAreErrors(tag: Int, value: Int) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        // One tile, so that the lists of offsets and lengths are one number in the entry itself.
        try MadeTIFF(
            width: 16, height: 16,
            options: ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "PREDICTOR=2"]
        ).write(path)
        #expect(attempt(path).isEmpty)
        var bytes = [UInt8](try folder.data("a.tif"))
        let place = try entry(UInt16(tag), in: bytes)
        let isShort = bytes[place + 2] == 3
        for byte in 0..<(isShort ? 2 : 4) { bytes[place + 8 + byte] = UInt8(truncatingIfNeeded: value >> (byte * 8)) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(!attempt(path).isEmpty, "tag \(tag) = \(value)")
    }

    @Test(arguments: 0..<6 as Range<UInt64>) func noDamageTraps(seed: UInt64) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        var random = SplitMix64(seed: seed)
        let options = [
            ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "PREDICTOR=2"],
            ["BLOCKYSIZE=7", "COMPRESS=LZW"], ["TILED=YES", "COMPRESS=ZSTD", "BIGTIFF=YES"],
            ["BLOCKYSIZE=3", "COMPRESS=PACKBITS", "INTERLEAVE=BAND"], ["COMPRESS=LERC", "TILED=YES"],
            ["ENDIANNESS=BIG", "COMPRESS=DEFLATE", "PREDICTOR=3"],
        ][Int(seed)]
        try MadeTIFF(width: 40, height: 30, bands: 2, type: .float32, options: options).write(path)
        let good = [UInt8](try folder.data("a.tif"))
        for _ in 0..<60 {
            var bytes = good
            // The header and the list of tags, and anywhere.
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<min(300, bytes.count), using: &random)] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            _ = attempt(path)
        }
    }

    @Test func aDamagedBlockIsNamed() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        let tiles = ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "INTERLEAVE=BAND"]
        try MadeTIFF(bands: 2, options: tiles).write(path)
        let file = try WholeRaster.file(path)
        #expect(file.layout.tiling.across == 5 && file.layout.blockCount == 40)
        try Damage.overwrite(path, block: 26)
        #expect(attempt(path).contains("\(path): band 2, tile 26 of 40 (rows 16...31, columns 16...31) is damaged"))
        #expect(attempt(path).contains("fetch it again"))
        let size = try folder.data("a.tif").count
        try MadeTIFF(bands: 2, options: ["BLOCKYSIZE=7", "COMPRESS=LZW"]).write(path + "2")
        try Damage.overwrite(path + "2", block: 3)
        #expect(attempt(path + "2").contains("bands 1...2, strip 3 of 8 (rows 21...27, columns 0...74) is damaged"))
        try Damage.cut(path, to: size - 20)
        #expect(try WholeRaster.file(path).storedCount(39) == nil)
    }

    @Test func kindsThatNeedMoreThanNumbersAreLeftToOthers() throws {
        let folder = try ScratchFolder()
        for (name, type, bands, options) in [
            ("bits", SampleType.uint8, 1, ["NBITS=3"]), ("twelve", .uint16, 1, ["NBITS=12"]),
            ("ycbcr", .uint8, 3, ["COMPRESS=JPEG", "PHOTOMETRIC=YCBCR"]),
            ("signed", .uint8, 1, ["PIXELTYPE=SIGNEDBYTE"]),
        ] {
            let path = folder.path + "/\(name).tif"
            try MadeTIFF(bands: bands, type: type, options: options).write(path)
            guard case .unsupported = try TIFFFile.open(path) else {
                Issue.record("\(name) is served")
                continue
            }
        }
        let half = folder.path + "/half.tif"
        try SmallRaster.write(
            half, grid: SmallRaster.grid(2, 1), type: .float32, bands: [[1, 2]], options: ["NBITS=16"])
        if case .readable = try TIFFFile.open(half) { Issue.record("half precision is served") }
        try MadeTIFF(type: .uint8, options: ["COMPRESS=JPEG"]).write(folder.path + "/gray.tif")
        let gray = try WholeRaster.file(folder.path + "/gray.tif")
        #expect(try WholeRaster.throughBlocks(gray)[0] == WholeRaster.throughGDAL(gray.path, band: 1))
    }

    @Test(.enabled(if: TestData.isUsable("generic/cogeo.tif"), "generic/cogeo.tif is not installed"))
    func realFiles() throws {
        for name in ["cogeo.tif", "rgb_lzw.tif", "rgb_deflate.tif", "float32.tif", "all-nodata.tif", "RGB.byte.tif"] {
            let path = try #require(try TestData.url("generic/" + name)).path
            guard case .readable(let file) = try TIFFFile.open(path) else { continue }
            let planes = try WholeRaster.throughBlocks(file)
            for band in planes.indices {
                #expect(try planes[band] == WholeRaster.throughGDAL(path, band: band + 1), "\(name)")
            }
        }
    }
}

/// Harm done to files.
enum Damage {
    /// Makes the stored bytes of a block of a deflate or LZW file nonsense, from its middle on.
    static func overwrite(_ path: String, block: Int) throws {
        let file = try WholeRaster.file(path)
        let count = try #require(file.storedCount(block))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seek(toOffset: file.offset(block) + UInt64(count / 2))
        try handle.write(contentsOf: Data(repeating: 0xFF, count: max(1, min(64, count / 2))))
        try handle.close()
    }

    static func cut(_ path: String, to size: Int) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
    }
}
