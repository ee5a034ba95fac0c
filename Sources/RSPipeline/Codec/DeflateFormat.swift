/// Numbers of the deflate format (RFC 1951) and the tables that follow from them.
///
/// An encoder holds one: memory of its own is read without the check that a global table needs at each access.
@safe final class DeflateFormat {
    /// Symbols for literals, the end of a block and lengths.
    static let literalSymbols = 286
    /// Symbols for distances.
    static let distanceSymbols = 30
    /// Symbols for the lengths of codes.
    static let codeLengthSymbols = 19
    /// The symbol that ends a block.
    static let endOfBlock = 256
    /// The longest copy.
    static let longestMatch = 258
    /// The shortest copy.
    static let shortestMatch = 3
    /// How far back a copy may reach.
    static let window = 32768
    /// The most bytes in a stored block.
    static let longestStored = 65535

    /// Symbol less 257 of a length less 3.
    let lengthSymbol: UnsafeMutablePointer<UInt8>
    /// Symbols of distances, at ``distanceIndex(_:)``.
    let distanceSymbol: UnsafeMutablePointer<UInt8>
    /// The bits that follow the symbols of lengths.
    let lengthExtra: UnsafeMutablePointer<UInt8>
    /// The bits that follow the symbols of distances.
    let distanceExtra: UnsafeMutablePointer<UInt8>
    /// The lengths less 3 at which the symbols begin.
    let lengthBase: UnsafeMutablePointer<UInt8>

    /// Where the symbol of a distance stands: small ones singly, others by 128.
    @inline(__always) static func distanceIndex(_ distance: Int) -> Int {
        let offset = distance &- 1
        return offset < 256 ? offset : 256 &+ offset >> 7
    }

    init() {
        unsafe lengthSymbol = .allocate(capacity: 256)
        unsafe distanceSymbol = .allocate(capacity: 512)
        unsafe lengthExtra = .allocate(capacity: 29)
        unsafe distanceExtra = .allocate(capacity: Self.distanceSymbols)
        unsafe lengthBase = .allocate(capacity: 29)
        var base = 0
        for symbol in 0..<28 {
            let extra = symbol < 8 ? 0 : symbol / 4 - 1
            unsafe lengthExtra[symbol] = UInt8(extra)
            unsafe lengthBase[symbol] = UInt8(base)
            for length in base..<min(base + 1 << extra, 256) { unsafe lengthSymbol[length] = UInt8(symbol) }
            base += 1 << extra
        }
        // The longest has a symbol of its own.
        unsafe lengthExtra[28] = 0
        unsafe lengthBase[28] = 255
        unsafe lengthSymbol[255] = 28
        base = 0
        for symbol in 0..<Self.distanceSymbols {
            let extra = symbol < 4 ? 0 : symbol / 2 - 1
            unsafe distanceExtra[symbol] = UInt8(extra)
            for distance in stride(from: base, to: base + 1 << extra, by: base < 256 ? 1 : 128) {
                unsafe distanceSymbol[distance < 256 ? distance : 256 + distance >> 7] = UInt8(symbol)
            }
            base += 1 << extra
        }
    }

    deinit {
        unsafe lengthSymbol.deallocate()
        unsafe distanceSymbol.deallocate()
        unsafe lengthExtra.deallocate()
        unsafe distanceExtra.deallocate()
        unsafe lengthBase.deallocate()
    }
}
