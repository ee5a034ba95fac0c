import Foundation
import Testing

@testable import RSPipeline

@Suite struct IndexCatalogueTests {
    private let builtin = IndexCatalogue.builtin

    @Test func everyBuiltInEntryIsUsable() {
        #expect(builtin.refused.isEmpty)
        for index in builtin.indices {
            #expect(!index.title.isEmpty && !index.source.isEmpty, "\(index.id)")
        }
    }

    // MARK: Names

    @Test(
        arguments: [
            ("ndvi", "ndvi"), ("NDVI", "ndvi"), (" Sqrt_br ", "sqrt_BR"), ("gdvi( n = 3 )", "gdvi"),
            ("ndvi()", "ndvi"), ("GDVI(N=3)", "gdvi"), ("savi(l=.25)", "savi"), ("sit", "sit"), ("nsi", "nsi"),
            ("SI1@Douaoui2006", "sqrt_GR"), ("si1@douaoui2006", "sqrt_GR"), ("SI2@Douaoui2006", "sqrt_G2R2N2"),
            ("SI3@Douaoui2006", "sqrt_G2R2"), ("SI1@Nguyen2020", "sqrt_G2R2"), ("SI2@Nguyen2020", "sqrt_GR"),
            ("SI3@Nguyen2020", "sqrt_BR"), ("SI4@Nguyen2020", "RN_over_G"), ("SI5@Nguyen2020", "ratio_BR"),
            ("NDSI@Nguyen2020", "ndsi_RN"), ("SI1@Rani2022", "sqrt_GR"), ("SI2@Rani2022", "sqrt_G2R2N2"),
            ("SI3@Rani2022", "sqrt_G2R2"), ("SI4@Rani2022", "ratio_S1S2"), ("SI5@Rani2022", "ndmi"),
            ("SI6@Rani2022", "nd_S1S2"), ("SI7@Rani2022", "ratio_BR"), ("SI8@Rani2022", "nd_BR"),
            ("SI9@Rani2022", "GR_over_B"), ("SI10@Rani2022", "sqrt_BR"), ("SI11@Rani2022", "BR_over_G"),
            ("SI12@Rani2022", "RN_over_G"), ("SI13@Rani2022", "sqrt_RN"), ("SI14@Rani2022", "sit"),
            ("SI1@Gorji2019", "sqrt_GR"), ("SI2@Gorji2019", "sqrt_BR"), ("SI3@Gorji2019", "sqrt_G2R2"),
            ("SI4@Gorji2019", "s4_fao"), ("SI5@Gorji2019", "ratio_BR"), ("SI6@Gorji2019", "RN_over_G"),
            ("BI@Gorji2019", "sqrt_G2R2N2"), ("SI1@Aksoy2022", "sqrt_BR"), ("SI2@Aksoy2022", "sqrt_GR"),
            ("SI3@Aksoy2022", "sqrt_G2R2"), ("SI4@Aksoy2022", "BR_over_G"), ("SI5@Aksoy2022", "int1"),
            ("SI1@Bouaziz2018", "sqrt_BR"), ("SI2@Bouaziz2018", "sqrt_GR"), ("SI3@Bouaziz2018", "sqrt_G2R2N2"),
            ("SI5@Bouaziz2018", "ratio_BR"), ("SI8@Bouaziz2018", "BR_over_G"), ("SI9@Bouaziz2018", "RN_over_G"),
            ("NDSI@Khan2005", "ndsi_RN"), ("BI@Khan2005", "bi_RN"), ("S1@AbbasKhan2007", "ratio_BR"),
            ("S2@AbbasKhan2007", "nd_BR"), ("S3@AbbasKhan2007", "GR_over_B"), ("S4@AbbasKhan2007", "sqrt_BR"),
            ("S5@AbbasKhan2007", "BR_over_G"), ("S6@AbbasKhan2007", "RN_over_G"), ("SI-T@Tripathi1997", "sit"),
            ("sit@tripathi1997", "sit"), ("ROCK", "ratio_NS1"), ("CLAY", "ratio_S1S2"), ("SSSI-2", "sssi2"),
            ("LSWI", "ndmi"), ("NDWI@Gao1996", "ndmi"), ("NDWI", "ndwi"), ("COSRI", "cosri"),
        ])
    func resolves(text: String, id: String) throws {
        #expect(try builtin.resolve(text).index.id == id)
    }

    @Test(
        arguments: [
            "SI", "SI1", "si2", "SI3", "SI4", "SI5", "SI6", "SI7", "SI8", "SI9", "SI10", "SI13", "SI14", "S1", "S6",
            "NDSI", "BI", "SI-T", "SIT", "ENDVI",
        ])
    func refusesAmbiguousNames(name: String) {
        let error = #expect(throws: IndexError.self) { try builtin.resolve(name) }
        #expect(error?.code == .ambiguousName, "\(name)")
        #expect(error?.candidates.isEmpty == false)
        for candidate in error?.candidates ?? [] {
            #expect((try? builtin.resolve(candidate)) != nil, "\(candidate)")
        }
    }

    @Test func ambiguityListsOneCandidatePerLine() {
        let error = #expect(throws: IndexError.self) { try builtin.resolve("SI1") }
        let lines = error?.message.split(separator: "\n") ?? []
        #expect(lines.contains("  SI1@Douaoui2006 = sqrt_GR = sqrt(green*red)"))
        #expect(lines.contains("  SI1@Nguyen2020 = sqrt_G2R2 = sqrt(green^2+red^2)"))
        #expect(lines.count == 7)
        let candidates = error?.candidates ?? []
        #expect(candidates.contains("SI1@Aksoy2022") && candidates.contains("SI1@Bouaziz2018"))
    }

    @Test func unknownNamesGetASuggestion() {
        let near = #expect(throws: IndexError.self) { try builtin.resolve("ndiv") }
        #expect(near?.code == .unknownName)
        #expect(near?.candidates.first == "ndvi")
        let qualified = #expect(throws: IndexError.self) { try builtin.resolve("SI1@Nobody1999") }
        #expect(qualified?.message.contains("SI1@Douaoui2006") == true)
        let far = #expect(throws: IndexError.self) { try builtin.resolve("qqqqqqqqqqqq") }
        #expect(far?.message.contains("list the catalogue") == true)
        let typo = #expect(throws: IndexError.self) { try builtin.resolve("SI1@Douaui2006") }
        #expect(typo?.candidates.contains("SI1@Douaoui2006") == true)
    }

    @Test(
        arguments: [
            "", " ", "(n=3)", "gdvi(n=3", "gdvi(3)", "gdvi(n)", "gdvi(n=)", "gdvi(n=x)", "gdvi(n=nan)", "gdvi(n=inf)",
            "gdvi(n=0x10)", "gdvi(n=1,)", "gdvi(n=1)(n=2)", "ndvi; rm", "nd vi", "gdvi(n=1=2)", "\u{0}",
        ])
    func refusesBadSyntax(text: String) {
        let error = #expect(throws: IndexError.self) { try builtin.resolve(text) }
        #expect(error?.code == .badSyntax, "\(error?.message ?? "")")
    }

    @Test func refusesLongText() {
        let error = #expect(throws: IndexError.self) { try builtin.resolve(String(repeating: "n", count: 1_000_000)) }
        #expect((error?.message.count ?? .max) < 200)
    }

    @Test func refusesWrongParameters() {
        #expect(throws: IndexError.self) { try builtin.resolve("ndvi(n=2)") }
        let twice = #expect(throws: IndexError.self) { try builtin.resolve("gdvi(n=2, N=3)") }
        #expect(twice?.message.contains("twice") == true)
        let unknown = #expect(throws: IndexError.self) { try builtin.resolve("savi(n=2)") }
        #expect(unknown?.message.contains("L (0.5)") == true)
    }

    // MARK: Bands

    @Test func runnableNeedsAllBands() {
        let visible = builtin.runnable(with: [.blue, .green, .red]).map(\.id)
        #expect(
            visible == ["sqrt_BR", "sqrt_GR", "sqrt_G2R2", "ratio_BR", "nd_BR", "GR_over_B", "BR_over_G", "int1"])
        let fourBands = builtin.runnable(with: [.blue, .green, .red, .nir])
        #expect(fourBands.allSatisfy { !$0.roles.contains(.swir16) && !$0.roles.contains(.swir22) })
        #expect(builtin.runnable(with: []).isEmpty)
    }

    @Test func narrowNearInfraredServesAsNearInfrared() {
        #expect(builtin.runnable(with: [.red, .nir08]).map(\.id) == builtin.runnable(with: [.red, .nir]).map(\.id))
    }

    // MARK: Own files

    private func load(_ json: String) throws -> IndexCatalogue {
        try builtin.loading(Data(json.utf8), name: "mine.json")
    }

    private func file(_ entry: String) -> String { "{\"version\": 1, \"indices\": [\(entry)]}" }

    @Test func loadsOwnFormat() throws {
        let catalogue = try load(
            file(
                """
                {"id": "mine", "title": "Mine", "formula": "(nir - k*red)/(nir + k*red)", "parameters": {"k": 1.5},
                 "range": [-1, 1], "scale_free": true, "direction": "falls", "aliases": ["MX@Me2024"], "source": "me"}
                """))
        let invocation = try catalogue.resolve("MX@Me2024")
        #expect(invocation.index.id == "mine")
        #expect(invocation.index.isScaleFree && invocation.index.range == -1...1)
        #expect(invocation.index.direction == .falls)
        #expect(try catalogue.resolve("mx(k=2)").planeName == "mine_k2")
        #expect(catalogue.indices.count == builtin.indices.count + 1)
    }

    @Test func titleAndOthersMayBeAbsent() throws {
        let index = try load(file("{\"id\": \"mine\", \"formula\": \"nir\"}")).resolve("MINE").index
        #expect(index.title == "mine" && index.direction == .unknown && index.range == nil)
    }

    @Test(
        arguments: [
            ("{\"id\": \"NDVI\", \"formula\": \"nir\"}", "already in the catalogue"),
            ("{\"id\": \"x\", \"formula\": \"nir\"}, {\"id\": \"X\", \"formula\": \"red\"}", "already in"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"aliases\": [\"SI1@Nguyen2020\"]}", "already names another"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"aliases\": [\"ndvi\"]}", "already names another"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"aliases\": [\"a b\"]}", "not an alias"),
            ("{\"id\": \"SI1\", \"formula\": \"nir\"}", "`SI1` for other formulas"),
            ("{\"id\": \"rock\", \"formula\": \"nir\"}", "`rock` for other formulas"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"aliases\": [\"SI-77\"]}", "`SI-77` for other formulas"),
            ("{\"id\": \"asi:x\", \"formula\": \"nir\"}", "community"),
            ("{\"id\": \"x\", \"formula\": \"nir + 1\", \"scale_free\": true}", "scale-free"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"range\": [1, -1]}", "range"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"range\": [1]}", "range"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"scale-free\": true}", "unknown key `scale-free`"),
            ("{\"id\": \"x\", \"formula\": \"system(1)\"}", "no function `system`"),
            ("{\"id\": \"x\"}", "no key `formula`"), ("{\"id\": 1, \"formula\": \"nir\"}", "wrong type"),
            ("{\"id\": \"x\", \"formula\": \"nir\", \"direction\": \"up\"}", "direction"),
            ("{\"id\": \"x\", \"formula\": \"nir*a\", \"parameters\": {\"a\": \"1\"}}", "wrong type"),
            ("7", "wrong type"),
        ])
    func refusesOwnEntries(entry: String, message: String) {
        let error = #expect(throws: IndexError.self) { try load(file(entry)) }
        #expect(error?.code == .badCatalogue)
        #expect(error?.message.hasPrefix("mine.json: ") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            "", "{", "[]", "null", "\"x\"", "{}", "{\"version\": 2, \"indices\": []}", "{\"indices\": []}",
            "{\"version\": 1, \"indices\": {}}", "{\"version\": 1, \"indices\": [], \"x\": 1}", "\u{0}\u{1}",
            "{\"SpectralIndices\": 3}", "{\"SpectralIndices\": []}",
        ])
    func refusesBrokenFiles(text: String) {
        let error = #expect(throws: IndexError.self) { try load(text) }
        #expect(error?.code == .badCatalogue)
        #expect(error?.message.hasPrefix("mine.json: ") == true, "\(error?.message ?? "")")
    }

    @Test func refusesHugeAndDeepFiles() {
        let huge = Data(repeating: 0x20, count: IndexCatalogue.maximumFileSize + 1)
        #expect(throws: IndexError.self) { try builtin.loading(huge, name: "huge") }
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: IndexError.self) { try load(deep) }
        let entries = (0...IndexCatalogue.maximumEntries).map { "{\"id\":\"x\($0)\",\"formula\":\"nir\"}" }
        let many = #expect(throws: IndexError.self) { try load(file(entries.joined(separator: ","))) }
        #expect(many?.message.contains("10001 entries") == true)
    }

    @Test func catalogueIsUnchangedByLoading() throws {
        _ = try load(file("{\"id\": \"mine\", \"formula\": \"nir\"}"))
        #expect(throws: IndexError.self) { try builtin.resolve("mine") }
    }
}
