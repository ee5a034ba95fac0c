internal import CGDAL
import Foundation

/// What a raster file says of one of its bands.
public struct RasterBand: Sendable, Hashable {
    /// How numbers are stored.
    public let sampleType: SampleType
    /// The declared no-data value.
    public let noData: NoData
    /// The declared scale (value = stored * scale + offset); nil where none is, or where scale and offset change nothing.
    public let scale: Double?
    /// The declared offset; nil where none is, or where scale and offset change nothing.
    public let offset: Double?
    /// The description; empty where none is.
    public let name: String
    /// Whether a mask or an alpha band beside the numbers says which pixels count.
    public let hasMask: Bool
    /// Columns of one stored block.
    public let blockWidth: Int
    /// Rows of one stored block.
    public let blockHeight: Int
    /// The band's own metadata items.
    public let metadata: [String: String]
}

/// One open raster file.
///
/// Owned by one task at a time; the handle closes with the value.
@safe public struct Dataset: ~Copyable {
    let handle: GDALDatasetH

    /// The formats that scenes are read from.
    ///
    /// A short list on purpose: a VRT or a database posing as a band could
    /// reach files outside the product.
    public static let sceneDrivers = ["GTiff", "COG", "JP2OpenJPEG"]

    /// The formats of a file that the user has named: a virtual raster too when its name says that it is one.
    ///
    /// Not behind a URL, where it could point to files of this machine.
    public static func drivers(forNamed path: String) -> [String] {
        path.lowercased().hasSuffix(".vrt") && !RemotePath.isRemote(path) ? sceneDrivers + ["VRT"] : sceneDrivers
    }

    /// Whether a path leads into a local archive that GDAL unpacks while reading (`/vsizip/`, `/vsitar/`, `/vsigzip/`).
    static func isInArchive(_ path: String) -> Bool {
        ["/vsizip/", "/vsitar/", "/vsigzip/"].contains { path.hasPrefix($0) }
    }

    /// Opens a raster for reading.
    ///
    /// - Throws: ``GDALError`` with code `openFailed` when the file is missing, no raster of an allowed format, or
    ///   holds numbers this library does not take (complex).
    public init(reading path: String, drivers: [String] = Dataset.sceneDrivers) throws(GDALError) {
        let opened = RemoteFiles.opened(path)
        let outcome = unsafe ErrorCapture.run { () -> GDALDatasetH? in
            unsafe Dataset.withCStrings(drivers) { list in
                unsafe cgdal_open(opened, UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY), list)
            }
        }
        guard let found = unsafe outcome.result else {
            if RemotePath.isRemote(path), let why = unsafe outcome.failures.first {
                throw GDALError(code: .openFailed, message: "\(path): \(why)", notes: [])
            }
            let exists =
                FileManager.default.fileExists(atPath: path) || Dataset.isInArchive(path) || RemotePath.isRemote(path)
            let what = exists ? "is not a readable \(drivers.joined(separator: "/")) raster" : "does not exist"
            throw GDALError(code: .openFailed, message: "\(path): the file \(what)", notes: unsafe outcome.failures)
        }
        unsafe handle = found
    }

    /// Takes over a handle that a writer has made.
    init(adopting handle: GDALDatasetH) { unsafe self.handle = handle }

    deinit { unsafe GDALClose(handle) }

    /// Number of columns.
    public var width: Int { unsafe Int(GDALGetRasterXSize(handle)) }
    /// Number of rows.
    public var height: Int { unsafe Int(GDALGetRasterYSize(handle)) }
    /// Number of bands.
    public var bandCount: Int { unsafe Int(GDALGetRasterCount(handle)) }

    /// Where the pixels lie; ``GeoTransform/identity`` and no coordinate system for a file that is not georeferenced.
    public var grid: Grid {
        var numbers = [Double](repeating: 0, count: 6)
        let known = unsafe GDALGetGeoTransform(handle, &numbers) == CE_None
        let transform =
            known
            ? GeoTransform(
                originX: numbers[0], columnX: numbers[1], rowX: numbers[2], originY: numbers[3], columnY: numbers[4],
                rowY: numbers[5]) : .identity
        let crs = unsafe GDALGetSpatialRef(handle).flatMap { unsafe CoordinateSystem(handle: $0) }
        return Grid(width: width, height: height, transform: transform, crs: crs)
    }

    /// The facts of one band, counted from 1.
    ///
    /// - Throws: ``GDALError`` for a band the file does not have or a complex sample type.
    public func band(_ number: Int) throws(GDALError) -> RasterBand {
        guard number >= 1, number <= bandCount, let band = unsafe GDALGetRasterBand(handle, Int32(number)) else {
            throw GDALError(
                code: .readFailed, message: "band \(number) asked for, the file has \(bandCount)", notes: [])
        }
        guard let type = unsafe SampleType(gdal: GDALGetRasterDataType(band)) else {
            throw GDALError(
                code: .openFailed,
                message: "band \(number) holds numbers of an unsupported type; convert it to a real type first",
                notes: [])
        }
        var has: Int32 = 0
        let declared = unsafe GDALGetRasterNoDataValue(band, &has)
        let noData = NoData(has != 0 ? declared : nil)
        let scale = unsafe GDALGetRasterScale(band, &has)
        let scaleDeclared = has != 0
        let offset = unsafe GDALGetRasterOffset(band, &has)
        let offsetDeclared = has != 0
        var blockWidth: Int32 = 0
        var blockHeight: Int32 = 0
        unsafe GDALGetBlockSize(band, &blockWidth, &blockHeight)
        let name = unsafe String(cString: GDALGetDescription(band))
        return RasterBand(
            sampleType: type, noData: noData, scale: scaleDeclared && !(scale == 1 && offset == 0) ? scale : nil,
            offset: offsetDeclared && !(scale == 1 && offset == 0) ? offset : nil, name: name,
            hasMask: unsafe GDALGetMaskFlags(band) & (GMF_PER_DATASET | GMF_ALPHA) != 0,
            blockWidth: Int(blockWidth), blockHeight: Int(blockHeight),
            metadata: unsafe Dataset.pairs(GDALGetMetadata(band, nil)))
    }

    /// The file's own metadata items.
    public var metadata: [String: String] { unsafe Dataset.pairs(GDALGetMetadata(handle, nil)) }

    /// Reads a window of one band, converted to a sample type, row by row without gaps.
    ///
    /// Stored numbers as they are: neither no-data nor scale is applied. The buffer must hold the window; this is checked.
    ///
    /// - Throws: ``GDALError`` with code `readFailed` (truncated or damaged file).
    public func read(
        band number: Int, window: Window, into buffer: UnsafeMutableRawBufferPointer, as type: SampleType
    ) throws(GDALError) {
        precondition(buffer.count >= window.pixelCount * type.byteCount, "the buffer is too small")
        let target = type.gdal
        let outcome = ErrorCapture.run { () -> Bool in
            guard let band = unsafe GDALGetRasterBand(handle, Int32(number)) else { return false }
            return unsafe GDALRasterIO(
                band, GF_Read, Int32(window.column), Int32(window.row), Int32(window.width), Int32(window.height),
                buffer.baseAddress, Int32(window.width), Int32(window.height), target, 0, 0) == CE_None
        }
        guard outcome.result else {
            throw GDALError(
                code: .readFailed,
                message: "band \(number): rows \(window.row)...\(window.row + window.height - 1) cannot be read; "
                    + "the file is truncated or damaged, fetch it again", notes: outcome.failures)
        }
    }

    /// Reads a whole band, or a window of it, as Float32 without applying no-data or scale.
    ///
    /// - Throws: ``GDALError`` with code `readFailed`.
    public func floats(band number: Int, window: Window? = nil) throws(GDALError) -> [Float] {
        let area = window ?? Window(column: 0, row: 0, width: width, height: height)
        var values = [Float](repeating: 0, count: area.pixelCount)
        var failure: GDALError?
        unsafe values.withUnsafeMutableBytes { bytes in
            do throws(GDALError) {
                try unsafe read(band: number, window: area, into: bytes, as: .float32)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return values
    }

    /// Reads a band reduced to a given size by averaging, using overviews where the file has them.
    ///
    /// Declared no-data values are left out of the averages and returned where nothing else is; scale is not applied.
    ///
    /// - Parameter nearest: for classes: the number of one pixel instead of an average.
    /// - Throws: ``GDALError`` with code `readFailed`.
    public func reduced(
        band number: Int, width: Int, height: Int, nearest: Bool = false
    ) throws(GDALError) -> [Float] {
        var values = [Float](repeating: 0, count: width * height)
        let outcome = ErrorCapture.run { () -> Bool in
            guard let band = unsafe GDALGetRasterBand(handle, Int32(number)) else { return false }
            var extra = unsafe cgdal_extra_arg()
            unsafe extra.eResampleAlg = nearest ? GRIORA_NearestNeighbour : GRIORA_Average
            return unsafe values.withUnsafeMutableBytes { bytes in
                unsafe GDALRasterIOEx(
                    band, GF_Read, 0, 0, GDALGetRasterXSize(handle), GDALGetRasterYSize(handle), bytes.baseAddress,
                    Int32(width), Int32(height), GDT_Float32, 0, 0, &extra) == CE_None
            }
        }
        guard outcome.result else {
            throw GDALError(code: .readFailed, message: "band \(number) cannot be read", notes: outcome.failures)
        }
        return values
    }

    /// Calls a body with a NULL-terminated list of C strings.
    static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        for string in strings { unsafe list = CSLAddString(list, string) }
        defer { unsafe CSLDestroy(list) }
        return unsafe body(list)
    }

    private static func pairs(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String: String] {
        var result: [String: String] = [:]
        guard let list = unsafe list else { return result }
        var index = 0
        while let entry = unsafe list[index] {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            index += 1
        }
        return result
    }
}

extension SampleType {
    init?(gdal: GDALDataType) {
        switch gdal {
        case GDT_Byte: self = .uint8
        case GDT_UInt16: self = .uint16
        case GDT_Int16: self = .int16
        case GDT_UInt32: self = .uint32
        case GDT_Int32: self = .int32
        case GDT_Float32: self = .float32
        case GDT_Float64: self = .float64
        default: return nil
        }
    }

    var gdal: GDALDataType {
        switch self {
        case .uint8: GDT_Byte
        case .uint16: GDT_UInt16
        case .int16: GDT_Int16
        case .uint32: GDT_UInt32
        case .int32: GDT_Int32
        case .float32: GDT_Float32
        case .float64: GDT_Float64
        }
    }
}
