import Testing

@testable import RSPipeline

@Suite struct SpectralIndexTests {
    static let indices = IndexCatalogue.builtin.indices

    private func index(_ id: String) throws -> SpectralIndex { try #require(IndexCatalogue.builtin.index(id: id)) }

    private func value(_ invocation: IndexInvocation, _ bands: [BandRole: Double]) -> Double {
        invocation.expression.evaluate { name in BandRole(name: name).flatMap { bands[$0] } }
    }

    private static let bands: [BandRole: Double] = [
        .blue: 0.15, .green: 0.18, .red: 0.22, .nir: 0.28, .swir16: 0.33, .swir22: 0.30,
    ]

    /// Worked out apart from this library, in float64.
    @Test(
        arguments: [
            ("ndvi", 0.12), ("savi", 0.09), ("msavi2", 0.08114379), ("evi", 0.10169492), ("evi2", 0.08296460),
            ("ndwi", -0.21739130), ("mndwi", -0.29411765), ("ndmi", -0.08196721), ("bsi", 0.12244898),
            ("gdvi", 0.23659306), ("gdvi(n=3)", 0.34674847), ("endvi_ext", 0.45), ("endvi_enh", 0.21052632),
            ("sqrt_BR", 0.18165902), ("sqrt_GR", 0.19899749), ("sqrt_G2R2", 0.28425341),
            ("sqrt_G2R2N2", 0.39899875), ("bi_RN", 0.35608988), ("ndsi_RN", -0.12), ("ratio_BR", 0.68181818),
            ("nd_BR", -0.18918919), ("GR_over_B", 0.264), ("BR_over_G", 0.18333333), ("RN_over_G", 0.34222222),
            ("sit", 78.57142857), ("ratio_NS1", 0.84848485), ("ratio_S1S2", 1.1), ("nd_S1S2", 0.04761905),
            ("sssi1", 0.03), ("sssi2", 0.02727273), ("s4_fao", 0), ("asi_abuelgasim", 0.07936508), ("nsi", 0.60),
            ("sqrt_RN", 0.24819347), ("int1", 0.20), ("vssi", -2.14), ("crsi", 0.62491534), ("cosri", 0.0792),
        ] as [(String, Double)])
    func workedNumbers(text: String, expected: Double) throws {
        let computed = value(try IndexCatalogue.builtin.resolve(text), Self.bands)
        // The numbers are printed with 8 decimals.
        #expect(abs(computed - expected) <= max(1e-6 * abs(expected), 5.1e-9), "\(computed)")
    }

    @Test func publishedTestNumbers() throws {
        // The documentation of imageIndices in the R package soilassessment, and the tests of spyndex.
        let soil: [BandRole: Double] = [.blue: 0.15, .green: 0.05, .red: 0.18, .nir: 0.25, .swir16: 0.36]
        #expect(abs(value(try IndexCatalogue.builtin.resolve("savi"), soil) - 0.11290323) < 1e-7)
        let leaf: [BandRole: Double] = [.nir: 0.6, .red: 0.1, .green: 0.3, .blue: 0.1]
        for (text, expected) in [("ndvi", 0.71428571), ("savi", 0.625), ("evi", 0.86206897)] {
            #expect(abs(value(try IndexCatalogue.builtin.resolve(text), leaf) - expected) < 1e-7, "\(text)")
        }
    }

    @Test func everyIndexHasAWorkedNumber() { #expect(Self.indices.count == 37) }

    @Test func negativeRadicandIsNoData() throws {
        let snow: [BandRole: Double] = [.blue: 0.9, .green: 0.9, .red: 0.5, .nir: 0.4]
        #expect(value(try IndexCatalogue.builtin.resolve("crsi"), snow).isNaN)
    }

    @Test func poleIsNoData() throws {
        let pole: [BandRole: Double] = [.nir: 0.3, .swir16: 0.3, .swir22: 0.2]
        #expect(value(try IndexCatalogue.builtin.resolve("nsi"), pole).isNaN)
    }

    // MARK: Properties

    private static func randomBands(_ random: inout SplitMix64, _ values: ClosedRange<Double>) -> [BandRole: Double] {
        Dictionary(
            uniqueKeysWithValues: BandRole.allCases.map { ($0, Double.random(in: values, using: &random)) })
    }

    static let scaleFree: Set<String> = [
        "ndsi_RN", "ratio_BR", "nd_BR", "sit", "ratio_NS1", "ratio_S1S2", "nd_S1S2", "asi_abuelgasim", "nsi", "crsi",
        "cosri", "ndvi", "gdvi", "endvi_ext", "endvi_enh", "ndwi", "mndwi", "ndmi", "bsi",
    ]

    @Test func scaleFreeIndicesAreTheseOnly() {
        #expect(Set(Self.indices.filter(\.isScaleFree).map(\.id)) == Self.scaleFree)
    }

    @Test(arguments: indices) func scaleFreedomHolds(index: SpectralIndex) throws {
        let invocation = try IndexInvocation(index)
        var changes = 0
        for seed in UInt64(0)..<100 {
            var random = SplitMix64(seed: seed)
            let bands = Self.randomBands(&random, 0.02...0.5)
            let factor = Double.random(in: 1.5...10_000, using: &random)
            let before = value(invocation, bands)
            let after = value(invocation, bands.mapValues { $0 * factor })
            let same = before.isNaN && after.isNaN || abs(before - after) <= 1e-9 * max(1, abs(before))
            if index.isScaleFree { #expect(same, "\(index.id), seed \(seed): \(before) and \(after)") }
            if !same { changes += 1 }
        }
        if !index.isScaleFree { #expect(changes > 0, "\(index.id) does not depend on the scale") }
    }

    @Test(arguments: indices.filter { $0.range != nil }) func staysInItsRange(index: SpectralIndex) throws {
        let range = try #require(index.range)
        let invocation = try IndexInvocation(index)
        for seed in UInt64(0)..<500 {
            var random = SplitMix64(seed: seed)
            var bands = Self.randomBands(&random, 0...1)
            // The corners of the cube of reflectances as well.
            if seed % 2 == 0 { bands = bands.mapValues { $0.rounded() } }
            let computed = value(invocation, bands)
            let nearest = min(max(computed, range.lowerBound), range.upperBound)
            let inside = computed.isNaN || abs(computed - nearest) <= 1e-12
            #expect(inside, "\(index.id), seed \(seed): \(computed)")
        }
    }

    @Test(arguments: ["ndvi", "gdvi", "crsi", "s4_fao"]) func noDataInABandIsNoData(id: String) throws {
        let index = try index(id)
        for role in index.roles {
            var bands = Self.bands
            bands[role] = .nan
            #expect(value(try IndexInvocation(index), bands).isNaN)
        }
    }

    // MARK: Making

    @Test func rolesAndParametersFollowFromTheFormula() throws {
        let index = try SpectralIndex(
            id: "mine", title: "Mine", formula: "b*NIR + a*red - nir", parameters: ["a": 1, "b": nil], source: "")
        #expect(index.roles == [.nir, .red])
        #expect(
            index.parameters == [.init(name: "b", defaultValue: nil), .init(name: "a", defaultValue: 1)])
        #expect(index.expression.names == ["b", "nir", "a", "red"])
    }

    @Test(
        arguments: [
            ("9x", "nir", "an id is"), ("nir", "red", "an id is"), ("sqrt", "red", "an id is"), ("", "red", "an id is"),
            ("a b", "red", "an id is"), ("x", "red +", "cannot be read"), ("x", "red + B99", "`B99` in the formula"),
            ("x", "1 + 2", "uses no band"), ("x", "red", "does not appear"), ("x", "red + p*green*q", "`q`"),
        ])
    func refuses(id: String, formula: String, message: String) {
        let error = #expect(throws: IndexError.self) {
            try SpectralIndex(id: id, title: "", formula: formula, parameters: ["p": 1], source: "")
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.code == .badCatalogue)
    }

    @Test func aParameterCannotHideABand() {
        #expect(throws: IndexError.self) {
            try SpectralIndex(id: "x", title: "", formula: "nir/red", parameters: ["red": 1], source: "")
        }
    }

    @Test(
        arguments: [
            ("nir/red", true), ("nir*red", false), ("max(0, nir - red)/nir", true), ("nir > 0.1 ? 1 : 0", false),
            ("nir > red ? nir/red : 0", true), ("log(nir/red)", true), ("log(nir)", false), ("nir^red", false),
            ("(nir^0.5*red^0.5)/green", true), ("sqrt(nir*red) - nir", false), ("sqrt(nir*red)/nir", true),
            ("nir + 1", false), ("thermal11/thermal12", false), ("pow(nir, 2)/pow(red, 2)", true),
            ("coalesce(nir, red)/green", true), ("exp(nir/red)", true), ("-nir/red", true), ("nir - nir", false),
        ])
    func scaleFreedomIsWorkedOut(formula: String, expected: Bool) throws {
        #expect(try SpectralIndex(id: "x", title: "", formula: formula, source: "").isScaleFree == expected)
    }

    // MARK: Invocations

    @Test(
        arguments: [
            ("gdvi", [:], "gdvi"), ("gdvi", ["n": 2], "gdvi"), ("gdvi", ["n": 3], "gdvi_n3"),
            ("savi", ["L": 0.25], "savi_L0p25"), ("savi", ["L": -1], "savi_Lm1"), ("savi", ["L": 1e-10], "savi_L1em10"),
        ] as [(String, [String: Double], String)])
    func planeNames(id: String, parameters: [String: Double], name: String) throws {
        let invocation = try IndexInvocation(index(id), parameters: parameters)
        #expect(invocation.planeName == name)
        #expect(try Expression.parse(name) == .name(name))
    }

    @Test func invocationChecksItsParameters() throws {
        let gdvi = try index("gdvi")
        let unknown = #expect(throws: IndexError.self) { try IndexInvocation(gdvi, parameters: ["m": 1]) }
        #expect(unknown?.message.contains("n (2)") == true)
        #expect(throws: IndexError.self) { try IndexInvocation(gdvi, parameters: ["n": .nan]) }
        let open = try SpectralIndex(
            id: "x", title: "", formula: "a*nir", parameters: ["a": nil], source: "")
        let missing = #expect(throws: IndexError.self) { try IndexInvocation(open) }
        #expect(missing?.code == .missingParameter)
        #expect(try IndexInvocation(open, parameters: ["a": 2]).expression.description == "2 * nir")
    }
}
