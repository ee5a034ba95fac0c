/// What only Landsat items have: the MTL file and the layers of angles among their assets.
extension STACReader {
    /// Takes from an MTL file among the assets what the item lacks.
    func addMetadata(_ landsat: STACLandsat, to scene: inout Scene, _ candidates: inout [Candidate]) {
        let isComplete = candidates.allSatisfy { $0.isExtra || $0.band.calibration.missing.isEmpty }
        if landsat.level == .level2 && isComplete { return }
        let found: (scene: Scene, path: String)?
        do throws(SceneError) {
            found = try STACLandsat.metadata(item, links)
        } catch {
            for index in candidates.indices {
                candidates[index].band.calibration.missing.append("its MTL file cannot be used: \(error.message)")
            }
            return
        }
        guard let found else { return }
        scene.metadataFiles.append(found.path)
        scene.earthSunDistance = found.scene.earthSunDistance
        scene.sun = scene.sun ?? found.scene.sun
        let hasSaturation = scene.qualityLayers.contains { $0.kind == .landsatQARadsat && $0.source != nil }
        for index in candidates.indices {
            guard let band = found.scene.bands.first(where: { $0.name == candidates[index].band.name }) else {
                continue
            }
            if !hasSaturation { candidates[index].band.saturatedValue = band.saturatedValue }
            candidates[index].band.saturationBit = band.saturationBit
            candidates[index].band.role = band.role
            // What the item states counts more than the file it points to.
            if candidates[index].band.calibration.product == nil {
                candidates[index].band.calibration = band.calibration
            }
        }
    }

    /// Which angles an asset of a Landsat item holds; nil for any other asset.
    func angleFile(_ asset: STACMetadata.Asset) -> LandsatProduct.AngleFile? {
        if landsat == nil { return nil }
        return LandsatProduct.angleFiles.first { file in
            asset.key.uppercased() == file.name || asset.fileName.hasSuffix("_\(file.name).TIF")
        }
    }

    func addAngles(to scene: inout Scene) {
        for asset in item.assets where isRaster(asset) {
            guard let file = angleFile(asset), !scene.angles.contains(where: { $0.kind == file.kind }) else { continue }
            switch links.place(of: asset.href) {
            case .refused(let why): scene.notices.append("\(file.name) is not used: \(why)")
            case .path(let path):
                // Many copies are kept without them.
                if !RemotePath.isRemote(path), VirtualFiles.kind(of: path) == nil { continue }
                if let layer = LandsatProduct.angleLayer(file, at: path, notices: &scene.notices) {
                    scene.angles.append(layer)
                }
            }
        }
    }
}
