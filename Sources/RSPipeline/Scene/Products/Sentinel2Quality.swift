/// The quality layers of Sentinel-2 products.
enum Sentinel2Quality {
    /// The classes of `SCL`.
    ///
    /// `cloud` is medium and high probability of cloud, `cirrus` is thin cirrus, `dark` is dark areas (called cast
    /// shadows since baseline 04.00), `saturated` is saturated or defective.
    ///
    /// Source: ESA, Sentinel-2 Level-2A algorithm theoretical basis document, table of scene classes.
    static let sceneClassificationFlags: [QualityFlag] = [
        QualityFlag(name: "fill", test: .oneOf([0]), reason: .fill),
        QualityFlag(name: "saturated", test: .oneOf([1]), reason: .saturated),
        QualityFlag(name: "dark", test: .oneOf([2]), reason: .maskedOther),
        QualityFlag(name: "shadow", test: .oneOf([3]), reason: .shadow),
        QualityFlag(name: "vegetation", test: .oneOf([4]), reason: .maskedOther),
        QualityFlag(name: "bare", test: .oneOf([5]), reason: .maskedOther),
        QualityFlag(name: "water", test: .oneOf([6]), reason: .maskedOther),
        QualityFlag(name: "unclassified", test: .oneOf([7]), reason: .maskedOther),
        QualityFlag(name: "cloud", test: .oneOf([8, 9]), reason: .cloud),
        QualityFlag(name: "cirrus", test: .oneOf([10]), reason: .cloud),
        QualityFlag(name: "snow", test: .oneOf([11]), reason: .maskedOther),
    ]

    /// The one condition of `MSK_CLDPRB`: more likely cloud than not.
    static let cloudProbabilityFlags = [QualityFlag(name: "cloudprob", test: .atLeast(50), reason: .cloud)]

    /// The bands of `MSK_CLASSI` of Level-1C since baseline 04.00, each 1 where the condition holds.
    ///
    /// Source: ESA, Sentinel-2 products specification document, version 14.9, raster masks.
    static let classificationBands: [(name: String, flag: QualityFlag)] = [
        ("MSK_CLASSI_OPAQUE", QualityFlag(name: "cloud", test: .atLeast(1), reason: .cloud)),
        ("MSK_CLASSI_CIRRUS", QualityFlag(name: "cirrus", test: .atLeast(1), reason: .cloud)),
        ("MSK_CLASSI_SNOW", QualityFlag(name: "snow", test: .atLeast(1), reason: .maskedOther)),
    ]

    /// The kinds of polygons in `MSK_CLOUDS` of Level-1C before baseline 04.00.
    ///
    /// Source: ESA, Sentinel-2 products specification document, version 14.5, vector masks.
    static let cloudTypes: [(maskType: String, flag: QualityFlag)] = [
        ("OPAQUE", QualityFlag(name: "cloud", test: .atLeast(1), reason: .cloud)),
        ("CIRRUS", QualityFlag(name: "cirrus", test: .atLeast(1), reason: .cloud)),
    ]

    /// A layer of 20 m that is read at another pixel size, for a notice; nil for one that is as usual.
    static func coarserThanUsual(_ layer: QualityLayer) -> String? {
        guard layer.kind == .sentinel2SCL || layer.kind == .sentinel2CloudProbability,
            let size = layer.source?.grid.transform.pixelWidth, abs(size) > 20.5
        else { return nil }
        return "\(layer.name) is read at \(abs(size).rounded(toPlaces: 1)) m; its file of 20 m is not in the "
            + "product, so masks are as coarse"
    }

    /// The layers of a tile.
    ///
    /// - Parameters:
    ///   - base: the folder of the product metadata inside the place, which masks are named from.
    ///   - granule: the folder of the tile.
    static func layers(
        _ tile: Sentinel2Tile?, level: ProductLevel, images: Sentinel2Images, base: String, granule: String,
        in files: ProductFiles
    ) throws(SceneError) -> [QualityLayer] {
        let masks = Masks(tile: tile, base: base, granule: granule, files: files)
        if level == .level2 {
            var layers: [QualityLayer] = []
            if let image = images.best("SCL", native: 20) {
                let opened = open(image.name, isThere: image.isThere, in: files)
                layers.append(
                    QualityLayer(
                        kind: .sentinel2SCL, name: "SCL", source: opened.source, problem: opened.problem,
                        flags: sceneClassificationFlags))
            }
            let old = images.best("CLD", native: 20).map { Place(name: $0.name, isThere: $0.isThere) }
            if let place = try masks.find("MSK_CLDPRB", preferring: "_20m") ?? old {
                let opened = open(place.name, isThere: place.isThere, in: files)
                layers.append(
                    QualityLayer(
                        kind: .sentinel2CloudProbability, name: "MSK_CLDPRB", source: opened.source,
                        problem: opened.problem, flags: cloudProbabilityFlags))
            }
            return layers
        }
        if let place = try masks.find("MSK_CLASSI", preferring: "_B00") {
            return classificationBands.enumerated().map { index, entry in
                let opened = open(place.name, band: index + 1, isThere: place.isThere, in: files)
                return QualityLayer(
                    kind: .sentinel2Classification, name: entry.name, source: opened.source, problem: opened.problem,
                    flags: [entry.flag])
            }
        }
        if let place = try masks.find("MSK_CLOUDS", preferring: "_B00") {
            return cloudTypes.map { type, flag in
                let opened = MaskShapes.opening(
                    files.path(of: place.name), filter: "maskType = '\(type)'", isThere: place.isThere)
                return QualityLayer(
                    kind: .mask, name: "MSK_CLOUDS_\(type)", source: nil, shapes: opened.shapes,
                    problem: opened.problem,
                    flags: [flag])
            }
        }
        return []
    }

    private static func open(
        _ name: String, band: Int = 1, isThere: Bool, in files: ProductFiles
    ) -> (source: RasterSource?, problem: String?) {
        let path = files.path(of: name)
        guard isThere else { return (nil, "\(path): the file is missing; fetch it again") }
        let opened = RasterSource.opening(path, band: band)
        if let type = opened.source?.sampleType, !type.isInteger {
            return (nil, "\(path) holds \(type.rawValue) numbers, not classes")
        }
        return opened
    }

    private struct Place {
        let name: String
        let isThere: Bool
    }

    /// Where mask files are.
    private struct Masks {
        let tile: Sentinel2Tile?
        let base: String
        let granule: String
        let files: ProductFiles

        /// A mask by what the metadata says, else by its name in the folder `QI_DATA` (`qi` on AWS).
        func find(_ type: String, preferring ending: String) throws(SceneError) -> Place? {
            var named: [Place] = []
            for text in tile?.masks(type) ?? [] where text.contains("/") {
                // Named from the product's folder, which a tile alone does not have.
                let isTileAlone = base == granule && text.uppercased().hasPrefix("GRANULE/")
                let inside = isTileAlone ? text.split(separator: "/").dropFirst(2).joined(separator: "/") : text
                let place = base + inside
                let found = try files.find(place, namedBy: tile?.xml.path ?? type)
                named.append(Place(name: found ?? place, isThere: found != nil))
            }
            let inFolder = files.names.filter { name in
                let lower = name.lowercased()
                let last = ProductFormats.last(lower)
                return name.hasPrefix(granule) && (lower.contains("qi_data/") || lower.contains("qi/"))
                    && last.contains(type.lowercased())
                    && (Sentinel2Images.endings + [".gml"]).contains { last.hasSuffix($0) }
            }.map { Place(name: $0, isThere: true) }
            let all = named.filter(\.isThere) + inFolder
            func isPreferred(_ place: Place) -> Bool { place.name.lowercased().contains(ending.lowercased()) }
            return all.first(where: isPreferred) ?? all.first ?? named.first(where: isPreferred) ?? named.first
        }
    }
}
