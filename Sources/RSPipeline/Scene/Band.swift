/// Where the pixels of a band are stored.
public struct RasterSource: Sendable, Hashable {
    /// The file.
    public var path: String
    /// The band of the file, counted from 1.
    public var band: Int
    /// Where the pixels lie.
    public var grid: Grid
    /// How numbers are stored.
    public var sampleType: SampleType
    /// Columns of one stored block.
    public var blockWidth: Int
    /// Rows of one stored block.
    public var blockHeight: Int
    /// What keeps a file in memory alive; nil for files on disk.
    var memory: MemoryFile?
    /// Where the pixels are on the ground, for an image in sensor geometry.
    var rationalModel: RationalModel?
    /// The files on disk that a raster in memory is made of.
    var parts: [String] = []

    /// The files that the pixels come from.
    var files: [String] { memory == nil ? [path] : parts }

    /// Makes a source.
    public init(path: String, band: Int, grid: Grid, sampleType: SampleType, blockWidth: Int, blockHeight: Int) {
        self.path = path
        self.band = band
        self.grid = grid
        self.sampleType = sampleType
        self.blockWidth = blockWidth
        self.blockHeight = blockHeight
    }
}

extension RasterSource {
    /// A band of a file, by what its header says; no pixel is read.
    ///
    /// - Parameter drivers: the formats that the file may have.
    /// - Returns: the source, or in words that name the file why there is none.
    static func opening(
        _ path: String, band number: Int = 1, drivers: [String] = Dataset.sceneDrivers
    ) -> (source: RasterSource?, problem: String?) {
        do throws(GDALError) {
            let dataset = try Dataset(reading: path, drivers: drivers)
            let band = try dataset.band(number)
            let source = RasterSource(
                path: path, band: number, grid: dataset.grid, sampleType: band.sampleType,
                blockWidth: band.blockWidth, blockHeight: band.blockHeight)
            return (source, nil)
        } catch {
            let text = "\(error)"
            let shown = ShownText.path(path)
            return (nil, text.hasPrefix(shown) ? text : "\(shown): \(text)")
        }
    }

    /// A small raster of Float32 numbers made from metadata; NaN is no data.
    ///
    /// - Throws: ``SceneError`` with code `unreadable` when there is no memory for it.
    static func inMemory(_ values: [Float], grid: Grid, name: String) throws(SceneError) -> RasterSource {
        do throws(GDALError) {
            let file = try MemoryRaster.make(values, grid: grid, name: name)
            var source = RasterSource(
                path: file.path, band: 1, grid: grid, sampleType: .float32, blockWidth: grid.width, blockHeight: 1)
            source.memory = file
            return source
        } catch {
            throw SceneError(code: .unreadable, message: "\(name): \(error)")
        }
    }
}

/// One band of a scene: where it is stored, what it measures and how its numbers become physical ones.
public struct Band: Sendable, Hashable {
    /// The name as delivered, for example `B4`, `SR_B4` or `ST_B10`.
    public var name: String
    /// Further names that it is found under, for example `B2` of `B02`.
    public var aliases: [String] = []
    /// What the band measures; nil where nobody says.
    public var role: BandRole?
    /// The pixels; nil when the file is missing or unreadable.
    public var source: RasterSource?
    /// Why there is no source; names the file.
    public var problem: String?
    /// Which stored value is no data.
    public var noData: NoData
    /// Whether a mask or an alpha band, which is not read, says which pixels count.
    public var hasUnreadMask: Bool
    /// The stored value from which a pixel counts as saturated; set only where no `QA_RADSAT` exists.
    public var saturatedValue: Double?
    /// The bit of `QA_RADSAT` that records this band's saturation.
    public var saturationBit: Int?
    /// What a plane read from the band holds, after ``readScale``.
    public var quantity: Quantity
    /// Applied on reading, after no-data; nil for none.
    public var readScale: LinearScale?
    /// How stored numbers become physical ones.
    public var calibration: BandCalibration

    /// Makes a band.
    public init(
        name: String, role: BandRole? = nil, source: RasterSource?, problem: String? = nil, hasUnreadMask: Bool = false,
        noData: NoData = .none,
        saturatedValue: Double? = nil, saturationBit: Int? = nil, quantity: Quantity, readScale: LinearScale? = nil,
        calibration: BandCalibration = BandCalibration()
    ) {
        self.name = name
        self.role = role
        self.source = source
        self.problem = problem
        self.hasUnreadMask = hasUnreadMask
        self.noData = noData
        self.saturatedValue = saturatedValue
        self.saturationBit = saturationBit
        self.quantity = quantity
        self.readScale = readScale
        self.calibration = calibration
    }

    /// The pixels of the band.
    ///
    /// - Throws: ``SceneError`` with code `missingBand` that names the file when it is missing or unreadable.
    public func requireSource() throws(SceneError) -> RasterSource {
        if let source { return source }
        throw SceneError(code: .missingBand, message: "band \(name): \(problem ?? "there is no file for it")")
    }

    /// The scale to radiance.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names the missing key, its group and the file.
    public func requireRadiance() throws(SceneError) -> LinearScale {
        try require(calibration.radiance, "radiance")
    }

    /// The scale to top-of-atmosphere reflectance, before division by the sine of the sun elevation.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names the missing key, its group and the file.
    public func requireTOAReflectance() throws(SceneError) -> LinearScale {
        try require(calibration.toaReflectance, "top-of-atmosphere reflectance")
    }

    /// The constants from radiance to brightness temperature.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names the missing key, its group and the file.
    public func requireThermal() throws(SceneError) -> ThermalConstants {
        try require(calibration.thermal, "brightness temperature")
    }

    /// The product's own scaling.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names the missing key, its group and the file.
    public func requireProductScaling() throws(SceneError) -> ProductScaling {
        try require(calibration.product, "surface scaling of its product")
    }

    private func require<Value>(_ value: Value?, _ what: String) throws(SceneError) -> Value {
        if let value { return value }
        let why =
            calibration.missing.isEmpty
            ? "the product gives no calibration for it" : calibration.missing.joined(separator: "; ")
        throw SceneError(code: .badMetadata, message: "band \(name) has no \(what): \(why)")
    }
}
