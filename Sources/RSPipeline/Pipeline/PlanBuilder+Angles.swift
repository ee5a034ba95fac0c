/// Where the angles of a correction come from.
enum AngleSource: String, CaseIterable {
    /// One for all pixels: those of the scene's centre.
    case scene
    /// Those of each pixel, from the product's angle layers.
    case pixel
}

extension PlanBuilder {
    /// An angle of every pixel in degrees; nil where the scene has no layer of it for a band.
    ///
    /// Layers on another grid are interpolated between their pixels. Directions are interpolated along the shorter way
    /// round, so that 350 and 10 degrees meet at 0.
    mutating func angle(_ kind: AngleLayer.Kind, of band: Band) -> ValueID? {
        let layers = scene.angles.filter { $0.kind == kind }
        guard
            let layer = layers.first(where: { $0.bands?.contains(band.name) == true })
                ?? layers.first(where: { $0.bands == nil })
        else { return nil }
        let isDirection = kind == .sunAzimuth || kind == .viewAzimuth
        let slot = slot(
            for: PlanInput(
                name: kind.rawValue, source: layer.source, noData: layer.noData,
                interpolation: isDirection ? .direction(fullCircle: abs(360 / layer.scale.gain)) : .smooth))
        let degrees = graph.affine(graph.load(slot: slot), gain: layer.scale.gain, offset: layer.scale.offset)
        // On another grid, directions are those of the nearest pixel: their means would be wrong at 360 degrees.
        return onCurrentGrid(degrees, as: isDirection ? .category : .smooth)
    }

    /// The sun zenith of every pixel for a band, or an error that says what to write instead.
    mutating func requireSunZenith(of band: Band) throws(SceneError) -> ValueID {
        if let angle = angle(.sunZenith, of: band) { return angle }
        throw SceneError(
            code: .badOption,
            message:
                "sun=pixel: \(scene.product) gives no sun angles per pixel for \(band.name); leave it out, or write "
                + "sun=scene")
    }

    /// Where a product says how high the sun stood, for messages.
    private static func sunKey(of product: String) -> String {
        if product.hasSuffix("(STAC item)") { return " (view:sun_elevation)" }
        if product.hasPrefix("Sentinel-2") { return " (Mean_Sun_Angle of MTD_TL.xml)" }
        return " (SUN_ELEVATION)"
    }

    /// The sun at the centre of the scene, above the horizon.
    func requireSun() throws -> SunGeometry {
        guard let sun = scene.sun else {
            if scene.product == "generic" {
                throw ChainError(
                    "a generic file has no calibration: say what it holds with read ... quantity= scale= offset=")
            }
            throw SceneError(
                code: .badMetadata,
                message: "the sun's elevation\(Self.sunKey(of: scene.product)) is missing from "
                    + "\(scene.metadataFiles.first ?? scene.id); fetch the metadata file again")
        }
        try sun.requireDaylight()
        return sun
    }
}
