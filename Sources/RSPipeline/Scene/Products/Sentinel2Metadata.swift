/// The product metadata of Sentinel-2, `MTD_MSIL1C.xml` or `MTD_MSIL2A.xml`: what it is and how it is calibrated.
///
/// Element names of the formats before 2018 (`L2A_Product_Info`, `IMAGE_ID_2A`, ...) are read too.
///
/// Source: ESA, Sentinel-2 products specification document, versions 13 to 15.
struct Sentinel2Metadata: Sendable {
    let xml: MetadataXML
    let level: ProductLevel
    private let product: XMLElement
    private let characteristics: XMLElement?

    /// Takes over a metadata file.
    ///
    /// - Throws: ``SceneError`` with code `notRecognised` for another file of a Sentinel-2 product, `badMetadata` for one
    ///   that contradicts itself or lacks its head.
    init(_ xml: MetadataXML) throws(SceneError) {
        self.xml = xml
        switch xml.root.name {
        case "Level-1C_User_Product": level = .level1
        case "Level-2A_User_Product": level = .level2
        default:
            throw SceneError(
                code: .notRecognised,
                message: "\(xml.path): its root is \(xml.root.name.prefix(60)), not that of a Sentinel-2 Level-1C or "
                    + "Level-2A product")
        }
        guard
            let product = ["Product_Info", "L2A_Product_Info"].lazy.compactMap({ name in
                xml.root.first("General_Info/\(name)")
            }).first
        else { throw xml.missing("General_Info/Product_Info") }
        self.product = product
        characteristics =
            ["Product_Image_Characteristics", "L2A_Product_Image_Characteristics"].lazy.compactMap { name in
                xml.root.first("General_Info/\(name)")
            }.first
        let expected = levelName
        if let text = product.text("PROCESSING_LEVEL"), !text.hasPrefix(expected) {
            throw SceneError(
                code: .badMetadata,
                message:
                    "PROCESSING_LEVEL in \(xml.path) is '\(text.prefix(40))' but the file is that of a \(expected) "
                    + "product; fetch it again")
        }
    }

    /// `Level-1C` or `Level-2A`.
    var levelName: String { level == .level2 ? "Level-2A" : "Level-1C" }

    /// The product's name without `.SAFE`.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when it is missing or no plain name.
    func identifier() throws(SceneError) -> String {
        guard var text = product.text("PRODUCT_URI") ?? product.text("PRODUCT_URI_2A") ?? product.text("PRODUCT_URI_1C")
        else { throw xml.missing("General_Info/Product_Info/PRODUCT_URI") }
        if text.hasSuffix(".SAFE") { text.removeLast(5) }
        return try Self.checked(text, of: "PRODUCT_URI", in: xml.path)
    }

    /// An identifier becomes part of output names, so it may not lead elsewhere.
    static func checked(_ text: String, of element: String, in path: String) throws(SceneError) -> String {
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        if isPlain, !text.isEmpty, !text.hasPrefix("."), !text.contains(".."), text.utf8.count <= 120 { return text }
        throw SceneError(
            code: .badMetadata,
            message: "\(element) in \(path) is '\(text.prefix(60))', which holds more than letters, digits and _")
    }

    /// `sentinel2a-msi`.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for a missing spacecraft, `notRecognised` for one that is no
    ///   Sentinel-2.
    func sensor() throws(SceneError) -> String {
        guard let text = product.text("Datatake/SPACECRAFT_NAME") else {
            throw xml.missing("General_Info/Product_Info/Datatake/SPACECRAFT_NAME")
        }
        if let sensor = Self.sensor(ofSpacecraft: text) { return sensor }
        throw SceneError(
            code: .notRecognised,
            message: "SPACECRAFT_NAME in \(xml.path) is '\(text.prefix(40))', which is no Sentinel-2")
    }

    /// The sensor of `Sentinel-2A` or `S2A`; nil for anything else.
    static func sensor(ofSpacecraft text: String) -> String? {
        let upper = text.uppercased()
        for unit in ["A", "B", "C", "D"] where upper == "SENTINEL-2\(unit)" || upper == "S2\(unit)" {
            return "sentinel2\(unit.lowercased())-msi"
        }
        return nil
    }

    /// The processing baseline as written, for example `05.11`.
    var baseline: String? { product.text("PROCESSING_BASELINE") }

    /// When the datatake began, as written.
    var startTime: String? {
        product.text("PRODUCT_START_TIME") ?? product.text("Datatake/DATATAKE_SENSING_START")
    }

    /// The image files as the product names them, mostly without ending.
    var images: [String] {
        let granules = product.first("Product_Organisation") ?? product
        return ["IMAGE_FILE", "IMAGE_FILE_2A", "IMAGE_ID", "IMAGE_ID_2A"].flatMap { name in
            granules.descendants(name).map(\.text).filter { !$0.isEmpty }
        }
    }

    /// Cloud cover in percent.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when it is no number.
    func cloudCover() throws(SceneError) -> Double? {
        let places = ["Quality_Indicators_Info", "L2A_Quality_Indicators_Info"].map {
            $0 + "/Cloud_Coverage_Assessment"
        }
        for place in places {
            guard let number = try xml.number(place) else { continue }
            return (0...100).contains(number) ? number : nil
        }
        return nil
    }

    /// Distance from the sun, from `U = 1 / d^2`.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when U is no number or no distance that the earth ever has.
    func earthSunDistance() throws(SceneError) -> Double? {
        guard let text = characteristics?.text("Reflectance_Conversion/U") else { return nil }
        let number = try xml.number(text, of: "Reflectance_Conversion/U")
        // The earth is between 0.983 and 1.017 away.
        guard (0.9...1.1).contains(number) else {
            throw SceneError(
                code: .badMetadata,
                message: "Reflectance_Conversion/U in \(xml.path) is \(number), which no distance from the sun gives; "
                    + "fetch the metadata file again")
        }
        return 1 / number.squareRoot()
    }

    /// The stored value that a word such as `NODATA` or `SATURATED` stands for; nil where it is not said.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for what a 16-bit number cannot be, or two answers.
    func specialValue(_ word: String) throws(SceneError) -> Double? {
        var found: Double?
        for entry in characteristics?.all("Special_Values") ?? [] {
            guard entry.text("SPECIAL_VALUE_TEXT")?.uppercased() == word, let text = entry.text("SPECIAL_VALUE_INDEX")
            else { continue }
            let number = try xml.number(text, of: "SPECIAL_VALUE_INDEX of \(word)")
            guard (0...65535).contains(number), number == number.rounded(), found == nil || found == number else {
                throw SceneError(
                    code: .badMetadata,
                    message: "SPECIAL_VALUE_INDEX of \(word) in \(xml.path) is \(found.map { "\($0) and " } ?? "")"
                        + "\(number); one whole number from 0 to 65535 is needed")
            }
            found = number
        }
        return found
    }

    /// The sun's irradiance of a band, W m-2 um-1; nil where the product does not give one above 0.
    func solarIrradiance(of band: Sentinel2Band) -> Double? {
        let list = characteristics?.all("Reflectance_Conversion/Solar_Irradiance_List/SOLAR_IRRADIANCE") ?? []
        let texts = Set(list.filter { $0.attributes["bandId"] == "\(band.id)" }.map(\.text))
        guard texts.count == 1, let number = texts.first.flatMap({ DecimalNumber.read($0) }), number > 0 else {
            return nil
        }
        return number
    }
}

extension Sentinel2Metadata {
    /// How the stored numbers of a product become reflectance.
    ///
    /// `reflectance = (DN + offset) / quantification`, with the offset of each band from the metadata, or 0 for
    /// processing baselines before 04.00, whose products have no offsets.
    struct Calibration: Sendable {
        /// By ``Sentinel2Band/id``.
        fileprivate var offsets: [Int: Result<Double, SceneError>] = [:]
        fileprivate var quantification: Result<Double, SceneError>
        /// For bands without an entry in ``offsets``.
        fileprivate var otherwise: Result<Double, SceneError>

        /// The scale of a band.
        ///
        /// - Throws: ``SceneError`` with code `badMetadata` that names what is missing or wrong.
        func scale(of band: Sentinel2Band) throws(SceneError) -> LinearScale {
            let divisor = try quantification.get()
            let offset = try (offsets[band.id] ?? otherwise).get()
            let scale = LinearScale(gain: 1 / divisor, offset: offset / divisor)
            if scale.gain.isFinite, scale.offset.isFinite, scale.gain > 0 { return scale }
            throw SceneError(
                code: .badMetadata,
                message:
                    "band \(band.name): an offset of \(offset) and a quantification value of \(divisor) give no scale")
        }
    }

    /// The calibration of the product.
    ///
    /// What is missing or wrong is not an error until a band needs it.
    ///
    /// - Parameter assumed: what the user says of products whose offsets are missing.
    /// - Throws: ``SceneError`` with code `badOption` when the user says what the metadata says.
    func calibration(assumed: Sentinel2Offset?) throws(SceneError) -> Calibration {
        let names =
            level == .level2
            ? ["BOA_QUANTIFICATION_VALUE", "L2A_BOA_QUANTIFICATION_VALUE"] : ["QUANTIFICATION_VALUE"]
        let element = level == .level2 ? "BOA_ADD_OFFSET" : "RADIO_ADD_OFFSET"
        let quantification = Result { () throws(SceneError) in try self.quantification(names) }
        let entries = characteristics?.descendants(element) ?? []
        if entries.isEmpty {
            return Calibration(quantification: quantification, otherwise: try missingOffset(element, assumed))
        }
        if assumed != nil {
            throw SceneError(
                code: .badOption,
                message: "assume= is for products that do not state their offset; \(xml.path) does (\(element)). Leave "
                    + "it out")
        }
        let bad = { (what: String) in
            SceneError(
                code: .badMetadata, message: "\(element) in \(self.xml.path) \(what); fetch the metadata file again")
        }
        var calibration = Calibration(
            quantification: quantification, otherwise: .failure(bad("has no entry for this band (band_id)")))
        for entry in entries {
            guard let id = entry.attributes["band_id"].flatMap({ Int($0) }) else {
                throw bad("has an entry without the number of its band (band_id)")
            }
            let number = DecimalNumber.read(entry.text)
            var result =
                number.map { Result<Double, SceneError>.success($0) }
                ?? .failure(bad("of band_id \(id) is not a number: '\(entry.text.prefix(40))'"))
            if let known = calibration.offsets[id], (try? known.get()) != number {
                result = .failure(bad("has several entries for band_id \(id) that differ"))
            }
            calibration.offsets[id] = result
        }
        return calibration
    }

    private func quantification(_ names: [String]) throws(SceneError) -> Double {
        var found: Double?
        for entry in names.flatMap({ characteristics?.descendants($0) ?? [] }) {
            let number = try xml.number(entry.text, of: entry.name)
            guard number > 0, found == nil || found == number else {
                throw SceneError(
                    code: .badMetadata,
                    message: "\(entry.name) in \(xml.path) is \(found.map { "\($0) and " } ?? "")\(number); one number "
                        + "above 0 is needed")
            }
            found = number
        }
        if let found { return found }
        throw xml.missing(names[0])
    }

    /// The offset of products that have no offset elements.
    private func missingOffset(
        _ element: String, _ assumed: Sentinel2Offset?
    ) throws(SceneError) -> Result<Double, SceneError> {
        let number = baseline.flatMap { DecimalNumber.read($0) }
        if let number, number > 0, number < Sentinel2Offset.firstBaseline {
            if assumed == nil { return .success(0) }
            throw SceneError(
                code: .badOption,
                message: "assume= is for products that leave the offset open; \(xml.path) is of processing baseline "
                    + "\(baseline ?? ""), before offsets were introduced. Leave it out")
        }
        switch assumed {
        case .applied: return .success(0)
        case .missing: return .success(Sentinel2Offset.usualOffset)
        case nil:
            let what = baseline.map { "is of processing baseline \($0.prefix(20))" } ?? "states no processing baseline"
            return .failure(
                SceneError(
                    code: .badMetadata,
                    message:
                        "\(xml.path) \(what) and has no \(element), so nobody can tell whether the offset is in the "
                        + "numbers: \(Sentinel2Offset.advice)"))
        }
    }
}
