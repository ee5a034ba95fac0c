import Foundation
import Testing

@testable import RSPipeline

/// The angle bands of a real Landsat scene, against one pixel at a time in Double.
@Suite struct PixelAngleTests {
    private static let folder = "landsat/LC08_L1GT_089074_20220506_20220512_02_T2"

    private func path(_ name: String) throws -> String? {
        try TestData.url("\(Self.folder)/LC08_L1GT_089074_20220506_20220512_02_T2_\(name)")?.path
    }

    /// The scene with its four angle bands, in 0.01 degrees; a sun zenith of 0 is fill.
    private func scene() throws -> Scene? {
        guard let metadata = try path("MTL.txt"), let name = try path("SZA.TIF") else { return nil }
        let folder = URL(fileURLWithPath: metadata).deletingLastPathComponent().path
        var scene = try Chain("read \(folder)").openScene()
        for (kind, suffix) in [
            (AngleLayer.Kind.sunZenith, "SZA"), (.sunAzimuth, "SAA"), (.viewZenith, "VZA"), (.viewAzimuth, "VAA"),
        ] {
            let file = name.replacingOccurrences(of: "SZA", with: suffix)
            let dataset = try Dataset(reading: file)
            let source = RasterSource(
                path: file, band: 1, grid: dataset.grid, sampleType: .int16, blockWidth: dataset.width,
                blockHeight: dataset.height)
            scene.angles.append(
                AngleLayer(
                    kind: kind, source: source, scale: LinearScale(gain: 0.01, offset: 0),
                    noData: kind == .sunZenith ? .value(0) : .none))
        }
        return scene
    }

    private func numbers(_ suffix: String) throws -> [Float] {
        try path(suffix + ".TIF").map { try Dataset(reading: $0).floats(band: 1) } ?? []
    }

    private func values(_ steps: String, _ scene: Scene) throws -> [Float] {
        try #require(try Plan(try Chain("read it ! \(steps)"), scene: scene).planesInMemory().first?.values)
    }

    @Test func reflectanceUnderTheSunOfEachPixel() throws {
        guard let scene = try scene() else { return }
        let angles = try numbers("SZA")
        let stored = try numbers("B4")
        let pixel = try values("toa sun=pixel ! select red", scene)
        let centre = try values("toa ! select red", scene)
        var valid = 0
        for index in stored.indices where stored[index] > 0 && !pixel[index].isNaN {
            let expected = (2e-5 * Double(stored[index]) - 0.1) / cos(Double(angles[index]) * 0.01 * .pi / 180)
            #expect(abs(Double(pixel[index]) - expected) < 1e-6)
            // At the edge, fill went into the angles when the scene was made small. Elsewhere the sun stands at most a degree
            // or two from that of the centre, 46.76 degrees from the zenith.
            if abs(angles[index] - 4676) < 200 {
                #expect(abs(pixel[index] / centre[index] - 1) < 0.05)
                valid += 1
            }
        }
        #expect(valid > 2000)
    }

    @Test func nadirReflectance() throws {
        guard let scene = try scene() else { return }
        let before = try values("surface method=dos1 ! select red", scene)
        let after = try values("surface method=dos1 ! brdf ! select red", scene)
        let angles = try ["SZA", "VZA", "SAA", "VAA"].map { try numbers($0) }
        let weights = try #require(NadirAdjustment.weights(of: .red))
        var factors: [Double] = []
        for index in before.indices where !before[index].isNaN {
            let degrees = angles.map { Double($0[index]) * 0.01 }
            let factor = NadirAdjustment.factor(
                weights, sunZenith: .constant(degrees[0]), viewZenith: .constant(degrees[1]),
                relativeAzimuth: .constant(degrees[2] - degrees[3])
            ).evaluate { _ in nil }
            #expect(abs(Double(after[index]) - Double(before[index]) * factor) < 1e-6)
            factors.append(factor)
        }
        // Seen from at most 8 degrees off nadir.
        #expect((factors.min() ?? 0) > 0.93 && (factors.max() ?? 2) < 1.07)
        #expect(factors.count > 2000 && factors.contains { $0 < 0.99 } && factors.contains { $0 > 1.01 })
    }
}
