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
        try unsafe bytes.withUnsafeMutableBytes { try unsafe dataset.read(band: band, window: window, into: $0, as: type) }
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
                    // Predictor 2 knows no 64-bit numbers in this version of libtiff's writer.
                    if predictor == 2 && type == .float64 { continue }
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
}
