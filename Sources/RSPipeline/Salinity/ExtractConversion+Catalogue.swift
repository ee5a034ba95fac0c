extension ExtractConversion {
    /// Published conversions by name.
    ///
    /// Coefficients as coded by C. T. Omuto in the R package soilassessment (functions ECconversion1 and ECconversion2),
    /// written for FAO's Global Map of Salt-affected Soils.
    public static let catalogue: [ExtractConversion] =
        [
            entry(
                "kargas2018",
                source: "Kargas et al. 2018, Water 10(11):1589, doi 10.3390/w10111589",
                [(1, "1.83*EC + 0.117"), (5, "6.53*EC - 0.108")]),
            entry(
                "sonmez2008-coarse", texture: "coarse", source: sonmez,
                [
                    (1, "2.03*EC - 0.41"), (2.5, "3.68*EC + 0.22"), (5, "7.36*EC - 0.24"),
                ]),
            entry(
                "sonmez2008-medium", texture: "medium", source: sonmez,
                [
                    (1, "2.15*EC - 0.44"), (2.5, "3.84*EC + 0.35"), (5, "7.58*EC + 0.06"),
                ]),
            entry(
                "sonmez2008-fine", texture: "fine", source: sonmez,
                [
                    (1, "2.72*EC - 1.27"), (2.5, "4.3*EC + 0.17"), (5, "8.22*EC - 0.33"),
                ]),
            entry(
                "usda", [(1, "3*EC"), (2, "5*EC"), (5, "4.5*EC")],
                note:
                    "the factor for 1:5 is below that for 1:2, which no dilution explains; check it against your laboratory"
            ),
            entry("landon", [(1, "2.2*EC"), (3, "3.81*EC"), (5, "6.4*EC")]),
            entry("ozkan", [(1, "1.93*EC - 0.57"), (2.5, "3.3*EC - 0.2"), (5, "5.97*EC - 1.17")]),
            entry("hogg", [(1, "1.75*EC - 0.37"), (2, "1.38*EC - 0.14")]),
            entry("zhang", [(1, "1.79*EC + 1.46")]),
            entry("chi", [(5, "11.68*EC - 5.77")]),
            entry("park", [(5, "8.7*EC")]),
            entry("khorsandi", [(5, "5.4*EC - 0.61")]),
            entry("shahid", [(2.5, "4.77*EC")]),
            entry("aboukila", [(5, "11.74*EC - 6.15")]),
            entry("halder", [(5, "4.834*EC + 0.437")]),
            entry("klaustermeier", [(5, "10^(1.256*log(EC)/log(10) + 0.766)")]),
            entry("he", [(5, "exp(0.7*log(EC) + 1.78)")]),
        ]

    private static let sonmez = "Sonmez, Buyuktas, Okturen and Citak 2008, Geoderma 144:361-369"

    private static func entry(
        _ name: String, texture: String? = nil, source: String? = nil, _ equations: [(ratio: Double, formula: String)],
        note: String? = nil
    ) -> ExtractConversion {
        ExtractConversion(
            name: name, texture: texture,
            source: source
                ?? "the equation named '\(name)' in the R package soilassessment (C. T. Omuto), ECconversion2",
            note: note,
            equations: equations.compactMap { ratio, formula in
                guard let expression = try? Expression.parse(formula) else { return nil }
                return Equation(from: SoilProperty(.extract(ratio: ratio)), formula: expression)
            })
    }
}
