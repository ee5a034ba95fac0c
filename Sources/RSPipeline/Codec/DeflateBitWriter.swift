/// Appends bits to memory, the first bit in the lowest bit of a byte, as RFC 1951 packs them.
///
/// Waiting bits stand at the top of a word, the newest highest. An item carries its bits at the top of 64 and their
/// number in the lowest byte, so adding one takes a shift by the item itself, an "or" and an addition, with no
/// masks: the number that gets into the word lies beneath the waiting bits as long as no more than 56 wait.
@safe struct DeflateBitWriter {
    private var bits: UInt64 = 0
    /// The number of waiting bits in the lowest byte; above it the remains of items.
    private var waiting: UInt64 = 0
    private var next: UnsafeMutableRawPointer

    /// Starts writing at an address; up to 8 bytes after the last bit are written over.
    init(_ start: UnsafeMutableRawPointer) { unsafe next = start }

    /// The item for the `count` lowest bits of a value that has no others.
    @inline(__always) static func item(_ value: Int, _ count: Int) -> UInt64 {
        count == 0 ? 0 : UInt64(truncatingIfNeeded: value) &<< UInt64(truncatingIfNeeded: 64 - count) | UInt64(count)
    }

    /// Adds an item; between two calls of ``flush()`` no more than 49 bits.
    @inline(__always) mutating func add(_ item: UInt64) {
        bits = bits &>> item | item
        waiting &+= item
    }

    /// Writes out whole bytes; fewer than 8 bits wait afterwards.
    @inline(__always) mutating func flush() {
        let count = waiting & 63
        unsafe next.storeBytes(of: (bits &>> (64 &- count)).littleEndian, as: UInt64.self)
        unsafe next += Int(truncatingIfNeeded: count >> 3)
        waiting = count & 7
    }

    /// Adds and writes out a few bits.
    @inline(__always) mutating func put(_ value: Int, _ count: Int) {
        add(Self.item(value, count))
        flush()
    }

    /// Fills the last byte with zeros.
    mutating func align() {
        put(0, Int(truncatingIfNeeded: (8 &- waiting) & 7))
    }

    /// Copies bytes to where the next bit would go; only after ``align()``.
    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let base = source.baseAddress else { return }
        unsafe next.copyMemory(from: base, byteCount: source.count)
        unsafe next += source.count
    }

    /// The bytes written since an address; only after ``align()``.
    func count(since start: UnsafeMutableRawPointer) -> Int { unsafe next - start }
}
