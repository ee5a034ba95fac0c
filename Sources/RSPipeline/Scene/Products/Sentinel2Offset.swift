/// What a user says of stored numbers whose metadata does not tell whether the radiometric offset is still in them.
///
/// Since processing baseline 04.00 Sentinel-2 stores `reflectance * 10000 + 1000`. Some distributors take the 1000 away
/// again, and nothing in their files says so.
enum Sentinel2Offset: String, Sendable, CaseIterable {
    /// The offset was added to the numbers already: reflectance is `DN / 10000`.
    case applied = "offset-applied"
    /// The offset has still to be added: reflectance is `(DN - 1000) / 10000`.
    case missing = "offset-missing"

    /// Stored numbers per unit of reflectance where no metadata states it.
    ///
    /// Source: ESA, Sentinel-2 products specification document, `QUANTIFICATION_VALUE`: 10000 in every baseline.
    static let usualQuantification = 10_000.0
    /// What is added to stored numbers from baseline 04.00 on, where no metadata states it.
    ///
    /// Source: ESA, Sentinel-2 products specification document, `RADIO_ADD_OFFSET` and `BOA_ADD_OFFSET`.
    static let usualOffset = -1000.0
    /// The first processing baseline whose numbers carry an offset.
    static let firstBaseline = 4.0

    /// How both answers are written, for messages.
    static let advice =
        "say assume=offset-missing where reflectance is (DN - 1000) / 10000, as ESA delivers it since processing baseline "
        + "04.00, or assume=offset-applied where it is DN / 10000"

    /// Reads `assume=`; nil where nothing is said.
    ///
    /// - Throws: ``SceneError`` with code `badOption` for any other word.
    init?(_ text: String?) throws(SceneError) {
        guard let text else { return nil }
        guard let offset = Sentinel2Offset(rawValue: text.lowercased()) else {
            let known = Self.allCases.map(\.rawValue)
            let hint = SceneOptions.closest(to: text, among: known).map { "; did you mean \($0)?" } ?? ""
            throw SceneError(
                code: .badOption,
                message:
                    "assume=\(text.prefix(40)): for Sentinel-2 it is one of \(known.joined(separator: ", "))\(hint)")
        }
        self = offset
    }

    /// From stored numbers to reflectance.
    func scale(quantification: Double) -> LinearScale {
        LinearScale(gain: 1 / quantification, offset: self == .missing ? Self.usualOffset / quantification : 0)
    }

    /// Sets the scale to reflectance that follows for a level, with the usual quantification.
    func calibrate(_ calibration: inout BandCalibration, level: ProductLevel) {
        let scale = scale(quantification: Self.usualQuantification)
        if level == .level1 {
            calibration.toaReflectance = scale
        } else {
            calibration.product = ProductScaling(scale: scale, quantity: .surfaceReflectance(method: "Sen2Cor"))
        }
    }
}
