import Foundation

/// Which group and key of a Landsat metadata file holds what.
///
/// The ground system has named them three times: until 2012 (`BAND4_FILE_NAME`, `LMAX_BAND4`), until Collection 1
/// (`FILE_NAME_BAND_4` in `PRODUCT_METADATA`), and since Collection 2 (the same in `PRODUCT_CONTENTS`).
struct LandsatLayout {
    let metadata: LandsatMetadata
    private let age: Age

    private enum Age {
        case before2012, untilCollection1, collection2
    }

    init(_ metadata: LandsatMetadata) {
        self.metadata = metadata
        if metadata.root == "LANDSAT_METADATA_FILE" {
            age = .collection2
        } else {
            let keys = metadata.groups["PRODUCT_METADATA"] ?? [:]
            age =
                keys.keys.contains { $0.hasSuffix("_FILE_NAME") && $0.hasPrefix("BAND") }
                ? .before2012 : .untilCollection1
        }
    }

    private var isCollection2: Bool { age == .collection2 }
    /// Where files are named.
    var product: String { isCollection2 ? "PRODUCT_CONTENTS" : "PRODUCT_METADATA" }
    var acquisitionGroup: String { isCollection2 ? "IMAGE_ATTRIBUTES" : "PRODUCT_METADATA" }
    var identity: String { isCollection2 ? "PRODUCT_CONTENTS" : "METADATA_FILE_INFO" }
    private var sunGroup: String { age == .before2012 ? "PRODUCT_PARAMETERS" : "IMAGE_ATTRIBUTES" }
    var rescaling: String { isCollection2 ? "LEVEL1_RADIOMETRIC_RESCALING" : "RADIOMETRIC_RESCALING" }
    private var radianceRange: String { isCollection2 ? "LEVEL1_MIN_MAX_RADIANCE" : "MIN_MAX_RADIANCE" }
    private var reflectanceRange: String { isCollection2 ? "LEVEL1_MIN_MAX_REFLECTANCE" : "MIN_MAX_REFLECTANCE" }
    private var pixelRange: String { isCollection2 ? "LEVEL1_MIN_MAX_PIXEL_VALUE" : "MIN_MAX_PIXEL_VALUE" }

    /// The group of thermal constants; OLI's was named after its sensor before Collection 2.
    func thermal(_ instrument: LandsatInstrument) -> String {
        if isCollection2 { return "LEVEL1_THERMAL_CONSTANTS" }
        return instrument == .oli ? "TIRS_THERMAL_CONSTANTS" : "THERMAL_CONSTANTS"
    }

    // MARK: Bands

    /// The end of a band's keys: `BAND_6_VCID_1`, or `BAND61` until 2012.
    private func ending(_ band: LandsatBand) -> String {
        guard age == .before2012 else { return band.key }
        return band.key.replacingOccurrences(of: "_VCID_", with: "").replacingOccurrences(of: "_", with: "")
    }

    /// The key that names a band's file.
    func fileKey(_ band: LandsatBand) -> String {
        age == .before2012 ? ending(band) + "_FILE_NAME" : "FILE_NAME_" + band.key
    }

    /// From stored numbers to radiance.
    ///
    /// Until 2012 the file gives the ends of both ranges instead:
    /// `gain = (LMAX - LMIN) / (QCALMAX - QCALMIN)`, `offset = LMIN - gain * QCALMIN`.
    /// Source: Chander, Markham and Helder 2009, equation 1.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that names what is missing or cannot be.
    func radiance(_ band: LandsatBand) throws(SceneError) -> LinearScale {
        guard age == .before2012 else {
            return try scale("RADIANCE_MULT_\(band.key)", "RADIANCE_ADD_\(band.key)", in: rescaling)
        }
        let ending = ending(band)
        let high = try metadata.requiredNumber("LMAX_\(ending)", in: radianceRange)
        let low = try metadata.requiredNumber("LMIN_\(ending)", in: radianceRange)
        let last = try metadata.requiredNumber("QCALMAX_\(ending)", in: pixelRange)
        let first = try metadata.requiredNumber("QCALMIN_\(ending)", in: pixelRange)
        let gain = (high - low) / (last - first)
        guard high > low, last > first, gain.isFinite, (low - gain * first).isFinite else {
            throw SceneError(
                code: .badMetadata,
                message: "LMIN_\(ending) to LMAX_\(ending) = \(low) to \(high) and QCALMIN_\(ending) to "
                    + "QCALMAX_\(ending) = \(first) to \(last) in \(metadata.path) are no rising ranges")
        }
        return LinearScale(gain: gain, offset: low - gain * first)
    }

    /// From stored numbers to reflectance before division by the sine of the sun elevation.
    func reflectance(_ band: LandsatBand) throws(SceneError) -> LinearScale {
        if age == .before2012 {
            throw SceneError(
                code: .badMetadata,
                message: "\(metadata.path) is of before 2012 and has no scale to reflectance; fetch the scene in "
                    + "Collection 2")
        }
        return try scale("REFLECTANCE_MULT_\(band.key)", "REFLECTANCE_ADD_\(band.key)", in: rescaling)
    }

    /// A scale of two keys of one group.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for a key that is missing and a gain that is not above 0.
    func scale(_ gainKey: String, _ offsetKey: String, in group: String) throws(SceneError) -> LinearScale {
        let gain = try metadata.requiredNumber(gainKey, in: group)
        let offset = try metadata.requiredNumber(offsetKey, in: group)
        if gain > 0 { return LinearScale(gain: gain, offset: offset) }
        throw SceneError(
            code: .badMetadata, message: "\(gainKey) = \(gain) in group \(group) of \(metadata.path) is not above 0")
    }

    /// The highest stored number, which saturated pixels have; nil where the file does not say.
    func saturation(_ band: LandsatBand) throws(SceneError) -> Double? {
        age == .before2012
            ? try metadata.number("QCALMAX_\(ending(band))", in: pixelRange)
            : try metadata.number("QUANTIZE_CAL_MAX_\(band.key)", in: pixelRange)
    }

    /// The sun's irradiance of a band outside the atmosphere at the mean distance, W m-2 um-1:
    /// `pi d^2 RADIANCE_MAXIMUM / REFLECTANCE_MAXIMUM`.
    ///
    /// The two maxima are of the same stored number, and the product's own reflectance is made with this irradiance.
    /// Source: the documentation of GRASS GIS, `i.landsat.toar`.
    ///
    /// - Returns: nil where the file lacks one of the three numbers, or gives none above 0.
    func solarIrradiance(_ band: LandsatBand, distance: Double?) -> Double? {
        guard let distance,
            let radiance = try? metadata.number("RADIANCE_MAXIMUM_\(band.key)", in: radianceRange),
            let reflectance = try? metadata.number("REFLECTANCE_MAXIMUM_\(band.key)", in: reflectanceRange),
            radiance > 0, reflectance > 0
        else { return nil }
        let irradiance = Double.pi * distance * distance * radiance / reflectance
        return irradiance.isFinite && irradiance > 0 ? irradiance : nil
    }

    /// The gain state of a band, `H` or `L`, with what it changed to within the scene; nil where the file does not say.
    func gainState(_ band: LandsatBand) -> String? {
        if age == .before2012 {
            let number = band.key.dropFirst("BAND_".count)
            let key =
                number.hasPrefix("6_VCID_") ? "BAND6_GAIN\(number.suffix(1))" : "BAND\(number)_GAIN"
            return metadata.value(key, in: "PRODUCT_PARAMETERS")
        }
        guard let state = metadata.value("GAIN_\(band.key)", in: "PRODUCT_PARAMETERS") else { return nil }
        let change = metadata.value("GAIN_CHANGE_\(band.key)", in: "PRODUCT_PARAMETERS") ?? ""
        return Set(change).count > 1 ? "\(state) (changes \(change))" : state
    }

    // MARK: The scene

    /// The satellite's number and its instrument.
    ///
    /// - Throws: ``SceneError`` with code `notRecognised` for what is no Landsat or no instrument of that satellite.
    func platform() throws(SceneError) -> (satellite: Int, instrument: LandsatInstrument, name: String) {
        let spacecraft = try metadata.requiredValue("SPACECRAFT_ID", in: acquisitionGroup)
        let sensor = try metadata.requiredValue("SENSOR_ID", in: acquisitionGroup)
        guard spacecraft.lowercased().hasPrefix("landsat"), let digit = spacecraft.last,
            let satellite = digit.wholeNumberValue, (1...9).contains(satellite),
            !spacecraft.dropLast().contains(where: \.isNumber)
        else {
            throw SceneError(
                code: .notRecognised,
                message: "\(metadata.path): SPACECRAFT_ID is '\(spacecraft.prefix(40))', which is no Landsat")
        }
        guard let instrument = LandsatInstrument(satellite: satellite, sensor: sensor) else {
            throw SceneError(
                code: .notRecognised,
                message: "\(metadata.path): SENSOR_ID is '\(sensor.prefix(20))', which Landsat \(satellite) does not "
                    + "carry; known are MSS (1 to 5), TM (4, 5), ETM (7), OLI and TIRS (8, 9). The band files can be "
                    + "read as generic files")
        }
        let word = sensor.lowercased().replacingOccurrences(of: "_", with: "-").replacingOccurrences(of: "+", with: "")
        return (satellite, instrument, "landsat\(satellite)-\(word)")
    }

    func level() throws(SceneError) -> (ProductLevel, String) {
        let key =
            switch age {
            case .collection2: "PROCESSING_LEVEL"
            case .untilCollection1: "DATA_TYPE"
            case .before2012: "PRODUCT_TYPE"
            }
        let text = try metadata.requiredValue(key, in: product)
        if text.hasPrefix("L1") { return (.level1, text) }
        if text.hasPrefix("L2") { return (.level2, text) }
        throw SceneError(
            code: .badMetadata,
            message: "\(key) in group \(product) of \(metadata.path) is '\(text.prefix(40))', neither L1... nor L2...")
    }

    /// The number of the collection; nil before there were any.
    var collection: Int? { metadata.value("COLLECTION_NUMBER", in: identity).flatMap { Int($0) } }

    func productName(_ level: ProductLevel) -> String {
        let edition = collection.map { "Collection \($0)" } ?? "pre-collection"
        return "Landsat \(edition) \(level == .level2 ? "Level-2" : "Level-1")"
    }

    /// The product's identifier; until 2012 the name of its metadata file without `_MTL.txt`.
    func identifier() throws(SceneError) -> String {
        let text =
            metadata.value("LANDSAT_PRODUCT_ID", in: identity) ?? metadata.value("LANDSAT_SCENE_ID", in: identity)
            ?? metadata.value("LANDSAT_SCENE_ID", in: "LEVEL1_PROCESSING_RECORD")
            ?? metadata.value("METADATA_L1_FILE_NAME", in: product).map { name in
                String(name.lowercased().hasSuffix("_mtl.txt") ? name.dropLast("_mtl.txt".count) : name[...])
            }
        guard let text else {
            throw SceneError(
                code: .badMetadata,
                message: "LANDSAT_PRODUCT_ID and LANDSAT_SCENE_ID are missing from group \(identity) of "
                    + "\(metadata.path); fetch the metadata file again")
        }
        // The identifier becomes part of output names, so it may not lead elsewhere.
        guard text.utf8.count <= 120, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else {
            throw SceneError(
                code: .badMetadata,
                message: "the product id '\(text.prefix(60))' in \(metadata.path) holds more than letters, digits "
                    + "and _")
        }
        return text
    }

    func acquisition() throws(SceneError) -> (text: String, date: Date)? {
        let dayKey = age == .before2012 ? "ACQUISITION_DATE" : "DATE_ACQUIRED"
        let timeKey = age == .before2012 ? "SCENE_CENTER_SCAN_TIME" : "SCENE_CENTER_TIME"
        guard let day = metadata.value(dayKey, in: acquisitionGroup) else { return nil }
        var text = day
        if let time = metadata.value(timeKey, in: acquisitionGroup) {
            text += "T" + time + (time.hasSuffix("Z") ? "" : "Z")
        }
        if let date = AcquisitionTime.date(text) { return (text, date) }
        throw SceneError(
            code: .badMetadata,
            message: "\(dayKey) and \(timeKey) in group \(acquisitionGroup) of \(metadata.path) give "
                + "'\(text.prefix(60))', which is no time")
    }

    func sun() throws(SceneError) -> SunGeometry? {
        guard let elevation = try metadata.number("SUN_ELEVATION", in: sunGroup) else { return nil }
        return SunGeometry(elevation: elevation, azimuth: try metadata.number("SUN_AZIMUTH", in: sunGroup))
    }

    /// The view of the scene's centre by the roll of the satellite: `sin zenith = (R + h) / R * sin roll`.
    ///
    /// Height `h` 705 km above a sphere of `R` = 6371 km. The direction is not known from the roll alone.
    ///
    /// - Returns: nil where the file does not say (before OLI), or says what cannot be.
    func view() throws(SceneError) -> ViewGeometry? {
        guard let roll = try metadata.number("ROLL_ANGLE", in: "IMAGE_ATTRIBUTES"), abs(roll) <= 45 else { return nil }
        let sine = (6371.0 + 705) / 6371 * Foundation.sin(abs(roll) * .pi / 180)
        return sine < 1 ? ViewGeometry(zenith: Foundation.asin(sine) * 180 / .pi) : nil
    }

    /// The distance from the sun in astronomical units; nil where the file does not say.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for a distance that the earth never has (0.983 to 1.017).
    func earthSunDistance() throws(SceneError) -> Double? {
        guard let distance = try metadata.number("EARTH_SUN_DISTANCE", in: "IMAGE_ATTRIBUTES") else { return nil }
        if distance > 0.98, distance < 1.02 { return distance }
        throw SceneError(
            code: .badMetadata,
            message: "EARTH_SUN_DISTANCE in group IMAGE_ATTRIBUTES of \(metadata.path) is \(distance); the earth is "
                + "0.983 to 1.017 astronomical units away from the sun")
    }

    /// Columns and rows of the reflective bands as the file states them; nil where it does not.
    func reflectiveSize() throws(SceneError) -> (columns: Int, rows: Int)? {
        let (group, columns, rows) =
            switch age {
            case .collection2: ("PROJECTION_ATTRIBUTES", "REFLECTIVE_SAMPLES", "REFLECTIVE_LINES")
            case .untilCollection1: ("PRODUCT_METADATA", "REFLECTIVE_SAMPLES", "REFLECTIVE_LINES")
            case .before2012: ("PRODUCT_METADATA", "PRODUCT_SAMPLES_REF", "PRODUCT_LINES_REF")
            }
        guard let width = try metadata.number(columns, in: group), let height = try metadata.number(rows, in: group)
        else { return nil }
        return (
            Int(clamping: Int64(exactly: width.rounded()) ?? 0), Int(clamping: Int64(exactly: height.rounded()) ?? 0)
        )
    }

    /// Whether the scan line corrector of ETM+ was off, which leaves gaps: it failed on 31 May 2003.
    func isCorrectorOff(_ instrument: LandsatInstrument, day: String?) -> Bool {
        guard instrument == .etm else { return false }
        if let mode = metadata.value("SENSOR_MODE_SLC", in: "IMAGE_ATTRIBUTES") { return mode.uppercased() == "OFF" }
        return day.map { $0 > "2003-05-31" } ?? false
    }

    /// The file of an angle (`SENSOR_AZIMUTH`, `SOLAR_ZENITH`, ...); nil where the product has none.
    func angleFile(_ word: String) -> String? {
        let keys = (metadata.groups[product] ?? [:]).keys.filter { $0.hasPrefix("FILE_NAME_ANGLE_\(word)") }
        return keys.min().flatMap { metadata.value($0, in: product) }
    }
}
