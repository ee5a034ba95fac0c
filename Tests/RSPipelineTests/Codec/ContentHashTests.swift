import Testing

@testable import RSPipeline

@Suite struct ContentHashTests {
    @Test(arguments: 0..<20 as Range<UInt64>) func piecesDoNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        var whole = ContentHash()
        unsafe bytes.withUnsafeBytes { unsafe whole.add($0) }
        var parts = ContentHash()
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + Int.random(in: 1...70, using: &random))
            unsafe Array(bytes[position..<end]).withUnsafeBytes { unsafe parts.add($0) }
            position = end
        }
        #expect(whole.text == parts.text, "seed \(seed)")
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        var other = bytes
        other[index] &+= 1
        var changed = ContentHash()
        unsafe other.withUnsafeBytes { unsafe changed.add($0) }
        #expect(changed.text != whole.text, "seed \(seed)")
    }
}
