import Foundation
import Testing

@testable import RSPipeline

/// Everything that would make a map which only looks right.
@Suite struct CalibrationSamplesTests {
    /// Six good samples; a change of the text makes them bad.
    private static let good = """
        id,field,date,lon,lat,depth_top_cm,depth_bottom_cm,target,value,unit,scene,scene_date,sensor,quantity,status,a
        s1,f1,2021-08-01,48.0,40.0,0,30,ECe,2,dS/m,L1,2021-08-10,OLI,surfaceReflectance:LaSRC,ok,0.1
        s2,f1,2021-08-01,48.0,40.1,0,30,ECe,4,dS/m,L1,2021-08-10,OLI,surfaceReflectance:LaSRC,ok,0.2
        s3,f2,2021-08-01,48.1,40.0,0,30,ECe,5,dS/m,L1,2021-08-10,OLI,surfaceReflectance:LaSRC,ok,0.35
        s4,f2,2021-08-01,48.1,40.1,0,30,ECe,9,dS/m,L1,2021-08-10,OLI,surfaceReflectance:LaSRC,ok,0.4
        s5,f3,2021-08-01,48.2,40.0,0,30,ECe,11,dS/m,L1,2021-08-10,OLI,surfaceReflectance:LaSRC,ok,0.5
        s6,f3,2021-08-01,48.2,40.1,0,30,ECe,12,dS/m,L1,2021-08-10,OLI,surfaceReflectance:LaSRC,cloud,0.6
        """

    private static func read(
        _ text: String = good, target: String = "ECe", allowsDates: Bool = false
    ) throws -> CalibrationSamples {
        let property = try #require(SoilProperty(label: target))
        return try CalibrationSamples(
            try SampleTable(Data(text.utf8), name: "t.csv"), target: property, allowsDates: allowsDates)
    }

    @Test func goodSamplesAreTaken() throws {
        let samples = try Self.read()
        #expect(samples.values == [2, 4, 5, 9, 11] && samples.target.label == "ECe dS/m 0-30cm")
        #expect(samples.sensor == "OLI" && samples.quantity == .surfaceReflectance(method: "LaSRC"))
        #expect(samples.warnings == ["1 of 6 samples are not used: cloud 1"])
    }

    /// Each change is refused with words that name the trouble.
    @Test(arguments: [
        ("ECe,4,", "EC1:5,4,", "EC1:5 1, ECe 4"), ("ECe,", "EC1:5,", "rsproc sample --conversion"),
        (",ECe,", ",,", "--measure ECe"), ("4,dS/m", "4,mS/cm", "units"), ("dS/m", "furlong", "uS/cm"),
        ("dS/m", "%", "not measured in"), ("ECe,4,", "ECe,-4,", "line 3"), ("ECe,4,", "ECe,four,", "line 3"),
        ("ECe,4,", "ECe,4000,", "--unit uS/cm"),
        ("OLI,surfaceReflectance:LaSRC,ok,0.2", "MSI,surfaceReflectance:LaSRC,ok,0.2", "MSI 1, OLI 4"),
        ("LaSRC,ok,0.2", "Sen2Cor,ok,0.2", "quantities"), ("surfaceReflectance:LaSRC", "relative", "no other scene"),
        ("surfaceReflectance:LaSRC", "brightness", "no quantity"), ("2021-08-10", "2019-08-10", "--allow-dates"),
        ("2021-08-01", "summer", "no day"), (",ok,", ",cloud,", "none of the"),
    ])
    func badSamplesAreRefused(change: (from: String, to: String, named: String)) throws {
        let text = Self.good.replacingOccurrences(of: change.from, with: change.to)
        try #require(text != Self.good)
        let error = #expect(throws: SceneError.self) { try Self.read(text) }
        #expect(error?.message.contains(change.named) == true, "\(error as Any)")
    }

    @Test func oneSampleAndConstantsAreRefused() throws {
        let lines = Self.good.split(separator: "\n").map(String.init)
        let one = #expect(throws: SceneError.self) { try Self.read(lines[0...1].joined(separator: "\n")) }
        #expect(one?.message.contains("1 usable sample;") == true)
        let constant = lines.map { $0.replacing(/ECe,\d+,/, with: "ECe,7,") }.joined(separator: "\n")
        let same = #expect(throws: SceneError.self) { try Self.read(constant) }
        #expect(same?.message.contains("nothing to explain") == true)
        let flat = lines.map { $0.replacing(/0\.\d+$/, with: "0.5") }.joined(separator: "\n")
        #expect(throws: SceneError.self) { try Self.read(flat) }
    }

    @Test func depthsMustAgreeWithTheTarget() throws {
        #expect(try Self.read(target: "ECe 0-30cm").target.depth == 0...30)
        #expect(throws: SceneError.self) { try Self.read(target: "ECe 0-20cm") }
        let mixed = Self.good.replacingOccurrences(of: "40.1,0,30,ECe,4", with: "40.1,0,20,ECe,4")
        let samples = try Self.read(mixed)
        #expect(samples.target.depth == nil && samples.warnings.contains { $0.contains("several depths") })
    }

    @Test func unitsAreBroughtToTheTargets() throws {
        let text = Self.good.replacingOccurrences(of: "dS/m", with: "uS/cm").replacing(/ECe,(\d+),/) {
            "ECe,\($0.output.1)000,"
        }
        #expect(try Self.read(text).values == [2, 4, 5, 9, 11])
    }

    @Test func whatIsDoubtfulIsSaid() throws {
        let late = Self.good.replacingOccurrences(of: "2021-08-10", with: "2021-10-10")
        #expect(try Self.read(late).warnings.contains { $0.contains("5 samples were taken more than 30 days") })
        let years = Self.good.replacingOccurrences(of: "2021-08-10", with: "2010-08-10")
        #expect(try Self.read(years, allowsDates: true).warnings.contains { $0.contains("30 days") })
        let gap = Self.good.replacingOccurrences(of: "ok,0.2", with: "ok,")
        #expect(try Self.read(gap).warnings.contains { $0.contains("1 samples lack") })
        let twice = Self.good.replacingOccurrences(of: "ok,0.2", with: "ok,0.1")
        #expect(try Self.read(twice).warnings.contains { $0.contains("not independent") })
        let numbers = Self.good.replacingOccurrences(of: "surfaceReflectance:LaSRC", with: "digitalNumber")
        #expect(try Self.read(numbers).warnings.contains { $0.contains("digital numbers") })
        let silent = Self.good.replacingOccurrences(of: "OLI", with: "")
        #expect(try Self.read(silent).warnings.contains { $0.contains("which sensor") })
        let converted = Self.good.replacingOccurrences(of: ",status,", with: ",conversion,")
        #expect(try Self.read(converted).warnings.contains { $0.contains("2 ways") })
    }

    @Test func placesAreInMetres() throws {
        let samples = try Self.read()
        // A tenth of a degree of latitude at 40 degrees: 11.1 km; of longitude 8.5 km.
        #expect(abs((samples.nearestNeighbour ?? 0) - 8540) < 10)
        let map = Self.good.replacingOccurrences(of: "lon,lat", with: "x,y")
        #expect(try Self.read(map).metres == nil)
        let metres = map.replacing(/,48\.(\d),40\.(\d),/) { ",\($0.output.1)000,\($0.output.2)500," }
        #expect(try Self.read(metres).nearestNeighbour == 1000)
    }

    @Test func foldsOfFieldsAndBlocks() throws {
        let samples = try Self.read()
        #expect(try samples.folds(.group(.field), seed: 1).fold == [0, 0, 1, 1, 2])
        #expect(try samples.folds(.block(metres: 20_000), seed: 1).count < 5)
        #expect(throws: SceneError.self) { try samples.folds(.block(metres: 9e6), seed: 1) }
        #expect(throws: SceneError.self) { try samples.folds(.random(folds: 6), seed: 1) }
        let fieldless = try Self.read(Self.good.replacingOccurrences(of: ",f2,", with: ",,"))
        let error = #expect(throws: SceneError.self) { try fieldless.folds(.group(.field), seed: 1) }
        #expect(error?.message.contains("2 of 5") == true)
        let placeless = try Self.read(Self.good.replacingOccurrences(of: "48.0,40.0", with: ","))
        #expect(throws: SceneError.self) { try placeless.folds(.block(metres: 1000), seed: 1) }
    }

    @Test func tablesOfOnesOwnAreReadByName() throws {
        let own = "Name,EC,note,ndvi,Grid\np1,1200,dry,0.1,A\np2,3400,wet,0.2,A\np3,900,-,0.3,B\n"
        var table = try SampleTable(
            Data(own.utf8), name: "own.csv", predictors: ["NDVI"], columns: [.value: "EC", .id: "Name", .field: "Grid"])
        table.set(.unit, to: "uS/cm")
        table.set(.target, to: "EC1:5")
        #expect(table.predictors == ["ndvi"] && table.rows[1][.field] == "A")
        // In the order that was asked for, and what has another column's meaning never becomes a predictor.
        let two = try SampleTable(Data("b,a,value,EC\n1,2,3,4\n".utf8), name: "t", predictors: ["a", "b"])
        #expect(two.predictors == ["a", "b"] && two.rows[0].predictors == [2, 1])
        let all = try SampleTable(Data("b,a,value,EC\n1,2,3,4\n".utf8), name: "t", columns: [.value: "EC"])
        #expect(all.predictors == ["b", "a"] && all.rows[0][.value] == "4")
        let samples = try CalibrationSamples(
            table, target: SoilProperty(.extract(ratio: 5)), allowsDates: false)
        #expect(samples.values == [1.2, 3.4, 0.9])
        let wrong = #expect(throws: SceneError.self) {
            try SampleTable(Data(own.utf8), name: "own.csv", predictors: ["ndvj"])
        }
        #expect(wrong?.message.contains("did you mean 'ndvi'") == true)
        #expect(throws: SceneError.self) {
            try SampleTable(Data(own.utf8), name: "own.csv", predictors: ["EC"], columns: [.value: "EC"])
        }
    }
}
