public import Foundation

/// How far a product has been processed.
public enum ProductLevel: String, Sendable, Hashable, Codable {
    /// Radiometry of the sensor, calibrated to digital numbers.
    case level1
    /// Corrected for the atmosphere.
    case level2
    /// Not known.
    case unknown
}

/// One acquisition as delivered: its bands, its quality layers and what its metadata says.
///
/// Opening a scene reads metadata and file headers, never pixels.
public struct Scene: Sendable {
    /// The product's own identifier; the file stem for generic files.
    public var id: String
    /// The product, for example `Landsat Collection 2 Level-1` or `generic`.
    public var product: String
    /// The platform and instrument, for example `landsat8-oli-tirs`; `generic` where not known.
    public var sensor: String
    /// How far the product has been processed.
    public var level: ProductLevel
    /// The product's own word for that, for example `L1TP`.
    public var processingLevel: String?
    /// When the centre of the scene was taken, UTC.
    public var acquired: Date?
    /// The same as delivered: ISO 8601, UTC, with every digit.
    public var acquiredText: String?
    /// The sun at the centre of the scene.
    public var sun: SunGeometry?
    /// The sensor as seen from the centre of the scene.
    public var view: ViewGeometry?
    /// Distance from the sun, in astronomical units.
    public var earthSunDistance: Double?
    /// Angles per pixel, where the product has them.
    public var angles: [AngleLayer]
    /// The bands, in the product's order.
    public var bands: [Band]
    /// The quality layers.
    public var qualityLayers: [QualityLayer]
    /// The metadata files that were used.
    public var metadataFiles: [String]
    /// Cloud cover in percent, as the product states it.
    public var cloudCover: Double?
    /// What a user should know before trusting the scene, one sentence each.
    public var notices: [String]
    /// What keeps the files of an inflated archive alive; nil for files that were there before.
    var spool: ArchiveSpool?

    /// Makes a scene from its parts.
    public init(
        id: String, product: String, sensor: String, level: ProductLevel = .unknown, processingLevel: String? = nil,
        acquired: Date? = nil, acquiredText: String? = nil, sun: SunGeometry? = nil, view: ViewGeometry? = nil,
        earthSunDistance: Double? = nil, angles: [AngleLayer] = [], bands: [Band], qualityLayers: [QualityLayer] = [],
        metadataFiles: [String] = [], cloudCover: Double? = nil, notices: [String] = []
    ) {
        self.id = id
        self.product = product
        self.sensor = sensor
        self.level = level
        self.processingLevel = processingLevel
        self.acquired = acquired
        self.acquiredText = acquiredText
        self.sun = sun
        self.view = view
        self.angles = angles
        self.earthSunDistance = earthSunDistance
        self.bands = bands
        self.qualityLayers = qualityLayers
        self.metadataFiles = metadataFiles
        self.cloudCover = cloudCover
        self.notices = notices
    }

    /// The band of a delivered name or role, whatever the case.
    ///
    /// Delivered names win over aliases, and those over roles. `nir` falls back to `nir08`; `thermal` is the first thermal band.
    public func band(named name: String) -> Band? {
        let wanted = name.lowercased()
        if let band = bands.first(where: { $0.name.lowercased() == wanted }) { return band }
        if let band = bands.first(where: { $0.aliases.contains { $0.lowercased() == wanted } }) { return band }
        if wanted == "thermal" { return bands.first { $0.role?.isThermal == true } }
        guard let role = BandRole(name: wanted) else { return nil }
        if let band = bands.first(where: { $0.role == role }) { return band }
        return role == .nir ? bands.first { $0.role == .nir08 } : nil
    }

    /// The quality layer of an encoding.
    public func qualityLayer(_ kind: QualityLayer.Kind) -> QualityLayer? {
        qualityLayers.first { $0.kind == kind }
    }

    /// The bands that ``SceneOptions/bands`` asks for, in that order: delivered name, role or number.
    ///
    /// - Parameter number: finds the band that a number means.
    /// - Throws: ``SceneError`` for a band that is not there or is asked for twice.
    static func select(
        _ wanted: [String]?, from scene: Scene, number: (Int) -> Band?
    ) throws(SceneError) -> [Band] {
        guard let wanted else { return scene.bands }
        var chosen: [Band] = []
        for word in wanted {
            guard let band = scene.band(named: word) ?? Int(word).flatMap(number) else {
                let names = scene.bands.map { $0.role.map { role in "(\(role.rawValue))" } ?? "" }
                let list = zip(scene.bands, names).map { $0.name + $1 }.joined(separator: ", ")
                throw SceneError(
                    code: .missingBand, message: "bands=: scene \(scene.id) has no band '\(word)'; it has \(list)")
            }
            if chosen.contains(where: { $0.name == band.name }) {
                throw SceneError(code: .badOption, message: "bands=: band \(band.name) is asked for twice")
            }
            chosen.append(band)
        }
        return chosen
    }
}
