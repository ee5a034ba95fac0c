/// Makes a scene of one item.
struct STACReader {
    let item: STACMetadata
    let links: STACLinks
    private let options: SceneOptions
    let landsat: STACLandsat?
    private let sentinel2: STACSentinel2?
    /// Whether this library wrote the item; its files tell what they hold.
    private let isOwn: Bool

    /// A band with what decides its place in the scene.
    struct Candidate {
        var band: Band
        let asset: STACMetadata.Asset
        /// Whether it is left out unless it is asked for by name.
        var isExtra: Bool
    }

    init(_ item: STACMetadata, links: STACLinks, options: SceneOptions) throws(SceneError) {
        self.item = item
        self.links = links
        self.options = options
        isOwn = item.properties["rsproc:runs"] != nil
        landsat = isOwn ? nil : try STACLandsat(item)
        sentinel2 = isOwn || landsat != nil ? nil : try STACSentinel2(item, assume: options.assume)
        if options.assume != nil, sentinel2 == nil {
            throw SceneError(code: .badOption, message: "assume= is for Sentinel-2, which \(item.path) is not")
        }
        if options.prefix != nil {
            throw SceneError(code: .badOption, message: "prefix= is for Landsat metadata; a STAC item names its files")
        }
        guard landsat != nil || sentinel2 != nil else { return }
        let given = [
            ("roles", options.roles != nil), ("scale", options.scale != nil), ("offset", options.offset != nil),
            ("quantity", options.quantity != nil), ("nodata", options.noData != nil),
        ]
        for (name, isGiven) in given where isGiven {
            throw SceneError(
                code: .badOption,
                message:
                    "\(name)= is for files of unknown kind; \(item.path) is a Landsat or Sentinel-2 item and says it "
                    + "itself. Leave it out, or give the band files themselves")
        }
    }

    func scene(metadataFile: String) throws(SceneError) -> Scene {
        let time = try item.acquired()
        let layers = qualityLayers()
        var candidates = self.candidates()
        if candidates.isEmpty {
            throw SceneError(
                code: .badMetadata,
                message: "\(item.path): no asset is a GeoTIFF or JPEG 2000 with data; there are "
                    + item.assets.prefix(20).map { "\($0.key) (\($0.type ?? "no type"))" }.joined(separator: ", "))
        }
        var scene = Scene(
            id: item.identifier.isEmpty ? "item" : item.identifier, product: productName, sensor: item.sensor,
            level: landsat?.level ?? sentinel2.map { $0.isSurface ? .level2 : .level1 } ?? .unknown,
            processingLevel: landsat?.processingLevel ?? item.text("processing:level").map { String($0.prefix(20)) },
            acquired: time?.date, acquiredText: time?.text, sun: try sun(), view: try view(), bands: [],
            qualityLayers: layers, metadataFiles: [metadataFile],
            cloudCover: try item.number("eo:cloud_cover", within: 0...100), notices: sentinel2?.notices ?? [])
        if let landsat {
            addMetadata(landsat, to: &scene, &candidates)
            addAngles(to: &scene)
        }
        settle(&candidates)
        scene.bands = candidates.map(\.band)
        if options.bands == nil {
            scene.bands = candidates.filter { !$0.isExtra }.map(\.band)
        } else {
            scene.bands = try Scene.select(options.bands, from: scene) { number in
                candidates.first { $0.band.name == "B\(number)" || $0.band.name == (number < 10 ? "B0\(number)" : "") }?
                    .band
            }
        }
        if landsat == nil && sentinel2 == nil { try GenericProduct.assignRoles(options.roles, to: &scene.bands) }
        return scene
    }

    private var productName: String {
        if let landsat { return landsat.productName + " (STAC item)" }
        if let sentinel2 { return "Sentinel-2 Level-\(sentinel2.isSurface ? "2A" : "1C") (STAC item)" }
        if isOwn { return "rsproc (STAC item)" }
        return item.json["collection"]?.text.map { "\($0.prefix(60)) (STAC item)" } ?? "STAC item"
    }

    private func sun() throws(SceneError) -> SunGeometry? {
        var elevation = try item.number("view:sun_elevation", within: -90...90)
        if elevation == nil {
            elevation = try item.number("s2:mean_solar_zenith", within: 0...180).map { 90 - $0 }
        }
        guard let elevation else { return nil }
        var azimuth = try item.number("view:sun_azimuth", within: -360...360)
        if azimuth == nil { azimuth = try item.number("s2:mean_solar_azimuth", within: -360...360) }
        return SunGeometry(elevation: elevation, azimuth: azimuth)
    }

    private func view() throws(SceneError) -> ViewGeometry? {
        var zenith = try item.number("view:incidence_angle", within: 0...90)
        if zenith == nil { zenith = try item.number("view:off_nadir", within: 0...90) }
        guard let zenith else { return nil }
        return ViewGeometry(zenith: zenith, azimuth: try item.number("view:azimuth", within: -360...360))
    }

    // MARK: Bands

    /// The bands of all assets that hold data; of pictures only where there is nothing else.
    private func candidates() -> [Candidate] {
        let rasters = item.assets.filter { isRaster($0) && qualityKind($0) == nil && angleFile($0) == nil }
        let pictures: Set = ["thumbnail", "overview", "visual"]
        let data = rasters.filter { asset in
            pictures.isDisjoint(with: asset.roles) && !asset.roles.contains("metadata")
                && (asset.roles.isEmpty || asset.bands.contains { $0.commonName != nil }
                    || !Set(asset.roles).isDisjoint(with: ["data", "reflectance", "temperature", "radiance"]))
        }
        var found: [Candidate] = []
        for asset in data.isEmpty ? rasters : data { found += bands(of: asset) }
        return found
    }

    /// GeoTIFF or JPEG 2000, by the media type; by the file's name where there is none.
    func isRaster(_ asset: STACMetadata.Asset) -> Bool {
        let endings = [".TIF", ".TIFF", ".JP2"]
        let hasEnding = endings.contains { asset.fileName.hasSuffix($0) }
        guard let type = asset.type else { return hasEnding }
        if asset.fileName.hasSuffix(".VRT") { return false }
        return type.hasPrefix("image/tiff") || type.hasPrefix("image/jp2") || type.contains("geotiff")
            || (type.hasPrefix("application/octet-stream") && hasEnding)
    }

    private func bands(of asset: STACMetadata.Asset) -> [Candidate] {
        let file = open(asset)
        let count = max(file.bands.count, file.problem == nil ? 0 : max(asset.bands.count, 1))
        return (0..<count).map { index in
            let stated = index < asset.bands.count ? asset.bands[index] : STACMetadata.Band()
            let opened = index < file.bands.count ? file.bands[index] : nil
            return candidate(
                asset, index: index, of: count, stated, source: opened?.source, facts: opened?.facts,
                problem: file.problem)
        }
    }

    private func candidate(
        _ asset: STACMetadata.Asset, index: Int, of count: Int, _ stated: STACMetadata.Band, source: RasterSource?,
        facts: RasterBand?, problem: String?
    ) -> Candidate {
        let whole = count == 1 ? asset.key : "\(asset.key)_\(index + 1)"
        var band = Band(name: whole, source: source, problem: problem, quantity: .digitalNumber)
        var isExtra = false
        let noData = self.noData(stated, asset: asset, facts: facts)
        band.noData = noData.value
        if let why = noData.problem { (band.source, band.problem) = (nil, band.problem ?? why) }
        if let landsat {
            band.name = landsat.name(asset) ?? whole
            band.role = stated.commonName.flatMap { BandRole(name: $0) }
            isExtra = landsat.name(asset) == nil
            band.calibration = landsat.calibration(stated, name: band.name, asset: asset.key)
            band.saturationBit = landsat.saturationBit(band.name)
            if band.noData == .none { band.noData = .value(0) }
        } else if let sentinel2 {
            let name = STACSentinel2.name(asset, stated)
            band.name = name ?? whole
            band.role = name.flatMap { STACSentinel2.role($0) }
            isExtra = name == nil
            if name != nil {
                switch sentinel2.scale(stated, asset: asset.key) {
                case .success(let scale) where sentinel2.isSurface:
                    band.calibration.product = ProductScaling(
                        scale: scale, quantity: .surfaceReflectance(method: "Sen2Cor"))
                case .success(let scale):
                    band.calibration.toaReflectance = scale
                    band.calibration.isSunCorrected = true
                case .failure(let error): band.calibration.missing = [error.message]
                }
                if source?.sampleType == .uint16 { band.saturatedValue = STACSentinel2.saturated }
            }
            if band.noData == .none { band.noData = .value(0) }
        } else {
            describe(&band, asset, index, stated, facts)
        }
        return Candidate(band: band, asset: asset, isExtra: isExtra)
    }

    /// A band of an unknown collection, or of a file of this library.
    private func describe(
        _ band: inout Band, _ asset: STACMetadata.Asset, _ index: Int, _ stated: STACMetadata.Band, _ facts: RasterBand?
    ) {
        let written = facts?.name ?? ""
        band.name = [stated.name ?? "", isOwn ? written : ""].first { !$0.isEmpty } ?? band.name
        band.role =
            [stated.commonName, facts?.metadata[GenericProduct.Item.role], stated.name, asset.key].compactMap { $0 }
            .lazy.compactMap { BandRole(name: $0) }.first
        band.hasUnreadMask = facts?.hasMask == true && options.noData == nil && stated.noData == nil
        var gain = options.scale
        var offset = options.offset
        if gain == nil && offset == nil {
            for (what, value) in [("scale", stated.scale), ("offset", stated.offset)] {
                guard let value, value.double.map({ !$0.isFinite || (what == "scale" && $0 == 0) }) ?? true else {
                    continue
                }
                band.problem = band.problem ?? "\(what) of asset \(asset.key) in \(item.path) is \(value.short)"
                band.source = nil
            }
            gain = stated.scale?.double ?? (stated.offset == nil ? facts?.scale : nil)
            offset = stated.offset?.double ?? (stated.scale == nil ? facts?.offset : nil)
        }
        if gain != nil || offset != nil {
            let scale = LinearScale(gain: gain ?? 1, offset: offset ?? 0)
            let isUsable = scale.gain.isFinite && scale.offset.isFinite && scale.gain != 0
            if isUsable, scale != LinearScale(gain: 1, offset: 0) { band.readScale = scale }
        }
        let own =
            facts?.metadata[GenericProduct.Item.quantity]
            ?? (isOwn && index < asset.quantities.count ? asset.quantities[index] : nil)
        band.quantity =
            options.quantity ?? own.flatMap { Quantity(label: $0) }
            ?? (facts?.sampleType.isInteger == true && band.readScale == nil ? .digitalNumber : .relative)
    }

    private func noData(
        _ stated: STACMetadata.Band, asset: STACMetadata.Asset, facts: RasterBand?
    ) -> (value: NoData, problem: String?) {
        if let chosen = options.noData { return (NoData(chosen), nil) }
        guard let value = stated.noData else { return (facts?.noData ?? .none, nil) }
        if let number = value.double, !number.isInfinite { return (NoData(number), nil) }
        switch value.text?.lowercased() {
        case "nan": return (.nan, nil)
        case "inf", "-inf": return (.value(value.text == "inf" ? .infinity : -.infinity), nil)
        default:
            return (
                .none, "nodata of asset \(asset.key) in \(item.path) is \(value.short), which is no number; correct it"
            )
        }
    }

    /// Every band has a name of its own, a role has one band, and what repeats a band more coarsely is left out.
    private func settle(_ candidates: inout [Candidate]) {
        // In the order of the spectrum, the finest first: it keeps name and role.
        candidates.sort { a, b in
            let places = (place(a.band), place(b.band))
            if places.0 != places.1 { return places.0 < places.1 }
            return (size(a), a.asset.key) < (size(b), b.asset.key)
        }
        var names: Set<String> = []
        var roles: Set<BandRole> = []
        for index in candidates.indices {
            let wanted = candidates[index].band.name
            if !names.insert(wanted.lowercased()).inserted {
                var name = candidates[index].asset.key
                var count = 1
                while !names.insert(name.lowercased()).inserted {
                    count += 1
                    name = "\(candidates[index].asset.key)_\(count)"
                }
                candidates[index].band.name = name
                if landsat != nil || sentinel2 != nil { candidates[index].isExtra = true }
            }
            if let role = candidates[index].band.role, !roles.insert(role).inserted {
                candidates[index].band.role = nil
            }
        }
    }

    private func size(_ candidate: Candidate) -> Double {
        candidate.band.source?.grid.transform.pixelWidth ?? candidate.asset.pixelSize ?? .infinity
    }

    /// Landsat's and Sentinel-2's bands in their products' order, all others along the spectrum.
    private func place(_ band: Band) -> Int {
        if landsat != nil, let number = band.name.split(separator: "B").last.flatMap({ Int($0) }) {
            return band.name.hasPrefix("ST_") ? 100 + number : number
        }
        if sentinel2 != nil, let number = STACSentinel2.position(band.name) { return number }
        return band.role.flatMap { BandRole.allCases.firstIndex(of: $0) } ?? 1000
    }

    // MARK: Quality layers

    private func qualityKind(_ asset: STACMetadata.Asset) -> QualityLayer.Kind? {
        if landsat != nil {
            if asset.isNamed("qa_pixel") { return .landsatQAPixel }
            if asset.isNamed("qa_radsat") { return .landsatQARadsat }
        }
        if sentinel2 != nil, asset.isNamed("scl") || asset.key.lowercased().hasPrefix("scl_") { return .sentinel2SCL }
        return nil
    }

    /// One layer of each kind, the finest where there are several.
    private func qualityLayers() -> [QualityLayer] {
        var layers: [QualityLayer] = []
        let sorted = item.assets.sorted { ($0.pixelSize ?? .infinity, $0.key) < ($1.pixelSize ?? .infinity, $1.key) }
        for asset in sorted {
            guard isRaster(asset), let kind = qualityKind(asset), !layers.contains(where: { $0.kind == kind }) else {
                continue
            }
            let file = open(asset)
            var source = file.bands.first?.source
            var problem = file.problem
            let name: String
            let flags: [QualityFlag]
            switch kind {
            case .landsatQAPixel: (name, flags) = ("QA_PIXEL", QualityLayer.landsatQAPixelFlags)
            case .landsatQARadsat: (name, flags) = ("QA_RADSAT", QualityLayer.landsatQARadsatFlags)
            default: (name, flags) = ("SCL", Sentinel2Quality.sceneClassificationFlags)
            }
            if let type = source?.sampleType, type != (kind == .sentinel2SCL ? .uint8 : .uint16) {
                (source, problem) = (nil, "asset \(asset.key) holds \(type.rawValue) numbers, not those of \(name)")
            }
            layers.append(QualityLayer(kind: kind, name: name, source: source, problem: problem, flags: flags))
        }
        return layers
    }

    // MARK: Files

    private struct OpenedBand {
        var source: RasterSource
        var facts: RasterBand
    }

    /// The bands of an asset's file by its header, or why there are none.
    private func open(_ asset: STACMetadata.Asset) -> (bands: [OpenedBand], problem: String?) {
        let path: String
        switch links.place(of: asset.href) {
        case .path(let found): path = found
        case .refused(let why): return ([], "asset \(asset.key): \(why)")
        }
        do throws(GDALError) {
            let dataset = try Dataset(reading: path)
            let grid = dataset.grid
            if let problem = contradiction(grid, asset, ShownText.path(path)) { return ([], problem) }
            var bands: [OpenedBand] = []
            for number in 1...max(dataset.bandCount, 1) {
                let facts = try dataset.band(number)
                bands.append(
                    OpenedBand(
                        source: RasterSource(
                            path: path, band: number, grid: grid, sampleType: facts.sampleType,
                            blockWidth: facts.blockWidth, blockHeight: facts.blockHeight), facts: facts))
            }
            return (bands, nil)
        } catch {
            let shown = ShownText.path(path)
            let text = "\(error)"
            return ([], text.hasPrefix(shown) ? text : "\(shown): \(text)")
        }
    }

    /// What the item says of a file's grid and the file denies.
    private func contradiction(_ grid: Grid, _ asset: STACMetadata.Asset, _ shown: String) -> String? {
        if let shape = asset.shape, shape != [grid.height, grid.width] {
            return "\(shown) has \(grid.width) x \(grid.height) pixels, the item says \(shape[1]) x \(shape[0]) "
                + "(proj:shape of asset \(asset.key)); item and file do not belong together"
        }
        if let stated = asset.epsg, let code = grid.crs?.epsg, stated != code {
            return
                "\(shown) lies in EPSG:\(code), the item says EPSG:\(stated) (asset \(asset.key)); item and file do not "
                + "belong together"
        }
        return nil
    }
}
