import Testing

@testable import RSPipeline

@Suite struct GeoTransformTests {
    @Test func mapsNorthUpPixels() {
        let transform = GeoTransform(left: 500_000, top: 4_400_000, pixelSize: 30)
        #expect(transform.map(column: 2, row: 3) == (500_060, 4_399_910))
        #expect(transform.isAxisAligned)
        #expect(transform.pixelArea == 900)
    }

    @Test func mapsRotatedPixels() {
        let turned = GeoTransform(originX: 10, columnX: 3, rowX: 4, originY: 20, columnY: 4, rowY: -3)
        #expect(turned.map(column: 1, row: 2) == (21, 18))
        #expect(!turned.isAxisAligned)
        #expect(turned.pixelWidth == 5)
        #expect(turned.pixelHeight == 5)
        #expect(turned.pixelArea == 25)
    }
}
