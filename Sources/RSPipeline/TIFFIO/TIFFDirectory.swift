/// One tag of a TIFF directory: its number, type and values, as bytes of a little-endian file.
struct TIFFTag: Sendable, Hashable {
    /// The types of values by their numbers in a file.
    enum Kind: UInt16, Sendable {
        case byte = 1
        case ascii, short, long, rational, signedByte, undefined, signedShort, signedLong, signedRational, float, double
        case long8 = 16
        case signedLong8, ifd8

        var byteCount: Int {
            switch self {
            case .byte, .ascii, .signedByte, .undefined: 1
            case .short, .signedShort: 2
            case .long, .signedLong, .float: 4
            default: 8
            }
        }
    }

    /// Tags by name (TIFF 6.0, Technical Note 3 of Adobe, LERC in libtiff, GDAL).
    enum Number {
        static let subfileType: UInt16 = 254
        static let width: UInt16 = 256
        static let height: UInt16 = 257
        static let bitsPerSample: UInt16 = 258
        static let compression: UInt16 = 259
        static let photometric: UInt16 = 262
        static let stripOffsets: UInt16 = 273
        static let samplesPerPixel: UInt16 = 277
        static let rowsPerStrip: UInt16 = 278
        static let stripByteCounts: UInt16 = 279
        static let planarConfiguration: UInt16 = 284
        static let predictor: UInt16 = 317
        static let tileWidth: UInt16 = 322
        static let tileHeight: UInt16 = 323
        static let tileOffsets: UInt16 = 324
        static let tileByteCounts: UInt16 = 325
        static let sampleFormat: UInt16 = 339
        /// The first of the tags that say where an image lies.
        static let firstOfPosition: UInt16 = 33550
        static let gdalMetadata: UInt16 = 42112
        static let gdalNoData: UInt16 = 42113
        static let lercParameters: UInt16 = 50674
    }

    var number: UInt16
    var kind: Kind
    var count: Int
    var bytes: [UInt8]

    init(_ number: UInt16, _ kind: Kind, count: Int, bytes: [UInt8]) {
        self.number = number
        self.kind = kind
        self.count = count
        self.bytes = bytes
    }

    /// A tag of one number, as short as it allows unless a type is asked for.
    init(_ number: UInt16, value: Int, as kind: Kind? = nil) {
        self.init(number, values: [value], as: kind ?? (value <= 65535 ? .short : .long))
    }

    /// A tag of whole numbers.
    init(_ number: UInt16, values: [Int], as kind: Kind) {
        self.init(
            number, kind, count: values.count,
            bytes: values.flatMap { LittleEndian.bytes($0, count: kind.byteCount) })
    }
}

/// Whole numbers as little-endian bytes.
enum LittleEndian {
    static func bytes(_ value: Int, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

/// The tags of one image of a TIFF file.
struct TIFFDirectory: Sendable {
    /// By number, ascending.
    private(set) var tags: [TIFFTag]

    init(_ tags: [TIFFTag]) { self.tags = tags.sorted { $0.number < $1.number } }

    /// The first directory of a classic little-endian file.
    ///
    /// - Throws: ``TIFFError`` when the bytes are something else or break off.
    init(firstOf file: [UInt8]) throws(TIFFError) {
        let problem = TIFFError("the description of a file is no TIFF directory")
        func number(_ position: Int, _ count: Int) throws(TIFFError) -> Int {
            guard position >= 0, position + count <= file.count else { throw problem }
            return LittleEndian.number(file[position..<position + count])
        }
        guard try number(0, 4) == 0x002A_4949 else { throw problem }
        let start = try number(4, 4)
        var found: [TIFFTag] = []
        for index in 0..<(try number(start, 2)) {
            let entry = start + 2 + 12 * index
            guard let kind = TIFFTag.Kind(rawValue: UInt16(try number(entry + 2, 2))) else { throw problem }
            let count = try number(entry + 4, 4)
            let length = count * kind.byteCount
            let place = length <= 4 ? entry + 8 : try number(entry + 8, 4)
            guard place + length <= file.count else { throw problem }
            found.append(
                TIFFTag(
                    UInt16(try number(entry, 2)), kind, count: count, bytes: Array(file[place..<place + length])))
        }
        self.init(found)
    }

    subscript(number: UInt16) -> TIFFTag? { tags.first { $0.number == number } }

    /// Puts a tag in, in place of one of the same number.
    mutating func set(_ tag: TIFFTag) { self = TIFFDirectory(tags.filter { $0.number != tag.number } + [tag]) }

    /// Takes tags out.
    mutating func remove(_ numbers: Set<UInt16>) { tags.removeAll { numbers.contains($0.number) } }
}
