/// Writes the metadata of a synthetic SPOT-7 product as DIMAP version 2.
///
/// Left out is what such a product does not have: histograms, quicklooks, lineage, the style sheet and the masks other
/// than that of clouds. What is synthetic says so in the remark at the head and in `PRODUCER_NAME`.
struct DIMAPText {
    let grid: Grid
    /// Rows and columns of tiles.
    let tiles: Int
    let tally: SyntheticTally
    let options: SynthesisOptions

    private static let version = "2.12"

    /// Rows and columns of all tiles but the last ones.
    static func tileSize(_ size: Int, tiles: Int) -> Int { (size + tiles - 1) / tiles }

    /// The name of an image file; rows and columns count from 1.
    static func imageName(row: Int, column: Int) -> String { "IMG_\(SPOTInstrument.name)_R\(row)C\(column).TIF" }

    static let metadataName = "DIM_\(SPOTInstrument.name).XML"
    static let cloudMaskName = "CLD_\(SPOTInstrument.name)_MSK.GML"

    /// The metadata of the product.
    var text: String {
        XMLText(
            "Dimap_Document", [("version", Self.version)],
            [
                identification("S7_ORTHO", "PRODUCT"),
                XMLText(
                    "Dataset_Identification", [],
                    [
                        XMLText("DATASET_TYPE", text: "RASTER_ORTHO"),
                        XMLText("DATASET_NAME", [("version", "1.0")], text: SPOTInstrument.name),
                    ]), content, producer, referenceSystem, position, processing, raster, radiometry, geometry, quality,
                sources,
            ]
        ).document(remark: SyntheticOrigin.text)
    }

    /// The index of the volume, which leads to the metadata of its one product.
    static var volumeText: String {
        let link = XMLText("COMPONENT_PATH", [("href", "\(SPOTSynthesis.imageFolder)/\(metadataName)")])
        return XMLText(
            "Dimap_Document", [("version", version)],
            [
                XMLText(
                    "Metadata_Identification", [], [XMLText("METADATA_FORMAT", [("version", version)], text: "DIMAP")]),
                XMLText("Dataset_Identification", [], [XMLText("DATASET_TYPE", text: "VOLUME")]),
                XMLText(
                    "Dataset_Content", [],
                    [
                        XMLText(
                            "Dataset_Components", [],
                            [
                                XMLText(
                                    "Component", [],
                                    [
                                        XMLText("COMPONENT_TITLE", text: SPOTInstrument.name),
                                        XMLText("COMPONENT_TYPE", text: "DIMAP"), link,
                                    ])
                            ])
                    ]),
            ]
        ).document(remark: SyntheticOrigin.text)
    }

    private func identification(_ profile: String, _ sub: String) -> XMLText {
        XMLText(
            "Metadata_Identification", [],
            [
                XMLText("METADATA_FORMAT", [("version", Self.version)], text: "DIMAP"),
                XMLText("METADATA_PROFILE", text: profile), XMLText("METADATA_SUBPROFILE", text: sub),
                XMLText("METADATA_LANGUAGE", text: "en"),
            ])
    }

    // MARK: Content and position

    private var content: XMLText {
        let pixel = grid.transform.pixelWidth
        let area = Double(tally.filled) * pixel * pixel / 1e6
        return XMLText(
            "Dataset_Content", [],
            [
                XMLText("SURFACE_AREA", [("unit", "square km")], text: MetadataNumber.fixed(area, 3)),
                XMLText(
                    "CLOUD_COVERAGE", [("unit", "percent")],
                    text: MetadataNumber.percent(tally.cloudy, of: tally.filled)),
                XMLText("SNOW_COVERAGE", [("unit", "percent")], text: "0.00"), extent,
            ])
    }

    /// The middles of the corner pixels and of the whole.
    private var extent: XMLText {
        let first = grid.transform.map(column: 0.5, row: 0.5)
        let middles = Grid(
            width: grid.width - 1, height: grid.height - 1,
            transform: GeoTransform(left: first.x, top: first.y, pixelSize: grid.transform.pixelWidth), crs: grid.crs)
        let corners = [(0, 0), (middles.width, 0), (middles.width, middles.height), (0, middles.height)]
        let positions = middles.footprint() ?? []
        func point(
            _ name: String, _ column: Double, _ row: Double, _ position: (longitude: Double, latitude: Double)?
        ) -> XMLText {
            let place = middles.transform.map(column: column, row: row)
            var children: [XMLText] = []
            if let position {
                children = [
                    XMLText("LON", text: MetadataNumber.fixed(position.longitude, 9)),
                    XMLText("LAT", text: MetadataNumber.fixed(position.latitude, 9)),
                ]
            }
            children += [
                XMLText("X", text: MetadataNumber.fixed(place.x, 2)),
                XMLText("Y", text: MetadataNumber.fixed(place.y, 2)),
                XMLText("COL", text: "\(Int(column) + 1)"), XMLText("ROW", text: "\(Int(row) + 1)"),
            ]
            return XMLText(name, [], children)
        }
        var children = [XMLText("EXTENT_TYPE", text: "Bounding_Box")]
        for (index, corner) in corners.enumerated() {
            children.append(
                point(
                    "Vertex", Double(corner.0), Double(corner.1),
                    positions.indices.contains(index) ? positions[index] : nil))
        }
        let column = Double(middles.width / 2)
        let row = Double(middles.height / 2)
        children.append(point("Center", column, row, nil))
        return XMLText("Dataset_Extent", [], children)
    }

    private var producer: XMLText {
        XMLText(
            "Product_Information", [],
            [
                XMLText("Producer_Information", [], [XMLText("PRODUCER_NAME", text: SyntheticOrigin.text)]),
                XMLText(
                    "Delivery_Identification", [],
                    [
                        XMLText("PRODUCTION_DATE", text: SPOTInstrument.production),
                        XMLText("JOB_ID", text: options.label), XMLText("PRODUCT_INFO", text: "SPOT"),
                    ]),
            ])
    }

    private var referenceSystem: XMLText {
        XMLText(
            "Coordinate_Reference_System", [],
            [
                XMLText(
                    "Projected_CRS", [],
                    [
                        XMLText("PROJECTED_CRS_NAME", text: "WGS 84 / UTM zone 39N"),
                        XMLText("PROJECTED_CRS_CODE", text: "urn:ogc:def:crs:EPSG::\(SyntheticSite.epsg)"),
                    ]),
                XMLText("Temporal_CRS", [], [XMLText("TEMPORAL_CRS_NAME", text: "UTC")]),
            ])
    }

    private var position: XMLText {
        let t = grid.transform
        return XMLText(
            "Geoposition", [],
            [
                XMLText(
                    "Raster_CRS", [],
                    [
                        XMLText("RASTER_GEOMETRY", text: "GROUND"), XMLText("PIXEL_ORIENTATION", text: "UL"),
                        XMLText("PIXEL_CRS_TYPE", text: "CELL"), XMLText("PIXEL_ORIGIN", text: "1"),
                    ]),
                XMLText(
                    "Geoposition_Insert", [],
                    [
                        XMLText("ULXMAP", text: MetadataNumber.fixed(t.originX, 1)),
                        XMLText("ULYMAP", text: MetadataNumber.fixed(t.originY, 1)),
                        XMLText("XDIM", text: MetadataNumber.fixed(t.pixelWidth, 1)),
                        XMLText("YDIM", text: MetadataNumber.fixed(t.pixelWidth, 1)),
                    ]),
            ])
    }

    // MARK: Processing and image files

    private var processing: XMLText {
        XMLText(
            "Processing_Information", [],
            [
                XMLText("Production_Facility", [], [XMLText("SOFTWARE", text: "rsproc synth")]),
                XMLText(
                    "Product_Settings", [],
                    [
                        XMLText("PROCESSING_LEVEL", text: "ORTHO"), XMLText("SPECTRAL_PROCESSING", text: "MS"),
                        XMLText("Geometric_Settings", [], [XMLText("GEOMETRIC_PROCESSING", text: "ORTHO")]),
                        XMLText("Radiometric_Settings", [], [XMLText("RADIOMETRIC_PROCESSING", text: "BASIC")]),
                        XMLText(
                            "Sampling_Settings", [],
                            [
                                XMLText(
                                    "RESAMPLING_SPACING", [("unit", "m")],
                                    text: MetadataNumber.fixed(grid.transform.pixelWidth, 1))
                            ]),
                    ]),
            ])
    }

    private var raster: XMLText {
        let tile = Self.tileSize(grid.width, tiles: tiles)
        let files = (1...tiles).flatMap { row in
            (1...tiles).map { column in
                XMLText(
                    "Data_File", [("tile_R", "\(row)"), ("tile_C", "\(column)")],
                    [XMLText("DATA_FILE_PATH", [("href", Self.imageName(row: row, column: column))])])
            }
        }
        let access = XMLText(
            "Data_Access", [],
            [
                XMLText("DATA_FILE_ORGANISATION", text: "BAND_COMPOSITE"),
                XMLText("DATA_FILE_FORMAT", text: "image/tiff"), XMLText("DATA_FILE_TILES", text: "true"),
                XMLText("Data_Files", [], files),
            ])
        let tiling = XMLText(
            "Regular_Tiling", [],
            [
                XMLText("NTILES_SIZE", [("nrows", "\(tile)"), ("ncols", "\(tile)")]),
                XMLText("NTILES_COUNT", [("ntiles_R", "\(tiles)"), ("ntiles_C", "\(tiles)")]),
                XMLText("OVERLAP_ROW", text: "0"), XMLText("OVERLAP_COL", text: "0"),
            ])
        let dimensions = XMLText(
            "Raster_Dimensions", [],
            [
                XMLText("NROWS", text: "\(grid.height)"), XMLText("NCOLS", text: "\(grid.width)"),
                XMLText("NBANDS", text: "\(SPOTInstrument.bands.count)"),
                XMLText("Tile_Set", [], [XMLText("NTILES", text: "\(tiles * tiles)"), tiling]),
            ])
        let encoding = XMLText(
            "Raster_Encoding", [],
            [
                XMLText("DATA_TYPE", text: "INTEGER"), XMLText("NBITS", text: "16"), XMLText("SIGN", text: "UNSIGNED"),
                XMLText("COMPRESSION_TYPE", text: "LOSSLESS"),
            ])
        return XMLText("Raster_Data", [], [access, dimensions, encoding, display])
    }

    private var display: XMLText {
        let ids = SPOTInstrument.fileOrder.map { SPOTInstrument.bands[$0].id }
        let channels = zip(["RED", "GREEN", "BLUE", "ALPHA"], ids).map { XMLText("\($0)_CHANNEL", text: $1) }
        let special = [("NODATA", 0), ("SATURATED", SPOTInstrument.saturated)].map { name, value in
            XMLText(
                "Special_Value", [],
                [
                    XMLText("SPECIAL_VALUE_TEXT", text: name), XMLText("SPECIAL_VALUE_COUNT", text: "\(value)"),
                ])
        }
        return XMLText("Raster_Display", [], [XMLText("Band_Display_Order", [], channels)] + special)
    }

    // MARK: Radiometry

    private var radiometry: XMLText {
        let range = XMLText(
            "Dynamic_Range", [], [XMLText("ACQUISITION_RANGE", text: "12"), XMLText("PRODUCT_RANGE", text: "12")])
        let adjustment = XMLText("Dynamic_Adjustment", [], [XMLText("ADJUSTMENT_TYPE", text: "NONE")])
        func measure(_ name: String, _ band: SPOTInstrument.Band, _ unit: String, _ values: [XMLText]) -> XMLText {
            XMLText(
                name, [], [XMLText("BAND_ID", text: band.id), XMLText("MEASURE_UNIT", text: unit)] + values)
        }
        let bands = SPOTInstrument.bands
        let ranges = bands.map {
            measure(
                "Band_Spectral_Range", $0, "nanometers",
                [XMLText("MIN", text: "\($0.range.minimum)"), XMLText("MAX", text: "\($0.range.maximum)")])
        }
        let radiances = bands.map {
            measure(
                "Band_Radiance", $0, "watt/m2/steradians/micrometers",
                [XMLText("GAIN", text: $0.gain), XMLText("BIAS", text: $0.bias)])
        }
        let irradiances = bands.map {
            measure("Band_Solar_Irradiance", $0, "watt/m2/micron", [XMLText("VALUE", text: $0.irradiance)])
        }
        let list = XMLText("Band_Measurement_List", [], ranges + radiances + irradiances)
        return XMLText(
            "Radiometric_Data", [],
            [
                range, adjustment,
                XMLText("Radiometric_Calibration", [], [XMLText("Instrument_Calibration", [], [list])]),
            ])
    }

    // MARK: Angles, masks and sources

    /// The sun and the satellite above the top, the middle and the bottom of the scene.
    ///
    /// Pixels are made with the sun of the middle. It stands 0.7 degrees higher for each degree of latitude to
    /// the south.
    private var geometry: XMLText {
        let sun = SPOTInstrument.sun
        let halfHeight = Double(grid.height) * grid.transform.pixelWidth / 2
        let places = [("TopCenter", 1, 1.0), ("Center", grid.height / 2 + 1, 0.0), ("BottomCenter", grid.height, -1.0)]
        let values = places.map { name, row, northward in
            let north = northward * halfHeight / 111_000
            // 6.7 km of ground a second.
            let seconds = MetadataNumber.fixed(SPOTInstrument.centreSeconds - northward * halfHeight / 6700, 6)
            return XMLText(
                "Located_Geometric_Values", [],
                [
                    XMLText("LOCATION_TYPE", text: name), XMLText("COL", text: "\(grid.width / 2 + 1)"),
                    XMLText("ROW", text: "\(row)"),
                    XMLText("TIME", text: "\(SPOTInstrument.date)T07:25:\(seconds)Z"),
                    XMLText("SATELLITE_ALTITUDE", text: "699560.0"),
                    XMLText(
                        "Acquisition_Angles", [],
                        [
                            XMLText("AZIMUTH_ANGLE", text: MetadataNumber.fixed(193.2, 6)),
                            XMLText("VIEWING_ANGLE_ACROSS_TRACK", text: "8.4"),
                            XMLText("VIEWING_ANGLE_ALONG_TRACK", text: "1.9"), XMLText("VIEWING_ANGLE", text: "8.61"),
                            XMLText("INCIDENCE_ANGLE", text: MetadataNumber.fixed(9.58 + 0.02 * north, 6)),
                        ]),
                    XMLText(
                        "Solar_Incidences", [],
                        [
                            XMLText("SUN_AZIMUTH", text: MetadataNumber.fixed(sun.azimuthDegrees + 1.4 * north, 8)),
                            XMLText("SUN_ELEVATION", text: MetadataNumber.fixed(sun.elevationDegrees - 0.7 * north, 8)),
                        ]),
                ])
        }
        return XMLText("Geometric_Data", [], [XMLText("Use_Area", [], values)])
    }

    private var quality: XMLText {
        XMLText(
            "Quality_Assessment", [],
            [
                XMLText(
                    "Imaging_Quality_Measurement", [],
                    [
                        XMLText("QUALITY_TABLES", text: "SPOT"), XMLText("MEASURE_NAME", text: "Cloud_Cotation (CLD)"),
                        XMLText(
                            "Quality_Mask", [],
                            [
                                XMLText(
                                    "Component", [],
                                    [
                                        XMLText("COMPONENT_TITLE", text: "Cloud_Cotation Mask"),
                                        XMLText("COMPONENT_CONTENT", text: "GML MASK"),
                                        XMLText("COMPONENT_PATH", [("href", "MASKS/\(Self.cloudMaskName)")]),
                                    ])
                            ]),
                    ])
            ])
    }

    private var sources: XMLText {
        XMLText(
            "Dataset_Sources", [],
            [
                XMLText(
                    "Source_Identification", [],
                    [
                        XMLText("SOURCE_ID", text: "DS_\(SPOTInstrument.name)"),
                        XMLText("SOURCE_TYPE", text: "Strip_Source"),
                        XMLText(
                            "Strip_Source", [],
                            [
                                XMLText("MISSION", text: "SPOT"), XMLText("MISSION_INDEX", text: "7"),
                                XMLText("INSTRUMENT", text: "SPOT"), XMLText("INSTRUMENT_INDEX", text: "7"),
                                XMLText("IMAGING_DATE", text: SPOTInstrument.date),
                                XMLText("IMAGING_TIME", text: SPOTInstrument.startTime),
                                XMLText("BAND_MODE", text: "MS"),
                            ]),
                    ])
            ])
    }
}
