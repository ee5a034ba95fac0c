@testable import RSPipeline

/// Bytes to compress, made from seeds.
enum DeflateMaterial {
    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let draw = random.next()
            for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(draw >> shift & 255)) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static func text(_ count: Int, seed: UInt64) -> [UInt8] {
        let words = [
            "salt ", "of ", "the ", "earth ", "reflectance ", "band ", "near ", "infrared ", "and ", "12.5 ", "\n",
        ]
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += Array(words[Int(random.next() % UInt64(words.count))].utf8) }
        return Array(bytes.prefix(count))
    }

    static func runs(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        while bytes.count < count {
            let draw = random.next()
            bytes += [UInt8](
                repeating: UInt8(draw & 3), count: 1 + Int(draw >> 8 % 600) / (draw >> 40 & 1 == 0 ? 1 : 100))
        }
        return Array(bytes.prefix(count))
    }

    /// A tile of Float32 after TIFF's predictor 3: rough terrain, in part without values.
    static func floatTile(width: Int, height: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        for row in 0..<height {
            var planes = [[UInt8]](repeating: [], count: 4)
            for column in 0..<width {
                let noise = Float(random.next() >> 40) * 0x1p-24
                let value = row + column < width / 3 ? Float.nan : 0.2 + 0.1 * Float(column % 97) / 97 + 0.05 * noise
                let bits = value.bitPattern
                for plane in 0..<4 { planes[plane].append(UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * plane))) }
            }
            let line = planes.joined()
            var before: UInt8 = 0
            for byte in line {
                bytes.append(byte &- before)
                before = byte
            }
        }
        return bytes
    }

    /// A tile of Int16 after TIFF's predictor 2.
    static func integerTile(width: Int, height: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<height {
            var before: Int16 = 0
            for column in 0..<width {
                let value = Int16(truncatingIfNeeded: 2000 + column + Int(random.next() % 300))
                let difference = value &- before
                bytes.append(UInt8(truncatingIfNeeded: difference))
                bytes.append(UInt8(truncatingIfNeeded: difference >> 8))
                before = value
            }
        }
        return bytes
    }

    /// Bytes as often as Fibonacci's numbers, which make the longest codes of all, in no order.
    static func fibonacci(_ symbols: Int, seed: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        // The end of the block is the first 1.
        var (a, b) = (1, 2)
        for symbol in 0..<symbols {
            bytes += [UInt8](repeating: UInt8(symbol * 7), count: a)
            (a, b) = (b, a + b)
        }
        var random = SplitMix64(seed: seed)
        bytes.shuffle(using: &random)
        return bytes
    }

    /// The same noise twice, so far apart, and nothing between.
    static func farCopy(_ distance: Int) -> [UInt8] {
        let part = noise(300, seed: 9)
        return part + zeros(distance - part.count) + part
    }

    /// Pieces of all kinds, and copies of what was before.
    static func mixture(seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<(1 + random.next() % 12) {
            let count = Int(random.next() % 2500)
            let part = random.next()
            switch random.next() % 6 {
            case 0: bytes += noise(count, seed: part)
            case 1: bytes += text(count, seed: part)
            case 2: bytes += runs(count, seed: part)
            case 3: bytes += noise(count, seed: part).map { $0 & 3 }
            case 4: bytes += [UInt8](repeating: UInt8(part & 255), count: count)
            default:
                guard !bytes.isEmpty else { continue }
                let start = Int(part % UInt64(bytes.count))
                for index in 0..<count { bytes.append(bytes[start + index]) }
            }
        }
        return bytes
    }

    static let all: [(name: String, bytes: [UInt8])] =
        (0...24).map { ("short \($0)", Array(text($0, seed: 1))) }
        + [
            ("all different", (0...255).map { UInt8($0) }), ("zeros", zeros(70_000)),
            ("noise", noise(66_000, seed: 2)), ("text", text(40_000, seed: 3)), ("runs", runs(40_000, seed: 4)),
            ("float tile", floatTile(width: 128, height: 64, seed: 5)),
            ("integer tile", integerTile(width: 128, height: 128, seed: 6)), ("Fibonacci", fibonacci(20, seed: 7)),
            ("four values", noise(20_000, seed: 8).map { $0 & 3 }),
            ("run lengths", (Array(255...265) + Array(513...523)).flatMap { noise(20, seed: UInt64($0)) + zeros($0) }),
            ("far", farCopy(32_768)), ("too far", farCopy(32_769)),
            ("two kinds", noise(66_000, seed: 11).map { $0 & 15 } + noise(66_000, seed: 12).map { 64 + $0 & 15 }),
        ]
}
