/// Writes the MTL of a synthetic Landsat Collection 2 Level-1 product, group by group as the ground segment does.
///
/// Left out is what such a product does not have: the panchromatic band, the angle files, the XML and JSON twins, the
/// DOI and the ground control. Added is nothing; what is synthetic says so in `ORIGIN` and `REQUEST_ID`.
struct LandsatMetadataText {
    let instrument: SyntheticLandsat
    let requestID: String
    let grid: Grid
    let tally: SyntheticTally

    private var id: String { instrument.productID }
    private var bands: [Int] { instrument.bandNumbers }
    private var isTM: Bool { instrument.sensor == "TM" }

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
        bands.map { ("FILE_NAME_BAND_\($0)", quoted("\(id)_B\($0).TIF")) } + [
            ("FILE_NAME_QUALITY_L1_PIXEL", quoted("\(id)_QA_PIXEL.TIF")),
            ("FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", quoted("\(id)_QA_RADSAT.TIF")),
            ("FILE_NAME_METADATA_ODL", quoted("\(id)_MTL.txt")),
        ]
    }

    private var contents: Entries {
        let head: Entries = [
            ("ORIGIN", quoted(SyntheticOrigin.text)), ("LANDSAT_PRODUCT_ID", quoted(id)),
            ("PROCESSING_LEVEL", quoted("L1TP")),
            ("COLLECTION_NUMBER", "02"), ("COLLECTION_CATEGORY", quoted("T1")), ("OUTPUT_FORMAT", quoted("GEOTIFF")),
        ]
        let types: Entries =
            bands.map { ("DATA_TYPE_BAND_\($0)", quoted(isTM ? "UINT8" : "UINT16")) } + [
                ("DATA_TYPE_QUALITY_L1_PIXEL", quoted("UINT16")),
                ("DATA_TYPE_QUALITY_L1_RADIOMETRIC_SATURATION", quoted("UINT16")),
            ]
        return head + fileNames + types
    }

    private var image: Entries {
        let head: Entries = [
            ("SPACECRAFT_ID", quoted(instrument.spacecraft)), ("SENSOR_ID", quoted(instrument.sensor)),
            ("WRS_TYPE", "2"), ("WRS_PATH", "167"), ("WRS_ROW", "32"),
        ]
        let aim: Entries = [
            ("NADIR_OFFNADIR", quoted("NADIR")), ("TARGET_WRS_PATH", "167"), ("TARGET_WRS_ROW", "32"),
        ]
        let moment: Entries = [
            ("DATE_ACQUIRED", instrument.date), ("SCENE_CENTER_TIME", quoted(instrument.time)),
            ("STATION_ID", quoted(instrument.station)),
            ("CLOUD_COVER", MetadataNumber.percent(tally.cloudy, of: tally.filled)),
            ("CLOUD_COVER_LAND", MetadataNumber.percent(tally.cloudyLand, of: tally.land)),
        ]
        let quality: Entries =
            isTM ? [("IMAGE_QUALITY", "9")] : [("IMAGE_QUALITY_OLI", "9"), ("IMAGE_QUALITY_TIRS", "9")]
        var saturated = zip(instrument.reflective.map(\.number), tally.saturated).map { ($0, $1) }
        if isTM { saturated += zip(instrument.thermal.map(\.number), tally.saturated.dropFirst(6)).map { ($0, $1) } }
        let saturation: Entries = saturated.sorted { $0.0 < $1.0 }.map { band, count in
            ("SATURATION_BAND_\(band)", quoted(count > 0 ? "Y" : "N"))
        }
        let sun: Entries = [
            ("SUN_AZIMUTH", MetadataNumber.fixed(instrument.sun.azimuthDegrees, 8)),
            ("SUN_ELEVATION", MetadataNumber.fixed(instrument.sun.elevationDegrees, 8)),
            ("EARTH_SUN_DISTANCE", MetadataNumber.fixed(instrument.sun.earthSunDistance, 7)),
        ]
        if isTM { return head + moment + quality + saturation + sun + [("SENSOR_MODE", quoted("BUMPER"))] }
        return head + aim + moment + quality + saturation + [("ROLL_ANGLE", "0.000")] + sun + [
            ("TRUNCATION_OLI", quoted("UPPER")), ("TIRS_SSM_MODEL", quoted("FINAL")),
            ("TIRS_SSM_POSITION_STATUS", quoted("ESTIMATED")),
        ]
    }

    private var projectionHead: Entries {
        [
            ("MAP_PROJECTION", quoted("UTM")), ("DATUM", quoted("WGS84")), ("ELLIPSOID", quoted("WGS84")),
            ("UTM_ZONE", "39"), ("GRID_CELL_SIZE_REFLECTIVE", MetadataNumber.fixed(grid.transform.pixelWidth, 2)),
            ("GRID_CELL_SIZE_THERMAL", MetadataNumber.fixed(grid.transform.pixelWidth, 2)),
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
            entries.append(("CORNER_\(name)_LAT_PRODUCT", MetadataNumber.fixed(positions[point].latitude, 5)))
            entries.append(("CORNER_\(name)_LON_PRODUCT", MetadataNumber.fixed(positions[point].longitude, 5)))
        }
        for (name, _, right, down) in corners {
            let corner = middles.transform.map(
                column: Double(right * middles.width), row: Double(down * middles.height))
            entries.append(("CORNER_\(name)_PROJECTION_X_PRODUCT", MetadataNumber.fixed(corner.x, 3)))
            entries.append(("CORNER_\(name)_PROJECTION_Y_PRODUCT", MetadataNumber.fixed(corner.y, 3)))
        }
        return entries
    }

    private var record: Entries {
        let head: Entries = [
            ("ORIGIN", quoted(SyntheticOrigin.text)), ("REQUEST_ID", quoted(requestID)),
            ("LANDSAT_SCENE_ID", quoted(instrument.sceneID)), ("LANDSAT_PRODUCT_ID", quoted(id)),
            ("PROCESSING_LEVEL", quoted("L1TP")), ("COLLECTION_CATEGORY", quoted("T1")),
            ("OUTPUT_FORMAT", quoted("GEOTIFF")), ("DATE_PRODUCT_GENERATED", instrument.generated),
            ("PROCESSING_SOFTWARE_VERSION", quoted("rsproc synth")),
        ]
        return head + fileNames
    }

    /// Something of every band, in the order of the bands' numbers.
    private func ofBands(
        _ reflective: (SyntheticLandsat.ReflectiveBand) -> Entries,
        _ thermal: (SyntheticLandsat.ThermalBand) -> Entries
    ) -> Entries {
        let both =
            instrument.reflective.map { ($0.number, reflective($0)) }
            + instrument.thermal.map { ($0.number, thermal($0)) }
        return both.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }

    private var radianceLimits: Entries {
        ofBands {
            limits("RADIANCE", $0.number, $0.radianceLimits)
        } _: {
            limits("RADIANCE", $0.number, $0.limits)
        }
    }

    private var reflectanceLimits: Entries {
        instrument.reflective.flatMap { limits("REFLECTANCE", $0.number, $0.reflectanceLimits) }
    }

    private var pixelLimits: Entries {
        bands.flatMap { limits("QUANTIZE_CAL", $0, ("\(instrument.maximumCount)", "1"), short: true) }
    }

    private func limits(
        _ quantity: String, _ band: Int, _ values: (maximum: String, minimum: String), short: Bool = false
    ) -> Entries {
        [
            ("\(quantity)_\(short ? "MAX" : "MAXIMUM")_BAND_\(band)", values.maximum),
            ("\(quantity)_\(short ? "MIN" : "MINIMUM")_BAND_\(band)", values.minimum),
        ]
    }

    private var rescaling: Entries {
        var entries = ofBands {
            [("RADIANCE_MULT_BAND_\($0.number)", $0.radianceGainText)]
        } _: {
            [("RADIANCE_MULT_BAND_\($0.number)", $0.gainText)]
        }
        entries += ofBands {
            [("RADIANCE_ADD_BAND_\($0.number)", MetadataNumber.fixed($0.radianceOffset, 5))]
        } _: {
            [("RADIANCE_ADD_BAND_\($0.number)", $0.offsetText)]
        }
        entries += instrument.reflective.map { ("REFLECTANCE_MULT_BAND_\($0.number)", $0.reflectanceGainText) }
        entries += instrument.reflective.map { ("REFLECTANCE_ADD_BAND_\($0.number)", $0.reflectanceOffsetText) }
        return entries
    }

    private var thermal: Entries {
        instrument.thermal.flatMap { band -> Entries in
            [("K1_CONSTANT_BAND_\(band.number)", band.k1Text), ("K2_CONSTANT_BAND_\(band.number)", band.k2Text)]
        }
    }

    private var projectionParameters: Entries {
        projectionHead + [("ORIENTATION", quoted("NORTH_UP")), ("RESAMPLING_OPTION", quoted("CUBIC_CONVOLUTION"))]
    }

    private func quoted(_ text: String) -> String { "\"\(text)\"" }
}
