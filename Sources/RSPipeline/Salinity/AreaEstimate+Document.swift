extension AreaEstimate {
    /// The estimate as JSON, for machines: hectares and shares 0...1, with standard errors and margins of 95 %.
    ///
    /// What is not known is null. Rows of `counts` are classes of the map.
    public var document: JSONValue {
        func estimate(_ value: Estimate?) -> JSONValue {
            guard let value else { return .null }
            return .object([
                "value": .number(value.value), "standard_error": value.standardError.map(JSONValue.number) ?? .null,
                "margin": value.margin.map(JSONValue.number) ?? .null,
            ])
        }
        return .object([
            "schema": .string("rsproc.accuracy/1"), "places": .integer(matrix.total),
            "counts": .array(matrix.counts.map { .array($0.map(JSONValue.integer)) }),
            "overall_accuracy": estimate(overallAccuracy), "kappa_of_places": estimate(matrix.kappa),
            "classes": .array(
                matrix.classes.indices.map { index in
                    .object([
                        "name": .string(matrix.classes[index]), "mapped_hectares": .number(mapped[index]),
                        "hectares": estimate(hectares[index]),
                        "hectares_interval": interval(ofAnyOf: [index]).map {
                            .array([.number($0.lowerBound), .number($0.upperBound)])
                        } ?? .null, "users_accuracy": estimate(usersAccuracies[index]),
                        "producers_accuracy": estimate(producersAccuracies[index]),
                    ])
                }), "warnings": .array(warnings.map(JSONValue.string)),
        ])
    }
}
