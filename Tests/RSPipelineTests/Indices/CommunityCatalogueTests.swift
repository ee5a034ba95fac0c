import Foundation
import Testing

@testable import RSPipeline

@Suite struct CommunityCatalogueTests {
    private static let file = "indices/spectral-indices-dict.json"

    private static let small = """
        {"SpectralIndices": {
          "NDVI": {"formula": "(N - R)/(N + R)", "long_name": "Normalized Difference", "reference": "r", "bands": []},
          "EVI": {"formula": "g * (N - R) / (N + C1 * R - C2 * B + L)"},
          "BI": {"formula": "R + S1 - N"}, "BAI": {"formula": "1.0 / R"}, "BaI": {"formula": "R - N"},
          "MSI": {"formula": "S1 / N"}, "DVIp": {"formula": "(lambdaN - lambdaR) * N ** 2.0 ** 0.5"},
          "kNDVI": {"formula": "kNN"}, "RVI": {"formula": "VV/VH"}, "BAD": {"formula": "__import__('os')"},
          "NONE": {"long_name": "x"}, "ODD": 3, "X Y": {"formula": "N"}, "UNK": {"formula": "N + Q"},
          "HOT": {"formula": "T / T1"}, "Only": {"formula": "N2 / WV"}
        }}
        """

    private func load(_ json: String = Self.small) throws -> IndexCatalogue {
        try IndexCatalogue.builtin.loading(Data(json.utf8), name: "dict.json")
    }

    @Test func symbolsBecomeRoles() throws {
        let catalogue = try load()
        let evi = try #require(catalogue.index(id: "asi:EVI"))
        #expect(evi.formula == "g * (nir - red) / (nir + C1 * red - C2 * blue + L)")
        #expect(evi.roles == [.nir, .red, .blue])
        #expect(evi.parameters.map(\.name) == ["g", "C1", "C2", "L"])
        #expect(evi.parameters.map(\.defaultValue) == [2.5, 6, 7.5, 1])
        #expect(catalogue.index(id: "asi:Only")?.roles == [.nir08, .nir09])
        #expect(catalogue.index(id: "asi:NDVI")?.isScaleFree == true)
        #expect(catalogue.index(id: "asi:HOT")?.isScaleFree == false)
    }

    @Test func builtInNamesComeFirst() throws {
        let catalogue = try load()
        #expect(try catalogue.resolve("NDVI").index.id == "ndvi")
        #expect(try catalogue.resolve("asi:NDVI").index.id == "asi:NDVI")
        #expect(try catalogue.resolve("ASI:ndvi").index.id == "asi:NDVI")
        #expect(try catalogue.resolve("only").index.id == "asi:Only")
        #expect(try catalogue.resolve("asi:evi(L=0.5, c1=6)").planeName == "asi_EVI_L0p5")
    }

    @Test func ambiguousNamesStayRefused() throws {
        let catalogue = try load()
        for (name, candidate) in [("BI", "asi:BI"), ("MSI", "asi:MSI")] {
            let error = #expect(throws: IndexError.self) { try catalogue.resolve(name) }
            #expect(error?.code == .ambiguousName && error?.candidates.contains(candidate) == true)
        }
        #expect(throws: IndexError.self) { try IndexCatalogue.builtin.resolve("MSI") }
        #expect(try catalogue.resolve("BaI").index.id == "asi:BaI")
        let error = #expect(throws: IndexError.self) { try catalogue.resolve("bai") }
        #expect(error?.candidates == ["asi:BAI", "asi:BaI"])
    }

    @Test func constantsWithoutDefaultMustBeGiven() throws {
        let error = #expect(throws: IndexError.self) { try load().resolve("DVIp(lambdaN=842)") }
        #expect(error?.code == .missingParameter)
        #expect(error?.candidates == ["lambdaR"])
        #expect(error?.message.contains("asi:DVIp(lambdaR=...)") == true)
        let invocation = try load().resolve("asi:DVIp(lambdaN=842, lambdaR=665)")
        #expect(abs(invocation.expression.evaluate { _ in 2 } - 177 * 2.6651441426902252) < 1e-9)
    }

    @Test(
        arguments: [
            ("kNDVI", "kernel value `kNN`"), ("RVI", "radar backscatter `VV`"), ("UNK", "unknown symbol `Q`"),
            ("BAD", "cannot be read"), ("NONE", "no formula"), ("ODD", "no formula"), ("asi:rvi", "radar"),
        ])
    func refusedEntriesSayWhy(name: String, reason: String) throws {
        let error = #expect(throws: IndexError.self) { try load().resolve(name) }
        #expect(error?.code == .refusedIndex)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test func refusedAreListed() throws {
        #expect(
            try load().refused.map(\.name)
                == ["asi:BAD", "asi:NONE", "asi:ODD", "asi:RVI", "asi:UNK", "asi:X Y", "asi:kNDVI"])
    }

    @Test func oneCommunityCatalogueOnly() throws {
        let error = #expect(throws: IndexError.self) {
            try load().loading(Data(Self.small.utf8), name: "again.json")
        }
        #expect(error?.message.contains("again.json: `asi:") == true)
    }

    // MARK: The whole dictionary

    private func whole() throws -> IndexCatalogue? {
        guard let url = try TestData.url(Self.file) else { return nil }
        return try IndexCatalogue.builtin.loading(Data(contentsOf: url), name: url.lastPathComponent)
    }

    @Test(.enabled(if: TestData.isUsable(file), "RSP_TEST_DATA names no folder with \(file)"))
    func wholeDictionaryLoads() throws {
        let catalogue = try #require(try whole())
        let community = catalogue.indices.count - IndexCatalogue.builtin.indices.count
        #expect(community + catalogue.refused.count == 280)
        #expect(catalogue.refused.count == 18)
        for refusal in catalogue.refused {
            #expect(refusal.reason.contains("kernel value") || refusal.reason.contains("radar"), "\(refusal)")
        }
        let bands = Set(BandRole.allCases)
        #expect(catalogue.runnable(with: bands).count == catalogue.indices.count)
    }

    /// Where the dictionary has an index of the built-in catalogue, both must give the same number.
    @Test(
        .enabled(if: TestData.isUsable(file), "RSP_TEST_DATA names no folder with \(file)"),
        arguments: [
            ("ndvi", "asi:NDVI"), ("savi", "asi:SAVI(L=0.5)"), ("msavi2", "asi:MSAVI"), ("evi", "asi:EVI"),
            ("evi2", "asi:EVI2"), ("ndwi", "asi:NDWI"), ("mndwi", "asi:MNDWI"), ("ndmi", "asi:NDMI"),
            ("gdvi(n=3)", "asi:GDVI(nexp=3)"), ("bsi", "asi:BI"), ("endvi_enh", "asi:ENDVI"),
            ("nd_S1S2", "asi:NSDS"), ("ratio_S1S2", "asi:STI"), ("ndsi_RN", "asi:RNDVI"),
        ])
    func agreesWithBuiltIn(own: String, community: String) throws {
        let catalogue = try #require(try whole())
        let a = try catalogue.resolve(own).expression
        let b = try catalogue.resolve(community).expression
        for seed in UInt64(0)..<20 {
            var random = SplitMix64(seed: seed)
            let bands = Dictionary(
                uniqueKeysWithValues: BandRole.allCases.map {
                    ($0.rawValue, Double.random(in: 0.01...0.9, using: &random))
                })
            let (x, y) = (a.evaluate { bands[$0] }, b.evaluate { bands[$0] })
            #expect(abs(x - y) <= 1e-12 * max(1, abs(x)), "seed \(seed): \(x) and \(y)")
        }
    }

    // MARK: spyndex

    private struct Reference: Decodable {
        struct Row: Decodable {
            let index: String
            let set: Int
            let symbols: [String]
            let value: Double?
        }
        struct Skipped: Decodable { let index: String }
        let sets: [[String: Double]]
        let rows: [Row]
        let skipped: [Skipped]
    }

    private static let referencePath = ProcessInfo.processInfo.environment["RSP_SPYNDEX_REFERENCE"] ?? ""

    /// Made by `Tests/peers/spyndex_reference.py`.
    @Test(.enabled(if: !referencePath.isEmpty, "RSP_SPYNDEX_REFERENCE names no file"))
    func agreesWithSpyndex() throws {
        let catalogue = try #require(try whole())
        let reference = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: URL(fileURLWithPath: Self.referencePath)))
        let roles = [
            "A": "coastal", "B": "blue", "G": "green", "G1": "green05", "Y": "yellow", "R": "red", "RE1": "rededge1",
            "RE2": "rededge2", "RE3": "rededge3", "N": "nir", "N2": "nir08", "WV": "nir09", "S1": "swir16",
            "S2": "swir22", "T": "thermal11", "T1": "thermal11", "T2": "thermal12",
        ]
        for row in reference.rows {
            let values = reference.sets[row.set]
            var bands: [String: Double] = [:]
            var constants: [String] = []
            for symbol in row.symbols {
                let value = try #require(values[symbol])
                if let role = roles[symbol] { bands[role] = value } else { constants.append("\(symbol)=\(value)") }
            }
            let text = "asi:\(row.index)(\(constants.joined(separator: ", ")))"
            let computed = try catalogue.resolve(text).expression.evaluate { bands[$0] }
            guard let expected = row.value else {
                #expect(computed.isNaN, "\(text), set \(row.set): \(computed), spyndex has no finite value")
                continue
            }
            let close = abs(computed - expected) <= 1e-6 * max(1, abs(expected))
            #expect(close, "\(text), set \(row.set): \(computed), spyndex \(expected)")
        }
        #expect(Set(reference.rows.map(\.index)).count + catalogue.refused.count == 280)
        #expect(reference.skipped.map { "asi:\($0.index)" }.sorted() == catalogue.refused.map(\.name).sorted())
    }
}
