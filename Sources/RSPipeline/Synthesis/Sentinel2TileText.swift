/// Writes `MTD_TL.xml` of a synthetic Sentinel-2 product: position, angles and what the masks hold.
struct Sentinel2TileText {
    let level: Sentinel2Level
    let tile: SyntheticTile
    let tally: SyntheticTally
    /// Quality files below the product's folder, with their types.
    let masks: [(type: String, path: String)]

    private typealias Instrument = Sentinel2Instrument

    var text: String {
        let name = level == .l1c ? "Level-1C" : "Level-2A"
        return XMLText(
            "n1:\(name)_Tile_ID",
            [("xmlns:n1", "https://psd-15.sentinel2.eo.esa.int/PSD/S2_PDI_\(name)_Tile_Metadata.xsd")],
            [
                XMLText(
                    "n1:General_Info", [],
                    [
                        XMLText("TILE_ID", [("metadataLevel", "Brief")], text: Instrument.granuleID(level)),
                        XMLText("DATASTRIP_ID", [("metadataLevel", "Standard")], text: Instrument.datastripID(level)),
                        XMLText("DOWNLINK_PRIORITY", [("metadataLevel", "Standard")], text: "NOMINAL"),
                        XMLText("SENSING_TIME", [("metadataLevel", "Standard")], text: Instrument.sensingTime),
                    ]),
                XMLText("n1:Geometric_Info", [], [geocoding, angles]), quality,
            ]
        ).document(remark: SyntheticOrigin.text)
    }

    /// The share under cloud, percent: of the classification, or of the classes where there is none.
    var cloudPercent: String {
        guard level == .l2a else { return MetadataNumber.percent(tally.cloudy, of: tally.filled, 6) }
        return share([8, 9, 10])
    }

    private var geocoding: XMLText {
        let sizes = Instrument.resolutions.map { resolution in
            let count = "\(tile.size * 10 / resolution)"
            return XMLText(
                "Size", [("resolution", "\(resolution)")],
                [XMLText("NROWS", text: count), XMLText("NCOLS", text: count)])
        }
        let places = Instrument.resolutions.map { resolution in
            XMLText(
                "Geoposition", [("resolution", "\(resolution)")],
                [
                    XMLText("ULX", text: "\(tile.left)"), XMLText("ULY", text: "\(tile.top)"),
                    XMLText("XDIM", text: "\(resolution)"), XMLText("YDIM", text: "-\(resolution)"),
                ])
        }
        return XMLText(
            "Tile_Geocoding", [("metadataLevel", "Brief")],
            [
                XMLText("HORIZONTAL_CS_NAME", text: "WGS84 / UTM zone 39N"),
                XMLText("HORIZONTAL_CS_CODE", text: "EPSG:\(SyntheticSite.epsg)"),
            ] + sizes + places)
    }

    // MARK: Angles

    private var angles: XMLText {
        let angles = Sentinel2Angles(tile: tile)
        var children = [
            XMLText("Sun_Angles_Grid", [], Self.grids(angles.sunGrid)), Self.mean("Mean_Sun_Angle", [], angles.meanSun),
        ]
        for band in Instrument.bands.indices {
            for detector in Sentinel2Angles.detectors {
                guard let grid = angles.satelliteGrid(band: band, detector: detector) else { continue }
                children.append(
                    XMLText(
                        "Viewing_Incidence_Angles_Grids", [("bandId", "\(band)"), ("detectorId", "\(detector)")],
                        Self.grids(grid)))
            }
        }
        let means = Instrument.bands.indices.map {
            Self.mean("Mean_Viewing_Incidence_Angle", [("bandId", "\($0)")], angles.meanSatellite(band: $0))
        }
        children.append(XMLText("Mean_Viewing_Incidence_Angle_List", [], means))
        return XMLText("Tile_Angles", [("metadataLevel", "Standard")], children)
    }

    private static func grids(_ directions: [[Sentinel2Angles.Direction?]]) -> [XMLText] {
        func grid(_ name: String, _ angle: (Sentinel2Angles.Direction) -> Double) -> XMLText {
            let step = "\(Sentinel2Angles.gridStep)"
            let rows = directions.map { row in
                XMLText(
                    "VALUES",
                    text: row.map { MetadataNumber.general($0.map(angle) ?? .nan, 6) }.joined(separator: " "))
            }
            return XMLText(
                name, [],
                [
                    XMLText("COL_STEP", [("unit", "m")], text: step), XMLText("ROW_STEP", [("unit", "m")], text: step),
                    XMLText("Values_List", [], rows),
                ])
        }
        return [grid("Zenith") { $0.zenith }, grid("Azimuth") { $0.azimuth }]
    }

    private static func mean(
        _ name: String, _ attributes: [(name: String, value: String)], _ direction: Sentinel2Angles.Direction
    ) -> XMLText {
        XMLText(
            name, attributes,
            [
                XMLText("ZENITH_ANGLE", [("unit", "deg")], text: MetadataNumber.fixed(direction.zenith, 9)),
                XMLText("AZIMUTH_ANGLE", [("unit", "deg")], text: MetadataNumber.fixed(direction.azimuth, 9)),
            ])
    }

    // MARK: Quality

    /// The share of classes in all imaged pixels, percent.
    private func share(_ classes: [Int]) -> String {
        MetadataNumber.percent(
            classes.reduce(0) { $0 + tally.sceneClasses[$1] }, of: tally.sceneClasses.reduce(0, +), 6)
    }

    private var quality: XMLText {
        let all = tile.size * tile.size
        var content = [XMLText("CLOUDY_PIXEL_PERCENTAGE", text: cloudPercent)]
        let noData = XMLText(
            "NODATA_PIXEL_PERCENTAGE", text: MetadataNumber.percent(all - tally.filled, of: all, 6))
        if level == .l2a {
            content += [
                noData, XMLText("SATURATED_DEFECTIVE_PIXEL_PERCENTAGE", text: share([1])),
                XMLText("CAST_SHADOW_PERCENTAGE", text: share([2])),
                XMLText("CLOUD_SHADOW_PERCENTAGE", text: share([3])),
                XMLText("VEGETATION_PERCENTAGE", text: share([4])),
                XMLText("NOT_VEGETATED_PERCENTAGE", text: share([5])), XMLText("WATER_PERCENTAGE", text: share([6])),
                XMLText("UNCLASSIFIED_PERCENTAGE", text: share([7])),
                XMLText("MEDIUM_PROBA_CLOUDS_PERCENTAGE", text: share([8])),
                XMLText("HIGH_PROBA_CLOUDS_PERCENTAGE", text: share([9])),
                XMLText("THIN_CIRRUS_PERCENTAGE", text: share([10])), XMLText("SNOW_ICE_PERCENTAGE", text: share([11])),
            ]
        }
        let files = masks.map { XMLText("MASK_FILENAME", [("type", $0.type)], text: $0.path) }
        return XMLText(
            "n1:Quality_Indicators_Info", [("metadataLevel", "Standard")],
            [
                XMLText("Image_Content_QI", [], content),
                XMLText("Pixel_Level_QI", [("geometry", "FULL_RESOLUTION")], files),
            ])
    }
}
