import Foundation
import RSPipeline
import Testing

/// SPOT-7 (Azersky) products through the built command.
@Suite struct DIMAPCommandTests {
    /// A product of two tiles of 2 x 2 pixels: red 100, green 200, blue 300, near infrared 400.
    private func write(in folder: String, processing: String = "BASIC") throws {
        let crs = try CoordinateSystem(text: "EPSG:32639")
        var files = ""
        for tile in [1, 2] {
            let grid = Grid(
                width: 2, height: 2,
                transform: GeoTransform(left: 400_000 + Double(tile - 1) * 3, top: 4_480_000, pixelSize: 1.5), crs: crs)
            let writer = try DatasetWriter(
                creating: "\(folder)/IMG_R1C\(tile).TIF", grid: grid, sampleType: .uint16, bandCount: 4,
                options: ["INTERLEAVE=PIXEL", "PHOTOMETRIC=MINISBLACK"])
            for band in 1...4 {
                let values = [UInt16](repeating: UInt16(band * 100), count: 4)
                try unsafe values.withUnsafeBytes { bytes in
                    try unsafe writer.write(
                        band: band, window: Window(column: 0, row: 0, width: 2, height: 2), from: bytes, as: .uint16)
                }
            }
            try writer.close()
            files +=
                "<Data_File tile_R=\"1\" tile_C=\"\(tile)\"><DATA_FILE_PATH href=\"IMG_R1C\(tile).TIF\"/></Data_File>"
        }
        let bands = [("B0", 8, 1960), ("B1", 10, 1810), ("B2", 11, 1520), ("B3", 16, 1084)]
        let radiance = bands.map {
            "<Band_Radiance><BAND_ID>\($0.0)</BAND_ID><GAIN>\($0.1)</GAIN><BIAS>0</BIAS></Band_Radiance>"
        }
        let irradiance = bands.map {
            "<Band_Solar_Irradiance><BAND_ID>\($0.0)</BAND_ID><VALUE>\($0.2)</VALUE></Band_Solar_Irradiance>"
        }
        let text = """
            <Dimap_Document><Metadata_Identification><METADATA_FORMAT version="2.12">DIMAP</METADATA_FORMAT>
            </Metadata_Identification><Processing_Information><Product_Settings>
            <SPECTRAL_PROCESSING>MS</SPECTRAL_PROCESSING><Radiometric_Settings>
            <RADIOMETRIC_PROCESSING>\(processing)</RADIOMETRIC_PROCESSING></Radiometric_Settings></Product_Settings>
            </Processing_Information><Raster_Data><Data_Access><Data_Files>\(files)</Data_Files></Data_Access></Raster_Data>
            <Radiometric_Data><Radiometric_Calibration><Instrument_Calibration><Band_Measurement_List>
            \(radiance.joined())\(irradiance.joined())</Band_Measurement_List></Instrument_Calibration>
            </Radiometric_Calibration></Radiometric_Data><Geometric_Data><Use_Area><Located_Geometric_Values>
            <LOCATION_TYPE>Center</LOCATION_TYPE><Solar_Incidences><SUN_ELEVATION>30</SUN_ELEVATION></Solar_Incidences>
            </Located_Geometric_Values></Use_Area></Geometric_Data><Dataset_Sources><Source_Identification><Strip_Source>
            <MISSION>SPOT</MISSION><MISSION_INDEX>7</MISSION_INDEX><IMAGING_DATE>2020-11-17</IMAGING_DATE>
            <IMAGING_TIME>02:45:17.9</IMAGING_TIME></Strip_Source></Source_Identification></Dataset_Sources></Dimap_Document>
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/DIM_SPOT7_MS_1.XML"))
    }

    @Test func reflectanceOfTiles() throws {
        let scratch = try Scratch()
        try write(in: scratch.path)
        let info = try Command.run(["info", "."], in: scratch.path)
        #expect(info.status == 0 && info.stdout.contains("SPOT-7 (Azersky)"), "\(info.said)")
        #expect(info.stdout.contains("4 x 2 pixels of 1.5 x 1.5, EPSG:32639"), "\(info.said)")
        let run = ["run", "read", ".", "!", "toa", "!", "write", "out/"]
        let first = try Command.run(run, in: scratch.path)
        #expect(first.status == 0, "\(first.said)")
        // d on 2020-11-17 at 02:45 is 0.988707 astronomical units, and the sine of 30 degrees is a half.
        let factor = Double.pi * 0.988707 * 0.988707 / 0.5
        let expected = [
            "B2": 100.0 / 11 / 1520, "B1": 200.0 / 10 / 1810, "B0": 300.0 / 8 / 1960, "B3": 400.0 / 16 / 1084,
        ]
        for (band, value) in expected {
            let found = try Dataset(reading: "\(scratch.path)/out/SPOT7_MS_1_\(band).tif").floats(band: 1)
            #expect(
                found.count == 8 && found.allSatisfy { abs(Double($0) - value * factor) < 1e-6 }, "\(band) \(found)")
        }
        // A second run finds nothing to do, and sees when a tile has changed.
        let again = try Command.run(run + ["--skip-existing"], in: scratch.path)
        #expect(again.status == 0 && again.said.contains("skipped"), "\(again.said)")
        let tile = scratch.path + "/IMG_R1C2.TIF"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: tile))
        bytes.append(0)
        try bytes.write(to: URL(fileURLWithPath: tile))
        let stale = try Command.run(run + ["--skip-existing"], in: scratch.path)
        #expect(stale.status != 0 && stale.said.contains("changed"), "\(stale.said)")
    }

    @Test func stretchedImagesNeedAWord() throws {
        let scratch = try Scratch()
        try write(in: scratch.path, processing: "LINEAR_STRETCH")
        for chain in [["toa"], ["index", "ndvi"]] {
            let refused = try Command.run(
                ["run", "read", ".", "!"] + chain + ["!", "write", "out/"], in: scratch.path)
            #expect(refused.status == 2 || refused.status == 3, "\(refused.said)")
            #expect(
                refused.stderr.contains("LINEAR_STRETCH") && refused.stderr.contains("assume=relative"),
                "\(refused.said)")
        }
        let run = ["run", "read", ".", "assume=relative", "!", "index", "ndvi", "!", "write", "out/"]
        let taken = try Command.run(run, in: scratch.path)
        #expect(taken.status == 0, "\(taken.said)")
        let found = try Dataset(reading: "\(scratch.path)/out/SPOT7_MS_1_ndvi.tif").floats(band: 1)
        #expect(found.allSatisfy { abs($0 - 0.6) < 1e-6 }, "\(found)")
    }
}
