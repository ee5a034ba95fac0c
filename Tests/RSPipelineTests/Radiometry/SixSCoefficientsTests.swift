import Foundation
import Testing

@testable import RSPipeline

@Suite struct SixSCoefficientsTests {
    private let good = """
        unit: W/m2/sr/µm
        bands:
          B2: {xa: 0.00285, xb: 0.1012, xc: 0.1568}
          red: {xa: 0.00685, xb: 0.0387, xc: 0.0682}
        """

    /// The example that the manual of 6SV prints: L 38.529 gives 0.22187 of unrounded coefficients.
    @Test func workedNumber() {
        let band = SixSCoefficients.Band(xa: 0.00685, xb: 0.03870, xc: 0.06820)
        let value = SixSCoefficients.formula(radiance: .name("L"), band).evaluate { _ in 38.529 }
        #expect(abs(value - 0.2218165) < 1e-7)
        #expect(abs(value - 0.22187) < 1e-4)
    }

    @Test func bothFormsReadTheSame() throws {
        let yaml = try SixSCoefficients(yaml: good, name: "a.yml")
        let csv = try SixSCoefficients(
            csv: "# a run of 6S\nband, xa, xc, xb\nB2,0.00285,0.1568,0.1012\n\nRED,0.00685,0.0682,0.0387\n",
            name: "a.csv")
        #expect(yaml == csv)
        #expect(yaml.coefficients(name: "b2", role: nil)?.xb == 0.1012)
        #expect(yaml.coefficients(name: "B4", role: .red)?.xa == 0.00685)
        #expect(yaml.coefficients(name: "B4", role: .green) == nil)
        let plain = try SixSCoefficients(yaml: "swir1: {xa: 0.04, xb: 0.01, xc: 0.02}", name: "a.yml")
        #expect(plain.coefficients(name: "B6", role: .swir16) != nil)
    }

    @Test(arguments: [
        ("unit: mW cm-2 sr-1 um-1\nbands: {B2: {xa: 1, xb: 0, xc: 0}}", "unit of radiance"),
        ("B2: {xap: 1.1, xbp: 0.1, xcp: 0.1}", "top-of-atmosphere reflectance"),
        ("B2: {xa: 1, xb: 0}", "xc is missing"),
        ("B2: {xa: .nan, xb: 0, xc: 0}", "not a number"), ("B2: {xa: one, xb: 0, xc: 0}", "not a number"),
        ("B2: {xa: -1, xb: 0, xc: 0}", "cannot be"), ("B2: {xa: 1, xb: 0, xc: 1.5}", "cannot be"),
        ("B2: {xa: 1, xb: 0, xc: 0, xd: 1}", "'xd' is unknown"), ("B2: [1, 2, 3]", "is needed"),
        ("- B2", "a map of bands"),
        ("b2: {xa: 1, xb: 0, xc: 0}\nB2: {xa: 1, xb: 0, xc: 0}", "twice"), ("{", "not YAML"),
        ("\"\": {xa: 1, xb: 0, xc: 0}", "no name"),
    ]) func whatIsNoFileOfCoefficientsIsRefused(text: String, part: String) throws {
        let error = try SceneTestData.error { () throws(SceneError) in try SixSCoefficients(yaml: text, name: "f.yml") }
        #expect(error.message.contains(part) && error.message.contains("f.yml"), "\(error.message)")
    }

    @Test(arguments: [
        ("B2,1,2,3", "the first line"), ("band,xa,xb,xa\n", ""), ("band,xap,xbp,xcp\nB2,1,2,3", "reflectance"),
        ("band,xa,xb,xc\nB2,1,2", "4 columns"), ("band,xa,xb,xc\nB2,1,inf,0", "not a number"),
        ("band,xa,xb,xc\nB2,1,,0", "not a number"),
    ]) func tablesAreChecked(text: String, part: String) throws {
        if part.isEmpty {
            #expect(try SixSCoefficients(csv: text, name: "f.csv").bands.isEmpty)
            return
        }
        let error = try SceneTestData.error { () throws(SceneError) in try SixSCoefficients(csv: text, name: "f.csv") }
        #expect(error.message.contains(part), "\(error.message)")
    }

    // MARK: Through a chain

    private func scene() throws -> SmallScene {
        var small = try SmallScene()
        small.scene.earthSunDistance = 1
        for (name, role, irradiance) in [("B2", BandRole.blue, 2000.0), ("B4", .red, 1500), ("B5", .nir08, 950)] {
            try small.add(
                name, role: role, SmallLandsat.filled(400), type: .uint16, noData: .value(0),
                calibration: BandCalibration(
                    radiance: LinearScale(gain: 0.25, offset: -1), solarIrradiance: irradiance))
        }
        try small.add("B10", role: .thermal11, SmallLandsat.filled(20_000))
        return small
    }

    private func file(_ text: String, _ folder: ScratchFolder, _ name: String = "6s.yml") throws -> String {
        try SceneTestData.write(text, to: folder.path + "/" + name)
        return folder.path + "/" + name
    }

    @Test func radianceBecomesSurfaceReflectance() throws {
        let folder = try ScratchFolder()
        let path = try file(
            "B2: {xa: 0.0030, xb: 0.1012, xc: 0.1568}\nred: {xa: 0.0028, xb: 0.0387, xc: 0.0682}\nB99: {xa: 1, xb: 0, xc: 0}",
            folder)
        let small = try scene()
        let expected = [("B2", 0.0030, 0.1012, 0.1568), ("B4", 0.0028, 0.0387, 0.0682)]
        for chain in ["surface", "radiance ! surface"] {
            let steps = "\(chain) method=6s coefficients=\(path) ! select blue,red"
            let values = try small.values(steps)
            for (band, xa, xb, xc) in expected {
                let y = xa * 99 - xb
                #expect(abs(Double(try #require(values[band])[5]) - y / (1 + xc * y)) < 1e-6)
            }
            let plan = try small.plan(steps)
            #expect(plan.planes[0].quantity == .surfaceReflectance(method: "6s"))
            #expect(plan.constants["6s B2"] == "xa 0.003, xb 0.1012, xc 0.1568")
            #expect(plan.warnings.contains { $0.contains("'b99'") })
            // The numbers count, not where the file lay.
            #expect(plan.chainText.contains("coefficients=6s.yml"))
        }
        let all = "surface method=6s coefficients=\(path)"
        #expect(small.message(all).contains("hold nothing for band B5 (nir08)"))
        #expect(small.message("toa ! " + all).contains("leave out toa"))
        #expect(small.message(all + " ! select red ! " + all).contains("would correct twice"))
        #expect(small.message("surface method=6s coefficients=\(folder.path)/none").contains("cannot be read"))
    }

    /// At the top of the atmosphere, xa is pi / (E0 cos z): here 0.00181 for blue.
    @Test(arguments: [("0.003", true), ("0.0018", true), ("0.00003", false), ("0.3", false)])
    func anotherUnitShows(xa: String, isAccepted: Bool) throws {
        let folder = try ScratchFolder()
        let path = try file("band,xa,xb,xc\nblue,\(xa),0.1,0.1\n", folder, "6s.csv")
        let message = try scene().message("surface method=6s coefficients=\(path) ! select blue")
        #expect(message.isEmpty == isAccepted, "\(message)")
        if !isAccepted { #expect(message.contains("W m-2 sr-1 um-1")) }
    }
}
