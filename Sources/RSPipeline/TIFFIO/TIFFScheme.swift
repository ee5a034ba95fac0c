/// The schemes of TIFF compression by their numbers in tag 259.
enum TIFFScheme {
    static let none = 1
    static let lzw = 5
    static let jpeg = 7
    static let deflate = 8
    static let packBits = 32773
    static let oldDeflate = 32946
    static let lerc = 34887
    static let lzma = 34925
    static let zstd = 50000
    static let webP = 50001

    /// Whether blocks are decoded without libtiff.
    static func isDecodedHere(_ scheme: Int) -> Bool { [none, deflate, oldDeflate, zstd].contains(scheme) }

    /// Whether libtiff gives plain numbers for it.
    static func isKnown(_ scheme: Int) -> Bool {
        isDecodedHere(scheme) || [lzw, jpeg, packBits, lerc, lzma, webP].contains(scheme)
    }

    /// The scheme's name for messages.
    static func name(_ scheme: Int) -> String {
        switch scheme {
        case none: "uncompressed"
        case lzw: "LZW"
        case jpeg: "JPEG"
        case deflate, oldDeflate: "deflate"
        case packBits: "PackBits"
        case lerc: "LERC"
        case lzma: "LZMA"
        case zstd: "zstd"
        case webP: "WebP"
        default: "scheme \(scheme)"
        }
    }
}
