import Testing

@testable import RSPipeline

@Suite struct DeflateTests {
    private static func encode(_ bytes: [UInt8], with encoder: DeflateEncoder) -> [UInt8] {
        unsafe fill(DeflateEncoder.bound(bytes.count)) { target in
            unsafe bytes.withUnsafeBytes { unsafe encoder.compress($0, into: target) }
        }
    }

    private static func compress(_ bytes: [UInt8], with compressor: DeflateCompressor) -> [UInt8] {
        unsafe fill(compressor.bound(bytes.count)) { target in
            unsafe bytes.withUnsafeBytes { unsafe compressor.compress($0, into: target) }
        }
    }

    /// The part of new memory that a function fills; bytes after the memory must stay as they are.
    private static func fill(_ bound: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
        var memory = [UInt8](repeating: 0xA5, count: bound + 16)
        let count = unsafe memory.withUnsafeMutableBytes {
            unsafe body(UnsafeMutableRawBufferPointer(rebasing: $0[..<bound]))
        }
        #expect(memory[bound...].allSatisfy { $0 == 0xA5 }, "bytes after the target are written over")
        #expect(count <= bound)
        return Array(memory[..<count])
    }

    private static func decompress(_ stream: [UInt8], count: Int) throws -> [UInt8] {
        let decompressor = try DeflateDecompressor()
        var bytes = [UInt8](repeating: 0, count: count)
        try unsafe bytes.withUnsafeMutableBytes { target in
            try unsafe stream.withUnsafeBytes { try unsafe decompressor.decompress($0, into: target) }
        }
        return bytes
    }

    @Test func twoDecodersReadTheStreams() throws {
        let encoder = DeflateEncoder()
        for (name, bytes) in DeflateMaterial.all {
            let stream = Self.encode(bytes, with: encoder)
            #expect(try SlowInflate(stream).output == bytes, "\(name)")
            #expect(try Self.decompress(stream, count: bytes.count) == bytes, "\(name)")
        }
    }

    @Test func mixturesComeBack() throws {
        let encoder = DeflateEncoder()
        let compressor = try DeflateCompressor(level: 6)
        for seed in UInt64(1)...60 {
            let bytes = DeflateMaterial.mixture(seed: seed)
            let stream = Self.encode(bytes, with: encoder)
            #expect(try Self.decompress(stream, count: bytes.count) == bytes, "seed \(seed)")
            if seed % 4 == 0 { #expect(try SlowInflate(stream).output == bytes, "seed \(seed)") }
            let other = Self.compress(bytes, with: compressor)
            #expect(try Self.decompress(other, count: bytes.count) == bytes, "seed \(seed)")
        }
    }

    @Test func streamsDependOnTheSourceOnly() throws {
        let reused = try DeflateCompressor(level: 6)
        let encoder = DeflateEncoder()
        let material = DeflateMaterial.all.filter { $0.bytes.count > 2000 && $0.bytes.count < 70_000 }
        let first = material.map { Self.compress($0.bytes, with: reused) }
        let encoded = material.map { Self.encode($0.bytes, with: encoder) }
        for index in material.indices.reversed() {
            #expect(Self.compress(material[index].bytes, with: reused) == first[index], "\(material[index].name)")
            #expect(Self.encode(material[index].bytes, with: encoder) == encoded[index], "\(material[index].name)")
            #expect(Self.encode(material[index].bytes, with: DeflateEncoder()) == encoded[index])
        }
    }

    @Test func blocksTakeTheirSmallestForm() throws {
        let encoder = DeflateEncoder()
        func blocks(_ bytes: [UInt8]) throws -> [Int] { try SlowInflate(Self.encode(bytes, with: encoder)).blocks }
        #expect(try blocks([]) == [0, 1, 0])
        #expect(try blocks(Array("salt of the earth".utf8)) == [0, 1, 0])
        #expect(try blocks(DeflateMaterial.noise(1000, seed: 1)) == [1, 0, 0])
        #expect(try blocks(DeflateMaterial.text(9000, seed: 1)) == [0, 0, 1])
        // Where the statistics change, a new block begins.
        let two = try #require(DeflateMaterial.all.first { $0.name == "two kinds" })
        #expect(try blocks(two.bytes)[2] >= 2)
    }

    @Test func noiseStaysWithinTheBound() {
        let encoder = DeflateEncoder()
        for count in [1, 65_535, 65_536, 65_537, 131_072, 400_000] {
            let stream = Self.encode(DeflateMaterial.noise(count, seed: UInt64(count)), with: encoder)
            #expect(stream.count <= count + 12 * (count / 65_536 + 2))
        }
    }

    @Test func copiesAreFoundUpToTheWindow() throws {
        let encoder = DeflateEncoder()
        let far = try #require(DeflateMaterial.all.first { $0.name == "far" })
        let copies = try SlowInflate(Self.encode(far.bytes, with: encoder)).copies
        #expect(copies.contains { $0.distance == 32_768 && $0.length == 258 })
        let tooFar = try #require(DeflateMaterial.all.first { $0.name == "too far" })
        #expect(try SlowInflate(Self.encode(tooFar.bytes, with: encoder)).copies.allSatisfy { $0.distance == 1 })
        let zeros = try SlowInflate(Self.encode([UInt8](repeating: 0, count: 2000), with: encoder)).copies
        #expect(zeros.allSatisfy { $0.distance == 1 } && zeros.contains { $0.length == 258 })
    }

    @Test func eachLevelTakesTheEncoderThatSuits() throws {
        let tile = DeflateMaterial.floatTile(width: 256, height: 96, seed: 1)
        let text = DeflateMaterial.text(100_000, seed: 2)
        let encoder = DeflateEncoder()
        let (ownTile, ownText) = (Self.encode(tile, with: encoder), Self.encode(text, with: encoder))
        for level in [1, 6] {
            #expect(try Self.compress(tile, with: DeflateCompressor(level: level)) == ownTile)
        }
        for level in [6, 7, 12] {
            let compressor = try DeflateCompressor(level: level)
            let stream = Self.compress(text, with: compressor)
            #expect(stream.count < ownText.count)
            #expect(try Self.decompress(stream, count: text.count) == text)
            #expect(Self.compress(tile, with: compressor).count <= ownTile.count)
        }
    }

    @Test func onlyTwelveLevelsExist() {
        for level in [-1, 0, 13] { #expect(throws: CodecError.self) { try DeflateCompressor(level: level) } }
    }

    @Test func damagedStreamsAreRefused() throws {
        let bytes = DeflateMaterial.text(5000, seed: 1)
        var stream = try Self.compress(bytes, with: DeflateCompressor(level: 6))
        #expect(throws: CodecError.self) { try Self.decompress(stream, count: bytes.count - 1) }
        stream[stream.count - 1] ^= 1
        #expect(throws: CodecError.self) { try Self.decompress(stream, count: bytes.count) }
    }
}
