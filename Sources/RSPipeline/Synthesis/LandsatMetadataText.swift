import Foundation

/// Writes the MTL of a synthetic Landsat 8 Collection 2 Level-1 product, group by group as the ground segment does.
///
/// Left out is what such a product does not have: the panchromatic band, the angle files, the XML and JSON twins, the
/// DOI and the ground control. Added is nothing; what is synthetic says so in `ORIGIN` and `REQUEST_ID`.
struct LandsatMetadataText {
    /// What `ORIGIN` says, by which a synthetic product is recognised.
    static let origin = "Synthetic scene by rsproc synth; not an observation"

    let id: String
    let requestID: String
    let grid: Grid
    let tally: SyntheticTally

    private static let reflective = [1, 2, 3, 4, 5, 6, 7, 9]
    private static let bands = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11]

    /// The whole text, ending in a bare `END`.
    var text: String {
        var lines = ["GROUP = LANDSAT_METADATA_FILE"]
        for (name, entries) in groups {
            lines.append("  GROUP = \(name)")
            lines += entries.map { "    \($0) = \($1)" }
            lines.append("  END_GROUP = \(name)")
        }
        lines += ["END_GROUP = LANDSAT_METADATA_FILE", "END"]
        return lines.joined(separator: "\n") + "\n"
    }

    private typealias Entries = [(key: String, value: String)]

    private var groups: [(name: String, entries: Entries)] {
        [
            ("PRODUCT_CONTENTS", contents), ("IMAGE_ATTRIBUTES", image), ("PROJECTION_ATTRIBUTES", projection),
            ("LEVEL1_PROCESSING_RECORD", record), ("LEVEL1_MIN_MAX_RADIANCE", radianceLimits),
            ("LEVEL1_MIN_MAX_REFLECTANCE", reflectanceLimits), ("LEVEL1_MIN_MAX_PIXEL_VALUE", pixelLimits),
            ("LEVEL1_RADIOMETRIC_RESCALING", rescaling), ("LEVEL1_THERMAL_CONSTANTS", thermal),
            ("LEVEL1_PROJECTION_PARAMETERS", projectionParameters),
        ]
    }

    private var fileNames: Entries {
        Self.bands.map { ("FILE_NAME_BAND_\($0)", quoted("\(id)_B\($0).TIF")) } + [
            ("FILE_NAME_QUALITY_L1_PIXEL", quoted("\(id)_QA_PIXEL.TIF")),
            ("FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", quoted("\(id)_QA_RADSAT.TIF")),
            ("FILE_NAME_METADATA_ODL", quoted("\(id)_MTL.txt")),
        ]
    }

    private var contents: Entries {
        let head: Entries = [
            ("ORIGIN", quoted(Self.origin)), ("LANDSAT_PRODUCT_ID", quoted(id)), ("PROCESSING_LEVEL", quoted("L1TP")),
            ("COLLECTION_NUMBER", "02"), ("COLLECTION_CATEGORY", quoted("T1")), ("OUTPUT_FORMAT", quoted("GEOTIFF")),
        ]
        let types: Entries =
            Self.bands.map { ("DATA_TYPE_BAND_\($0)", quoted("UINT16")) } + [
                ("DATA_TYPE_QUALITY_L1_PIXEL", quoted("UINT16")),
                ("DATA_TYPE_QUALITY_L1_RADIOMETRIC_SATURATION", quoted("UINT16")),
            ]
        return head + fileNames + types
    }

    private var image: Entries {
        let head: Entries = [
            ("SPACECRAFT_ID", quoted("LANDSAT_8")), ("SENSOR_ID", quoted("OLI_TIRS")), ("WRS_TYPE", "2"),
            ("WRS_PATH", "167"), ("WRS_ROW", "32"), ("NADIR_OFFNADIR", quoted("NADIR")), ("TARGET_WRS_PATH", "167"),
            ("TARGET_WRS_ROW", "32"), ("DATE_ACQUIRED", "2023-07-15"),
            ("SCENE_CENTER_TIME", quoted("07:32:14.0000000Z")), ("STATION_ID", quoted("LGN")),
            ("CLOUD_COVER", percent(tally.cloudy, of: tally.filled)),
            ("CLOUD_COVER_LAND", percent(tally.cloudyLand, of: tally.land)), ("IMAGE_QUALITY_OLI", "9"),
            ("IMAGE_QUALITY_TIRS", "9"),
        ]
        let saturation: Entries = zip(Self.reflective, tally.saturated).map { band, count in
            ("SATURATION_BAND_\(band)", quoted(count > 0 ? "Y" : "N"))
        }
        return head + saturation + [
            ("ROLL_ANGLE", "0.000"), ("SUN_AZIMUTH", fixed(OLISun.azimuthDegrees, 8)),
            ("SUN_ELEVATION", fixed(OLISun.elevationDegrees, 8)),
            ("EARTH_SUN_DISTANCE", fixed(OLISun.earthSunDistance, 7)), ("TRUNCATION_OLI", quoted("UPPER")),
            ("TIRS_SSM_MODEL", quoted("FINAL")), ("TIRS_SSM_POSITION_STATUS", quoted("ESTIMATED")),
        ]
    }

    private var projectionHead: Entries {
        [
            ("MAP_PROJECTION", quoted("UTM")), ("DATUM", quoted("WGS84")), ("ELLIPSOID", quoted("WGS84")),
            ("UTM_ZONE", "39"), ("GRID_CELL_SIZE_REFLECTIVE", fixed(grid.transform.pixelWidth, 2)),
            ("GRID_CELL_SIZE_THERMAL", fixed(grid.transform.pixelWidth, 2)),
        ]
    }

    private var projection: Entries {
        // An MTL names the middles of the corner pixels, the file their outer corners.
        let t = grid.transform
        let first = t.map(column: 0.5, row: 0.5)
        let middles = Grid(
            width: grid.width - 1, height: grid.height - 1,
            transform: GeoTransform(left: first.x, top: first.y, pixelSize: t.pixelWidth), crs: grid.crs)
        let positions = middles.footprint() ?? []
        var entries = projectionHead
        entries += [
            ("REFLECTIVE_LINES", "\(grid.height)"), ("REFLECTIVE_SAMPLES", "\(grid.width)"),
            ("THERMAL_LINES", "\(grid.height)"), ("THERMAL_SAMPLES", "\(grid.width)"),
            ("ORIENTATION", quoted("NORTH_UP")),
        ]
        // The footprint runs clockwise: upper left, upper right, lower right, lower left.
        let corners = [("UL", 0, 0, 0), ("UR", 1, 1, 0), ("LL", 3, 0, 1), ("LR", 2, 1, 1)]
        for (name, point, _, _) in corners where positions.indices.contains(point) {
            entries.append(("CORNER_\(name)_LAT_PRODUCT", fixed(positions[point].latitude, 5)))
            entries.append(("CORNER_\(name)_LON_PRODUCT", fixed(positions[point].longitude, 5)))
        }
        for (name, _, right, down) in corners {
            let corner = middles.transform.map(
                column: Double(right * middles.width), row: Double(down * middles.height))
            entries.append(("CORNER_\(name)_PROJECTION_X_PRODUCT", fixed(corner.x, 3)))
            entries.append(("CORNER_\(name)_PROJECTION_Y_PRODUCT", fixed(corner.y, 3)))
        }
        return entries
    }

    private var record: Entries {
        let head: Entries = [
            ("ORIGIN", quoted(Self.origin)), ("REQUEST_ID", quoted(requestID)),
            ("LANDSAT_SCENE_ID", quoted("LC81670322023196LGN00")), ("LANDSAT_PRODUCT_ID", quoted(id)),
            ("PROCESSING_LEVEL", quoted("L1TP")), ("COLLECTION_CATEGORY", quoted("T1")),
            ("OUTPUT_FORMAT", quoted("GEOTIFF")), ("DATE_PRODUCT_GENERATED", "2023-07-20T00:00:00Z"),
            ("PROCESSING_SOFTWARE_VERSION", quoted("rsproc synth")),
        ]
        return head + fileNames
    }

    private var radianceLimits: Entries {
        let reflective = OLICalibration.radianceGains.flatMap { band, _, gain -> Entries in
            // The offset is -5000 counts, as that of reflectance is.
            limits("RADIANCE", band, fixed(gain * 60535, 5), fixed(gain * -4999, 5))
        }
        let thermal = OLICalibration.thermalConstants.flatMap { band, _, _ -> Entries in
            limits(
                "RADIANCE", band, fixed(OLICalibration.thermalGain * 65535 + OLICalibration.thermalOffset, 5),
                fixed(OLICalibration.thermalGain + OLICalibration.thermalOffset, 5))
        }
        return reflective + thermal
    }

    private var reflectanceLimits: Entries {
        Self.reflective.flatMap { limits("REFLECTANCE", $0, "1.210700", "-0.099980") }
    }

    private var pixelLimits: Entries { Self.bands.flatMap { limits("QUANTIZE_CAL", $0, "65535", "1", short: true) } }

    private func limits(
        _ quantity: String, _ band: Int, _ maximum: String, _ minimum: String, short: Bool = false
    ) -> Entries {
        [
            ("\(quantity)_\(short ? "MAX" : "MAXIMUM")_BAND_\(band)", maximum),
            ("\(quantity)_\(short ? "MIN" : "MINIMUM")_BAND_\(band)", minimum),
        ]
    }

    private var rescaling: Entries {
        var entries: Entries = OLICalibration.radianceGains.map { ("RADIANCE_MULT_BAND_\($0.band)", $0.text) }
        entries += OLICalibration.thermalConstants.map { ("RADIANCE_MULT_BAND_\($0.band)", "3.3420E-04") }
        entries += OLICalibration.radianceGains.map { ("RADIANCE_ADD_BAND_\($0.band)", fixed($0.gain * -5000, 5)) }
        entries += OLICalibration.thermalConstants.map { ("RADIANCE_ADD_BAND_\($0.band)", "0.10000") }
        entries += Self.reflective.map { ("REFLECTANCE_MULT_BAND_\($0)", "2.0000E-05") }
        entries += Self.reflective.map { ("REFLECTANCE_ADD_BAND_\($0)", "-0.100000") }
        return entries
    }

    private var thermal: Entries {
        OLICalibration.thermalConstants.flatMap { band, k1, k2 -> Entries in
            [("K1_CONSTANT_BAND_\(band)", fixed(k1, 4)), ("K2_CONSTANT_BAND_\(band)", fixed(k2, 4))]
        }
    }

    private var projectionParameters: Entries {
        projectionHead + [("ORIENTATION", quoted("NORTH_UP")), ("RESAMPLING_OPTION", quoted("CUBIC_CONVOLUTION"))]
    }

    private func quoted(_ text: String) -> String { "\"\(text)\"" }

    private func fixed(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", locale: Locale(identifier: "en_US_POSIX"), value)
    }

    private func percent(_ count: Int, of total: Int) -> String {
        fixed(total > 0 ? 100 * Double(count) / Double(total) : 0, 2)
    }
}
