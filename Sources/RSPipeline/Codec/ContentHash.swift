/// A 64-bit number that identifies a sequence of bytes, whatever the pieces it comes in.
///
/// Finds changes that programs and people make; it is no defence against somebody who looks for a collision.
struct ContentHash: Sendable {
    private static let blockSize = 32
    private var lanes = SIMD4<UInt64>(
        0xcbf2_9ce4_8422_2325, 0x9ae1_6a3b_2f90_404f, 0xc3a5_c85c_97cb_3127, 0xb492_b66f_be98_f273)
    private var rest: [UInt8] = []
    private var length = 0

    init() {}

    /// Adds the next bytes.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        length += bytes.count
        var position = 0
        if !rest.isEmpty {
            position = min(Self.blockSize - rest.count, bytes.count)
            unsafe rest.append(contentsOf: bytes[..<position])
            if rest.count < Self.blockSize { return }
            let block = rest
            unsafe block.withUnsafeBytes { unsafe mix($0, 0) }
            rest.removeAll(keepingCapacity: true)
        }
        while position + Self.blockSize <= bytes.count {
            unsafe mix(bytes, position)
            position += Self.blockSize
        }
        unsafe rest.append(contentsOf: bytes[position...])
    }

    /// Four lanes, so that multiplications do not wait for each other.
    @inline(__always)
    private mutating func mix(_ bytes: UnsafeRawBufferPointer, _ position: Int) {
        for lane in 0..<4 {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: position + 8 * lane, as: UInt64.self)
            let mixed = (lanes[lane] ^ UInt64(littleEndian: word)) &* 0x9e37_79b9_7f4a_7c15
            lanes[lane] = mixed ^ mixed >> 29
        }
    }

    /// The number, in hexadecimal digits.
    var text: String {
        var hash = UInt64(length)
        for lane in 0..<4 {
            hash = (hash ^ lanes[lane]) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
        }
        for byte in rest {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            hash ^= hash >> 29
        }
        return String(hash, radix: 16)
    }
}
