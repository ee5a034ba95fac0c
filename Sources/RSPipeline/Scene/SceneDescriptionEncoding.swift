extension SceneDescription {
    private enum CodingKeys: String, CodingKey {
        case sceneID = "scene_id"
        case sensor, product, level
        case processingLevel = "processing_level"
        case acquired, crs, size
        case pixelSize = "pixel_size"
        case transform, footprint, sun, view
        case earthSunDistance = "earth_sun_distance"
        case cloudCover = "cloud_cover"
        case metadataFiles = "metadata_files"
        case bands, quality, angles, corrections, notices
    }

    /// Writes every key, with `null` for what is not known.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sceneID, forKey: .sceneID)
        try container.encode(sensor, forKey: .sensor)
        try container.encode(product, forKey: .product)
        try container.encode(level, forKey: .level)
        try container.encode(processingLevel, forKey: .processingLevel)
        try container.encode(acquired, forKey: .acquired)
        try container.encode(crs, forKey: .crs)
        try container.encode(size, forKey: .size)
        try container.encode(pixelSize?.map(\.finite), forKey: .pixelSize)
        try container.encode(transform?.map(\.finite), forKey: .transform)
        try container.encode(footprint, forKey: .footprint)
        try container.encode(sun.map(SunEntry.init), forKey: .sun)
        try container.encode(view.map(ViewEntry.init), forKey: .view)
        try container.encode(earthSunDistance, forKey: .earthSunDistance)
        try container.encode(cloudCover, forKey: .cloudCover)
        try container.encode(metadataFiles, forKey: .metadataFiles)
        try container.encode(bands, forKey: .bands)
        try container.encode(quality, forKey: .quality)
        try container.encode(angles.map(AngleEntryWithKeys.init), forKey: .angles)
        try container.encode(corrections, forKey: .corrections)
        try container.encode(notices, forKey: .notices)
    }
}

/// The view with both keys, whether or not the azimuth is known.
private struct ViewEntry: Encodable {
    let view: ViewGeometry

    private enum CodingKeys: String, CodingKey { case zenith, azimuth }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(view.zenith.finite, forKey: .zenith)
        try container.encode(view.azimuth?.finite, forKey: .azimuth)
    }
}

/// A layer of angles with every key, whether or not it holds for some bands only.
private struct AngleEntryWithKeys: Encodable {
    let layer: SceneDescription.AngleEntry

    private enum CodingKeys: String, CodingKey { case kind, bands, file }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(layer.kind, forKey: .kind)
        try container.encode(layer.bands, forKey: .bands)
        try container.encode(layer.file, forKey: .file)
    }
}

/// The sun with both keys, whether or not the azimuth is known.
private struct SunEntry: Encodable {
    let sun: SunGeometry

    private enum CodingKeys: String, CodingKey { case elevation, azimuth }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sun.elevation.finite, forKey: .elevation)
        try container.encode(sun.azimuth?.finite, forKey: .azimuth)
    }
}

extension SceneDescription.BandEntry: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, role, file, band, type, size
        case pixelSize = "pixel_size"
        case noData = "no_data"
        case quantity, scale, offset, calibration, corrections, problem
    }

    /// Writes every key, with `null` for what is not known and `"nan"` for a no-data value of NaN.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(role, forKey: .role)
        try container.encode(file, forKey: .file)
        try container.encode(band, forKey: .band)
        try container.encode(type, forKey: .type)
        try container.encode(size, forKey: .size)
        try container.encode(pixelSize?.map(\.finite), forKey: .pixelSize)
        switch noData {
        case .none: try container.encodeNil(forKey: .noData)
        case .nan: try container.encode("nan", forKey: .noData)
        case .value(let value) where value.isFinite: try container.encode(value, forKey: .noData)
        case .value(let value): try container.encode("\(value)", forKey: .noData)
        }
        try container.encode(quantity, forKey: .quantity)
        try container.encode(scale?.finite, forKey: .scale)
        try container.encode(offset?.finite, forKey: .offset)
        try container.encode(calibration, forKey: .calibration)
        try container.encode(corrections, forKey: .corrections)
        try container.encode(problem, forKey: .problem)
    }
}

extension SceneDescription.CalibrationEntry: Encodable {
    private enum CodingKeys: String, CodingKey {
        case radiance
        case toaReflectance = "toa_reflectance"
        case isSunCorrected = "is_sun_corrected"
        case solarIrradiance = "solar_irradiance"
        case thermal, product
        case productQuantity = "product_quantity"
    }

    /// Writes every key, with `null` for what the product does not give.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(radiance, forKey: .radiance)
        try container.encode(toaReflectance, forKey: .toaReflectance)
        try container.encode(isSunCorrected, forKey: .isSunCorrected)
        try container.encode(solarIrradiance?.finite, forKey: .solarIrradiance)
        try container.encode(thermal, forKey: .thermal)
        try container.encode(product, forKey: .product)
        try container.encode(productQuantity, forKey: .productQuantity)
    }
}

extension SceneDescription.QualityEntry: Encodable {
    private enum CodingKeys: String, CodingKey { case name, file, flags, problem }

    /// Writes every key, with `null` for what is not known.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(file, forKey: .file)
        try container.encode(flags, forKey: .flags)
        try container.encode(problem, forKey: .problem)
    }
}

extension Double {
    /// The value where JSON can hold it, otherwise nil.
    fileprivate var finite: Double? { isFinite ? self : nil }
}
