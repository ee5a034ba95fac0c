import Foundation
import RSPipeline
import Testing

/// `composite` through the built command, on generated scenes of three dates.
@Suite struct CompositeCommandTests {
    private static let size = 96

    /// Landsat 8 of two days and Landsat 9 of a third, each with its own clouds, on one grid.
    private func scenes(in scratch: Scratch) throws -> [String] {
        var paths: [String] = []
        for (name, product, seed, clouds) in [
            ("a", "landsat8", "3", "30"), ("b", "landsat9", "8", "45"), ("c", "landsat8", "11", "35"),
        ] {
            let made = try Command.run(
                [
                    "synth", product, "--size", "\(Self.size)", "--seed", seed, "--clouds", clouds, "--no-truth",
                    "--out",
                    name,
                ], in: scratch.path)
            #expect(made.status == 0, "\(made.said)")
            let folder = try #require(scratch.list(name).first { !$0.contains("/") })
            paths.append("\(name)/\(folder)")
        }
        // The product imitates one day; the third scene is of another.
        try MadeScene.editMetadata(of: scratch.path + "/" + paths[2]) { line in
            if line.contains("LANDSAT_PRODUCT_ID") {
                return line.replacingOccurrences(of: MadeScene.id, with: "LC08_C")
            }
            return line.contains("DATE_ACQUIRED")
                ? line.replacingOccurrences(of: "2023-07-15", with: "2023-07-31") : line
        }
        return paths
    }

    private static let steps = "surface method=dos1 ! mask cloud,shadow buffer=60m ! index sqrt_GR,ndvi"

    private func run(_ chain: String, _ scratch: Scratch, _ options: [String] = []) throws -> Command.Outcome {
        try Command.run(["run"] + options + chain.split(separator: " ").map(String.init), in: scratch.path)
    }

    private func floats(_ path: String, _ scratch: Scratch) throws -> [Float] {
        try Dataset(reading: scratch.path + "/" + path).floats(band: 1)
    }

    @Test func theSeasonFromItsDates() throws {
        let scratch = try Scratch()
        let paths = try scenes(in: scratch)
        var dates: [[Float]] = []
        for (number, path) in paths.enumerated() {
            let made = try run("read \(path) ! \(Self.steps) ! select sqrt_GR ! write one\(number)/x.tif", scratch)
            #expect(made.status == 0, "\(made.said)")
            dates.append(try floats("one\(number)/x.tif", scratch))
        }
        for take in ["max", "median"] {
            let chain =
                "read \(paths[0]) ! \(Self.steps) ! composite \(paths[1]) \(paths[2]) take=\(take) ! select "
                + "sqrt_GR,sqrt_GR_count,validity ! write "
            var outputs: [[Data]] = []
            for threads in ["1", "2", "7"] {
                let out = "\(take)\(threads)"
                let made = try run(chain + out + "/", scratch, ["--threads", threads])
                #expect(made.status == 0, "\(made.said)")
                outputs.append(
                    try scratch.list(out).filter { $0.hasSuffix(".tif") }.map {
                        try Data(contentsOf: scratch.url("\(out)/\($0)"))
                    })
            }
            #expect(outputs[0].count == 3 && outputs[0] == outputs[1] && outputs[0] == outputs[2])
            let found = try floats("\(take)1/\(MadeScene.id)_sqrt_GR.tif", scratch)
            let counts = try floats("\(take)1/\(MadeScene.id)_sqrt_GR_count.tif", scratch)
            let reasons = try floats("\(take)1/\(MadeScene.id)_validity.tif", scratch)
            #expect(found.count == Self.size * Self.size)
            var seen: Set<Int> = []
            for pixel in found.indices {
                let known = dates.map { $0[pixel] }.filter { !$0.isNaN }.sorted()
                let middle = known.isEmpty ? .nan : (known[(known.count - 1) / 2] + known[known.count / 2]) / 2
                let expected = take == "max" ? known.last ?? .nan : middle
                let isRight = found[pixel] == expected || found[pixel].isNaN && expected.isNaN
                guard isRight, counts[pixel] == Float(known.count), (reasons[pixel] == 0) == !known.isEmpty else {
                    Issue.record(
                        "\(take), pixel \(pixel): \(found[pixel]), \(counts[pixel]) of \(known), \(reasons[pixel])")
                    break
                }
                seen.insert(known.count)
            }
            #expect(seen == [0, 1, 2, 3], "clouds of all dates: \(seen)")
        }
        let item = try scratch.text("max1/\(MadeScene.id).stac.json")
        #expect(item.filter { $0 != " " }.contains("\"datetime\":null"), "\(item)")
        #expect(item.contains("2023-07-31T") && item.contains("LC08_C (2023-07-31)") && !item.contains(scratch.path))
        let fact = try Dataset(reading: scratch.path + "/max1/\(MadeScene.id)_sqrt_GR_count.tif").band(1)
        #expect(fact.sampleType == .uint8 && fact.metadata["CATEGORY_2"] == "2 dates")
    }

    /// The barest date gives all bands of a pixel.
    @Test func theBarestDate() throws {
        let scratch = try Scratch()
        let paths = try scenes(in: scratch)
        var dates: [(ndvi: [Float], red: [Float])] = []
        for (number, path) in paths.enumerated() {
            let made = try run(
                "read \(path) ! \(Self.steps) ! select ndvi ! write n\(number).tif ! select red ! write r\(number).tif",
                scratch)
            #expect(made.status == 0, "\(made.said)")
            dates.append((try floats("n\(number).tif", scratch), try floats("r\(number).tif", scratch)))
        }
        let made = try run(
            "read \(paths[0]) ! \(Self.steps) ! composite \(paths[1]) \(paths[2]) take=min by=ndvi ! select red ! write red.tif",
            scratch)
        #expect(made.status == 0, "\(made.said)")
        let found = try floats("red.tif", scratch)
        for pixel in found.indices {
            let barest = dates.filter { !$0.ndvi[pixel].isNaN }.min { $0.ndvi[pixel] < $1.ndvi[pixel] }
            let expected = barest?.red[pixel] ?? .nan
            guard found[pixel] == expected || found[pixel].isNaN && expected.isNaN else {
                Issue.record("pixel \(pixel): \(found[pixel]), not \(expected)")
                break
            }
        }
    }

    @Test func refusedBeforeAnyPixel() throws {
        let scratch = try Scratch()
        let paths = try scenes(in: scratch)
        try FileManager.default.copyItem(
            atPath: scratch.path + "/" + paths[0], toPath: scratch.path + "/again")
        for (chain, words) in [
            ("toa ! index ndvi ! composite \(paths[1])", "take= is missing"),
            ("toa ! index ndvi ! composite again take=max", "is given twice"),
            (
                "toa ! regrid res=60 ! index ndvi ! composite \(paths[1]) take=max ! mask cloud",
                "put flags before composite"
            ),
        ] {
            let made = try run("read \(paths[0]) ! \(chain) ! write out/", scratch)
            #expect(made.status == 2 && made.stderr.contains(words), "\(made.said)")
        }
        let missing = try run("read \(paths[0]) ! toa ! composite nowhere take=max ! write out/", scratch)
        #expect(missing.status == 3 && missing.stderr.contains("nowhere"), "\(missing.said)")
        #expect(!scratch.list().contains("out"))
        let said = try Command.run(["steps", "composite"])
        #expect(said.stdout.contains("take=max|min|median|mean") && said.stdout.contains("by="), "\(said.said)")
    }

    /// An assessment of a season: what its chain makes, with the dates named.
    @Test func anAssessmentOfASeason() throws {
        let scratch = try Scratch()
        let paths = try scenes(in: scratch)
        let words = [
            "assess", paths[0], "--index", "sqrt_GR", "--thresholds", "0.15,0.25", "--gate", "none", "--quiet",
        ]
        let also = ["--also", paths[2], "--also", paths[1]]
        for (more, said) in [(also, "--composite"), (["--composite", "max"], "--also")] {
            let refused = try Command.run(words + more + ["--out", "out"], in: scratch.path)
            #expect(refused.status == 2 && refused.stderr.contains(said), "\(refused.said)")
        }
        let made = try Command.run(words + also + ["--composite", "median", "--out", "out"], in: scratch.path)
        #expect(made.status == 0, "\(made.said)")
        let document = try #require(JSONValue(Data(try scratch.text("out/assessment.json").utf8)))
        guard case .array(let scenes)? = document["scenes"], case .array(let classes)? = document["classes"] else {
            Issue.record("no scenes or classes")
            return
        }
        #expect(scenes.map { $0["date"]?.text } == ["2023-07-15", "2023-07-23", "2023-07-31"])
        #expect(scenes.allSatisfy { $0["cloud_share"] == nil })
        let report = try scratch.text("out/report.html")
        #expect(report.contains("LC08_C") && report.contains("take=median") && report.contains("3 scenes"))
        let map = try run(
            "read \(paths[0]) ! surface method=auto ! mask cloud,shadow ! index sqrt_GR ! composite \(paths[2]) \(paths[1]) take=median ! "
                + "classify thresholds=0.15,0.25 ! write map/", scratch)
        #expect(map.status == 0, "\(map.said)")
        let name = "\(MadeScene.id)_sqrt_GR_class.tif"
        let numbers = try floats("map/" + name, scratch)
        #expect(try floats("out/" + name, scratch) == numbers)
        for (index, entry) in classes.enumerated() {
            guard case .number(let hectares)? = entry["hectares"] else { continue }
            let counted = 0.09 * Double(numbers.count { $0 == Float(index + 1) })
            #expect(abs(hectares - counted) <= 0.001 * counted + 1e-9, "class \(index + 1): \(hectares) \(counted)")
        }
    }
}
