import Foundation
import Testing

@testable import RSPipeline

/// What other people's software made of the same pixels.
@Suite struct ReferenceRasterTests {
    static let india = "salinity/india_uttar_pradesh"
    /// The package's name, ours.
    static let names: [(String, String)] = [
        ("SI1", "sqrt_GR"), ("SI2", "sqrt_G2R2N2"), ("SI3", "sqrt_G2R2"), ("SI4", "ratio_S1S2"), ("SI5", "ndmi"),
        ("SI6", "nd_S1S2"), ("SI7", "ratio_BR"), ("SI8", "nd_BR"), ("SI9", "GR_over_B"), ("SI10", "sqrt_BR"),
        ("SI11", "BR_over_G"), ("SI12", "RN_over_G"), ("SI13", "sqrt_RN"), ("SI14", "sit"), ("SIT", "ratio_NS1"),
        ("BI", "bi_RN"), ("COSRI", "cosri"), ("CSRI", "crsi"), ("NDSI", "ndsi_RN"), ("NSI", "nsi"),
        ("SI_ASTER", "asi_abuelgasim"), ("SSSI1", "sssi1"), ("SSSI2", "sssi2"), ("VSSI", "vssi"),
    ]

    /// 24 rasters of the R package SoilSaltIndex, rows 201 to 300 and columns 201 to 320 of the bands.
    ///
    /// The reference is itself stored in single precision.
    @Test(.enabled(if: TestData.isUsable(india), "\(india) is not installed"))
    func saltIndicesOfTheRPackage() throws {
        let folder = try #require(try TestData.url(Self.india)).path
        let files = ["Blue", "Green", "Red", "NIR", "SWIR1", "SWIR2"].map { "\(folder)/\($0).tif" }
        let chain =
            "read \(files.joined(separator: " ")) roles=blue,green,red,nir,swir16,swir22 scale=2.75e-5 offset=-0.2 "
            + "quantity=surfaceReflectance ! index \(Self.names.map(\.1).joined(separator: ","))"
        let plan = try Run.plan(chain)
        let planes = try plan.planesInMemory()
        try #require(plan.planeNames == Self.names.map(\.1))
        for (index, (theirs, ours)) in Self.names.enumerated() {
            let reference = try Dataset(reading: "\(folder)/expected/\(theirs).tif")
            let values = try reference.floats(band: 1)
            let noData = try reference.band(1).noData.number.map { Float($0) }
            var unlike = 0
            var worst = 0.0
            for row in 0..<100 {
                for column in 0..<120 {
                    let expected = values[row * 120 + column]
                    let value = planes[index][column + 200, row + 200]
                    let isMissing = !expected.isFinite || expected == noData
                    if isMissing != value.isNaN {
                        unlike += 1
                    } else if !isMissing {
                        worst = max(worst, abs(Double(value) - Double(expected)) / max(1, abs(Double(expected))))
                    }
                }
            }
            #expect(unlike == 0, "\(ours): \(unlike) pixels are no-data in one only")
            #expect(worst <= 1e-6, "\(ours) differs from \(theirs) by up to \(worst)")
        }
    }

    static let barbellino = "sentinel2/S2A2A_20170703_022_Barbellino_BOA_10.tif"

    /// Every pixel of the integer rasters of the R package sen2r, which computes in Double.
    ///
    /// One pixel of MSAVI2 (red 1910, near infrared 3243) is 1817.5000973 exactly: nearer to a half than single precision
    /// can tell.
    @Test(
        .enabled(if: TestData.isUsable(barbellino), "\(barbellino) is not installed"),
        arguments: [("ndvi", "NDVI"), ("msavi2", "MSAVI2")])
    func integerIndicesOfSentinel2(ours: String, theirs: String) throws {
        let source = try #require(try TestData.url(Self.barbellino)).path
        let folder = try ScratchFolder()
        try Run.run(
            "read \(source) roles=-,-,-,red,-,-,-,nir,-,-,- scale=0.0001 quantity=surfaceReflectance ! index \(ours) ! "
                + "write \(folder.path)/a.tif type=int16")
        let values = try SmallRaster.read(folder.path + "/a.tif")
        let expected = try SmallRaster.read(source.replacing("BOA", with: theirs))
        #expect(values.count == 24 * 42)
        #expect(zip(values, expected).count { $0 != $1 } == 0)
    }

    static let tiny = "landsat/LC80460282016177LGN00"

    /// rio-toa's picture of the blue band; see docs/decisions/0005-rio-toa-reference.md for its sun elevation.
    @Test(.enabled(if: TestData.isUsable(tiny), "\(tiny) is not installed")) func reflectanceOfRioTOA() throws {
        let folder = try #require(try TestData.url(Self.tiny)).path
        let plane = try Run.plan("read \(folder) prefix=tiny_ bands=blue ! toa").planesInMemory()[0].values
        let reference = try SmallRaster.read(folder + "/tiny_LC80460282016177LGN00_B2_refl.TIF")
        let ratio = sin(62.58246948 * .pi / 180) / 0.8876880834
        var compared = 0
        var worstCount = 0.0
        var worstExcess = -Double.infinity
        for (value, expected) in zip(plane, reference) where !value.isNaN && expected > 1 && expected < 65535 {
            compared += 1
            let ours = Double(value)
            worstCount = max(worstCount, abs((55000 * ours * ratio).rounded(.down) - Double(expected)))
            worstExcess = max(worstExcess, abs(ours - Double(expected) / 55000) - 1.0 / 55000 - 1.6e-5 * ours)
        }
        #expect(compared > 1_000_000)
        #expect(worstCount <= 1, "counts differ by up to \(worstCount)")
        #expect(worstExcess <= 0, "reflectance is off by \(worstExcess) more than the reference's own rounding")
    }

    static let qualityScenes: [(String, [Int: Int])] = [
        (
            "landsat/LC08_L1GT_089074_20220506_20220512_02_T2",
            [
                1: 1137, 55052: 2062, 21952: 244, 22280: 44, 23888: 29, 54724: 20, 56854: 11, 24082: 8, 54662: 4,
                22208: 1, 21890: 7, 22146: 5, 23826: 7, 54918: 2, 54980: 2, 56598: 8, 56660: 7, 56916: 2,
            ]
        ),
        ("landsat/C2_L2_512", [1: 86129, 22280: 1377, 55052: 174_638]),
    ]

    @Test(
        .enabled(if: TestData.isUsable("landsat/C2_L2_512"), "landsat/C2_L2_512 is not installed"),
        arguments: qualityScenes)
    func qualityFlagsAreCounted(scene: String, counts: [Int: Int]) throws {
        let path = try #require(try TestData.url(scene)).path
        let folder = try ScratchFolder()
        let convert = scene.contains("L2") ? "surface" : "toa"
        let summary = try Run.run(
            "read \(path) bands=red,nir ! \(convert) ! mask cloud,shadow ! index ndvi ! write \(folder.path)/o/")
        let flags = ["fill", "dilated", "cirrus", "cloud", "shadow", "snow", "clear", "water"]
        let total = counts.values.reduce(0, +)
        for (bit, flag) in flags.enumerated() {
            let expected = counts.reduce(0) { $0 + ($1.key >> bit & 1 == 1 ? $1.value : 0) }
            #expect(summary.quality["QA_PIXEL"]?[flag] == expected, "\(flag)")
        }
        #expect(summary.planes[0].pixels.values.reduce(0, +) == total)
    }

    @Test(.enabled(if: TestData.isUsable("landsat/C2_L2_512"), "landsat/C2_L2_512 is not installed"))
    func everyFormOfTheMetadataGivesOnePlan() throws {
        let folder = try #require(try TestData.url("landsat/C2_L2_512")).path
        let stem = folder + "/LC08_L2SP_017036_20130419_20200913_02_T2_MTL."
        let plans = try ["txt", "json", "xml"].map {
            try Run.plan(
                "read \(stem)\($0) bands=red,nir,thermal ! surface ! mask cloud ! expr x=\"red - nir\" y=\"thermal * 1\""
            )
        }
        for plan in plans {
            #expect(plan.program.description == plans[0].program.description)
            #expect(plan.inputs == plans[0].inputs)
            #expect(plan.constants == plans[0].constants)
            #expect(plan.scene.id == plans[0].scene.id && plan.scene.acquired == plans[0].scene.acquired)
        }
    }
}
