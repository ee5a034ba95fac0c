import Foundation

/// What `rsproc info` says of a scene, as one documented JSON object.
///
/// Every key is always present; what is not known is `null`. Keys are in snake case. Numbers that JSON cannot hold
/// (a NaN in a file's georeference) become `null`.
public struct SceneDescription: Sendable, Hashable, Encodable {
    /// A correction that a chain can apply, by the word that asks for it.
    public enum Correction: String, Sendable, Hashable, Codable, CaseIterable {
        /// At-sensor radiance.
        case radiance
        /// Top-of-atmosphere reflectance.
        case toa
        /// Brightness temperature.
        case brightness
        /// The product's own surface reflectance or temperature.
        case surfaceProduct = "surface:product"
        /// Surface reflectance by dark-object subtraction.
        case surfaceDOS1 = "surface:dos1"
    }

    /// A closed ring of longitude and latitude, as a GeoJSON polygon (WGS 84, counter-clockwise).
    public struct Footprint: Sendable, Hashable, Codable {
        /// Always `Polygon`.
        public let type: String
        /// One ring of longitude, latitude.
        public let coordinates: [[[Double]]]
    }

    /// One band.
    public struct BandEntry: Sendable, Hashable {
        /// The name as delivered.
        public let name: String
        /// The role, or nil.
        public let role: String?
        /// The file, or nil where it is missing or unreadable.
        public let file: String?
        /// The band of the file, from 1.
        public let band: Int?
        /// How numbers are stored.
        public let type: String?
        /// Columns and rows.
        public let size: [Int]?
        /// Width and height of a pixel in map units.
        public let pixelSize: [Double]?
        /// Which stored value is no data; NaN is written as the text `nan`.
        public let noData: NoData
        /// The label of the quantity that reading gives.
        public let quantity: String
        /// The factor applied on reading.
        public let scale: Double?
        /// The offset applied on reading.
        public let offset: Double?
        /// The constants that the corrections use.
        public let calibration: CalibrationEntry
        /// What a chain can turn the band into.
        public let corrections: [Correction]
        /// Why there is no file, or what the metadata lacks.
        public let problem: String?
    }

    /// The constants of one band.
    public struct CalibrationEntry: Sendable, Hashable {
        /// To radiance.
        public let radiance: LinearScale?
        /// To top-of-atmosphere reflectance before division by the sine of the sun elevation.
        public let toaReflectance: LinearScale?
        /// Whether that reflectance needs no division.
        public let isSunCorrected: Bool
        /// The sun's irradiance of the band, W m-2 um-1.
        public let solarIrradiance: Double?
        /// To brightness temperature.
        public let thermal: ThermalConstants?
        /// The product's own scale.
        public let product: LinearScale?
        /// The label of what the product's own scale gives.
        public let productQuantity: String?
    }

    /// One quality layer.
    public struct QualityEntry: Sendable, Hashable {
        /// The name as delivered.
        public let name: String
        /// The file, or nil where it is missing or unreadable.
        public let file: String?
        /// The words for its conditions.
        public let flags: [String]
        /// Why there is no file.
        public let problem: String?
    }

    /// One layer of angles.
    public struct AngleEntry: Sendable, Hashable, Codable {
        /// Which angle.
        public let kind: AngleLayer.Kind
        /// The bands it holds for, or nil for all.
        public let bands: [String]?
        /// The delivered file: a raster, or the metadata that state the angles.
        public let file: String
    }

    /// The product's identifier.
    public let sceneID: String
    /// Platform and instrument.
    public let sensor: String
    /// The product.
    public let product: String
    /// `level1`, `level2` or `unknown`.
    public let level: ProductLevel
    /// The product's own word for its level.
    public let processingLevel: String?
    /// ISO 8601, UTC.
    public let acquired: String?
    /// The coordinate system of the reference band: `EPSG:32639` or a name.
    public let crs: String?
    /// Columns and rows of the reference band: the first one that is neither pan nor missing.
    public let size: [Int]?
    /// Width and height of a pixel of the reference band, in map units.
    public let pixelSize: [Double]?
    /// The six numbers from pixel to map coordinates, in GDAL's order.
    public let transform: [Double]?
    /// The outline of the reference band.
    public let footprint: Footprint?
    /// The sun.
    public let sun: SunGeometry?
    /// The sensor as seen from the centre of the scene.
    public let view: ViewGeometry?
    /// In astronomical units.
    public let earthSunDistance: Double?
    /// In percent.
    public let cloudCover: Double?
    /// The metadata files used.
    public let metadataFiles: [String]
    /// The bands.
    public let bands: [BandEntry]
    /// The quality layers.
    public let quality: [QualityEntry]
    /// The angles per pixel.
    public let angles: [AngleEntry]
    /// What a user should know before trusting the scene.
    public let notices: [String]
    /// What a chain can apply to at least one band.
    public let corrections: [Correction]

    /// Describes a scene; reads nothing more from its files.
    public init(_ scene: Scene) {
        sceneID = scene.id
        sensor = scene.sensor
        product = scene.product
        level = scene.level
        processingLevel = scene.processingLevel
        acquired = scene.acquiredText
        sun = scene.sun
        view = scene.view
        earthSunDistance = scene.earthSunDistance
        cloudCover = scene.cloudCover
        metadataFiles = scene.metadataFiles.map(ShownText.path)
        let readable = scene.bands.filter { $0.source != nil }
        let grid = (readable.first { $0.role != .pan } ?? readable.first)?.source?.grid
        crs = grid?.crs?.label
        size = grid.map { [$0.width, $0.height] }
        pixelSize = grid.map { [$0.transform.pixelWidth, $0.transform.pixelHeight] }
        transform = grid?.transform.numbers
        footprint = grid.flatMap { Footprint($0) }
        bands = scene.bands.map { BandEntry($0, sun: scene.sun) }
        quality = scene.qualityLayers.map {
            QualityEntry(
                name: $0.name, file: ($0.source?.path ?? $0.shapes?.path).map(ShownText.path),
                flags: $0.flags.map(\.name),
                problem: $0.problem.map(ShownText.text))
        }
        angles = scene.angles.map {
            AngleEntry(kind: $0.kind, bands: $0.bands, file: ShownText.path($0.file))
        }
        notices = scene.notices
        let possible = Set(bands.flatMap(\.corrections))
        corrections = Correction.allCases.filter { possible.contains($0) }
    }

    /// The description as indented JSON with sorted keys.
    ///
    /// - Throws: ``SceneError`` when a number cannot be written, which no known file causes.
    public func json() throws(SceneError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw SceneError(code: .badMetadata, message: "scene \(sceneID) cannot be written as JSON: \(error)")
        }
    }
}

extension SceneDescription.Footprint {
    /// The outline of a grid; nil where it has no coordinate system or does not project.
    init?(_ grid: Grid) {
        guard var ring = grid.footprint() else { return nil }
        var twiceArea = 0.0
        for (a, b) in zip(ring, ring.dropFirst()) {
            twiceArea += a.longitude * b.latitude - b.longitude * a.latitude
        }
        if twiceArea < 0 { ring.reverse() }
        type = "Polygon"
        coordinates = [ring.map { [$0.longitude.rounded(toPlaces: 7), $0.latitude.rounded(toPlaces: 7)] }]
    }
}

extension SceneDescription.BandEntry {
    init(_ band: Band, sun: SunGeometry?) {
        name = band.name
        role = band.role?.rawValue
        file = (band.source?.path).map(ShownText.path)
        self.band = band.source?.band
        type = band.source?.sampleType.rawValue
        size = band.source.map { [$0.grid.width, $0.grid.height] }
        pixelSize = band.source.map { [$0.grid.transform.pixelWidth, $0.grid.transform.pixelHeight] }
        noData = band.noData
        quantity = band.quantity.label
        scale = band.readScale?.gain
        offset = band.readScale?.offset
        calibration = SceneDescription.CalibrationEntry(
            radiance: band.calibration.radiance, toaReflectance: band.calibration.toaReflectance,
            isSunCorrected: band.calibration.isSunCorrected, solarIrradiance: band.calibration.solarIrradiance,
            thermal: band.calibration.thermal, product: band.calibration.product?.scale,
            productQuantity: band.calibration.product?.quantity.label)
        corrections = band.corrections(sun: sun)
        let missing = band.calibration.missing
        problem = (band.problem ?? (missing.isEmpty ? nil : missing.joined(separator: "; "))).map(ShownText.text)
    }
}

extension Band {
    /// What a chain can turn the band into, given the scene's sun.
    ///
    /// Reflectance needs a sun above the horizon; dark-object subtraction needs a band that sees the surface, so
    /// neither cirrus nor thermal ones. A band without a file can become nothing.
    public func corrections(sun: SunGeometry?) -> [SceneDescription.Correction] {
        guard source != nil else { return [] }
        var list: [SceneDescription.Correction] = []
        let isDay = sun.map { $0.elevation > 0 && $0.elevation <= 90 } ?? false
        if calibration.radiance != nil { list.append(.radiance) }
        if calibration.toaReflectance != nil, isDay || calibration.isSunCorrected { list.append(.toa) }
        if calibration.radiance != nil, calibration.thermal != nil { list.append(.brightness) }
        if calibration.product != nil { list.append(.surfaceProduct) }
        if calibration.toaReflectance != nil, isDay || calibration.isSunCorrected, role != .cirrus {
            list.append(.surfaceDOS1)
        }
        return list
    }
}

extension GeoTransform {
    /// The six numbers, in GDAL's order.
    var numbers: [Double] { [originX, columnX, rowX, originY, columnY, rowY] }
}
