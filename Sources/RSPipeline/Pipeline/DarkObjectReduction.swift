/// The search for the dark object of a band, and what it makes of the air.
struct DarkObjectReduction: SceneReduction {
    var rule: DarkObjectSubtraction.Rule
    /// How light is lost in this band.
    var method: DarkObjectSubtraction.Method
    var darkReflectance: Double
    /// In degrees.
    var sunZenith: Double
    var viewZenith: Double

    let purpose = "dark objects"

    /// The path reflectance, and for dos4 the gain, which depends on it.
    var parameterCount: Int { method == .dos4 ? 2 : 1 }

    func tally(pixelCount: Int) -> any ReductionTally {
        DarkObjectTally(reduction: self, search: .init(rule: rule, pixelCount: pixelCount))
    }

    /// The correction of a dark object of some reflectance.
    func correction(darkObject: Double) -> DarkObjectSubtraction.Correction? {
        DarkObjectSubtraction.correction(
            darkObject: darkObject, method: method, darkReflectance: darkReflectance, sunZenith: sunZenith,
            viewZenith: viewZenith)
    }
}

private struct DarkObjectTally: ReductionTally {
    let reduction: DarkObjectReduction
    var search: DarkObjectSubtraction.Search

    mutating func add(_ values: [UnsafePointer<Float>], count: Int) {
        unsafe search.add(UnsafeBufferPointer(start: values[0], count: count))
    }

    mutating func merge(_ other: any ReductionTally) {
        guard let other = other as? DarkObjectTally else { preconditionFailure("a tally of another reduction") }
        search.merge(other.search)
    }

    func outcome(name: String) throws(RunError) -> ReductionOutcome {
        guard let value = search.result else {
            throw RunError(
                .input,
                "\(name): no dark object (\(search.validCount) valid pixels, rule \(reduction.rule.text)); choose "
                    + "another rule with surface ... dark=")
        }
        guard let correction = reduction.correction(darkObject: value) else {
            throw RunError(
                .input,
                "\(name): dos4 finds no optical depth for a dark object of reflectance \(value.rounded(toPlaces: 6)): "
                    + "nothing in the scene is dark, or the haze is too dense; use surface method=dos1")
        }
        var record: [String: JSONValue] = [
            "value": .number(value), "haze": .number(correction.pathReflectance),
            "valid_pixels": .integer(search.validCount),
        ]
        if let depth = correction.opticalDepth {
            record["optical_depth"] = .number(depth)
            record["gain"] = .number(correction.gain)
        }
        var outcome = ReductionOutcome(
            parameters: [correction.pathReflectance, correction.gain], recordKey: "dark_objects",
            record: .object(record))
        outcome.parameters.removeLast(2 - reduction.parameterCount)
        if correction.pathReflectance == 0 {
            outcome.warnings.append(
                "\(name): the dark object (\(value.rounded(toPlaces: 6))) is darker than a reflectance of "
                    + "\(reduction.darkReflectance) is without haze; no haze is subtracted")
        }
        return outcome
    }
}
