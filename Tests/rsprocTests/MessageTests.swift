import Foundation
import Testing

/// What the command says, and where.
@Suite struct MessageTests {
    private func run(_ chain: String, _ more: [String] = [], in scratch: Scratch, _ environment: [String: String] = [:])
        throws -> Command.Outcome
    {
        try Command.run(
            ["run"] + more + ["read", try MadeScene.small.get().path] + chain.split(separator: " ").map(String.init),
            in: scratch.path, environment: environment)
    }

    /// A table that did not reach the disk is no success; a reader that has left is no failure.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full"))
    func outputThatCannotBePrinted() throws {
        let scene = try MadeScene.small.get().path
        func shell(_ text: String) throws -> Command.Outcome {
            try Command.run(["-c", text], binary: "/bin/sh")
        }
        let full = try shell("'\(Command.binary)' info '\(scene)' > /dev/full")
        #expect(full.status == 4 && full.stderr.contains("cannot be printed"), "\(full.said)")
        let left = try shell("'\(Command.binary)' index list | head -1")
        #expect(left.status == 0 && !left.stderr.contains("cannot be printed"), "\(left.said)")
    }

    @Test func explainReadsNoPixelAndWritesNothing() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        // Nothing but the header of the band is left.
        let band = MadeScene.band("B4", of: scene)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: band))
        let pixels = try #require(try? Data(contentsOf: URL(fileURLWithPath: band)).count)
        try handle.truncate(atOffset: UInt64(pixels - 1000))
        try handle.close()
        let before = scratch.list()
        let outcome = try Command.run(
            [
                "run", "--explain", "read", scene, "!", "surface", "method=dos1", "!", "index", "ndvi", "!", "write",
                "out/",
            ],
            in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        for word in ["scene", "chain", "grid", "reads", "pass 1", "pass 2", "program", "writes", "memory", "disk"] {
            #expect(outcome.stdout.contains("\n\(word)") || outcome.stdout.hasPrefix(word), "\(word)")
        }
        #expect(outcome.stdout.contains("\(scratch.path)/out/\(MadeScene.id)_ndvi.tif"))
        #expect(outcome.stderr.isEmpty)
        #expect(scratch.list() == before)
    }

    @Test func explainOfManyScenes() throws {
        let scratch = try Scratch()
        let outcome = try Command.run(
            ["run", "--explain", "--recipe", Repository.recipe, "absent", try MadeScene.small.get().path],
            in: scratch.path)
        #expect(outcome.status == 1, "\(outcome.said)")
        #expect(outcome.stderr.contains("[1/2] absent") && outcome.stdout.contains("scene      \(MadeScene.id)"))
        #expect(scratch.list() == [])
    }

    @Test func quietSaysNothing() throws {
        let scratch = try Scratch()
        let good = try run("! toa ! index ndvi ! write out/", ["--quiet"], in: scratch)
        #expect(good.status == 0 && good.stdout.isEmpty && good.stderr.isEmpty, "\(good.said)")
        let bad = try run("! toa ! index ndvi ! write out/", ["--quiet"], in: scratch)
        #expect(bad.status == 4 && bad.stdout.isEmpty && bad.stderr.hasPrefix("rsproc: error: "), "\(bad.said)")
        let json = try run("! toa ! index ndvi ! write out/", ["--quiet", "--json", "--update"], in: scratch)
        #expect(json.status == 0 && json.stderr.isEmpty && json.stdout.hasPrefix("{"), "\(json.said)")
    }

    @Test func progressIsPlainLinesWithoutATerminal() throws {
        let scratch = try Scratch()
        for environment in [[:], ["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let outcome = try run("! toa ! index ndvi ! write out/", ["--overwrite"], in: scratch, environment)
            #expect(outcome.status == 0, "\(outcome.said)")
            let lines = outcome.stderr.split(separator: "\n")
            #expect(!lines.isEmpty && lines.last?.hasSuffix("100 % (writing)") == true, "\(outcome.said)")
            #expect(lines.allSatisfy { $0.hasPrefix("\(MadeScene.id): ") && $0.contains(" % (") })
            #expect(!outcome.said.contains("\u{1B}") && !outcome.said.contains("\r"))
        }
    }

    @Test func logLinesAreJSON() throws {
        let scratch = try Scratch()
        let good = try run("! toa ! index ndvi ! write out/", ["--log-format", "json"], in: scratch)
        let bad = try run("! toa ! index ndvi ! write out/", ["--log-format", "json"], in: scratch)
        let wrong = try run("! toaa ! write out/", ["--log-format=json"], in: scratch)
        #expect([good.status, bad.status, wrong.status] == [0, 4, 2])
        for outcome in [good, bad, wrong] {
            #expect(!outcome.stderr.isEmpty)
            for line in outcome.stderr.split(separator: "\n") {
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String], "\(line)")
                #expect(Set(object.keys) == ["level", "message"])
                #expect(["info", "warning", "error"].contains(object["level"]))
            }
        }
        #expect(bad.stderr.contains(#""level":"error""#) && good.stderr.contains(#""level":"info""#))
    }

    /// The reader of the messages goes away; the outputs are complete all the same.
    @Test func outputsDoNotDependOnAReader() throws {
        let scratch = try Scratch()
        let line =
            "{ '\(Command.binary)' run read '\(try MadeScene.small.get().path)' ! toa ! write out/; "
            + "echo $? > status; } 2>&1 | true"
        _ = try Command.run(["-c", line], in: scratch.path, binary: "/bin/sh")
        #expect(try scratch.text("status") == "0\n")
        #expect(scratch.list("out").count == 9, "\(scratch.list("out"))")
    }

    @Test func infoAsJSON() throws {
        let outcome = try Command.run(["info", "--json", try MadeScene.small.get().path])
        #expect(outcome.status == 0, "\(outcome.said)")
        let scene = try #require(try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        #expect(
            Set(scene.keys) == [
                "scene_id", "sensor", "product", "level", "processing_level", "acquired", "crs", "size", "pixel_size",
                "transform", "footprint", "sun", "earth_sun_distance", "cloud_cover", "metadata_files", "view",
                "angles", "notices", "bands",
                "quality", "corrections",
            ])
        let bands = try #require(scene["bands"] as? [[String: Any]])
        #expect(bands.count == 10)
        for band in bands {
            #expect(
                Set(band.keys) == [
                    "name", "role", "file", "band", "type", "size", "pixel_size", "no_data", "quantity", "scale",
                    "offset", "calibration", "corrections", "problem",
                ])
        }
        #expect(scene["scene_id"] as? String == MadeScene.id && scene["size"] as? [Int] == [128, 128])
        let two = try Command.run(["info", "--json", Repository.sampleScene, try MadeScene.small.get().path])
        #expect((try JSONSerialization.jsonObject(with: Data(two.stdout.utf8)) as? [Any])?.count == 2)
    }

    @Test func indexList() throws {
        func ids(_ sensor: [String]) throws -> Set<String> {
            let outcome = try Command.run(["index", "list"] + sensor)
            #expect(outcome.status == 0, "\(outcome.said)")
            return Set(
                outcome.stdout.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
        }
        let all = try ids([])
        let spot = try ids(["--sensor", "spot7"])
        #expect(spot.isSubset(of: all) && spot.isSuperset(of: ["ndvi", "sqrt_GR", "crsi", "ndsi_RN"]))
        let landsat = try ids(["--sensor", "landsat8"])
        let needSWIR = landsat.subtracting(spot)
        #expect(!needSWIR.isEmpty)
        for id in needSWIR.sorted().prefix(3) {
            #expect(try Command.run(["index", "show", id]).stdout.contains("swir"), "\(id)")
        }
        for id in spot { #expect(!id.contains("swir")) }
        let wrong = try Command.run(["index", "list", "--sensor", "spot9"])
        #expect(wrong.status == 2 && wrong.stderr.contains("landsat8, landsat9, sentinel2, spot6, spot7"))
    }

    @Test func indexShow() throws {
        let known = try Command.run(["index", "show", "SI1@Douaoui2006"])
        #expect(known.status == 0 && known.stdout.contains("sqrt_GR") && known.stdout.contains("sqrt(green*red)"))
        let vague = try Command.run(["index", "show", "SI1"])
        #expect(vague.status == 2 && vague.stdout.isEmpty)
        #expect(vague.stderr.contains("SI1@Douaoui2006 = sqrt_GR") && vague.stderr.contains("SI1@Aksoy2022 = sqrt_BR"))
        let unknown = try Command.run(["index", "show", "ndvii"])
        #expect(unknown.status == 2 && unknown.stderr.contains("ndvi"))
    }

    @Test func steps() throws {
        let all = try Command.run(["steps"])
        #expect(all.status == 0)
        for word in ["read", "toa", "surface", "mask", "index", "expr", "select", "write"] {
            #expect(all.stdout.contains("\(word): ") && all.stdout.contains("\n    \(word)"), "\(word)")
            let one = try Command.run(["steps", word])
            #expect(one.status == 0 && one.stdout.hasPrefix("\(word): "))
            #expect(all.stdout.contains(one.stdout))
        }
        let unknown = try Command.run(["steps", "toaa"])
        #expect(unknown.status == 2 && unknown.stderr.contains("unknown step 'toaa'"))
    }

    @Test func helpAndVersion() throws {
        for arguments in [["--help"], ["run", "--help"], ["help", "info"], ["--version"]] {
            let outcome = try Command.run(arguments)
            #expect(outcome.status == 0 && !outcome.stdout.isEmpty && outcome.stderr.isEmpty, "\(outcome.said)")
        }
    }
}
