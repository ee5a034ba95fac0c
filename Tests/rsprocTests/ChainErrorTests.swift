import Foundation
import Testing

/// A wrong chain, option or recipe: exit 2, the step named, nothing run and nothing written.
@Suite struct ChainErrorTests {
    private func refuse(
        _ arguments: [String], says words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let scratch = try Scratch()
        let outcome = try Command.run(arguments, in: scratch.path)
        #expect(outcome.status == 2, "\(outcome.said)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.stderr.contains(word), "\(outcome.said)", sourceLocation: sourceLocation)
        }
        #expect(outcome.stdout.isEmpty, sourceLocation: sourceLocation)
        #expect(scratch.list() == [], sourceLocation: sourceLocation)
    }

    /// Runs `read SCENE ! ...`.
    private func refuse(
        _ chain: String, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let scene = try MadeScene.small.get().path
        try refuse(
            ["run", "read", scene] + chain.split(separator: " ").map(String.init), says: words,
            sourceLocation: sourceLocation)
    }

    @Test func steps() throws {
        try refuse("! toaa ! write out/", says: ["step 2", "'toaa'", "did you mean 'toa'", "the steps are read"])
        try refuse("! toa ! read x ! write out/", says: ["step 3 (read)", "only at the start"])
        try refuse(["run", "toa", "!", "write", "out/"], says: ["step 1 (toa)", "starts with read"])
    }

    @Test func options() throws {
        try refuse(
            "! toa ! write out/ compres=zstd", says: ["step 3 (write)", "'compres'", "did you mean 'compress'"])
        try refuse("! toa ! write out/ compress=zst", says: ["step 3 (write)", "compress=zst", "'zstd'"])
        try refuse("! toa ! write out/ level=x", says: ["level=x"])
        try refuse("! toa ! write out/ level=1 level=2", says: ["given twice"])
        try refuse("! mask clouds ! write out/", says: ["step 2 (mask)", "clouds"])
        try refuse("! --thread 1", says: ["--thread", "--threads"])
        try refuse("! toa ! write out/ --threads 0", says: ["--threads 0"])
        try refuse("! toa ! write out/ --threads 100000", says: ["--threads 100000", "1 to 1024"])
        try refuse("! toa ! write out/ --threads many", says: ["many"])
        try refuse("! mask cloud sieve=1001 ! write out/", says: ["sieve=1001", "1 to 1000"])
        try refuse(
            "! clip aoi=a.gpkg extent=0,0,1,1 ! write out/",
            says: ["step 2 (clip)", "aoi= and extent=", "two clip steps"])
        try refuse(
            "! toa ! clip extent=48,39,49,40 ! write out/", says: ["does not meet the scene", "crs=EPSG:4326"])
        try refuse("! toa ! write out/ --memory 1", says: ["--memory 1", "32M"])
        try refuse("! toa ! write out/ --memory much", says: ["--memory much", "256M"])
        try refuse("! toa ! write out/ --log-format xml", says: ["--log-format xml", "json"])
        try refuse("! toa ! write out/ --overwrite --update", says: ["exclude each other"])
        try refuse("! toa ! write out/ --set write.level=1", says: ["--recipe"])
    }

    @Test func shapes() throws {
        try refuse(["run"], says: ["the chain is empty", "read SCENE"])
        try refuse(["run", "!"], says: ["a step is missing"])
        try refuse("!", says: ["step 2", "a step is missing"])
        try refuse(["run", "!", "read", "x"], says: ["step 1", "a step is missing"])
        try refuse("! ! toa ! write out/", says: ["step 2", "a step is missing"])
        try refuse("! toa ! index ndvi", says: ["writes nothing", "write DIR/"])
        try refuse(["run", "read", "!", "toa", "!", "write", "out/"], says: ["no scene"])
        try refuse(["nonsense"], says: ["nonsense"])
    }

    @Test func indices() throws {
        try refuse("! toa ! index ndvii ! write out/", says: ["step 3 (index)", "ndvii", "ndvi"])
        try refuse("! toa ! index SI1 ! write out/", says: ["SI1@Douaoui2006", "sqrt_GR"])
        try refuse("! index evi ! write out/", says: ["step 2 (index)", "evi", "digital numbers", "toa"])
        try refuse("! index ndvi ! write out/", says: ["step 2 (index)", "offset would falsify it", "toa"])
        try refuse("! toa ! expr x=B4*nope ! write out/", says: ["step 3 (expr)", "nope", "B4 (red)"])
    }

    @Test func indexThatLacksABand() throws {
        let scene = try MadeScene.small.get().path
        try refuse(
            [
                "run", "read", MadeScene.band("B4", of: scene), MadeScene.band("B5", of: scene), "roles=red,nir",
                "quantity=toaReflectance", "scale=0.00002", "offset=-0.1", "!", "index", "evi", "!", "write", "out/",
            ], says: ["evi", "needs blue", "these can run", "ndvi", "savi"])
    }

    @Test func targets() throws {
        try refuse("! toa ! write out/{place}/", says: ["{place}", "{scene}, {date} and {sensor}"])
        try refuse("! toa ! select B4 ! write out/ ! write out/", says: ["two outputs have one name"])
        try refuse(
            "! toa ! write out/ ! mask cloud ! select B4 ! write out/", says: ["two outputs have one name", "B4.tif"])
        try refuse(
            "! toa ! write out/ ! regrid res=60 ! write coarse/",
            says: ["step 5 (write)", "one grid", "step 3 (write)", "step 4 (regrid)"])
        try refuse(
            "! toa ! brightness ! select B4,B10 ! write out.tif",
            says: ["one file cannot hold", "B4", "B10", "write DIR/"])
    }

    @Test func neverOverAnInput() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        let band = MadeScene.band("B4", of: scene)
        let before = try Data(contentsOf: URL(fileURLWithPath: band))
        let outcome = try Command.run([
            "run", "--overwrite", "read", scene, "!", "toa", "!", "select", "B4", "!", "write", band,
        ])
        #expect(outcome.status == 2, "\(outcome.said)")
        #expect(outcome.stderr.contains("would write over"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: band)) == before)
    }

    @Test func recipes() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        func refuse(_ yaml: String, _ more: [String] = [], says words: [String]) throws {
            try scratch.write(yaml, to: "r.yml")
            let outcome = try Command.run(
                ["run", "--recipe", "r.yml", "--out", "out", scene, scene + "x"] + more, in: scratch.path)
            #expect(outcome.status == 2, "\(outcome.said)")
            for word in words { #expect(outcome.stderr.contains(word), "\(outcome.said)") }
            #expect(scratch.list() == ["r.yml"])
        }
        let good = "version: 1\nsteps: [{read: }, {toa: }, {write: {args: [./]}}]\n"
        try refuse(good + "output: x\n", says: ["r.yml", "'output'", "version, steps"])
        try refuse("steps: [{read: }]\n", says: ["r.yml", "version: 1"])
        try refuse("version: 2\nsteps: [{read: }]\n", says: ["version: 1"])
        try refuse("version: 1\nsteps: [{read: }, {toaa: }]\n", says: ["step 2", "'toaa'", "'toa'"])
        try refuse("version: 1\nsteps: [{read: }, {write: {compres: zstd}}]\n", says: ["step 2 (write)", "compres"])
        try refuse("{", says: ["r.yml", "not YAML"])
        try refuse(good, ["--set", "mask.args=cloud"], says: ["--set mask.args=cloud", "0 steps 'mask'"])
        try refuse(good, ["--set", "nonsense"], says: ["--set nonsense", "STEP.OPTION=VALUE"])
        let none = try Command.run(["run", "--recipe", "r.yml", "--out", "out"], in: scratch.path)
        #expect(none.status == 2 && none.stderr.contains("no scene is given"))
        let absent = try Command.run(["run", "--recipe", "absent.yml", scene], in: scratch.path)
        #expect(absent.status == 2 && absent.stderr.contains("absent.yml"))
    }
}
