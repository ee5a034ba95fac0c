@testable import RSPipeline

extension Scene {
    /// What no scene may hold, whatever its metadata say: files outside of the product, and numbers that are none.
    ///
    /// - Parameter root: the product's folder, or the inside of its archive.
    /// - Returns: what is wrong, in words; empty for a sound scene.
    func flaws(outside root: String) -> [String] {
        var flaws: [String] = []
        func check(_ isSound: Bool, _ what: String) { if !isSound { flaws.append(what) } }
        let sources =
            bands.compactMap(\.source) + qualityLayers.compactMap(\.source) + angles.map(\.source)
        for path in sources.flatMap({ $0.memory == nil || !$0.parts.isEmpty ? $0.files : [] })
            + qualityLayers.compactMap({ $0.shapes?.path }) + angles.map(\.file)
        {
            check(path.hasPrefix(root + "/") && !path.split(separator: "/").contains(".."), "outside: \(path)")
        }
        for band in bands {
            check((band.source == nil) == (band.problem != nil), "\(band.name): neither a file nor a reason")
            let calibration = band.calibration
            for scale in [calibration.radiance, calibration.toaReflectance, calibration.product?.scale].compactMap(
                \.self)
            {
                check(scale.gain.isFinite && scale.gain > 0 && scale.offset.isFinite, "\(band.name): scale \(scale)")
            }
            check(
                band.readScale.map { $0.gain.isFinite && $0.gain != 0 && $0.offset.isFinite } ?? true,
                "\(band.name): read scale")
            check(calibration.solarIrradiance.map { $0.isFinite && $0 > 0 } ?? true, "\(band.name): irradiance")
            check(
                calibration.thermal.map { $0.k1.isFinite && $0.k2.isFinite && $0.k1 > 0 && $0.k2 > 0 } ?? true,
                "\(band.name): thermal constants")
        }
        let numbers = [sun?.elevation, sun?.azimuth, view?.zenith, view?.azimuth, cloudCover, earthSunDistance]
        check(numbers.allSatisfy { $0?.isFinite ?? true }, "a number of the scene is none")
        check(earthSunDistance.map { (0.9...1.1).contains($0) } ?? true, "distance of the sun")
        check(!id.contains("/") && !id.contains("..") && !id.isEmpty, "id '\(id)'")
        let description = SceneDescription(self)
        check(!description.text.isEmpty && (try? description.json()) != nil, "it cannot be described")
        return flaws
    }
}
