import Foundation
import Synchronization
import Testing

@testable import RSPipeline

/// Bands of two pixel sizes in one chain, through real files.
@Suite struct InputReaderTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/rsp-reader-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func write(_ name: String, _ values: [UInt16], size: Int, pixel: Double) throws -> String {
        let path = "\(folder)/\(name).tif"
        let grid = Grid(
            width: size, height: size, transform: GeoTransform(left: 0, top: 0, pixelSize: pixel),
            crs: try CoordinateSystem(text: "EPSG:32639"))
        let writer = try DatasetWriter(creating: path, grid: grid, sampleType: .uint16, bandCount: 1, options: [])
        try writer.describe(bands: [RasterBandDescription(name: name, noData: .value(0))], metadata: [:])
        try unsafe values.withUnsafeBytes { bytes in
            try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .uint16)
        }
        try writer.close()
        return path
    }

    private func planes(_ steps: String) throws -> (Plan, [Plane]) {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let red = try write("red", [1, 3, 9, 9, 5, 7, 9, 9, 0, 0, 2, 4, 0, 4, 6, 8], size: 4, pixel: 15)
        let nir = try write("nir", [10, 20, 30, 40], size: 2, pixel: 30)
        let chain = try Chain("read \(red) \(nir) \(steps)")
        let plan = try Plan(chain, scene: chain.openScene())
        return (plan, try plan.planesInMemory())
    }

    @Test func theCoarsestBandUsedGivesTheGrid() throws {
        let (plan, planes) = try planes("! expr sum=\"red + nir\"")
        #expect(plan.grid.width == 2 && plan.grid.transform.pixelWidth == 30)
        #expect(planes[0].values[0] == 14 && planes[0].values[1] == 29 && planes[0].values[3] == 45)
        #expect(planes[0].values[2].isNaN, "three of four red pixels are fill")
    }

    @Test func aFinerGridCanBeAskedFor() throws {
        let (plan, planes) = try planes("resolution=15 ! expr sum=\"red + nir\"")
        #expect(plan.grid.width == 4)
        #expect(Array(planes[0].values[0...3]) == [11, 13, 29, 29])
    }

    @Test func bandsThatAreNotUsedDoNotMatter() throws {
        let (plan, planes) = try planes("! expr twice=\"red * 2\"")
        #expect(plan.grid.width == 4 && planes[0].values[0] == 2)
    }

    @Test func aSizeThatNoBandHasIsRefused() throws {
        let error = #expect(throws: RunError.self) { try planes("resolution=20 ! expr sum=\"red + nir\"") }
        #expect(error?.kind == .chain)
        #expect(error?.message.contains("15.0, 30.0") == true)
    }
}

/// Reading a pass block by block, against GDAL's reading of the same windows.
@Suite struct PassReadingTests {
    /// Reads every unit on several threads; compares with GDAL.
    private func read(
        _ plan: Plan, units: PassInputs.Units, threads: Int, cache: BlockCache, files: InputFiles? = nil,
        next: (slots: Set<Int>, units: PassInputs.Units)? = nil, mayFindKept: Bool = false
    ) throws -> [Window] {
        let slots = Set(plan.usedSlots)
        let files = try files ?? InputFiles(plan, slots: slots)
        let pass = PassInputs(
            plan, files: files, cache: cache, slots: slots, units: units, next: next, mayFindKept: mayFindKept)
        let windows = Window.tiling(
            width: plan.grid.width, height: plan.grid.height, unitWidth: units.width, unitHeight: units.height)
        let different = Mutex<[Window]>([])
        try Workers.run(count: windows.count, threads: threads, cancellation: Cancellation()) { next in
            let reader = InputReader(pass)
            var memory: [Int: RawMemory] = [:]
            for slot in slots { memory[slot] = RawMemory(byteCount: units.width * units.height * 8) }
            let targets = unsafe memory.mapValues { unsafe $0.base }
            while let index = try next() {
                let window = windows[index]
                let damaged = try unsafe reader.read(window, into: targets)
                #expect(damaged.isEmpty)
                for slot in slots where plan.samplings[slot] == nil {
                    guard let source = plan.inputs[slot].source, let target = unsafe targets[slot] else { continue }
                    let dataset = try Dataset(reading: source.path, drivers: Dataset.drivers(forNamed: source.path))
                    var expected = [UInt8](repeating: 0, count: window.pixelCount * source.sampleType.byteCount)
                    try unsafe expected.withUnsafeMutableBytes {
                        try unsafe dataset.read(band: source.band, window: window, into: $0, as: source.sampleType)
                    }
                    let found = unsafe [UInt8](UnsafeRawBufferPointer(start: target, count: expected.count))
                    if found != expected { different.withLock { $0.append(window) } }
                }
            }
        }
        return different.withLock { $0 }
    }

    @Test(arguments: 0..<30 as Range<UInt64>) func anyUnitsReadTheSame(seed: UInt64) throws {
        let folder = try ScratchFolder()
        var random = SplitMix64(seed: seed)
        let width = Int.random(in: 1...150, using: &random)
        let height = Int.random(in: 1...150, using: &random)
        var names: [String] = []
        for index in 0..<3 {
            var made = MadeTIFF(
                width: width, height: height, bands: Int.random(in: 1...3, using: &random),
                type: SampleType.allCases.randomElement(using: &random) ?? .uint8, seed: seed + 10)
            made.options = ["COMPRESS=" + (["NONE", "DEFLATE", "LZW"].randomElement(using: &random) ?? "NONE")]
            if Bool.random(using: &random) { made.options.append("INTERLEAVE=BAND") }
            let isTiled = Bool.random(using: &random)
            made.options.append("BLOCKYSIZE=\(Int.random(in: 1...6, using: &random) * (isTiled ? 16 : 3))")
            if isTiled { made.options += ["TILED=YES", "BLOCKXSIZE=\(Int.random(in: 1...6, using: &random) * 16)"] }
            try made.write(folder.path + "/f\(index).tif")
            names.append(folder.path + "/f\(index).tif")
        }
        let plan = try Run.plan("read \(names.joined(separator: " "))")
        let units = PassInputs.Units(
            width: Int.random(in: 1...width, using: &random), height: Int.random(in: 1...height, using: &random))
        guard width * height / (units.width * units.height) < 400 else { return }
        let threads = Int.random(in: 1...4, using: &random)
        let slots = Set(plan.usedSlots)
        let files = try InputFiles(plan, slots: slots)
        let blocks = files.files.reduce(0) { $0 + $1.tiling.count * $1.planes }
        let note: Comment = "seed \(seed): \(width) x \(height), units \(units), \(threads) threads"
        // Room for all, for some, for none.
        for capacity in [1 << 24, files.decodedBytes(of: slots) / 5, 0] {
            let cache = BlockCache(capacity: capacity)
            #expect(try read(plan, units: units, threads: threads, cache: cache, files: files).isEmpty, note)
            let statistics = cache.statistics
            #expect(statistics.peakBytes <= capacity && cache.heldBytes == 0, note)
            if capacity == 1 << 24 { #expect(statistics.decodings == blocks && statistics.repeated == 0, note) }
        }
    }

    @Test func blocksStayForTheNextPass() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try MadeTIFF(
            width: 100, height: 90, bands: 2,
            options: ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32", "COMPRESS=DEFLATE", "INTERLEAVE=BAND"]
        ).write(path)
        let plan = try Run.plan("read \(path)")
        let slots = Set(plan.usedSlots)
        let files = try InputFiles(plan, slots: slots)
        #expect(files.decodedBytes(of: slots) == 100 * 90 * 2 * 2)
        let cache = BlockCache(capacity: files.decodedBytes(of: slots))
        let units = PassInputs.Units(width: 32, height: 32)
        let other = PassInputs.Units(width: 50, height: 17)
        #expect(
            try read(plan, units: units, threads: 2, cache: cache, files: files, next: (slots: slots, units: other))
                .isEmpty)
        #expect(cache.heldBytes == cache.capacity)
        #expect(try read(plan, units: other, threads: 3, cache: cache, files: files, mayFindKept: true).isEmpty)
        #expect(cache.statistics.decodings == 24 && cache.heldBytes == 0)
    }

    @Test func virtualRastersAndImagesOfJPEG2000() throws {
        let folder = try ScratchFolder()
        try MadeTIFF(width: 300, height: 200, bands: 3, type: .uint8, seed: 3).write(folder.path + "/a.tif")
        try DatasetCopy.copy(
            folder.path + "/a.tif", to: folder.path + "/a.jp2", driver: "JP2OpenJPEG",
            options: ["REVERSIBLE=YES", "QUALITY=100", "BLOCKXSIZE=64", "BLOCKYSIZE=64"])
        try Data(
            """
            <VRTDataset rasterXSize="300" rasterYSize="200"><SRS>EPSG:32639</SRS>
            <GeoTransform>500000, 30, 0, 4400000, 0, -30</GeoTransform><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
            <SourceFilename>\(folder.path)/a.tif</SourceFilename><SourceBand>2</SourceBand></SimpleSource>
            </VRTRasterBand></VRTDataset>
            """.utf8
        ).write(to: URL(fileURLWithPath: folder.path + "/a.vrt"))
        let plan = try Run.plan("read \(folder.path)/a.jp2 \(folder.path)/a.vrt")
        #expect(plan.inputs.count == 4)
        let cache = BlockCache(capacity: 1 << 24)
        #expect(
            try read(plan, units: PassInputs.Units(width: 100, height: 70), threads: 2, cache: cache).isEmpty)
        #expect(cache.statistics.repeated == 0)
    }

    @Test(arguments: [1, 4]) func theFirstErrorStopsAll(threads: Int) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try MadeTIFF(
            width: 200, height: 200, options: ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"]
        ).write(path)
        try Damage.overwrite(path, block: 6)
        let plan = try Run.plan("read \(path)")
        let message = Run.message {
            _ = try read(
                plan, units: PassInputs.Units(width: 25, height: 30), threads: threads,
                cache: BlockCache(capacity: 1 << 20))
        }
        #expect(message.contains("\(path): band 1, tile 6 of 16 (rows 64...127, columns 128...191) is damaged"))
        #expect(message.contains("fetch it again"))
    }

    /// A value everywhere but where a damaged block lies, in every output, for any units and workers.
    @Test(arguments: [(1, 1 << 28), (3, 1 << 28), (2, 20_000)])
    func damageBecomesNoData(threads: Int, memory: Int) throws {
        let folder = try ScratchFolder()
        let tiles = ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"]
        let red = folder.path + "/red.tif"
        let nir = folder.path + "/nir.tif"
        try MadeTIFF(width: 150, height: 140, options: tiles, seed: 1).write(red)
        try MadeTIFF(width: 150, height: 140, options: tiles, seed: 2).write(nir)
        try Damage.overwrite(nir, block: 4)
        let plan = try Run.plan(
            "read \(red) \(nir) on-error=nodata ! expr sum=\"red + 1\" both=\"red + nir\" ! select sum,both,validity")
        let options = ExecutionOptions(threads: threads, memory: memory)
        let sink = PlaneSink(grid: plan.grid, count: plan.planes.count)
        var warnings: [String] = []
        let result = try Executor(plan: plan, options: options).run(sinks: [sink]) { warnings.append($0) }
        #expect(result.damagedBlocks.map(\.path) == [nir] && result.damagedBlocks.map(\.blocks) == [1])
        #expect(warnings.count == 1 && warnings[0].contains(nir) && warnings[0].contains("damaged blocks: 1"))
        for plane in 0..<2 {
            let missing = sink.result[plane].values.indices.filter { sink.result[plane].values[$0].isNaN }
            let expected = (64..<128).flatMap { row in (64..<128).map { row * 150 + $0 } }
            #expect(missing == expected)
            #expect(result.reasonCounts[plane][Int(PixelReason.fill.rawValue)] == 4096)
            #expect(result.reasonCounts[plane][0] == 150 * 140 - 4096)
        }
        let hidden = sink.result[2].values.indices.filter { sink.result[2].values[$0] == 1 }
        #expect(hidden == (64..<128).flatMap { row in (64..<128).map { row * 150 + $0 } })
        if memory > 1 << 20 { #expect(result.decoding.decodings == 18 && result.decoding.repeated == 0) }
        let strict = try Run.plan("read \(red) \(nir) ! expr both=\"red + nir\"")
        #expect(Run.message { _ = try strict.planesInMemory(options: options) }.contains("tile 4 of 9"))
    }

    @Test func damageInAnotherPixelSizeHidesWhatItTouches() throws {
        let folder = try ScratchFolder()
        let fine = folder.path + "/fine.tif"
        let coarse = folder.path + "/coarse.tif"
        let half = GeoTransform(left: 500_000, top: 4_400_000, pixelSize: 15)
        let grid = Grid(width: 64, height: 64, transform: half, crs: SmallRaster.crs)
        let values = (0..<4096).map { Double($0 % 251 + 1) }
        try SmallRaster.write(
            fine, grid: grid, type: .uint16, bands: [values],
            options: ["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE"])
        try SmallRaster.write(
            coarse, grid: SmallRaster.grid(32, 32), type: .uint16, bands: [[Double](repeating: 1, count: 1024)])
        try Damage.overwrite(fine, block: 5)
        let planes = try Run.values("read \(fine) \(coarse) on-error=nodata ! expr sum=\"fine + coarse\"")
        let sum = try #require(planes["sum"])
        let missing = sum.indices.filter { sum[$0].isNaN }
        #expect(missing == (8..<16).flatMap { row in (8..<16).map { row * 32 + $0 } })
    }

    /// What lies beyond the end of a file, and what GDAL cannot decode, is damaged too.
    @Test func otherDamage() throws {
        let folder = try ScratchFolder()
        let cut = folder.path + "/cut.tif"
        let odd = folder.path + "/odd.tif"
        let strips = ["BLOCKYSIZE=10", "COMPRESS=DEFLATE"]
        try MadeTIFF(width: 40, height: 600, options: strips).write(cut)
        try SmallRaster.write(
            odd, grid: SmallRaster.grid(40, 600), type: .uint16,
            bands: [(0..<24_000).map { Double($0 * 7919 % 4096) }], options: strips + ["NBITS=12"])
        let size = try folder.data("odd.tif").count
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: odd))
        try handle.seek(toOffset: UInt64(size - 100))
        try handle.write(contentsOf: Data(repeating: 0xFF, count: 60))
        try handle.close()
        try Damage.cut(cut, to: try folder.data("cut.tif").count - 5)
        let plan = try Run.plan("read \(cut) \(odd) on-error=nodata ! expr sum=\"cut + odd\"")
        let files = try InputFiles(plan, slots: Set(plan.usedSlots))
        #expect(files.files.map(\.isOwn) == [true, false])
        let sink = PlaneSink(grid: plan.grid, count: 1)
        let result = try Executor(plan: plan, options: ExecutionOptions(threads: 2)).run(sinks: [sink]) { _ in }
        #expect(result.damagedBlocks.map(\.path) == [cut, odd] && result.damagedBlocks.map(\.blocks) == [1, 1])
        // GDAL is asked for at least 512 rows at a time.
        let missing = Set(sink.result[0].values.indices.filter { sink.result[0].values[$0].isNaN })
        // The strip at the end of the file, which need not be the last of the image.
        let lost = (0..<60).filter { Set(400 * $0..<400 * $0 + 400).isSubset(of: missing) }
        let cutOff = try #require(lost.first { $0 < 52 } ?? lost.last)
        #expect(missing == Set(40 * 520..<40 * 600).union(400 * cutOff..<400 * cutOff + 400))
        let strict = try Run.plan("read \(cut) \(odd) ! expr sum=\"cut + odd\"")
        let message = Run.message { _ = try strict.planesInMemory() }
        let rows = "rows \(cutOff * 10)...\(cutOff * 10 + 9)"
        #expect(message.contains("strip \(cutOff) of 60 (\(rows), columns 0...39) should end"))
        let other = try Run.plan("read \(odd) ! expr sum=\"odd + 1\"")
        let words = Run.message { _ = try other.planesInMemory() }
        #expect(words.contains("\(odd): block 1 of 2, band 1: rows 520...599") && words.contains("fetch it again"))
    }
}
