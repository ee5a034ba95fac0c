/// How the bands of one DIMAP product are calibrated.
struct DIMAPCalibration {
    let metadata: DIMAPMetadata
    let mission: DIMAPMission
    /// From the sun, in astronomical units; nil where the date is not known.
    let distance: Double?

    init(_ metadata: DIMAPMetadata, mission: DIMAPMission, distance: Double?) {
        self.metadata = metadata
        self.mission = mission
        self.distance = distance
    }

    /// What the product says about a band; what it lacks or states wrongly is named in ``BandCalibration/missing``.
    ///
    /// - Parameter notices: what a user should know, added to.
    func calibration(
        of band: String, _ radiometry: DIMAPMetadata.Radiometry, _ notices: inout [String]
    ) -> BandCalibration {
        var calibration = BandCalibration()
        do throws(SceneError) {
            switch radiometry {
            case .adjusted(let why): calibration.missing.append(why)
            case .reflectance:
                calibration.product = ProductScaling(
                    scale: try reflectance(of: band), quantity: .surfaceReflectance(method: "Airbus-REFLECTANCE"))
            case .basic:
                let radiance = try radiance(of: band)
                calibration.radiance = radiance
                let irradiance = try irradiance(of: band, &notices)
                calibration.solarIrradiance = irradiance
                guard let distance else {
                    throw metadata.xml.missing("Dataset_Sources/Source_Identification/Strip_Source/IMAGING_DATE")
                }
                let factor = Double.pi * distance * distance / irradiance
                calibration.toaReflectance = LinearScale(gain: radiance.gain * factor, offset: radiance.offset * factor)
            }
        } catch {
            calibration.missing.append(error.message)
        }
        return calibration
    }

    /// `L = DN / GAIN + BIAS`: one divided by GAIN is the factor.
    private func radiance(of band: String) throws(SceneError) -> LinearScale {
        guard let element = try metadata.measurement("Band_Radiance", of: band) else {
            throw metadata.xml.missing("Band_Radiance of BAND_ID \(band)")
        }
        let formula = element.text("MEASURE_DESC")?.filter { !$0.isWhitespace }.uppercased() ?? ""
        if formula.contains("FORMULA"), !formula.contains("L=DN/GAIN+BIAS") {
            throw SceneError(
                code: .badMetadata,
                message: "Band_Radiance of BAND_ID \(band) in \(metadata.path) is not L=DN/GAIN+BIAS but "
                    + "'\(element.text("MEASURE_DESC")?.prefix(120) ?? "")', which is not known for these numbers")
        }
        return try scale(element, "Band_Radiance", band)
    }

    /// `rho = DN / GAIN + BIAS` where the product says so, otherwise the documented `DN / 10000`.
    private func reflectance(of band: String) throws(SceneError) -> LinearScale {
        guard let element = try metadata.measurement("Band_Reflectance", of: band) else {
            return LinearScale(gain: 1 / 10_000, offset: 0)
        }
        return try scale(element, "Band_Reflectance", band)
    }

    private func scale(_ element: XMLElement, _ kind: String, _ band: String) throws(SceneError) -> LinearScale {
        let gain = try number("GAIN", in: element, kind, band)
        let bias = try number("BIAS", in: element, kind, band)
        let scale = LinearScale(gain: 1 / gain, offset: bias)
        if gain > 0, scale.gain.isFinite, scale.gain > 0 { return scale }
        throw SceneError(
            code: .badMetadata,
            message:
                "GAIN of \(kind) of BAND_ID \(band) in \(metadata.path) is \(gain), and it divides: it must be above 0")
    }

    private func irradiance(of band: String, _ notices: inout [String]) throws(SceneError) -> Double {
        let kind = "Band_Solar_Irradiance"
        guard let element = try metadata.measurement(kind, of: band) else {
            throw metadata.xml.missing("\(kind) of BAND_ID \(band)")
        }
        let value = try number("VALUE", in: element, kind, band)
        if value == Self.placeholder {
            guard let known = mission.solarIrradiance[band == "PAN" ? "P" : band] else {
                throw SceneError(
                    code: .badMetadata,
                    message: "VALUE of \(kind) of BAND_ID \(band) in \(metadata.path) is the placeholder 999, and no "
                        + "other value is known for \(mission.title)")
            }
            notices.append(
                "\(band): the product states the placeholder 999 as solar irradiance; \(known) W m-2 um-1 of "
                    + "\(mission.title) is taken.")
            return known
        }
        if value > 0, value < 10_000 { return value }
        throw SceneError(
            code: .badMetadata,
            message: "VALUE of \(kind) of BAND_ID \(band) in \(metadata.path) is \(value), which is no irradiance in "
                + "W m-2 um-1")
    }

    /// What early products state where the irradiance was not known.
    private static let placeholder = 999.0

    private func number(
        _ key: String, in element: XMLElement, _ kind: String, _ band: String
    ) throws(SceneError) -> Double {
        let place = "\(key) of \(kind) of BAND_ID \(band)"
        guard let text = element.text(key) else { throw metadata.xml.missing(place) }
        return try metadata.xml.number(text, of: place)
    }
}
