import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes one GeoTIFF, cloud-optimised or plain, from tiles that come in any order and from any thread.
///
/// Tiles are compressed by whoever brings them, overviews are made from tiles in hand, compressed tiles wait in a spool;
/// at the end the file is laid out and written once, directories first. Its bytes depend only on the pixels.
final class COGWriter: Sendable {
    /// Where compressed tiles wait, by level and tile.
    ///
    /// Unchecked: each entry is written by the one thread that finished the tile, and all are read after the last.
    @safe private final class Ledger: @unchecked Sendable {
        let places: [UnsafeMutableBufferPointer<(start: Int, size: Int)>]

        init(_ levels: [OverviewLevels.Level]) {
            unsafe places = levels.map { level in
                let tiles = UnsafeMutableBufferPointer<(start: Int, size: Int)>.allocate(capacity: level.tileCount)
                unsafe tiles.initialize(repeating: (0, 0))
                return unsafe tiles
            }
        }

        deinit { unsafe places.forEach { unsafe $0.deallocate() } }
    }

    let format: TileFormat
    let width: Int
    let height: Int
    private let isCloudOptimized: Bool
    private let noData: Double?
    private let spool: TileSpool
    private let pyramid: TilePyramid
    private let ledger: Ledger

    /// Opens the spool.
    ///
    /// - Parameters:
    ///   - folder: where the spool lies until the file is finished.
    ///   - rule: how overviews are made; nil for a plain file without any.
    ///   - noData: the stored number that means no data; nil when every number is data.
    ///   - openTiles: tiles of overviews in the making that may be held in memory, see ``OpenTiles``.
    /// - Throws: ``TIFFError``.
    init(
        _ format: TileFormat, width: Int, height: Int, overviews rule: OverviewRule?, noData: Double?, openTiles: Int,
        folder: String, name: String
    ) throws(TIFFError) {
        self.format = format
        self.width = width
        self.height = height
        self.noData = noData
        isCloudOptimized = rule != nil
        let levels = OverviewLevels(width: width, height: height, hasOverviews: rule != nil)
        ledger = Ledger(levels.levels)
        spool = try TileSpool(in: folder, name: name + ".spool")
        pyramid = TilePyramid(
            levels,
            reduction: OverviewReduction(
                rule: rule ?? .average, sampleType: format.sampleType, samples: format.samples, noData: noData),
            openTiles: openTiles, spool: spool)
    }

    /// What the overviews in the making have taken.
    var openTiles: OpenTiles.Statistics { pyramid.statistics }

    /// Takes a tile of the full resolution, stored numbers, band by band for each pixel, zeros beyond the edge.
    ///
    /// - Throws: ``TIFFError`` when it cannot be written, for example on a full disk.
    func add(
        _ tile: UnsafeMutableRawBufferPointer, column: Int, row: Int, encoder: TileEncoder
    ) throws(TIFFError) {
        try unsafe pyramid.add(tile, at: TilePyramid.Position(level: 0, column: column, row: row)) {
            (pixels, position) throws(TIFFError) in
            let level = pyramid.levels[position.level]
            if unsafe holdsNothing(pixels, position, level) { return }
            let place = try unsafe encoder.encode(pixels) { bytes throws(TIFFError) in
                (start: try unsafe spool.append(bytes), size: bytes.count)
            }
            unsafe ledger.places[position.level][position.row * level.tilesAcross + position.column] = place
        }
    }

    /// Whether all pixels of a tile inside the image are without data, so that it need not be stored.
    private func holdsNothing(
        _ pixels: UnsafeRawBufferPointer, _ position: TilePyramid.Position, _ level: OverviewLevels.Level
    ) -> Bool {
        guard let noData, let base = pixels.baseAddress else { return false }
        let side = TileFormat.side
        let count = min(side, level.width - position.column * side) * format.samples
        for row in 0..<min(side, level.height - position.row * side) {
            let line = unsafe base + row * side * format.pixelBytes
            guard unsafe format.sampleType.areAll(line, count: count, noData) else { return false }
        }
        return true
    }

    /// Lays the file out and writes it.
    ///
    /// - Parameters:
    ///   - path: the file, which must not exist.
    ///   - description: the tags of a file of one tile that say where it lies and what its bands are.
    ///   - progress: told the share that is written; false stops.
    /// - Returns: the hash of the file's bytes.
    /// - Throws: ``TIFFError``.
    @discardableResult
    func finish(
        _ path: String, description: TIFFDirectory, progress: (Double) -> Bool
    ) throws(TIFFError) -> ContentHash {
        precondition(pyramid.isComplete, "tiles are missing")
        let sizes = unsafe ledger.places.map { tiles in unsafe tiles.map { $0.size } }
        let directories = pyramid.levels.enumerated().map { index, level in
            directory(description, level, isOverview: index > 0)
        }
        let layout = COGLayout(directories, sizes: sizes, isCloudOptimized: isCloudOptimized)
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw TIFFError("\(path): cannot be made: \(FileBytes.systemMessage())") }
        defer { close(descriptor) }
        return try write(layout, sizes, to: descriptor, path, progress)
    }

    /// The tags of a level.
    private func directory(
        _ description: TIFFDirectory, _ level: OverviewLevels.Level, isOverview: Bool
    ) -> TIFFDirectory {
        var directory = description
        directory.remove([TIFFTag.Number.stripOffsets, TIFFTag.Number.rowsPerStrip, TIFFTag.Number.stripByteCounts])
        if isOverview {
            // What says where the image lies and what its bands are belongs to the full resolution; no-data to all.
            let own = TIFFTag.Number.firstOfPosition..<TIFFTag.Number.gdalNoData
            directory.remove(Set(description.tags.map(\.number).filter { own.contains($0) }))
            directory.set(TIFFTag(TIFFTag.Number.subfileType, value: 1, as: .long))
        }
        directory.set(TIFFTag(TIFFTag.Number.width, value: level.width))
        directory.set(TIFFTag(TIFFTag.Number.height, value: level.height))
        directory.set(TIFFTag(TIFFTag.Number.compression, value: format.compression.scheme))
        directory.set(TIFFTag(TIFFTag.Number.planarConfiguration, value: 1))
        if format.predictor == .none {
            directory.remove([TIFFTag.Number.predictor])
        } else {
            directory.set(TIFFTag(TIFFTag.Number.predictor, value: format.predictor.rawValue))
        }
        directory.set(TIFFTag(TIFFTag.Number.tileWidth, value: TileFormat.side))
        directory.set(TIFFTag(TIFFTag.Number.tileHeight, value: TileFormat.side))
        // LERC's version and that no other codec comes after it.
        if format.compression == .lerc {
            directory.set(TIFFTag(TIFFTag.Number.lercParameters, values: [4, 0], as: .long))
        }
        return directory
    }

    private func write(
        _ layout: COGLayout, _ sizes: COGLayout.Sizes, to descriptor: Int32, _ path: String,
        _ progress: (Double) -> Bool
    ) throws(TIFFError) -> ContentHash {
        var hash = ContentHash()
        let largest = sizes.joined().max() ?? 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1 << 20, layout.head.count, largest + 8), alignment: 64)
        defer { unsafe buffer.deallocate() }
        var filled = 0
        var written = 0
        func flush() throws(TIFFError) {
            let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<filled])
            guard unsafe FileBytes.write(part, to: descriptor, at: written) else {
                throw TIFFError("\(path): cannot be written: \(FileBytes.systemMessage())")
            }
            unsafe hash.add(part)
            written += filled
            filled = 0
            if !progress(Double(written) / Double(layout.length)) { throw TIFFError("stopped") }
        }
        unsafe buffer.copyBytes(from: layout.head)
        filled = layout.head.count
        let frame = isCloudOptimized ? 4 : 0
        for level in sizes.indices.reversed() {
            for tile in sizes[level].indices where sizes[level][tile] > 0 {
                let size = sizes[level][tile]
                if filled + size + 2 * frame > buffer.count { try flush() }
                let place = filled + frame
                try unsafe spool.read(
                    UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + size]),
                    at: ledger.places[level][tile].start)
                if isCloudOptimized {
                    for i in 0..<4 {
                        unsafe buffer[filled + i] = UInt8(truncatingIfNeeded: size >> (8 * i))
                        // A tile of fewer bytes repeats what it has.
                        unsafe buffer[place + size + i] = buffer[max(place, place + size - 4) + i]
                    }
                }
                filled += size + 2 * frame
            }
        }
        try flush()
        return hash
    }
}

extension SampleType {
    /// Whether numbers in memory all are a given one; NaN is like NaN.
    func areAll(_ base: UnsafeRawPointer, count: Int, _ number: Double) -> Bool {
        switch self {
        case .uint8: unsafe Self.areAll(UInt8.self, base, count, number)
        case .uint16: unsafe Self.areAll(UInt16.self, base, count, number)
        case .int16: unsafe Self.areAll(Int16.self, base, count, number)
        case .uint32: unsafe Self.areAll(UInt32.self, base, count, number)
        case .int32: unsafe Self.areAll(Int32.self, base, count, number)
        case .float32: unsafe Self.areAll(Float.self, base, count, number)
        case .float64: unsafe Self.areAll(Double.self, base, count, number)
        }
    }

    private static func areAll<Sample: StoredSample>(
        _ type: Sample.Type, _ base: UnsafeRawPointer, _ count: Int, _ number: Double
    ) -> Bool {
        let values = unsafe base.assumingMemoryBound(to: Sample.self)
        let wanted = Sample.stored(number)
        for i in 0..<count where unsafe !values[i].isSame(as: wanted) { return false }
        return true
    }
}
