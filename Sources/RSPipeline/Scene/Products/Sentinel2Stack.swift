import Foundation

/// Sentinel-2 bands in files that others have made, which carry neither the product's metadata nor its offsets.
///
/// Such files are generic scenes. What makes them Sentinel-2 is their name or the sensor written in them; their digital
/// numbers become reflectance only after `assume=`, never by a guess.
enum Sentinel2Stack {
    /// What is known of the files.
    struct Facts: Sendable, Hashable {
        let sensor: String
        /// nil where the name does not tell.
        let level: ProductLevel?
    }

    /// What a file name or a sensor item tells; nil where it is not Sentinel-2.
    ///
    /// - Parameters:
    ///   - stem: the file name without ending, for example `S2A_MSIL2A_20240725T021611_...` or `S2A1C_20170703_...`.
    ///   - sensor: the sensor item of the file.
    static func facts(stem: String, sensor: String?) -> Facts? {
        let upper = stem.uppercased()
        let words = upper.split(whereSeparator: { "_-. ".contains($0) })
        var known = sensor.flatMap { $0.hasPrefix("sentinel2") && $0.hasSuffix("-msi") ? $0 : nil }
        var level: ProductLevel?
        if let first = words.first, first.count >= 3,
            let unit = Sentinel2Metadata.sensor(ofSpacecraft: String(first.prefix(3))),
            ["", "1C", "2A"].contains(first.dropFirst(3))
        {
            known = known ?? unit
            if first.hasSuffix("1C") { level = .level1 }
            if first.count > 3, first.hasSuffix("2A") { level = .level2 }
        }
        guard let known else { return nil }
        if words.contains("MSIL1C") || words.contains("L1C") { level = .level1 }
        if words.contains("MSIL2A") || words.contains("L2A") { level = .level2 }
        return Facts(sensor: known, level: level)
    }

    /// Calibrates the digital numbers of a generic scene that is Sentinel-2, as the user says, or notes what to ask.
    ///
    /// Bands with a scale, a quantity or broken numbers stay as they are.
    ///
    /// - Throws: ``SceneError`` with code `badOption` for an `assume=` that cannot be used.
    static func apply(
        to scene: inout Scene, stems: [String], sensor: String?, options: SceneOptions
    ) throws(SceneError) {
        let facts = stems.lazy.compactMap { self.facts(stem: $0, sensor: sensor) }.first
        let open = scene.bands.indices.filter { index in
            scene.bands[index].quantity == .digitalNumber && scene.bands[index].readScale == nil
                && scene.bands[index].source?.sampleType.isInteger == true && options.quantity == nil
        }
        guard let facts, !open.isEmpty else {
            guard options.assume != nil else { return }
            throw SceneError(
                code: .badOption,
                message: "assume= is for files that are Sentinel-2 by their name (S2A_..., S2B_..., S2C_...) and hold "
                    + "digital numbers; of others say what they hold with quantity=, scale= and offset=")
        }
        let assumed = try Sentinel2Offset(options.assume)
        scene.sensor = facts.sensor
        scene.level = facts.level ?? .unknown
        for index in open {
            scene.bands[index].calibration = calibration(facts, assumed, name: scene.id)
        }
    }

    private static func calibration(_ facts: Facts, _ assumed: Sentinel2Offset?, name: String) -> BandCalibration {
        var calibration = BandCalibration(isSunCorrected: true)
        guard let level = facts.level else {
            calibration.missing = [
                "\(name) is Sentinel-2, but its name tells neither Level-1C nor Level-2A; say what it holds with read ... "
                    + "quantity= scale=0.0001 offset= (offset=-0.1 where the numbers still carry the offset of processing "
                    + "baseline 04.00 and later)"
            ]
            return calibration
        }
        guard let assumed else {
            calibration.missing = [
                "\(name) is Sentinel-2 without its metadata, so nobody can tell whether the offset of processing baseline "
                    + "04.00 is in the numbers: \(Sentinel2Offset.advice)"
            ]
            return calibration
        }
        assumed.calibrate(&calibration, level: level)
        return calibration
    }
}
