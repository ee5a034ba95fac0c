internal import CTIFF
import Foundation

/// A TIFF file that is damaged or incomplete.
public struct TIFFError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with which file, and what to do.
    public let message: String

    /// Makes an error.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}

/// Checks that every tile and strip of a TIFF lies inside the file, without decoding any.
///
/// A download that was cut off opens without complaint and fails hours later in the middle of the work; this finds
/// it before the first pixel.
public enum TIFFIntegrity {
    /// The version of libtiff, for example `4.5.0`.
    public static var libraryVersion: String {
        let text = unsafe String(cString: TIFFGetVersion())
        let line = text.split(separator: "\n").first.map(String.init) ?? text
        return line.split(separator: " ").last.map(String.init) ?? line
    }

    /// Whether a file begins as a TIFF file does.
    static func isTIFF(_ path: String) -> Bool {
        [0x4949_2A00, 0x4D4D_002A, 0x4949_2B00, 0x4D4D_002B].contains(start(path))
    }

    /// Whether a file begins as another format does that scenes are read from: JPEG 2000 (a file or a bare stream) or a
    /// virtual raster.
    private static func isOtherRaster(_ path: String) -> Bool {
        [0x0000_000C, 0xFF4F_FF51, 0x3C56_5254].contains(start(path))
    }

    /// The first four bytes of a file.
    private static func start(_ path: String) -> UInt32? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: 4), bytes.count == 4 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Checks every image of a file.
    ///
    /// JPEG 2000 files and virtual rasters, which say nothing of their length, pass, and so do files behind URLs.
    ///
    /// - Throws: ``TIFFError`` naming the first tile or strip that reaches beyond the end of the file.
    public static func check(_ path: String) throws(TIFFError) {
        if RemotePath.isRemote(path) { return }
        if Dataset.isInArchive(path) { return try checkMember(path) }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = (attributes?[.size] as? NSNumber)?.uint64Value else {
            throw TIFFError("\(path): the file cannot be read")
        }
        if isOtherRaster(path) { return }
        guard let handle = TIFFHandle(path) else {
            throw TIFFError("\(path): not a readable TIFF file; fetch it again")
        }
        let tiff = unsafe handle.tiff
        while true {
            let isTiled = unsafe TIFFIsTiled(tiff) != 0
            let count = unsafe isTiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
            for index in 0..<count {
                let offset = unsafe TIFFGetStrileOffset(tiff, index)
                let length = unsafe TIFFGetStrileByteCount(tiff, index)
                let (end, overflow) = offset.addingReportingOverflow(length)
                if overflow || end > size {
                    throw TIFFError(
                        "\(path): the file is truncated: \(isTiled ? "tile" : "strip") \(index) of \(count) should "
                            + "end at byte \(end), the file has \(size); fetch it again")
                }
            }
            if unsafe TIFFLastDirectory(tiff) != 0 { return }
            if unsafe TIFFReadDirectory(tiff) == 0 {
                throw TIFFError("\(path): the file is truncated: its list of images breaks off; fetch it again")
            }
        }
    }

    /// Checks a file in an archive, which libtiff does not open: its blocks as GDAL says where they lie.
    private static func checkMember(_ path: String) throws(TIFFError) {
        guard case .file(let bytes)? = VirtualFiles.kind(of: path) else {
            throw TIFFError("\(path): the file cannot be read")
        }
        do throws(GDALError) {
            let dataset = try Dataset(reading: path, drivers: Dataset.drivers(forNamed: path))
            guard let end = dataset.lastStoredByte(), end > UInt64(clamping: bytes) else { return }
            throw GDALError(
                code: .readFailed,
                message: "\(path): the file is truncated: its last block should end at byte \(end), the file has "
                    + "\(bytes); fetch it again", notes: [])
        } catch {
            throw TIFFError(error.message)
        }
    }
}
