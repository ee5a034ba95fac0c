import Foundation
import RSPipeline
import Testing

/// Inputs behind URLs, read from a server on this machine: only what is needed, again where the network fails, and never
/// a credential in anything that is said or written.
@Suite struct RemoteInputTests {
    private static let secret = "unlikely-secret-4711"
    /// No proxy between the tests and their server.
    private static let environment = [
        "no_proxy": "*", "NO_PROXY": "*", "http_proxy": "", "HTTP_PROXY": "", "GDAL_HTTP_RETRY_DELAY": "0.02",
    ]

    private func run(
        _ arguments: [String], in scratch: Scratch, _ more: [String: String] = [:]
    ) throws -> Command.Outcome {
        try Command.run(arguments, in: scratch.path, environment: Self.environment.merging(more) { $1 })
    }

    private static var red: String { get throws { MadeScene.band("B4", of: try MadeScene.small.get().path) } }

    /// A chain over one file.
    private func chain(_ url: String, _ options: [String] = []) -> [String] {
        ["run", "read", url] + options + ["!", "write", "out/"]
    }

    /// The same chain over the file itself, to compare with.
    private func local(_ path: String) throws -> [UInt32] {
        let scratch = try Scratch()
        let outcome = try run(chain(path), in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        return try result(scratch).map(\.bitPattern)
    }

    private func pixels(_ path: String) throws -> [Float] { try Dataset(reading: path).floats(band: 1) }

    /// The pixels of the one map in a folder.
    private func result(_ scratch: Scratch, _ folder: String = "out") throws -> [Float] {
        let name = try #require(scratch.list(folder).first { $0.hasSuffix(".tif") }, "\(scratch.list())")
        return try pixels("\(scratch.path)/\(folder)/\(name)")
    }

    // MARK: Reading

    @Test func aRasterBehindAURLGivesItsPixels() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        try server.put("/a.tif", file: Self.red)
        let outcome = try run(chain(server.url("/a.tif")), in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(try result(scratch).map(\.bitPattern) == local(Self.red))
        let info = try run(["info", server.url("/a.tif"), "--json"], in: scratch)
        #expect(info.status == 0 && info.stdout.contains(server.url("/a.tif")), "\(info.said)")
    }

    /// A large tiled file, of which a small clip's worth of blocks is needed: its header only, for `info`.
    @Test func onlyWhatIsNeededIsFetched() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        let size = 2048
        let values = (0..<size * size).map { Float(($0 &* 2_654_435_761) % 65_521) }
        let grid = Grid(
            width: size, height: size, transform: GeoTransform(left: 500_000, top: 4_400_000, pixelSize: 30),
            crs: try CoordinateSystem(text: "EPSG:32639"))
        let path = scratch.path + "/large.tif"
        let writer = try DatasetWriter(
            creating: path, grid: grid, sampleType: .float32, bandCount: 2,
            options: ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "INTERLEAVE=BAND"])
        for band in 1...2 {
            try unsafe values.withUnsafeBytes { bytes in
                try unsafe writer.write(band: band, window: grid.window, from: bytes, as: .float32)
            }
        }
        try writer.close()
        try server.put("/large.tif", file: path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path)).count

        let info = try run(["info", server.url("/large.tif")], in: scratch)
        #expect(info.status == 0, "\(info.said)")
        #expect(fetched(server) < 200_000, "\(fetched(server)) of \(whole) bytes")
        server.forget()
        let plan = try run(
            ["run", "read", server.url("/large.tif"), "bands=b1", "!", "write", "out/", "--explain"], in: scratch)
        #expect(plan.status == 0, "\(plan.said)")
        #expect(fetched(server) < 200_000)
        server.forget()
        let outcome = try run(chain(server.url("/large.tif"), ["bands=b1"]), in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        // One band of two.
        #expect(
            fetched(server) > whole / 2 - 100_000 && fetched(server) < whole * 6 / 10, "\(fetched(server)) of \(whole)")
        #expect(server.requests.allSatisfy { $0.method == "HEAD" || $0.range != nil })
        #expect(try result(scratch) == values)
    }

    /// Bytes that were asked for.
    private func fetched(_ server: HTTPServer) -> Int {
        server.requests.filter { $0.method == "GET" }.reduce(0) { $0 + ($1.range.map { $0.count } ?? 1 << 30) }
    }

    // MARK: Trouble

    @Test func whatFailsAtFirstIsTriedAgain() throws {
        let server = try HTTPServer()
        for (name, trouble) in [
            ("cut", HTTPServer.Trouble.cut(times: 2)), ("busy", .status(503, times: 2)),
            ("limit", .status(429, times: 1)),
        ] {
            let scratch = try Scratch()
            try server.put("/\(name).tif", file: Self.red, trouble: trouble)
            let outcome = try run(chain(server.url("/\(name).tif")), in: scratch)
            #expect(outcome.status == 0, "\(name): \(outcome.said)")
            #expect(try result(scratch).map(\.bitPattern) == local(Self.red), "\(name)")
        }
    }

    /// GDAL takes a body that was cut off for the end of the file, and a JPEG 2000 decoder makes do with what there is.
    @Test func anImageThatIsCutOffIsNeverTakenForWhole() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        try DatasetCopy.copy(
            Self.red, to: scratch.path + "/a.jp2", driver: "JP2OpenJPEG", options: ["REVERSIBLE=YES", "QUALITY=100"])
        try server.put("/a.jp2", file: scratch.path + "/a.jp2", trouble: .cut(times: 2))
        let outcome = try run(chain(server.url("/a.jp2")), in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(try result(scratch) == pixels(Self.red))
    }

    @Test(
        arguments: [
            (404, ["nothing at this URL", "404"]), (403, ["credentials", "403"]), (401, ["credentials"]),
            (503, ["503", "5 tries"]), (400, ["400"]),
        ] as [(Int, [String])])
    func whatNeverWorksEndsInWords(_ status: Int, _ words: [String]) throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        try server.put("/a.tif", file: Self.red, trouble: .status(status, times: 1000))
        let outcome = try run(chain(server.url("/a.tif")), in: scratch)
        #expect(outcome.status == 3, "\(outcome.said)")
        for word in words { #expect(outcome.stderr.contains(word), "\(outcome.said)") }
        // What is final is not repeated.
        if status < 500 { #expect(server.requests.count <= 3, "\(server.requests.count)") }
        #expect(scratch.list("out").isEmpty)
    }

    @Test func aConnectionThatAlwaysBreaksEndsInWords() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        try server.put("/a.tif", file: Self.red, trouble: .cut(times: 1000))
        let outcome = try run(chain(server.url("/a.tif")), in: scratch)
        #expect(outcome.status == 3 && outcome.stderr.contains("breaks off, after 5 tries"), "\(outcome.said)")
    }

    @Test func aLengthThatIsWrongEndsInWords() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        server.put("/a.tif", [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], trouble: .wrongLength)
        let outcome = try run(chain(server.url("/a.tif")), in: scratch)
        #expect(outcome.status == 3 && !outcome.stderr.isEmpty, "\(outcome.said)")
    }

    @Test func aServerThatHangsEndsInWords() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        server.put("/a.tif", [0], trouble: .silence)
        let start = Date()
        let outcome = try run(
            ["info", server.url("/a.tif")], in: scratch,
            ["GDAL_HTTP_LOW_SPEED_TIME": "1", "GDAL_HTTP_LOW_SPEED_LIMIT": "10"])
        #expect(outcome.status == 3 && outcome.stderr.contains("does not answer in time"), "\(outcome.said)")
        #expect(Date().timeIntervalSince(start) < 60)
        let nobody = try run(["info", "http://127.0.0.1:9/a.tif", "http://127.0.0.1:9/b.tif"], in: scratch)
        #expect(nobody.status == 3 && nobody.stderr.contains("cannot be reached"), "\(nobody.said)")
    }

    @Test(arguments: ["ftp://127.0.0.1/a.tif", "gs://bucket/a.tif", "https://", "s3://bucket"])
    func otherURLsAreRefused(_ url: String) throws {
        let outcome = try run(["info", url], in: try Scratch())
        #expect(outcome.status == 3 && outcome.stderr.contains("https://"), "\(outcome.said)")
    }

    /// A virtual raster could name files of this machine.
    @Test func virtualRastersAndArchivesAreNotReadOverTheNetwork() throws {
        let server = try HTTPServer()
        for name in ["/a.vrt", "/a.zip"] {
            server.put(name, Array("<VRTDataset/>".utf8))
            let outcome = try run(["info", server.url(name)], in: try Scratch())
            #expect(outcome.status == 3 && outcome.stderr.contains("fetch it first"), "\(outcome.said)")
        }
        server.put("/a.tif", Array("<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"></VRTDataset>".utf8))
        let outcome = try run(["info", server.url("/a.tif") + "?x=.vrt"], in: try Scratch())
        #expect(outcome.status == 3 && outcome.stderr.contains("not a readable"), "\(outcome.said)")
    }

    // MARK: Items

    /// A Sentinel-2 item of two bands.
    private func item(red: String, nir: String) -> [UInt8] {
        func band(_ href: String, _ name: String, _ common: String) -> String {
            "{\"href\": \"\(href)\", \"type\": \"image/tiff; application=geotiff\", \"roles\": [\"data\"], "
                + "\"eo:bands\": [{\"name\": \"\(name)\", \"common_name\": \"\(common)\"}], "
                + "\"raster:bands\": [{\"scale\": 0.0001, \"offset\": -0.1, \"nodata\": 0}]}"
        }
        return Array(
            ("{\"type\": \"Feature\", \"stac_version\": \"1.0.0\", \"id\": \"S2_TEST\", \"properties\": {\"datetime\": "
                + "\"2023-07-15T07:30:00Z\", \"platform\": \"sentinel-2a\", \"instruments\": [\"msi\"], "
                + "\"s2:product_type\": \"S2MSI2A\", \"s2:processing_baseline\": \"05.09\"}, \"assets\": {\"red\": "
                + band(red, "B04", "red") + ", \"nir\": " + band(nir, "B08", "nir") + "}}").utf8)
    }

    @Test func anItemBehindAURLGivesItsBands() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        try server.put("/x/red.tif", file: MadeScene.band("B4", of: scene))
        try server.put("/nir.tif", file: MadeScene.band("B5", of: scene))
        let document = item(red: "red.tif", nir: "../nir.tif")
        server.put("/x/item.json", document)
        // As an API gives it: a name that says nothing.
        server.put("/collections/c/items/S2_TEST", item(red: server.url("/x/red.tif"), nir: server.url("/nir.tif")))
        for (folder, place) in [("a", "/x/item.json"), ("b", "/collections/c/items/S2_TEST")] {
            let outcome = try run(
                ["run", "read", server.url(place), "!", "surface", "!", "index", "ndvi", "!", "write", folder + "/"],
                in: scratch)
            #expect(outcome.status == 0, "\(outcome.said)")
            let red = try pixels(MadeScene.band("B4", of: scene))
            let nir = try pixels(MadeScene.band("B5", of: scene))
            let ndvi = try result(scratch, folder)
            let index = try #require(red.indices.first { red[$0] > 5000 && nir[$0] > 5000 })
            let (r, n) = (Double(red[index]) * 0.0001 - 0.1, Double(nir[index]) * 0.0001 - 0.1)
            #expect(abs(Double(ndvi[index]) - (n - r) / (n + r)) < 1e-3)
        }
        // An item on this machine that names URLs.
        let local = item(red: server.url("/x/red.tif"), nir: server.url("/missing.tif"))
        try scratch.write(String(decoding: local, as: UTF8.self), to: "item.json")
        let info = try run(["info", "item.json"], in: scratch)
        #expect(info.status == 0 && info.stdout.contains("nothing at this URL"), "\(info.said)")
        #expect(
            try run(["run", "read", "item.json", "bands=red", "!", "surface", "!", "write", "c/"], in: scratch).status
                == 0)
    }

    // MARK: Buckets

    /// The protocol of S3 with paths, as far as reading goes; the server does not check signatures.
    @Test func aBucketIsReadWithCredentialsFromTheEnvironment() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        try server.put("/bucket/x/red.tif", file: Self.red)
        try server.put("/bucket/nir.tif", file: Self.red)
        server.put("/bucket/x/item.json", item(red: "red.tif", nir: "s3://bucket/nir.tif"))
        let settings = [
            "AWS_S3_ENDPOINT": "127.0.0.1:\(server.port)", "AWS_HTTPS": "NO", "AWS_VIRTUAL_HOSTING": "FALSE",
            "AWS_ACCESS_KEY_ID": "AKIDUNLIKELY4711", "AWS_SECRET_ACCESS_KEY": Self.secret, "AWS_REGION": "us-east-1",
        ]
        let outcome = try run(
            ["run", "read", "s3://bucket/x/item.json", "!", "surface", "!", "write", "out/", "--json"], in: scratch,
            settings)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(server.requests.allSatisfy { $0.headers["authorization"]?.contains("AKIDUNLIKELY4711") == true })
        try noSecret(outcome, scratch, "AKIDUNLIKELY4711")
        try noSecret(outcome, scratch)
        let missing = try run(["info", "s3://bucket/none.tif"], in: scratch, settings)
        #expect(missing.status == 3 && missing.stderr.contains("s3://bucket/none.tif"), "\(missing.said)")
        let nobody = try run(
            ["info", "s3://bucket/x/red.tif"], in: scratch,
            settings.merging([
                "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": scratch.path,
                "AWS_EC2_METADATA_DISABLED": "TRUE", "CPL_AWS_AUTODETECT_EC2": "NO",
            ]) { $1 })
        #expect(nobody.status == 3 && nobody.stderr.contains("credentials"), "\(nobody.said)")
    }

    // MARK: Secrets

    /// Nothing that was printed or written holds the secret.
    private func noSecret(_ outcome: Command.Outcome, _ scratch: Scratch, _ secret: String = secret) throws {
        #expect(!outcome.stdout.contains(secret), "\(outcome.stdout)")
        #expect(!outcome.stderr.contains(secret), "\(outcome.stderr)")
        for name in scratch.list() {
            #expect(!name.contains(secret), "\(name)")
            guard let data = FileManager.default.contents(atPath: scratch.path + "/" + name) else { continue }
            #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }

    @Test func credentialsAreNeverSaidOrWritten() throws {
        let server = try HTTPServer()
        try server.put("/a.tif", file: Self.red)
        try server.put("/bad.tif", file: Self.red, trouble: .status(403, times: 1000))
        try server.put("/cut.tif", file: Self.red, trouble: .cut(times: 2))
        server.put("/text.tif", Array("no raster".utf8))
        let secret = Self.secret
        server.put(
            "/item.json",
            item(red: server.url("/a.tif") + "?sig=\(secret)", nir: server.url("/bad.tif") + "?sig=\(secret)/b"))
        let user = "http://me:\(secret)@127.0.0.1:\(server.port)"
        let queries = ["?sig=\(secret)", "?a=1&sig=x/\(secret)=", "#\(secret)"]
        var commands: [[String]] = []
        for query in queries {
            for name in ["/a.tif", "/bad.tif", "/none.tif", "/text.tif", "/item.json"] {
                commands.append(["info", server.url(name) + query])
            }
            commands.append(chain(server.url("/a.tif") + query) + ["--json", "--overwrite"])
            commands.append(chain(server.url("/a.tif") + query) + ["--explain"])
            commands.append(chain(server.url("/bad.tif") + query) + ["--json", "--log-format", "json"])
        }
        commands.append(["info", user + "/a.tif", "--json"])
        commands.append(["info", user + "/bad.tif"])
        commands.append(chain(user + "/a.tif") + ["--overwrite"])
        commands.append(chain(server.url("/cut.tif") + queries[0]) + ["--overwrite"])
        commands.append([
            "run", "read", server.url("/item.json") + queries[0], "bands=red", "!", "surface", "!", "write", "i/",
        ])
        commands.append(["run", "read", server.url("/a.tif") + queries[0], "!", "index", "ndvi", "!", "write", "i/"])
        commands.append(chain(server.url("/a.tif") + queries[0]) + ["--skip-existing", "--json"])
        let scratch = try Scratch()
        for arguments in commands {
            let outcome = try run(
                arguments, in: scratch, ["GDAL_HTTP_HEADERS": "Authorization: Bearer \(secret)-header"])
            try noSecret(outcome, scratch)
        }
        #expect(scratch.list("out").count >= 2, "\(scratch.list())")
        // They were used: the server has seen them.
        #expect(server.requests.contains { $0.query.contains(secret) })
        #expect(server.requests.contains { $0.headers["authorization"]?.contains(secret) == true })
    }

    // MARK: Repeated runs

    @Test func repeatedRunsSkipWhatTheServerSaysIsUnchanged() throws {
        let server = try HTTPServer()
        let scratch = try Scratch()
        try server.put("/a.tif", file: Self.red)
        func again(_ word: String) throws -> Command.Outcome {
            try run(chain(server.url("/a.tif")) + [word, "--json"], in: scratch)
        }
        let first = try again("--skip-existing")
        #expect(first.status == 0 && first.stdout.contains("\"done\""), "\(first.said)")
        let record = try scratch.list("out").filter { $0.hasSuffix(".stac.json") }.map { try scratch.text("out/" + $0) }
        #expect(record.first?.contains("v1") == true, "\(record)")
        let second = try again("--skip-existing")
        #expect(second.status == 0 && second.stdout.contains("\"skipped\""), "\(second.said)")
        try server.put("/a.tif", file: Self.red, etag: "\"v2\"")
        let changed = try again("--skip-existing")
        #expect(changed.status == 4 && changed.stderr.contains("inputs have changed"), "\(changed.said)")
        #expect(try again("--update").stdout.contains("\"done\""))
        // A server that tells no versions.
        try server.put("/a.tif", file: Self.red, etag: nil)
        #expect(try again("--update").status == 0)
        let unknown = try again("--skip-existing")
        #expect(unknown.status == 0 && unknown.stdout.contains("made anew"), "\(unknown.said)")
    }
}
