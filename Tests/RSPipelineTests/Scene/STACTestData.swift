import Foundation

@testable import RSPipeline

/// A STAC item of a few pixels, with its files beside it.
struct SmallItem {
    var properties: [String: JSONValue] = ["datetime": .string("2023-07-15T07:30:00Z")]
    var assets: [String: JSONValue] = [:]
    var version = "1.0.0"
    var id = "ITEM_1"
    var collection: String?

    /// One asset with a band and what the item says of it.
    static func asset(
        _ href: String, common: String? = nil, name: String? = nil, raster: [String: JSONValue] = [:],
        roles: [String] = ["data"], type: String? = "image/tiff; application=geotiff", more: [String: JSONValue] = [:]
    ) -> JSONValue {
        var members: [String: JSONValue] = ["href": .string(href), "roles": .array(roles.map { .string($0) })]
        if let type { members["type"] = .string(type) }
        var band: [String: JSONValue] = [:]
        if let common { band["common_name"] = .string(common) }
        if let name { band["name"] = .string(name) }
        if !band.isEmpty { members["eo:bands"] = .array([.object(band)]) }
        if !raster.isEmpty { members["raster:bands"] = .array([.object(raster)]) }
        return .object(members.merging(more) { $1 })
    }

    /// A Sentinel-2 Level-2A item with red, green and SCL.
    static func sentinel2(baseline: String? = "05.09", offset: Double? = -0.1, scale: Double? = 0.0001) -> SmallItem {
        var item = SmallItem()
        item.properties["platform"] = .string("sentinel-2a")
        item.properties["instruments"] = .array([.string("msi")])
        item.properties["s2:product_type"] = .string("S2MSI2A")
        item.properties["view:sun_elevation"] = .number(40)
        item.properties["view:sun_azimuth"] = .number(150)
        item.properties["eo:cloud_cover"] = .number(12.5)
        if let baseline { item.properties["s2:processing_baseline"] = .string(baseline) }
        var raster: [String: JSONValue] = ["nodata": .integer(0), "data_type": .string("uint16")]
        if let scale { raster["scale"] = .number(scale) }
        if let offset { raster["offset"] = .number(offset) }
        item.assets = [
            "red": asset(
                "./B04.tif", common: "red", name: "B04", raster: raster, roles: ["data", "reflectance"],
                more: ["gsd": .integer(10)]),
            "rededge2": asset("./B06.tif", common: "rededge", name: "B06", raster: raster, roles: ["data"]),
            "scl": asset("./SCL.tif", raster: ["nodata": .integer(0)]),
            "visual": asset("./TCI.tif", common: "red", roles: ["visual"]),
            "thumbnail": asset("./x.png", roles: ["thumbnail"], type: "image/png"),
            "aot": asset("./AOT.tif", raster: ["scale": .number(0.001)]),
        ]
        return item
    }

    /// A Landsat Level-2 item.
    static func landsat2() -> SmallItem {
        var item = SmallItem()
        item.id = "LC08_L2SP_167032_20230715_20230720_02_T1_SR"
        item.properties["platform"] = .string("LANDSAT_8")
        item.properties["instruments"] = .array([.string("OLI"), .string("TIRS")])
        item.properties["landsat:correction"] = .string("L2SP")
        item.properties["landsat:collection_number"] = .string("02")
        let reflectance: [String: JSONValue] = [
            "scale": .number(2.75e-05), "offset": .number(-0.2), "nodata": .integer(0),
        ]
        item.assets = [
            "red": asset("./X_SR_B4.TIF", common: "red", name: "OLI_B4", raster: reflectance),
            "lwir11": asset(
                "./X_ST_B10.TIF", common: "lwir11", name: "TIRS_B10",
                raster: ["scale": .number(0.00341802), "offset": .number(149), "nodata": .integer(0)]),
            "qa_pixel": asset("./X_QA_PIXEL.TIF", roles: ["cloud"]),
            "qa_aerosol": asset("./X_SR_QA_AEROSOL.TIF"),
        ]
        return item
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "type": .string("Feature"), "stac_version": .string(version), "id": .string(id),
            "properties": .object(properties), "assets": .object(assets), "links": .array([]), "geometry": .null,
        ]
        if let collection { members["collection"] = .string(collection) }
        return .object(members)
    }

    /// Writes the item; returns its path.
    @discardableResult
    func write(in folder: String, name: String = "item.json") throws -> String {
        try Data(json.text(pretty: true).utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        return folder + "/" + name
    }

    static func file(
        _ name: String, in folder: String, _ value: Double, type: SampleType = .uint16, width: Int = 4
    ) throws {
        try SmallRaster.write(
            folder + "/" + name, grid: SmallRaster.grid(width, 4), type: type,
            bands: [[Double](repeating: value, count: width * 4)])
    }
}
