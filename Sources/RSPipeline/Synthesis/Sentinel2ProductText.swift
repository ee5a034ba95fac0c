/// Writes `MTD_MSIL1C.xml` or `MTD_MSIL2A.xml` of a synthetic Sentinel-2 product.
///
/// Left out is what such a product does not have: spectral responses, auxiliary data and the reports of the checks. What is
/// synthetic says so in the remark at the head.
struct Sentinel2ProductText {
    let level: Sentinel2Level
    let tile: SyntheticTile
    let cloudPercent: String
    /// Image files below the product's folder, without `.jp2`.
    let images: [String]
    /// The outer corners, clockwise from the upper left, closed.
    let footprint: [(longitude: Double, latitude: Double)]

    /// The name of the file.
    static func fileName(_ level: Sentinel2Level) -> String { "MTD_MSI\(level.code).xml" }

    var text: String {
        let schema =
            "https://psd-15.sentinel2.eo.esa.int/PSD/User_Product_Level-\(level == .l1c ? "1C" : "2A").xsd"
        return XMLText(
            "n1:Level-\(level == .l1c ? "1C" : "2A")_User_Product", [("xmlns:n1", schema)],
            [
                XMLText("n1:General_Info", [], [product, characteristics]), geometry,
                XMLText(
                    "n1:Quality_Indicators_Info", [], [XMLText("Cloud_Coverage_Assessment", text: cloudPercent)]),
            ]
        ).document(remark: SyntheticOrigin.text)
    }

    private typealias Instrument = Sentinel2Instrument

    private var product: XMLText {
        let datatake = XMLText(
            "Datatake",
            [
                (
                    "datatakeIdentifier",
                    "GS2A_\(Instrument.datatakeTime)_\(Instrument.orbit.dropFirst(1))_N\(Instrument.baseline)"
                )
            ],
            [
                XMLText("SPACECRAFT_NAME", text: "Sentinel-2A"), XMLText("DATATAKE_TYPE", text: "INS-NOBS"),
                XMLText("DATATAKE_SENSING_START", text: Instrument.datatakeStart),
                XMLText("SENSING_ORBIT_NUMBER", text: "49"), XMLText("SENSING_ORBIT_DIRECTION", text: "DESCENDING"),
            ])
        let granule = XMLText(
            "Granule",
            [
                ("datastripIdentifier", Instrument.datastripID(level)),
                ("granuleIdentifier", Instrument.granuleID(level)), ("imageFormat", "JPEG2000"),
            ], images.map { XMLText("IMAGE_FILE", text: $0) })
        return XMLText(
            "Product_Info", [],
            [
                XMLText("PRODUCT_START_TIME", text: Instrument.datatakeStart),
                XMLText("PRODUCT_STOP_TIME", text: Instrument.datatakeStart),
                XMLText("PRODUCT_URI", text: Instrument.productName(level)),
                XMLText("PROCESSING_LEVEL", text: level == .l1c ? "Level-1C" : "Level-2A"),
                XMLText("PRODUCT_TYPE", text: level == .l1c ? "S2MSI1C" : "S2MSI2A"),
                XMLText("PROCESSING_BASELINE", text: Instrument.baseline),
                XMLText("GENERATION_TIME", text: Instrument.generationTime(level)), datatake,
                XMLText(
                    "Query_Options", [("completeSingleTile", "true")],
                    [XMLText("PRODUCT_FORMAT", text: "SAFE_COMPACT")]),
                XMLText("Product_Organisation", [], [XMLText("Granule_List", [], [granule])]),
            ])
    }

    private var characteristics: XMLText {
        let special = [("NODATA", "0"), ("SATURATED", "\(Instrument.saturated)")].map { name, value in
            XMLText(
                "Special_Values", [],
                [XMLText("SPECIAL_VALUE_TEXT", text: name), XMLText("SPECIAL_VALUE_INDEX", text: value)])
        }
        let display = XMLText(
            "Image_Display_Order", [],
            zip(["RED", "GREEN", "BLUE"], [3, 2, 1]).map { XMLText("\($0)_CHANNEL", text: "\($1)") })
        let quantification = MetadataNumber.fixed(Instrument.quantification, 0)
        let scale: XMLText
        let shift: XMLText
        func offsets(_ name: String) -> [XMLText] {
            Instrument.bands.indices.map {
                XMLText(name, [("band_id", "\($0)")], text: MetadataNumber.fixed(Instrument.offset, 0))
            }
        }
        switch level {
        case .l1c:
            scale = XMLText("QUANTIFICATION_VALUE", [("unit", "none")], text: quantification)
            shift = XMLText("Radiometric_Offset_List", [], offsets("RADIO_ADD_OFFSET"))
        case .l2a:
            scale = XMLText(
                "QUANTIFICATION_VALUES_LIST", [],
                [XMLText("BOA_QUANTIFICATION_VALUE", [("unit", "none")], text: quantification)])
            shift = XMLText("BOA_ADD_OFFSET_VALUES_LIST", [], offsets("BOA_ADD_OFFSET"))
        }
        return XMLText(
            "Product_Image_Characteristics", [], special + [display, scale, shift, conversion, spectra] + classes)
    }

    private var conversion: XMLText {
        let irradiances = Instrument.bands.enumerated().map {
            XMLText("SOLAR_IRRADIANCE", [("bandId", "\($0)"), ("unit", "W/m²/µm")], text: $1.irradiance)
        }
        return XMLText(
            "Reflectance_Conversion", [],
            [XMLText("U", text: Instrument.distanceFactor), XMLText("Solar_Irradiance_List", [], irradiances)])
    }

    private var spectra: XMLText {
        let bands = Instrument.bands.enumerated().map { id, band in
            let unit = [("unit", "nm")]
            let wavelength = XMLText(
                "Wavelength", [],
                [
                    XMLText("MIN", unit, text: "\(band.range.minimum)"),
                    XMLText("MAX", unit, text: "\(band.range.maximum)"),
                    XMLText("CENTRAL", unit, text: band.centre),
                ])
            return XMLText(
                "Spectral_Information", [("bandId", "\(id)"), ("physicalBand", band.physicalName)],
                [XMLText("RESOLUTION", text: "\(band.resolution)"), wavelength])
        }
        return XMLText("Spectral_Information_List", [], bands)
    }

    /// The legend of the scene classification; Level-1C has none.
    private var classes: [XMLText] {
        guard level == .l2a else { return [] }
        let names = [
            "NODATA", "SATURATED_DEFECTIVE", "CAST_SHADOW", "CLOUD_SHADOW", "VEGETATION", "NOT_VEGETATED", "WATER",
            "UNCLASSIFIED", "CLOUD_MEDIUM_PROBA", "CLOUD_HIGH_PROBA", "THIN_CIRRUS", "SNOW_ICE",
        ]
        let list = names.enumerated().map { index, name in
            XMLText(
                "Scene_Classification_ID", [],
                [
                    XMLText("SCENE_CLASSIFICATION_TEXT", text: "SC_\(name)"),
                    XMLText("SCENE_CLASSIFICATION_INDEX", text: "\(index)"),
                ])
        }
        return [XMLText("Scene_Classification_List", [], list)]
    }

    private var geometry: XMLText {
        let positions = footprint.map {
            "\(MetadataNumber.fixed($0.latitude, 12)) \(MetadataNumber.fixed($0.longitude, 12))"
        }
        let list = XMLText("EXT_POS_LIST", text: positions.joined(separator: " "))
        return XMLText(
            "n1:Geometric_Info", [],
            [
                XMLText(
                    "Product_Footprint", [],
                    [XMLText("Product_Footprint", [], [XMLText("Global_Footprint", [], [list])])]),
                XMLText(
                    "Coordinate_Reference_System", [],
                    [
                        XMLText("GEO_TABLES", [("version", "1")], text: "EPSG"),
                        XMLText("HORIZONTAL_CS_TYPE", text: "GEOGRAPHIC"),
                    ]),
            ])
    }
}
