/// Where everything of a finished file stands: directories first, then the tiles, the coarsest level first.
///
/// The layout that GDAL recognises as cloud-optimised: a description of the structure after the header, every tile
/// between its size and a repetition of its last four bytes. Source: GDAL's documentation of the COG driver.
struct COGLayout: Sendable {
    /// Compressed sizes by level and tile; 0 for a tile that is not stored.
    typealias Sizes = [[Int]]

    let isBig: Bool
    /// All bytes before the first tile.
    let head: [UInt8]
    /// Per level and tile, where its bytes begin (after the size before them); 0 for one that is not stored.
    let offsets: [[Int]]
    /// The length of the file.
    let length: Int

    /// Where tiles begin and how long they are: these stand after all directories.
    private static let tables = [TIFFTag.Number.tileOffsets, TIFFTag.Number.tileByteCounts]

    /// The lines that tell a reader what it may rely on; 140 bytes with room for a later change.
    private static let structure =
        "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
        + "BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "

    /// Lays a file out.
    ///
    /// - Parameters:
    ///   - levels: the tags of each level, without the places and sizes of tiles, the full resolution first.
    ///   - sizes: the compressed sizes.
    ///   - isCloudOptimized: whether the structure is described and tiles are framed.
    init(_ levels: [TIFFDirectory], sizes: Sizes, isCloudOptimized: Bool) {
        let classic = COGLayout(levels, sizes, isCloudOptimized, isBig: false)
        self = classic.length > Int(UInt32.max) ? COGLayout(levels, sizes, isCloudOptimized, isBig: true) : classic
    }

    private init(_ levels: [TIFFDirectory], _ sizes: Sizes, _ isCloudOptimized: Bool, isBig: Bool) {
        let word = isBig ? 8 : 4
        let ghost =
            isCloudOptimized
            ? Array("GDAL_STRUCTURAL_METADATA_SIZE=000140 bytes\n\(Self.structure)".utf8) + [0] : []
        let frame = isCloudOptimized ? 4 : 0
        let start = (isBig ? 16 : 8) + ghost.count
        var bytes: [UInt8] =
            isBig
            ? [0x49, 0x49, 0x2B, 0, 8, 0, 0, 0] + LittleEndian.bytes(start, count: 8)
            : [0x49, 0x49, 0x2A, 0] + LittleEndian.bytes(start, count: 4)
        bytes += ghost

        // Where directories and values stand depends only on how long they are.
        var position = start
        var places: [[UInt16: Int]] = []
        let complete = zip(levels, sizes).map { level, tiles -> TIFFDirectory in
            var level = level
            level.set(TIFFTag(TIFFTag.Number.tileOffsets, values: tiles.map { _ in 0 }, as: isBig ? .long8 : .long))
            level.set(TIFFTag(TIFFTag.Number.tileByteCounts, values: tiles, as: .long))
            return level
        }
        for level in complete {
            position += (isBig ? 8 : 2) + level.tags.count * (isBig ? 20 : 12) + word
            var place: [UInt16: Int] = [:]
            for tag in Self.valueOrder(level) where tag.bytes.count > word && !Self.tables.contains(tag.number) {
                position += position % 2
                place[tag.number] = position
                position += tag.bytes.count
            }
            position += position % 2
            places.append(place)
        }
        for (index, level) in complete.enumerated() {
            for tag in level.tags where Self.tables.contains(tag.number) && tag.bytes.count > word {
                places[index][tag.number] = position
                position += tag.bytes.count
                position += position % 2
            }
        }
        let dataStart = position
        var offsets = sizes.map { [Int](repeating: 0, count: $0.count) }
        for level in sizes.indices.reversed() {
            for tile in sizes[level].indices where sizes[level][tile] > 0 {
                offsets[level][tile] = position + frame
                position += sizes[level][tile] + 2 * frame
            }
        }

        bytes += [UInt8](repeating: 0, count: dataStart - bytes.count)
        var at = start
        for (index, level) in complete.enumerated() {
            var level = level
            level.set(TIFFTag(TIFFTag.Number.tileOffsets, values: offsets[index], as: isBig ? .long8 : .long))
            Self.put(LittleEndian.bytes(level.tags.count, count: isBig ? 8 : 2), &bytes, &at)
            for tag in level.tags {
                Self.put(LittleEndian.bytes(Int(tag.number), count: 2), &bytes, &at)
                Self.put(LittleEndian.bytes(Int(tag.kind.rawValue), count: 2), &bytes, &at)
                Self.put(LittleEndian.bytes(tag.count, count: word), &bytes, &at)
                if let place = places[index][tag.number] {
                    Self.put(LittleEndian.bytes(place, count: word), &bytes, &at)
                    var out = place
                    Self.put(tag.bytes, &bytes, &out)
                } else {
                    Self.put(tag.bytes + [UInt8](repeating: 0, count: word - tag.bytes.count), &bytes, &at)
                }
            }
            let own = places[index].filter { !Self.tables.contains($0.key) }
            let end = own.map { $0.value + (level[$0.key]?.bytes.count ?? 0) }.max() ?? at + word
            let next = index + 1 < complete.count ? end + end % 2 : 0
            Self.put(LittleEndian.bytes(next, count: word), &bytes, &at)
            at = next
        }
        self.isBig = isBig
        head = bytes
        self.offsets = offsets
        length = position
    }

    private static func put(_ value: [UInt8], _ bytes: inout [UInt8], _ position: inout Int) {
        bytes.replaceSubrange(position..<position + value.count, with: value)
        position += value.count
    }

    /// No-data and metadata first: they are what a reader asks for first.
    private static func valueOrder(_ level: TIFFDirectory) -> [TIFFTag] {
        let first = [TIFFTag.Number.gdalNoData, TIFFTag.Number.gdalMetadata]
        return first.compactMap { level[$0] } + level.tags.filter { !first.contains($0.number) }
    }
}
