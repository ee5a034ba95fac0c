import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile masks of polygons: an error or shapes, never a trap, nothing else opened.
@Suite struct MaskMutationTests {
    private static let text = """
        <?xml version="1.0" encoding="UTF-8"?>
        <eop:Mask xmlns:eop="http://www.opengis.net/eop/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.opengis.net/eop/2.0 eop.xsd" gml:id="M">
        <gml:name>MASK</gml:name>
        <eop:maskMembers>
        <eop:MaskFeature gml:id="OPAQUE.0">
        <eop:maskType codeSpace="urn:gs2:S2PDGS:maskType">OPAQUE</eop:maskType><eop:extentOf>
        <gml:Polygon gml:id="P0" srsName="urn:ogc:def:crs:EPSG::32639"><gml:exterior><gml:LinearRing>
        <gml:posList srsDimension="2">500010 4400000 500100 4400000 500100 4399900 500010 4399900 500010 4400000</gml:posList>
        </gml:LinearRing></gml:exterior></gml:Polygon></eop:extentOf></eop:MaskFeature>
        <eop:MaskFeature gml:id="OPAQUE.1"><eop:extentOf xlink:href="#P0"/></eop:MaskFeature>
        </eop:maskMembers>
        </eop:Mask>
        """

    @Test(.timeLimit(.minutes(5))) func neverTrapsNorLeavesTheProduct() throws {
        let canary = try Canary()
        try FileManager.default.createDirectory(atPath: canary.product, withIntermediateDirectories: true)
        let path = canary.product + "/CLD.GML"
        let seed = UInt64.random(in: 0..<1 << 32)
        var mutator = Mutator(seed: seed, .xml, lures: canary.lures + canary.remoteLures)
        let grid = SmallRaster.grid(4, 4)
        var accepted = 0
        let rounds = 600
        for round in 0..<rounds {
            let what: Comment = "seed \(seed), mutation \(round)"
            try Data(mutator.damaged(Self.text)).write(to: URL(fileURLWithPath: path))
            _ = canary.opened()
            do throws(SceneError) {
                let layer = try MaskShapes(path: path).layer(onto: grid, name: "CLD")
                layer.shapes.forEachRun(in: grid.window) { _, row, columns in
                    #expect((0..<4).contains(row) && (0...4).contains(columns.upperBound), what)
                }
                accepted += 1
            } catch {
                #expect(error.message.contains("CLD") && error.message.utf8.count < 3000, what)
            }
            #expect(canary.opened() == [], what)
        }
        // The driver writes its notes beside a file, which must not be the product's.
        #expect(try FileManager.default.contentsOfDirectory(atPath: canary.product) == ["CLD.GML"])
        print("mask mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        #expect((20...(rounds - 20)).contains(accepted), "\(accepted) of \(rounds)")
    }
}
