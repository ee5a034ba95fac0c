/// A step of a parse: so many bytes as they are, then a copy of earlier bytes.
///
/// Packed into 64 bits, because a parse writes tens of thousands of them and reads them twice.
struct DeflateSequence: Sendable, Hashable {
    private let packed: UInt64

    /// Makes a step; `length` is 0, or 3...258 with `distance` in 1...32768.
    @inline(__always) init(literals: Int, length: Int, distance: Int) {
        packed = UInt64(truncatingIfNeeded: literals << 32 | length << 16 | distance)
    }

    /// The bytes written as they are.
    @inline(__always) var literals: Int { Int(truncatingIfNeeded: packed >> 32) }
    /// The bytes copied after those; 0 for none.
    @inline(__always) var length: Int { Int(truncatingIfNeeded: packed >> 16 & 0xFFFF) }
    /// How far back the copy begins.
    @inline(__always) var distance: Int { Int(truncatingIfNeeded: packed & 0xFFFF) }
}
