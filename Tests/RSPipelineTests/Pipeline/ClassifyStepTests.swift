import Testing

@testable import RSPipeline

@Suite struct ClassifyStepTests {
    /// ECe of four pixels across two bounds, an index beside it, and total salts.
    private func scene(_ values: [Double] = [1.5, 2, 4, 1e3, 15.99, 16, -0.5, .nan]) throws -> SmallScene {
        let padded = values + SmallLandsat.filled(0, count: 16 - values.count)
        var small = try SmallScene()
        try small.add("ece", padded, quantity: .salinity(SoilProperty(.saturatedPaste, depth: 0...30)))
        try small.add("tss", padded, quantity: .salinity(SoilProperty(.totalSalts)))
        try small.add("sqrt_GR", padded, quantity: .index(range: nil))
        return small
    }

    private func classes(_ steps: String, _ name: String, of small: SmallScene) throws -> [Float] {
        try #require(try small.values(steps)[name])
    }

    @Test func calibratedValuesByScheme() throws {
        let small = try scene()
        let usda = try classes("select ece ! classify scheme=usda", "ece_class", of: small)
        #expect(Array(usda[0..<6]) == [1, 2, 3, 5, 4, 5])
        #expect(usda[6].isNaN && usda[7].isNaN, "below the first bound, and without a value")
        let fao = try classes("classify ece scheme=fao2006 as=c", "c", of: small)
        #expect(Array(fao[0..<6]) == [2, 3, 4, 6, 6, 6])
        let plan = try small.plan("classify ece scheme=usda")
        #expect(plan.planes[0].quantity == .classes && plan.planes[0].name == "ece_class")
        #expect(plan.planes[0].categories.map(\.value) == [1, 2, 3, 4, 5])
        #expect(plan.planes[0].categories[4].name == "very strongly saline")
        #expect(plan.constants["classes ece_class"]?.contains("2 slightly saline from 2,") == true)
    }

    /// The classes of the program are those of the scheme, value by value, also just beside the bounds.
    @Test func asTheSchemeCounts() throws {
        for scheme in ClassScheme.builtin {
            let bounds = scheme.classes.compactMap { $0.lower.map(Float.init) }
            let values = bounds.flatMap { [$0.nextDown, $0, $0.nextUp] }.prefix(16)
            let small = try scene(values.map(Double.init))
            let found = try classes("classify ece scheme=\(scheme.id)", "ece_class", of: small)
            for (value, number) in zip(values, found) {
                #expect(scheme.number(of: Double(value)).map(Float.init) == (number.isNaN ? nil : number), "\(value)")
            }
        }
    }

    @Test func anIndexByThresholdsIsCalledWhatItIs() throws {
        let small = try scene()
        let values = try classes("classify sqrt_GR thresholds=2,4", "sqrt_GR_class", of: small)
        #expect(Array(values[0..<7]) == [1, 2, 3, 3, 3, 3, 1] && values[7].isNaN)
        func names(_ options: String) throws -> [String] {
            try small.plan("classify sqrt_GR \(options)").planes[0].categories.map(\.name)
        }
        #expect(
            try names("thresholds=0.1,0.25")
                == ["sqrt_GR below 0.1", "sqrt_GR 0.1 to 0.25", "sqrt_GR from 0.25"])
        #expect(try names("thresholds=1,2 names=low,medium,high") == ["low", "medium", "high"])
        #expect(
            try names("thresholds=1,2,3 names=low,medium,high") == ["sqrt_GR below 1", "low", "medium", "high"])
        // Calibrated numbers may be called saline.
        #expect(
            try small.plan("classify ece thresholds=4 names=good,saline").planes[0].categories.map(\.name)
                == ["good", "saline"])
        #expect(
            try small.plan("classify ece thresholds=4").planes[0].categories.map(\.name)
                == ["ece below 4 dS/m", "ece from 4 dS/m"])
    }

    @Test(arguments: [
        ("classify sqrt_GR scheme=usda", "sqrt_GR holds index: calibrate it first"),
        ("classify tss scheme=usda", "tss holds TSS %: numbers of different properties are never equated"),
        ("classify sqrt_GR thresholds=1 names=low,saline", "'saline' speaks of salt, and sqrt_GR is not calibrated"),
        ("classify sqrt_GR thresholds=1 as=salinity", "'salinity' speaks of salt"),
        ("classify ece scheme=usad", "did you mean 'usda'?"),
        ("classify ece scheme=none.yml", "none.yml: there is no such file"),
        ("classify ece", "it needs scheme="), ("classify ece scheme=usda thresholds=1", "exclude each other"),
        ("classify ece scheme=usda names=a,b", "names= belongs to thresholds="),
        ("classify ece thresholds=2,1", "must ascend"), ("classify ece thresholds=,", "names no number"),
        ("classify ece thresholds=1,x", "'x' is no number"),
        ("classify ece thresholds=1,2,3 names=a,b", "makes 4 classes"),
        ("classify ece thresholds=1,2 names=a,b,b", "two classes are called 'b'"),
        ("classify ece,tss scheme=usda as=c", "as= names one plane"),
        ("classify scheme=usda as=c", "as= names one plane, not 3"),
        (
            "classify ece scheme=usda ! classify ece_class thresholds=2",
            "ece_class holds class, which has no thresholds"
        ),
    ]) func whatDoesNotFitIsRefused(steps: String, words: String) throws {
        let message = try scene().message(steps)
        #expect(message.contains(words), "\(message)")
    }

    @Test func aMapOfClassesHasColoursNamesAndAStyle() throws {
        let small = try scene()
        let folder = try ScratchFolder()
        let plan = try Plan(
            Chain("read it ! classify ece scheme=usda ! write \(folder.path)/"), scene: small.scene)
        let summary = try SceneRun(plan, options: ExecutionOptions(threads: 1)).run()
        #expect(
            folder.names() == ["SMALL.stac.json", "SMALL_ece_class.qml", "SMALL_ece_class.tif"])
        #expect(summary.outputs.map { $0.path.split(separator: "/").last } == folder.names().reversed().map { $0[...] })
        let band = try Dataset(reading: folder.path + "/SMALL_ece_class.tif").band(1)
        #expect(band.sampleType == .uint8 && band.noData == .value(0))
        #expect(band.metadata["CATEGORY_1"] == "non-saline" && band.metadata["CATEGORY_5"] == "very strongly saline")
        #expect(try SmallRaster.read(folder.path + "/SMALL_ece_class.tif").prefix(8) == [1, 2, 3, 5, 4, 5, 0, 0])
        let style = String(decoding: try folder.data("SMALL_ece_class.qml"), as: UTF8.self)
        #expect(style.contains("value=\"2\" color=\"#f6dc8c\" alpha=\"255\" label=\"slightly saline\""), "\(style)")
        let item = String(decoding: try folder.data("SMALL.stac.json"), as: UTF8.self)
        #expect(item.contains("\"ece_class-style\"") && item.contains("SMALL_ece_class.qml"))
        // A later run finds them all, and makes a missing style anew.
        #expect(try SceneRun(plan, existing: .skip).run().state == .skipped)
    }

    @Test func styleByHand() {
        let text = QGISStyle.text([
            RasterCategory(1, "a < b & \"c\"", [1, 2, 255]), RasterCategory(7, "d", [0, 0, 0]),
        ])
        #expect(
            text.contains(
                "<paletteEntry value=\"1\" color=\"#0102ff\" alpha=\"255\" label=\"a &lt; b &amp; &quot;c&quot;\"/>"))
        #expect(
            text.contains(
                "<paletteEntry value=\"7\" color=\"#000000\" alpha=\"255\" label=\"d\"/>\n      </colorPalette>"))
        #expect(text.hasPrefix("<!DOCTYPE qgis") && text.hasSuffix("</qgis>\n"))
    }

    @Test func classesKeepTheirMeaningOnAnotherGrid() throws {
        let plan = try scene().plan("classify ece scheme=usda ! regrid res=60")
        #expect(plan.planes[0].quantity == .classes && plan.planes[0].categories.count == 5)
    }
}
