import Testing

@testable import RSPipeline

@Suite struct PixelChecksumTests {
    private static let grid = (width: 2100, height: 3)

    /// Pixels of a raster, as bytes.
    private func raster(_ type: SampleType, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return (0..<(Self.grid.width * Self.grid.height * type.byteCount)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
    }

    private func sum(_ bytes: [UInt8], _ type: SampleType, _ window: Window? = nil) -> UInt64 {
        let window = window ?? Window(column: 0, row: 0, width: Self.grid.width, height: Self.grid.height)
        var part: [UInt8] = []
        for row in 0..<window.height {
            let start = ((window.row + row) * Self.grid.width + window.column) * type.byteCount
            part += bytes[start..<(start + window.width * type.byteCount)]
        }
        return unsafe part.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return 0 }
            return unsafe PixelChecksum.sum(base, sampleType: type, window: window, gridWidth: Self.grid.width)
        }
    }

    @Test(arguments: SampleType.allCases) func everyDivisionGivesTheSameSum(type: SampleType) {
        let bytes = raster(type, seed: 1)
        let whole = sum(bytes, type)
        for widths in [[1, 2099], [8, 1016, 1076], [1023, 1, 1, 1075], [700, 700, 700]] {
            var total: UInt64 = 0
            for row in 0..<Self.grid.height {
                var column = 0
                for width in widths {
                    total &+= sum(bytes, type, Window(column: column, row: row, width: width, height: 1))
                    column += width
                }
            }
            #expect(total == whole, "\(type) in parts of \(widths)")
        }
    }

    /// The definition, without sums of sums: the weights of a run grow by one step.
    @Test(arguments: SampleType.allCases) func theWeightsOfARunGrowByOneStep(type: SampleType) {
        // A raster of zeros but for one pixel of bits 1 shows the weight of that pixel.
        let zeros = [UInt8](repeating: 0, count: Self.grid.width * Self.grid.height * type.byteCount)
        let nothing = sum(zeros, type)
        func weight(_ pixel: Int) -> UInt64 {
            var bytes = zeros
            bytes[pixel * type.byteCount] = 1
            return sum(bytes, type) &- nothing
        }
        let row = Self.grid.width
        let step = weight(row + 1) &- weight(row)
        for column in [2, 7, 8, 9, 500, 1023] {
            #expect(weight(row + column) == weight(row) &+ UInt64(column) &* step, "column \(column)")
            #expect(weight(row + column) % 2 == 1)
        }
        #expect(weight(row + 1024) &- weight(row + 1023) != step)
        #expect(step % 4 == 2)
    }

    @Test(arguments: SampleType.allCases) func oneBitShows(type: SampleType) {
        let bytes = raster(type, seed: 2)
        let before = sum(bytes, type)
        for pixel in [0, 1, 9, 1023, 1024, 2096, 2099, 2100, 6299] {
            for bit in 0..<(type.byteCount * 8) {
                var changed = bytes
                changed[pixel * type.byteCount + bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(sum(changed, type) != before, "\(type): bit \(bit) of pixel \(pixel)")
            }
        }
    }

    @Test(arguments: SampleType.allCases) func twoPixelsThatChangePlacesShow(type: SampleType) {
        var bytes = raster(type, seed: 3)
        let size = type.byteCount
        // Numbers that differ in the highest bit only.
        for byte in 0..<size { bytes[1024 * size + byte] = bytes[byte] }
        bytes[1024 * size + size - 1] ^= 0x80
        let before = sum(bytes, type)
        for (first, second) in [(0, 1), (0, 1024), (3, 515), (5, 2105), (1024, 4100), (8, 16), (2, 6299)] {
            var changed = bytes
            for byte in 0..<size { changed.swapAt(first * size + byte, second * size + byte) }
            if changed == bytes { continue }
            #expect(sum(changed, type) != before, "\(type): pixels \(first) and \(second)")
        }
    }
}
