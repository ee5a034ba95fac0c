import Synchronization

/// The files that a run reads, opened once for all passes and workers.
///
/// TIFF files are read by this library where it can; all others, and TIFF files that it does not serve, through GDAL.
final class InputFiles: Sendable {
    /// One file, or one band of a file whose bands are stored apart and read through GDAL.
    struct File: Sendable {
        let path: String
        let tiling: BlockTiling
        let sampleType: SampleType
        /// Numbers per pixel in one block.
        let samplesPerBlock: Int
        /// Blocks of one plane after another; 1 where blocks hold all samples.
        let planes: Int
        fileprivate let access: Access

        /// Whether this library decodes the blocks, not GDAL.
        var isOwn: Bool {
            if case .tiff = access { return true }
            return false
        }

        /// Bytes of all planes of the file once decoded.
        func decodedBytes(planes count: Int) -> Int {
            [tiling.height, samplesPerBlock, sampleType.byteCount, count].reduce(tiling.width) { product, factor in
                let (bytes, overflow) = product.multipliedReportingOverflow(by: factor)
                return overflow ? .max : bytes
            }
        }
    }

    fileprivate enum Access: Sendable {
        case tiff(TIFFFile)
        case dataset(bands: [Int])
    }

    /// Where the numbers of an input are: a file, one of its planes, and a sample of each pixel there.
    struct Place: Sendable, Hashable {
        var file: Int
        var plane: Int
        var sample: Int

        /// The plane, whichever of its samples.
        var withoutSample: Place { Place(file: file, plane: plane, sample: 0) }
    }

    let files: [File]
    /// By input slot.
    let places: [Int: Place]
    private let damagedBlocks = Mutex<Set<BlockKey>>([])

    /// A block read through GDAL is at least this wide and high: calls are dear.
    private static let smallestSide = 512
    /// GDAL reads parts of blocks that are larger than this.
    private static let largestBlock = 64 << 20

    /// Opens the files of some inputs of a plan.
    ///
    /// - Throws: ``RunError`` of kind `input`, which names the input and the file.
    init(_ plan: Plan, slots: Set<Int>) throws(RunError) {
        var files: [File] = []
        var places: [Int: Place] = [:]
        var byPath: [String: [Int]] = [:]
        for slot in slots.sorted() {
            guard let path = plan.inputs[slot].source?.path else { continue }
            byPath[path, default: []].append(slot)
        }
        for (path, slots) in byPath.sorted(by: { $0.key < $1.key }) {
            let sources = slots.compactMap { plan.inputs[$0].source }
            let name = plan.inputs[slots[0]].name
            if let file = try Self.ownFile(path, sources, name) {
                for (slot, source) in zip(slots, sources) {
                    places[slot] = Place(
                        file: files.count, plane: file.planes > 1 ? source.band - 1 : 0,
                        sample: file.planes > 1 ? 0 : source.band - 1)
                }
                files.append(file)
                continue
            }
            for group in try Self.groups(path, sources, name) {
                for (slot, source) in zip(slots, sources) {
                    guard let sample = group.bands.firstIndex(of: source.band) else { continue }
                    places[slot] = Place(file: files.count, plane: 0, sample: sample)
                }
                files.append(group.file)
            }
        }
        self.files = files
        self.places = places
    }

    private static func ownFile(
        _ path: String, _ sources: [RasterSource], _ name: String
    ) throws(RunError) -> File? {
        do throws(TIFFError) {
            guard case .readable(let file) = try TIFFFile.open(path) else { return nil }
            let layout = file.layout
            guard sources.allSatisfy({ $0.sampleType == layout.sampleType && $0.band <= layout.samplesPerPixel }) else {
                return nil
            }
            let grid = sources[0].grid
            guard grid.width == layout.tiling.width, grid.height == layout.tiling.height else {
                throw TIFFError("\(path): the file has changed since it was opened")
            }
            return File(
                path: path, tiling: layout.tiling, sampleType: layout.sampleType,
                samplesPerBlock: layout.samplesPerBlock, planes: layout.isPlanar ? layout.samplesPerPixel : 1,
                access: .tiff(file))
        } catch {
            throw RunError(.input, "\(name): \(error)")
        }
    }

    /// The files as GDAL reads them: all bands together where they are stored so, one by one elsewhere.
    private static func groups(
        _ path: String, _ sources: [RasterSource], _ name: String
    ) throws(RunError) -> [(file: File, bands: [Int])] {
        let isTogether: Bool
        do throws(GDALError) {
            let dataset = try Dataset(reading: path, drivers: Dataset.drivers(forNamed: path))
            guard dataset.width == sources[0].grid.width, dataset.height == sources[0].grid.height else {
                throw GDALError(code: .readFailed, message: "the file has changed since it was opened", notes: [])
            }
            isTogether = dataset.isPixelInterleaved && Set(sources.map(\.sampleType)).count == 1
        } catch {
            throw RunError(.input, "\(name): \(error)")
        }
        let bands = Set(sources.map(\.band)).sorted()
        return (isTogether ? [bands] : bands.map { [$0] }).compactMap { group in
            guard let source = sources.first(where: { group.contains($0.band) }) else { return nil }
            let file = File(
                path: path, tiling: tiling(of: source, samples: group.count), sampleType: source.sampleType,
                samplesPerBlock: group.count, planes: 1, access: .dataset(bands: group))
            return (file, group)
        }
    }

    private static func tiling(of source: RasterSource, samples: Int) -> BlockTiling {
        func side(_ block: Int, _ whole: Int) -> Int {
            let block = max(1, min(block, whole))
            return min(whole, (smallestSide - 1 + block) / block * block)
        }
        let width = side(source.blockWidth, source.grid.width)
        let height = side(source.blockHeight, source.grid.height)
        let rows = largestBlock / (width * samples * source.sampleType.byteCount)
        return BlockTiling(
            width: source.grid.width, height: source.grid.height, blockWidth: width,
            blockHeight: max(1, min(height, rows)))
    }

    /// Opens a file for one worker, whose decoders share their memory.
    func decoder(_ file: Int, scratch: TIFFScratch) throws(BlockError) -> any BlockDecoder {
        switch files[file].access {
        case .tiff(let tiff): TIFFReader(tiff, scratch: scratch)
        case .dataset(let bands): try DatasetBlocks(files[file], bands: bands)
        }
    }

    /// Bytes of all blocks that some inputs need, once decoded.
    func decodedBytes(of slots: Set<Int>) -> Int {
        var planes: [Int: Set<Int>] = [:]
        for place in slots.compactMap({ places[$0] }) { planes[place.file, default: []].insert(place.plane) }
        return planes.reduce(0) { total, entry in
            let (sum, overflow) = total.addingReportingOverflow(
                files[entry.key].decodedBytes(planes: entry.value.count))
            return overflow ? .max : sum
        }
    }

    // MARK: Damage

    /// Remembers a damaged block.
    func note(damaged key: BlockKey) { _ = damagedBlocks.withLock { $0.insert(key) } }

    /// How many blocks of which files could not be decoded, sorted by path; empty for good files.
    var damaged: [(path: String, blocks: Int)] {
        let counts = damagedBlocks.withLock { keys in
            Dictionary(keys.map { (files[$0.file].path, 1) }, uniquingKeysWith: +)
        }
        return counts.map { ($0.key, $0.value) }.sorted { $0.path < $1.path }
    }
}
