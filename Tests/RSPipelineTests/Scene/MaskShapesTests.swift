import Foundation
import Testing

@testable import RSPipeline

/// Masks that products deliver as polygons.
@Suite struct MaskShapesTests {
    private let scratch: ScratchFolder
    init() throws { scratch = try ScratchFolder() }

    typealias Box = (left: Double, top: Double, right: Double, bottom: Double)

    /// A mask file as ground segments write it; each box in pixels of a grid.
    private static func gml(
        _ boxes: [(type: String, box: Box)], on grid: Grid, reference: String? = "urn:ogc:def:crs:EPSG::32639"
    ) -> String {
        let features = boxes.enumerated().map { index, entry in
            let (left, top, right, bottom) = entry.box
            let ring = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)].map {
                let place = grid.transform.map(column: $0.0, row: $0.1)
                return "\(place.x) \(place.y)"
            }
            let system = reference.map { " srsName=\"\($0)\"" } ?? ""
            return """
                <eop:MaskFeature gml:id="\(entry.type).\(index)">
                <eop:maskType codeSpace="urn:gs2:S2PDGS:maskType">\(entry.type)</eop:maskType><eop:extentOf>
                <gml:Polygon gml:id="P\(index)"\(system)><gml:exterior><gml:LinearRing>
                <gml:posList srsDimension="2">\(ring.joined(separator: " "))</gml:posList>
                </gml:LinearRing></gml:exterior></gml:Polygon></eop:extentOf></eop:MaskFeature>
                """
        }
        let members = features.isEmpty ? [] : ["<eop:maskMembers>"] + features + ["</eop:maskMembers>"]
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <eop:Mask xmlns:eop="http://www.opengis.net/eop/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="M">
            <gml:name>MASK</gml:name>
            \(members.joined(separator: "\n"))
            </eop:Mask>
            """
    }

    // MARK: DIMAP

    private static let dimapGrid = Grid(
        width: 8, height: 6,
        transform: GeoTransform(left: DIMAPSample.left, top: DIMAPSample.top, pixelSize: DIMAPSample.size),
        crs: SmallRaster.crs)

    /// A product of 8 x 6 pixels with a cloud mask.
    private func dimap(_ text: String?, name: String = "product") throws -> String {
        let folder = "\(scratch.path)/\(name)"
        var sample = DIMAPSample()
        sample.columns = [8]
        sample.rows = [6]
        try sample.write(in: folder)
        try FileManager.default.createDirectory(atPath: folder + "/MASKS", withIntermediateDirectories: true)
        if let text { try SceneTestData.write(text, to: "\(folder)/MASKS/CLD_\(sample.name)_MSK.GML") }
        return folder
    }

    /// Two clouds, one of a single pixel, whose edges run through pixels: centres decide.
    private static let clouds: [(type: String, box: Box)] = [
        ("CLOUD", (0.6, 0.6, 3.4, 2.6)), ("CLOUD", (5.9, 3.9, 7.1, 5.1)),
    ]

    @Test func cloudsOfDIMAP() throws {
        let folder = try dimap(Self.gml(Self.clouds, on: Self.dimapGrid))
        func cloudy(_ mask: String) throws -> [Int] {
            let values = try Run.values("read \(folder) ! \(mask) ! select B2,validity")
            let (band, why) = (try #require(values["B2"]), try #require(values["validity"]))
            #expect(band.indices.allSatisfy { band[$0].isNaN == (why[$0] != 0) })
            return why.indices.filter { why[$0] == Float(PixelReason.cloud.rawValue) }
        }
        // Centres at 1.5 and 2.5 lie in the first; 6.5, 4.5 in the second.
        #expect(try cloudy("mask cloud") == [9, 10, 17, 18, 38])
        #expect(try cloudy("mask cloud sieve=2") == [9, 10, 17, 18])
        #expect(try cloudy("mask cloud sieve=2 buffer=1px") == [1, 2, 8, 9, 10, 11, 16, 17, 18, 19, 25, 26])
        #expect(Run.planMessage("read \(folder) ! mask snow").contains("no quality layer with the flag 'snow'"))
        let scene = try Scene.open([folder])
        let entry = try #require(SceneDescription(scene).quality.first)
        #expect(entry.name == "CLD" && entry.flags == ["cloud"] && entry.problem == nil)
        #expect(entry.file?.hasSuffix("_MSK.GML") == true)
        #expect(try CloudShare.measure(scene) == CloudShare(percent: 5 * 100 / 48.0, source: "CLD"))
        #expect(scratch.names("product/MASKS").count == 1, "nothing is written beside the mask")
    }

    @Test func noCloudsAndNoSystem() throws {
        let clear = try dimap(Self.gml([], on: Self.dimapGrid), name: "clear")
        #expect(try Run.values("read \(clear) ! mask cloud")["B2"]?.contains { $0.isNaN } == false)
        #expect(try CloudShare.measure(Scene.open([clear]))?.percent == 0)
        // Without a coordinate system the scene's is meant.
        let bare = try dimap(Self.gml(Self.clouds, on: Self.dimapGrid, reference: nil), name: "bare")
        #expect(try Run.values("read \(bare) ! mask cloud")["B2"]?.count { $0.isNaN } == 5)
    }

    /// What is wrong with a mask is an error of the chain that uses it, and of no other.
    @Test(arguments: [
        "empty", "text", "cut off", "other format", "other place", "other system", "odd numbers", "missing",
    ])
    func brokenMasks(kind: String) throws {
        let good = Self.gml(Self.clouds, on: Self.dimapGrid)
        var text: String? = good
        var says = ["CLD", "_MSK.GML"]
        switch kind {
        case "empty": text = ""
        case "text": text = "<gml><broken"
        case "cut off":
            text = String(good.prefix(good.count * 2 / 3))
            says.append("cut off")
        case "other format":
            text = "{\"type\":\"FeatureCollection\",\"features\":[]}"
            says.append("readable GML")
        case "other place":
            text = Self.gml([("CLOUD", (9000, 9000, 9010, 9010))], on: Self.dimapGrid)
            says.append("not of this scene")
        case "other system":
            text = Self.gml(Self.clouds, on: Self.dimapGrid, reference: "urn:ogc:def:crs:EPSG::32601")
        case "odd numbers":
            // The last point has one coordinate.
            text = good.replacingOccurrences(
                of: #" [0-9.]+\s*</gml:posList>"#, with: "</gml:posList>", options: .regularExpression)
        default:
            text = nil
            says.append("is missing")
        }
        let folder = try dimap(text)
        #expect(try Run.values("read \(folder) ! toa")["B2"]?.count == 48)
        let message = Run.planMessage("read \(folder) ! mask cloud")
        for word in says { #expect(message.contains(word), "\(kind): \(message)") }
        let scene = try Scene.open([folder])
        if text != nil {
            #expect(Run.message { _ = try CloudShare.measure(scene) }.contains("CLD"))
        } else {
            #expect(try CloudShare.measure(scene)?.source != "CLD")
        }
    }

    /// The mask is an input: it is named in the record, and outputs made with another one are stale.
    @Test func theMaskIsAnInput() throws {
        let folder = try dimap(Self.gml(Self.clouds, on: Self.dimapGrid))
        let chain = "read \(folder) ! mask cloud ! select B2 ! write \(scratch.path)/out/"
        let plan = try Run.plan(chain)
        #expect(plan.inputPaths.contains { $0.hasSuffix("_MSK.GML") })
        #expect(!(try Run.plan("read \(folder) ! select B2").inputPaths.contains { $0.hasSuffix("_MSK.GML") }))
        #expect(try Run.run(chain).state == .done)
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
        // As many bytes as before.
        let mask = "\(folder)/MASKS/\(scratch.names("product/MASKS")[0])"
        let text = Self.gml(Self.clouds, on: Self.dimapGrid).replacingOccurrences(of: "CLOUD.1", with: "CLOUD.2")
        try SceneTestData.write(text, to: mask)
        #expect(Run.message { _ = try Run.run(chain, existing: .skip) }.contains("_MSK.GML has changed"))
    }

    // MARK: Sentinel-2

    /// Level-1C before processing baseline 04.00: one file, its polygons opaque clouds or cirrus.
    @Test func cloudsOfSentinel2() throws {
        var product = SmallSentinel2(isLevel2: false)
        for band in Sentinel2Band.all { product.images[band.name] = [2000] }
        product.baseline = "02.09"
        product.offsets = nil
        let folder = try product.write(in: scratch.path)
        let grid = SmallSentinel2.grid(10)
        let text = Self.gml(
            [("OPAQUE", (0, 0, 6, 6)), ("CIRRUS", (6, 6, 12, 12)), ("OPAQUE", (8.2, 0.1, 8.9, 0.9))], on: grid,
            reference: "urn:ogc:def:crs:EPSG:8.8.1:32639")
        let masks = "\(folder)/\(product.granule)/QI_DATA"
        try FileManager.default.createDirectory(atPath: masks, withIntermediateDirectories: true)
        try SceneTestData.write(text, to: masks + "/MSK_CLOUDS_B00.gml")
        let zip = scratch.path + "/product.zip"
        try StoredZip.pack(folder, under: product.id + ".SAFE", to: zip)
        for place in [folder, zip] {
            let scene = try Scene.open([place])
            #expect(scene.qualityLayers.map(\.name) == ["MSK_CLOUDS_OPAQUE", "MSK_CLOUDS_CIRRUS"])
            #expect(scene.qualityLayers.allSatisfy { $0.isPresent && $0.problem == nil })
            func masked(_ flags: String, _ band: String) throws -> [Int] {
                let values = try #require(try Run.values("read \(place) bands=\(band) ! mask \(flags)")[band])
                return values.indices.filter { values[$0].isNaN }
            }
            #expect(try masked("cloud", "B01") == [0])
            #expect(try masked("cirrus", "B01") == [3])
            #expect(try masked("cloud,cirrus", "B01") == [0, 3])
            // Each band's own pixels: the small cloud covers the centre of no coarser one.
            let fine = (0..<144).filter { $0 % 12 < 6 && $0 / 12 < 6 || $0 == 8 }
            #expect(try masked("cloud", "B02") == fine)
            #expect(try masked("cloud", "B05") == [0, 1, 2, 6, 7, 8, 12, 13, 14])
            #expect(try CloudShare.measure(scene) == CloudShare(percent: 25, source: "MSK_CLOUDS_OPAQUE"))
        }
        try SceneTestData.write(
            text.replacingOccurrences(of: "maskType", with: "kind"), to: masks + "/MSK_CLOUDS_B00.gml")
        #expect(Run.planMessage("read \(folder) ! mask cloud").contains("kind"))
    }

    // MARK: As a raster

    /// Polygons along the edges of pixels do what a raster of the same pixels does, whatever follows.
    @Test(arguments: 0..<4) func polygonsAreAsARaster(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let size = 24
        var flags = [UInt16](repeating: 0, count: size * size)
        for _ in 0..<6 {
            let (x, y) = (Int.random(in: 0..<20, using: &random), Int.random(in: 0..<20, using: &random))
            let side = Int.random(in: 1...4, using: &random)
            for row in y..<y + side { for column in x..<x + side { flags[row * size + column] ^= 1 } }
        }
        var shapes = try SmallScene(width: size, height: size)
        try shapes.add("B1", role: .red, (0..<size * size).map { Double($0 % 97 + 1) })
        try shapes.add("B2", role: .nir, (0..<size * size).map { Double($0 % 89 + 100) })
        try shapes.add("MASK", flags.map(Double.init), type: .uint8, noData: .none)
        let mask = shapes.scene.bands.removeLast()
        var outlines = CloudMaskGML(size: size)
        outlines.add(rows: 0..<size, flags)
        let path = scratch.path + "/mask.gml"
        try SceneTestData.write(outlines.text(id: "MASK", grid: shapes.grid), to: path)
        var raster = shapes
        let flag = QualityFlag(name: "cloud", test: .atLeast(1), reason: .cloud)
        raster.scene.qualityLayers = [QualityLayer(kind: .mask, name: "MASK", source: mask.source, flags: [flag])]
        shapes.scene.qualityLayers = [
            QualityLayer(kind: .mask, name: "MASK", source: nil, shapes: MaskShapes(path: path), flags: [flag])
        ]
        let regrid = "regrid crs=EPSG:32638 res=47"
        for chain in [
            "mask cloud", "mask cloud sieve=5", "mask cloud buffer=70m", "mask cloud sieve=4 buffer=2px ! \(regrid)",
            "\(regrid) ! mask cloud", "\(regrid) ! mask cloud sieve=4 buffer=1px", "mask cloud ! regrid res=60",
            "regrid res=60 ! mask cloud buffer=40m", "mask cloud ! \(regrid) ! mask cloud buffer=1px",
            "clip extent=500100,4399500,500500,4399900 ! mask cloud buffer=1px",
            "mask cloud ! \(regrid) ! expr x=\"nir - red\" ! select x,validity",
        ] {
            let chain = chain.contains("select") ? chain : chain + " ! select B1,B2,validity"
            let (ours, theirs) = (try shapes.values(chain, threads: 2), try raster.values(chain))
            #expect(ours.keys.sorted() == theirs.keys.sorted())
            for (name, values) in ours {
                #expect(values.bits == theirs[name]?.bits, "seed \(seed), \(chain): \(name)")
            }
            #expect(ours["validity"]?.contains(Float(PixelReason.cloud.rawValue)) == true, "seed \(seed), \(chain)")
        }
        let share = try #require(try CloudShare.measure(shapes.scene))
        #expect(try CloudShare.measure(raster.scene)?.percent == share.percent)
    }

    /// The polygons of a made scene are its cloudy pixels.
    @Test(arguments: [0.0, 20, 100]) func theMaskIsTheTruth(clouds: Double) throws {
        let options = SynthesisOptions(size: 120, seed: 3, cloudPercent: clouds, writesTruth: true)
        _ = try SPOTSynthesis(options: options).write(to: scratch.path)
        let made = MadeProduct(in: scratch.path, id: SPOTSynthesis.productID)
        let classes = try made.truth("class")
        let chain = "read \(made.folder) saturated=keep ! toa ! mask cloud ! select B0,validity"
        let why = try #require(try Run.values(chain)["validity"])
        let cloud = Float(SyntheticClass.cloud.rawValue)
        #expect(why.count == classes.count)
        #expect(
            classes.indices.allSatisfy {
                (why[$0] == Float(PixelReason.cloud.rawValue)) == (classes[$0] == cloud)
                    && (why[$0] == Float(PixelReason.fill.rawValue)) == (classes[$0] == 0)
            })
        let share = try #require(try CloudShare.measure(Scene.open([made.folder])))
        let imaged = classes.count { $0 != 0 }
        #expect(share.source == "CLD")
        #expect(abs(share.percent - Double(classes.count { $0 == cloud }) * 100 / Double(imaged)) < 1e-9)
    }
}
