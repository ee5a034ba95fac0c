/// The fit of reflectance to the light that slopes receive, for one band.
struct TerrainReduction: SceneReduction {
    var method: TopographicCorrection.Method

    let purpose = "light on slopes"

    /// Intercept and gradient, or the exponent.
    var parameterCount: Int { method == .minnaert ? 1 : 2 }

    /// Fewer pixels than these say nothing.
    static let leastPixels = 100
    /// A smaller spread of the light (as a variance) is level ground.
    static let leastVariance = 1e-6
    /// Reflectance that hardly rises with the light says nothing about it.
    static let leastGradient = 1e-4

    func tally(pixelCount: Int) -> any ReductionTally { TerrainTally(method: method) }
}

private struct TerrainTally: ReductionTally {
    let method: TopographicCorrection.Method
    private var regression = LinearRegression()

    init(method: TopographicCorrection.Method) { self.method = method }

    mutating func add(_ values: [UnsafePointer<Float>], count: Int) {
        for index in 0..<count { unsafe regression.add(values[0][index], values[1][index]) }
    }

    mutating func merge(_ other: any ReductionTally) {
        guard let other = other as? TerrainTally else { preconditionFailure("a tally of another reduction") }
        regression.merge(other.regression)
    }

    func outcome(name: String) throws(RunError) -> ReductionOutcome {
        // What corrects nothing.
        var parameters: [Double] = method == .minnaert ? [0] : [1, 0]
        var record: [String: JSONValue] = ["pixels": .integer(regression.count)]
        var warnings: [String] = []
        func skip(_ why: String) {
            warnings.append("\(name): \(why); topo \(method.rawValue) leaves the band as it is")
        }
        if regression.count < TerrainReduction.leastPixels {
            skip("only \(regression.count) pixels on slopes that the sun reaches")
        } else if let line = regression.line, regression.variance >= TerrainReduction.leastVariance {
            record["intercept"] = .number(line.intercept)
            record["gradient"] = .number(line.gradient)
            record["determination"] = .number(line.determination)
            if method == .minnaert {
                parameters = [min(max(line.gradient, 0), 1)]
                if line.gradient <= 0 {
                    skip("reflectance falls where there is more light")
                } else if line.gradient > 1 {
                    warnings.append(
                        "\(name): the exponent of minnaert would be \(line.gradient.rounded(toPlaces: 3)); 1 is taken")
                }
            } else if line.gradient < TerrainReduction.leastGradient {
                skip("reflectance does not rise with the light on slopes")
            } else {
                parameters = [line.intercept, line.gradient]
            }
        } else {
            skip("the ground is level")
        }
        return ReductionOutcome(
            parameters: parameters, recordKey: "terrain_fits", record: .object(record), warnings: warnings)
    }
}
