internal import CGDAL

/// What a raster file shall say of one of its bands.
public struct RasterBandDescription: Sendable, Hashable {
    /// The band's name.
    public var name: String
    /// The stored no-data value.
    public var noData: NoData
    /// `value = stored * gain + offset`, recorded as GDAL's scale and offset; nil for none.
    public var scale: LinearScale?
    /// The unit of the value; nil for a pure number.
    public var unit: String?
    /// What its numbers mean, for class maps; recorded as a colour table, and by name in the items `CATEGORY_<value>`.
    public var categories: [RasterCategory]
    /// Further metadata items.
    public var metadata: [String: String]

    /// Makes a description.
    public init(
        name: String, noData: NoData = .none, scale: LinearScale? = nil, unit: String? = nil,
        categories: [RasterCategory] = [], metadata: [String: String] = [:]
    ) {
        self.name = name
        self.noData = noData
        self.scale = scale
        self.unit = unit
        self.categories = categories
        self.metadata = metadata
    }
}

/// One GeoTIFF being written.
///
/// Windows may come in any order; ``close()`` must be called for the file to count.
@safe public struct DatasetWriter: ~Copyable {
    private let handle: GDALDatasetH

    /// Creates a GeoTIFF.
    ///
    /// - Parameters:
    ///   - path: the file, which must not exist.
    ///   - grid: where the pixels lie.
    ///   - sampleType: how numbers are stored.
    ///   - bandCount: the number of bands.
    ///   - options: creation options of GDAL's GTiff driver, such as `TILED=YES`.
    /// - Throws: ``GDALError`` with code `writeFailed`.
    public init(
        creating path: String, grid: Grid, sampleType: SampleType, bandCount: Int, options: [String]
    ) throws(GDALError) {
        let type = sampleType.gdal
        let outcome = unsafe ErrorCapture.run { () -> GDALDatasetH? in
            guard let driver = unsafe GDALGetDriverByName("GTiff") else { return nil }
            return unsafe Dataset.withCStrings(options) { list in
                unsafe GDALCreate(
                    driver, path, Int32(grid.width), Int32(grid.height), Int32(bandCount), type, list)
            }
        }
        guard let created = unsafe outcome.result else {
            throw GDALError(
                code: .writeFailed, message: "\(path): cannot be created", notes: unsafe outcome.failures)
        }
        let placed = ErrorCapture.run { unsafe Self.setGrid(grid, of: created) }
        guard placed.result else {
            unsafe GDALClose(created)
            throw GDALError(
                code: .writeFailed, message: "\(path): the position cannot be recorded", notes: placed.failures)
        }
        unsafe handle = created
    }

    deinit { unsafe GDALClose(handle) }

    private static func setGrid(_ grid: Grid, of handle: GDALDatasetH) -> Bool {
        var ok = true
        if grid.transform != .identity || grid.crs != nil {
            let t = grid.transform
            var numbers = [t.originX, t.columnX, t.rowX, t.originY, t.columnY, t.rowY]
            ok = unsafe GDALSetGeoTransform(handle, &numbers) == CE_None
        }
        if let crs = grid.crs { ok = unsafe GDALSetProjection(handle, crs.wkt) == CE_None && ok }
        return ok
    }

    /// Sets names, no-data values, scales, units and metadata items of all bands, and of the file.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`.
    public func describe(bands: [RasterBandDescription], metadata: [String: String]) throws(GDALError) {
        let outcome = ErrorCapture.run { () -> Bool in
            var ok = true
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                ok = unsafe GDALSetMetadataItem(handle, key, value, nil) == CE_None && ok
            }
            for (index, description) in bands.enumerated() {
                guard let band = unsafe GDALGetRasterBand(handle, Int32(index + 1)) else { return false }
                unsafe GDALSetDescription(band, description.name)
                if let number = description.noData.number {
                    ok = unsafe GDALSetRasterNoDataValue(band, number) == CE_None && ok
                }
                if let scale = description.scale {
                    ok = unsafe GDALSetRasterScale(band, scale.gain) == CE_None && ok
                    ok = unsafe GDALSetRasterOffset(band, scale.offset) == CE_None && ok
                }
                if let unit = description.unit { ok = unsafe GDALSetRasterUnitType(band, unit) == CE_None && ok }
                if bands.count == 1, !description.categories.isEmpty {
                    ok = unsafe Self.setColours(description.categories, of: band) && ok
                }
                for category in description.categories {
                    let key = "CATEGORY_\(category.value)"
                    ok = unsafe GDALSetMetadataItem(band, key, category.name, nil) == CE_None && ok
                }
                for (key, value) in description.metadata.sorted(by: { $0.key < $1.key }) {
                    ok = unsafe GDALSetMetadataItem(band, key, value, nil) == CE_None && ok
                }
            }
            return ok
        }
        guard outcome.result else {
            throw GDALError(
                code: .writeFailed, message: "names and metadata cannot be recorded", notes: outcome.failures)
        }
    }

    private static func setColours(_ categories: [RasterCategory], of band: GDALRasterBandH) -> Bool {
        guard let table = unsafe GDALCreateColorTable(GPI_RGB) else { return false }
        defer { unsafe GDALDestroyColorTable(table) }
        for category in categories {
            let colour = category.colour
            var entry = GDALColorEntry(c1: Int16(colour.x), c2: Int16(colour.y), c3: Int16(colour.z), c4: 255)
            unsafe GDALSetColorEntry(table, Int32(category.value), &entry)
        }
        return unsafe GDALSetRasterColorTable(band, table) == CE_None
    }

    /// Writes a window of one band (from 1), row by row without gaps, converting to the file's type.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`, for example when the disk is full.
    public func write(
        band number: Int, window: Window, from buffer: UnsafeRawBufferPointer, as type: SampleType
    ) throws(GDALError) {
        precondition(buffer.count >= window.pixelCount * type.byteCount, "the buffer is too small")
        let source = type.gdal
        let outcome = ErrorCapture.run { () -> Bool in
            guard let band = unsafe GDALGetRasterBand(handle, Int32(number)) else { return false }
            return unsafe GDALRasterIO(
                band, GF_Write, Int32(window.column), Int32(window.row), Int32(window.width), Int32(window.height),
                UnsafeMutableRawPointer(mutating: buffer.baseAddress), Int32(window.width), Int32(window.height),
                source, 0, 0) == CE_None
        }
        guard outcome.result, outcome.failures.isEmpty else {
            throw GDALError(code: .writeFailed, message: "pixels cannot be written", notes: outcome.failures)
        }
    }

    /// Writes everything out and closes the file.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed` when anything that was buffered could not be written.
    public consuming func close() throws(GDALError) {
        let open = unsafe handle
        discard self
        let outcome = ErrorCapture.run { () -> Bool in
            let flushed = unsafe cgdal_flush(open) == CE_None
            return unsafe cgdal_close(open) == CE_None && flushed
        }
        guard outcome.result, outcome.failures.isEmpty else {
            throw GDALError(code: .writeFailed, message: "the file cannot be completed", notes: outcome.failures)
        }
    }
}

/// Copies a finished raster into its final form with one of GDAL's drivers.
public enum DatasetCopy {
    private final class Watch {
        let shouldStop: () -> Bool
        let progress: (Double) -> Void
        init(shouldStop: @escaping () -> Bool, progress: @escaping (Double) -> Void) {
            self.shouldStop = shouldStop
            self.progress = progress
        }
    }

    /// Copies `source` to `target`.
    ///
    /// - Parameters:
    ///   - source: a finished raster.
    ///   - target: the file to make.
    ///   - name: the driver: `COG`, `GTiff` or `PNG`.
    ///   - options: creation options of that driver.
    ///   - shouldStop: asked often; true ends the copy with the error `cancelled`.
    ///   - progress: told how far the copy is, 0...1.
    /// - Throws: ``GDALError``; what was written so far is left for the caller to remove.
    public static func copy(
        _ source: String, to target: String, driver name: String, options: [String],
        shouldStop: @escaping () -> Bool = { false }, progress: @escaping (Double) -> Void = { _ in }
    ) throws(GDALError) {
        let input = try Dataset(reading: source)
        let watch = Watch(shouldStop: shouldStop, progress: progress)
        let user = unsafe Unmanaged.passUnretained(watch).toOpaque()
        let outcome = ErrorCapture.run { () -> Bool in
            guard let driver = unsafe GDALGetDriverByName(name) else { return false }
            let copied = unsafe Dataset.withCStrings(options) { list -> GDALDatasetH? in
                unsafe GDALCreateCopy(
                    driver, target, input.handle, 1, list,
                    { fraction, _, user in
                        guard let user = unsafe user else { return 1 }
                        let watch = unsafe Unmanaged<Watch>.fromOpaque(user).takeUnretainedValue()
                        watch.progress(fraction)
                        return watch.shouldStop() ? 0 : 1
                    }, user)
            }
            guard let copied = unsafe copied else { return false }
            let flushed = unsafe cgdal_flush(copied) == CE_None
            return unsafe cgdal_close(copied) == CE_None && flushed
        }
        withExtendedLifetime(watch) {}
        if shouldStop() { throw GDALError(code: .cancelled, message: "stopped", notes: []) }
        guard outcome.result, outcome.failures.isEmpty else {
            throw GDALError(
                code: .writeFailed, message: "\(target): the file cannot be completed", notes: outcome.failures)
        }
    }
}
