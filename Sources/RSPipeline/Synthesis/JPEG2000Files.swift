import Dispatch
import Foundation
import Synchronization

/// Lossless JPEG 2000 files of a synthetic product, in tiles of 1024 pixels as ESA's.
///
/// The codec wants whole images, so the pixels wait in plain rasters in a folder of their own, and are encoded in the end.
final class JPEG2000Files {
    private struct Waiting {
        let raster: SyntheticRaster
        let source: String
        let target: String
    }

    private let folder: String
    private let threads: Int
    private var files: [Waiting] = []

    /// Makes the folder in which pixels wait.
    init(waitingIn folder: String, threads: Int) throws(SynthesisError) {
        self.folder = folder
        self.threads = threads
        try ProductFolder.make(folder)
    }

    /// Starts a file; its folder must exist.
    ///
    /// - Returns: the raster to fill.
    func open(
        _ target: String, grid: Grid, type: SampleType, bandCount: Int
    ) throws(SynthesisError) -> SyntheticRaster {
        let source = "\(folder)/\(files.count).tif"
        let raster = try SyntheticRaster(waitingAt: source, grid: grid, type: type, bandCount: bandCount)
        files.append(Waiting(raster: raster, source: source, target: target))
        return raster
    }

    /// Encodes all files, several at a time, and removes the waiting pixels.
    func encode() throws(SynthesisError) {
        for file in files { try file.raster.close() }
        let names = files.map { (source: $0.source, target: $0.target) }
        let next = Mutex(0)
        let failure = Mutex<SynthesisError?>(nil)
        DispatchQueue.concurrentPerform(iterations: min(threads, names.count)) { _ in
            while true {
                let index = next.withLock { value in
                    value += 1
                    return value - 1
                }
                guard index < names.count, failure.withLock({ $0 == nil }) else { return }
                do throws(GDALError) {
                    try DatasetCopy.copy(
                        names[index].source, to: names[index].target, driver: "JP2OpenJPEG", options: Self.options)
                } catch { failure.withLock { $0 = .writeFailed(error.description) } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            throw .writeFailed("\(folder): cannot be removed: \(error.localizedDescription)")
        }
    }

    private static let options = [
        "CODEC=JP2", "REVERSIBLE=YES", "QUALITY=100", "YCC=NO", "BLOCKXSIZE=1024", "BLOCKYSIZE=1024",
    ]
}
