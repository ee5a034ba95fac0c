import Testing

@testable import RSPipeline

@Suite struct ClassSchemeTests {
    /// A bound belongs to the class above it.
    @Test(
        arguments: [
            (-0.001, nil), (0, 1), (1.999, 1), (2, 2), (3.999, 2), (4, 3), (8, 4), (15.999, 4), (16, 5), (1e9, 5),
            (.nan, nil),
        ] as [(Double, Int?)])
    func usdaIsHalfOpen(value: Double, number: Int?) {
        #expect(ClassScheme.usda.number(of: value) == number)
    }

    @Test func theTwoTraditionsDiffer() {
        #expect(ClassScheme.fao2006.number(of: 0.75) == 2 && ClassScheme.fao2006.number(of: 0.7499) == 1)
        #expect(ClassScheme.fao2006.number(of: 3) == 3 && ClassScheme.usda.number(of: 3) == 2)
        #expect(ClassScheme.fao2006.classes.map(\.name).last == "extreme")
        #expect(ClassScheme.usda.classes.map(\.name)[1] == "slightly saline")
        for scheme in ClassScheme.builtin {
            #expect(ClassScheme.problem(in: scheme.classes) == nil && !scheme.source.isEmpty)
            #expect(Set(scheme.classes.map(\.colour)).count == scheme.classes.count)
        }
    }

    /// Percent is no conductivity, and an EC1:5 is no ECe.
    @Test func whatHasTheClassesOfAScheme() throws {
        let ece = SoilProperty(.saturatedPaste)
        #expect(ClassScheme.usda.applies(to: ece))
        #expect(ClassScheme.usda.applies(to: SoilProperty(.saturatedPaste, depth: 0...30)))
        #expect(!ClassScheme.usda.applies(to: SoilProperty(.totalSalts)))
        #expect(!ClassScheme.usda.applies(to: SoilProperty(.extract(ratio: 5))))
        let deep = try ClassScheme(
            id: "deep", title: "", property: SoilProperty(.saturatedPaste, depth: 0...30),
            classes: ClassScheme.usda.classes, source: "")
        #expect(deep.applies(to: SoilProperty(.saturatedPaste, depth: 0...30)) && !deep.applies(to: ece))
    }

    static let yaml = """
        id: tss
        title: Total salts
        property: TSS % 0-30cm
        source: a regulation
        classes:
          - {name: not salty, colour: "#00ff0a"}
          - {lower: .25, name: slightly salty, colour: "#F6DC8C"}
          - {lower: 1e0, name: "salty, very", colour: "#7a1030"}
        """

    @Test func readsAFile() throws {
        let scheme = try ClassScheme(Self.yaml, name: "s.yml")
        #expect(scheme.id == "tss" && scheme.property == SoilProperty(.totalSalts, depth: 0...30))
        #expect(scheme.classes.map(\.lower) == [nil, 0.25, 1])
        #expect(scheme.classes.map(\.name) == ["not salty", "slightly salty", "salty, very"])
        #expect(scheme.classes[0].colour == [0, 255, 10] && scheme.classes[1].colour == [246, 220, 140])
        #expect(scheme.number(of: -5) == 1 && scheme.number(of: 0.25) == 2 && scheme.number(of: 3) == 3)
        let json = """
            {"id": "cl", "title": "Chloride", "property": "Cl meq/100g", "source": "x", "classes": [
              {"lower": 0, "name": "a", "colour": "#000000"}, {"lower": 0.5, "name": "b", "colour": "#ffffff"}]}
            """
        #expect(
            try ClassScheme(json, name: "s.json").property == SoilProperty(.ion(.chloride), unit: .milliequivalents))
    }

    @Test(arguments: [
        ("id: tss\n", "", "'id' is missing"), ("TSS %", "TSS dS/m", "is not known; write for example"),
        ("source: a regulation\n", "", "'source' is missing"),
        ("lower: .25", "lower: 2", "does not lie above that of the class before"),
        ("lower: .25", "lower: nan", "class 2: lower 'nan' is no number"),
        ("lower: .25, ", "", "'slightly salty' needs a lower bound"),
        ("\"#F6DC8C\"", "red", "class 2: colour 'red' is none"), ("\"#F6DC8C\"", "\"#F6DC8\"", "is none"),
        ("\"#F6DC8C\"", "\"#+6DC8C\"", "is none"),
        ("slightly salty", "not salty", "two classes are called 'not salty'"),
        ("slightly salty", "\"\"", "class 2 needs a name"), ("slightly salty", "\"a\\nb\"", "class 2 needs a name"),
        ("colour: \"#F6DC8C\"", "color: \"#F6DC8C\"", "class 2: 'color' is not known; did you mean 'colour'?"),
        ("title:", "depth: 3\ntitle:", "'depth' is not known"), ("classes:", "classes: 3\nx:", "'x' is not known"),
        ("id: tss", "id: [", "neither YAML nor JSON"), ("id: tss", "- 1", "neither YAML nor JSON"),
    ]) func refusesWhatIsNoScheme(old: String, new: String, words: String) {
        let text = Self.yaml.replacing(old, with: new, maxReplacements: 1)
        let message = Run.message { _ = try ClassScheme(text, name: "s.yml") }
        #expect(message.hasPrefix("s.yml: ") && message.contains(words), "\(message)")
    }

    @Test func refusesOtherFiles() throws {
        #expect(Run.message { _ = try ClassScheme("3", name: "s") }.contains("a scheme has id"))
        #expect(Run.message { _ = try ClassScheme(path: "/nowhere.yml") }.contains("no such file"))
        let one = ClassScheme.problem(in: [ClassScheme.Class(from: 0, "a", [0, 0, 0])])
        #expect(one?.contains("2 to 254 are possible") == true)
    }

    @Test(arguments: [
        ("saline", true), ("Non-Saline", true), ("salty crust", true), ("засоленные", true), ("Şoran", true),
        ("sho'rlangan", true), ("basalt", false), ("low", false), ("short", false), ("sqrt_GR below 0.1", false),
        ("", false),
    ]) func wordsOfSalt(text: String, speaks: Bool) {
        #expect(SaltWords.appear(in: text) == speaks)
    }

    @Test func coloursAsText() {
        #expect(RasterCategory.colour("#0a10Ff") == [10, 16, 255])
        #expect(RasterCategory(1, "", [10, 16, 255]).colourText == "#0a10ff")
        for text in ["", "#", "0a10ff", "#0a10f", "#0a10fff", "#0a10fg", "#é10ff"] {
            #expect(RasterCategory.colour(text) == nil, "\(text)")
        }
    }
}
