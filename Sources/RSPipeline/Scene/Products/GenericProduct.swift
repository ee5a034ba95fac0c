import Foundation

/// Plain GeoTIFFs, JPEG 2000 files or virtual rasters as a scene: every band of every file, in order.
///
/// Files that this library wrote read back with their names, quantities and scale.
enum GenericProduct {
    /// The file metadata items that this library writes beside GDAL's own, and reads back.
    enum Item {
        static let sceneID = "RSP_SCENE_ID"
        static let sensor = "RSP_SENSOR"
        static let acquired = "RSP_ACQUIRED"
        /// In degrees, at the centre of the scene.
        static let sunElevation = "RSP_SUN_ELEVATION"
        static let sunAzimuth = "RSP_SUN_AZIMUTH"
        /// On a band.
        static let quantity = "RSP_QUANTITY"
        /// On a band.
        static let role = "RSP_ROLE"
    }

    static func open(_ paths: [String], options: SceneOptions) throws(SceneError) -> Scene {
        if options.prefix != nil {
            throw SceneError(
                code: .badOption, message: "prefix= is for a folder with Landsat metadata; these are plain files")
        }
        var names = UniqueNames()
        var bands: [Band] = []
        var facts: [String: String] = [:]
        for path in paths {
            let file = try read(path, options: options, names: &names)
            bands += file.bands
            for (key, value) in file.metadata where facts[key] == nil { facts[key] = value }
        }
        try assignRoles(options.roles, to: &bands)
        let stem = paths.first.map(Self.stem) ?? "scene"
        let acquired = facts[Item.acquired].flatMap { text in AcquisitionTime.date(text).map { (text, $0) } }
        var scene = Scene(
            id: facts[Item.sceneID].flatMap(safeIdentifier) ?? stem, product: "generic",
            sensor: facts[Item.sensor] ?? "generic", acquired: acquired?.1, acquiredText: acquired?.0, sun: sun(facts),
            bands: bands)
        try Sentinel2Stack.apply(
            to: &scene, stems: paths.map { Self.stem($0) }, sensor: facts[Item.sensor], options: options)
        let all = scene.bands
        scene.bands = try Scene.select(options.bands, from: scene) { number in
            all.indices.contains(number - 1) ? all[number - 1] : nil
        }
        return scene
    }

    private static func read(
        _ path: String, options: SceneOptions, names: inout UniqueNames
    ) throws(SceneError) -> (bands: [Band], metadata: [String: String]) {
        do throws(GDALError) {
            let dataset = try Dataset(reading: path, drivers: Dataset.drivers(forNamed: path))
            let grid = dataset.grid
            var bands: [Band] = []
            for number in 1...max(dataset.bandCount, 1) {
                let facts = try dataset.band(number)
                let plain = dataset.bandCount == 1 ? stem(path) : "b\(number)"
                let name = names.take(facts.name.isEmpty ? plain : facts.name)
                let scale = scale(of: facts, options: options)
                bands.append(
                    Band(
                        name: name, role: BandRole(name: facts.metadata[Item.role] ?? name),
                        source: RasterSource(
                            path: path, band: number, grid: grid, sampleType: facts.sampleType,
                            blockWidth: facts.blockWidth, blockHeight: facts.blockHeight),
                        hasUnreadMask: facts.hasMask && options.noData == nil,
                        noData: options.noData.map { NoData($0) } ?? facts.noData,
                        quantity: quantity(of: facts, scale: scale, options: options), readScale: scale))
            }
            return (bands, dataset.metadata)
        } catch {
            let text = "\(error)"
            let shown = ShownText.path(path)
            throw SceneError(code: .unreadable, message: text.hasPrefix(shown) ? text : "\(shown): \(text)")
        }
    }

    private static func scale(of band: RasterBand, options: SceneOptions) -> LinearScale? {
        if options.scale != nil || options.offset != nil {
            return LinearScale(gain: options.scale ?? 1, offset: options.offset ?? 0)
        }
        guard band.scale != nil || band.offset != nil else { return nil }
        let declared = LinearScale(gain: band.scale ?? 1, offset: band.offset ?? 0)
        return declared.gain.isFinite && declared.offset.isFinite && declared.gain != 0 ? declared : nil
    }

    /// What is said, else what the file says, else whole numbers as stored are digital numbers and all others, whose
    /// scale nobody knows, are relative.
    private static func quantity(of band: RasterBand, scale: LinearScale?, options: SceneOptions) -> Quantity {
        if let quantity = options.quantity { return quantity }
        if let quantity = band.metadata[Item.quantity].flatMap({ Quantity(label: $0) }) { return quantity }
        return band.sampleType.isInteger && scale == nil ? .digitalNumber : .relative
    }

    /// Gives bands the roles that a user has said, or makes those that they have unique.
    ///
    /// - Throws: ``SceneError`` with code `badOption` for roles that are unknown, repeated or of another number.
    static func assignRoles(_ words: [String]?, to bands: inout [Band]) throws(SceneError) {
        var taken: [BandRole: String] = [:]
        guard let words else {
            for index in bands.indices {
                guard let role = bands[index].role else { continue }
                if taken[role] == nil { taken[role] = bands[index].name } else { bands[index].role = nil }
            }
            return
        }
        guard words.count == bands.count else {
            throw SceneError(
                code: .badOption,
                message: "roles= names \(words.count) bands, the files have \(bands.count): "
                    + bands.map(\.name).joined(separator: ", ") + "; write - for a band without a role")
        }
        for (index, word) in words.enumerated() {
            if word.isEmpty || word == "-" {
                bands[index].role = nil
                continue
            }
            guard let role = BandRole(name: word) else {
                let known = BandRole.allCases.map(\.rawValue)
                let hint = SceneOptions.closest(to: word, among: known).map { "; did you mean \($0)?" } ?? ""
                throw SceneError(
                    code: .badOption,
                    message: "roles=: '\(word)' is not a role\(hint) (known: \(known.joined(separator: ", ")))")
            }
            if let other = taken[role] {
                throw SceneError(
                    code: .badOption,
                    message: "roles=: \(role.rawValue) is given to \(other) and to \(bands[index].name)")
            }
            taken[role] = bands[index].name
            bands[index].role = role
        }
    }

    /// The sun that a file of this library remembers.
    private static func sun(_ facts: [String: String]) -> SunGeometry? {
        guard let elevation = facts[Item.sunElevation].flatMap(DecimalNumber.read), (-90...90).contains(elevation)
        else {
            return nil
        }
        let azimuth = facts[Item.sunAzimuth].flatMap(DecimalNumber.read)
        return SunGeometry(elevation: elevation, azimuth: azimuth.flatMap { (-360...360).contains($0) ? $0 : nil })
    }

    private static func stem(_ path: String) -> String {
        let name = URL(fileURLWithPath: ShownText.path(path)).deletingPathExtension().lastPathComponent
        return name.isEmpty ? "scene" : name
    }

    /// An identifier becomes part of output names, so it may not lead elsewhere.
    private static func safeIdentifier(_ text: String) -> String? {
        text.isEmpty || text.hasPrefix(".") || text.contains("/") || text.contains("\\") ? nil : text
    }
}

/// Gives every band a name of its own: a repeated one gets `_2`, `_3`, ...
private struct UniqueNames {
    private var used: Set<String> = []

    mutating func take(_ wanted: String) -> String {
        var name = wanted
        var count = 1
        while !used.insert(name.lowercased()).inserted {
            count += 1
            name = "\(wanted)_\(count)"
        }
        return name
    }
}
