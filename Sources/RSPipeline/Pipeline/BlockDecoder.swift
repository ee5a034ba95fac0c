/// Decodes the blocks of one input file.
///
/// One per thread.
protocol BlockDecoder: AnyObject {
    /// Decodes the pixels of a block that lie in the raster, as stored, with the samples of a pixel beside each other.
    ///
    /// - Throws: ``BlockError``. The target may have been written to.
    func decode(_ block: Int, into target: UnsafeMutableRawPointer, rowBytes: Int) throws(BlockError)
}

extension TIFFReader: BlockDecoder {}

/// Blocks of any other raster, read through GDAL.
///
/// A class, because an array cannot hold a noncopyable dataset.
final class DatasetBlocks: BlockDecoder {
    private let dataset: Dataset
    private let path: String
    private let bands: [Int]
    private let sampleType: SampleType
    private let tiling: BlockTiling

    init(_ file: InputFiles.File, bands: [Int]) throws(BlockError) {
        do throws(GDALError) {
            dataset = try Dataset(reading: file.path, drivers: Dataset.drivers(forNamed: file.path))
        } catch {
            throw BlockError(message: "\(file.path): \(error)", isDamage: false)
        }
        path = file.path
        self.bands = bands
        sampleType = file.sampleType
        tiling = file.tiling
    }

    func decode(_ block: Int, into target: UnsafeMutableRawPointer, rowBytes: Int) throws(BlockError) {
        do throws(GDALError) {
            try unsafe dataset.read(
                bands: bands, window: tiling.window(of: block), into: target, rowBytes: rowBytes, as: sampleType)
        } catch {
            // A network that fails says nothing of the file.
            throw BlockError(
                message: "\(path): block \(block) of \(tiling.count), \(error)", isDamage: !RemotePath.isRemote(path))
        }
    }
}

/// The open files of one worker, and the memory its decoders work in.
final class BlockDecoders {
    private let files: InputFiles
    private let memory = TIFFScratch()
    private var opened: [Int: any BlockDecoder] = [:]
    /// A decoded block that is needed once.
    var scratch: RawMemory?

    init(_ files: InputFiles) { self.files = files }

    /// The decoder of a file, opened at its first use.
    func decoder(of file: Int) throws(BlockError) -> any BlockDecoder {
        if let known = opened[file] { return known }
        let decoder = try files.decoder(file, scratch: memory)
        opened[file] = decoder
        return decoder
    }
}
