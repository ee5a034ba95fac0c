import Foundation

/// The metadata of one Sentinel-2 tile, `MTD_TL.xml` (`metadata.xml` on AWS): place, time, angles and masks.
///
/// Source: ESA, Sentinel-2 products specification document, versions 13 to 15, tile metadata.
struct Sentinel2Tile: Sendable {
    let xml: MetadataXML
    let level: ProductLevel

    /// Takes over a metadata file.
    ///
    /// - Throws: ``SceneError`` with code `notRecognised` for a file that describes no tile.
    init(_ xml: MetadataXML) throws(SceneError) {
        self.xml = xml
        switch xml.root.name {
        case "Level-1C_Tile_ID": level = .level1
        case "Level-2A_Tile_ID": level = .level2
        default:
            throw SceneError(
                code: .notRecognised,
                message: "\(xml.path): its root is \(xml.root.name.prefix(60)), not that of a Sentinel-2 tile")
        }
    }

    private var general: XMLElement? { xml.root.first("General_Info") }

    /// The tile's identifier, for example `S2A_OPER_MSI_L2A_TL_..._T52SBF_N05.11`.
    var identifier: String? {
        for name in level == .level2 ? ["TILE_ID", "TILE_ID_2A"] : ["TILE_ID"] {
            if let text = general?.text(name) { return text }
        }
        return nil
    }

    /// The square of the military grid in an identifier: `T52SBF`; nil where there is none.
    static func square(in identifier: String) -> String? {
        identifier.split(separator: "_").map(String.init).first { word in
            let characters = Array(word)
            return characters.count == 6 && characters[0] == "T" && characters[1].isNumber && characters[2].isNumber
                && characters[3...].allSatisfy(\.isLetter)
        }
    }

    /// When the tile was taken, as written.
    var sensingTime: String? { general?.text("SENSING_TIME") }

    /// The sun at the mean of the tile.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for angles that cannot be.
    func sun() throws(SceneError) -> SunGeometry? {
        guard let mean = try meanAngle(of: angles?.first("Mean_Sun_Angle"), "Mean_Sun_Angle") else { return nil }
        return SunGeometry(elevation: 90 - mean.zenith, azimuth: mean.azimuth)
    }

    /// The sensor as seen from the tile: the mean over the bands.
    ///
    /// Azimuths are averaged as directions, so that 359 and 1 degrees give 0.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for angles that cannot be.
    func view() throws(SceneError) -> ViewGeometry? {
        var zenith = 0.0
        var direction = DirectionMean()
        var count = 0.0
        for entry in angles?.all("Mean_Viewing_Incidence_Angle_List/Mean_Viewing_Incidence_Angle") ?? [] {
            guard let mean = try meanAngle(of: entry, "Mean_Viewing_Incidence_Angle") else { continue }
            zenith += mean.zenith
            direction.add(mean.azimuth)
            count += 1
        }
        return count > 0 ? ViewGeometry(zenith: zenith / count, azimuth: direction.degrees) : nil
    }

    private var angles: XMLElement? { xml.root.first("Geometric_Info/Tile_Angles") }

    private func meanAngle(
        of element: XMLElement?, _ name: String
    ) throws(SceneError) -> (zenith: Double, azimuth: Double)? {
        guard let zenith = element?.text("ZENITH_ANGLE"), let azimuth = element?.text("AZIMUTH_ANGLE") else {
            return nil
        }
        // Bands without a single pixel in the tile have NaN.
        if zenith.lowercased() == "nan" || azimuth.lowercased() == "nan" { return nil }
        let pair = (
            zenith: try xml.number(zenith, of: "\(name)/ZENITH_ANGLE"),
            azimuth: try xml.number(azimuth, of: "\(name)/AZIMUTH_ANGLE")
        )
        if (0...180).contains(pair.zenith), (-360...360).contains(pair.azimuth) { return pair }
        throw SceneError(
            code: .badMetadata,
            message: "\(name) in \(xml.path) is zenith \(pair.zenith), azimuth \(pair.azimuth), which is no direction; "
                + "fetch the metadata file again")
    }

    /// The mask files of a type such as `MSK_CLDPRB`, as the metadata names them.
    func masks(_ type: String) -> [String] {
        let quality = xml.root.first("Quality_Indicators_Info")
        return (quality?.descendants("MASK_FILENAME") ?? []).filter { $0.attributes["type"] == type }.map(\.text)
            .filter { !$0.isEmpty }
    }
}

extension Sentinel2Tile {
    /// Where the pixels of one size lie.
    ///
    /// - Returns: nil where the metadata does not say it.
    /// - Throws: ``SceneError`` with code `badMetadata` for numbers that describe no raster, or a coordinate system that
    ///   does not exist.
    func grid(resolution: Int) throws(SceneError) -> Grid? {
        let geocoding = xml.root.first("Geometric_Info/Tile_Geocoding")
        func entry(_ name: String) -> XMLElement? {
            geocoding?.all(name).first { $0.attributes["resolution"] == "\(resolution)" }
        }
        guard let size = entry("Size"), let position = entry("Geoposition") else { return nil }
        func number(_ element: XMLElement, _ name: String) throws(SceneError) -> Double {
            guard let text = element.text(name) else { throw xml.missing("Tile_Geocoding/\(element.name)/\(name)") }
            return try xml.number(text, of: "Tile_Geocoding/\(element.name)/\(name)")
        }
        let rows = try number(size, "NROWS")
        let columns = try number(size, "NCOLS")
        let transform = GeoTransform(
            originX: try number(position, "ULX"), columnX: try number(position, "XDIM"), rowX: 0,
            originY: try number(position, "ULY"), columnY: 0, rowY: try number(position, "YDIM"))
        let limit = 1e6
        guard rows >= 1, columns >= 1, rows <= limit, columns <= limit, rows == rows.rounded(),
            columns == columns.rounded(), transform.columnX > 0, transform.rowY < 0, abs(transform.originX) < 1e8,
            abs(transform.originY) < 1e8
        else {
            throw SceneError(
                code: .badMetadata,
                message:
                    "Tile_Geocoding of \(resolution) m in \(xml.path) describes no raster: \(columns) x \(rows) pixels "
                    + "of \(transform.columnX) x \(transform.rowY); fetch the metadata file again")
        }
        return Grid(width: Int(columns), height: Int(rows), transform: transform, crs: try crs())
    }

    /// The coordinate system; nil where the metadata names none.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` when it does not exist.
    func crs() throws(SceneError) -> CoordinateSystem? {
        guard let code = xml.root.text("Geometric_Info/Tile_Geocoding/HORIZONTAL_CS_CODE") else { return nil }
        let digits = code.uppercased().hasPrefix("EPSG:") ? code.dropFirst(5) : ""
        if (4...6).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) {
            do throws(GDALError) { return try CoordinateSystem(text: "EPSG:\(digits)") } catch {}
        }
        throw SceneError(
            code: .badMetadata,
            message:
                "HORIZONTAL_CS_CODE in \(xml.path) is '\(code.prefix(40))', which is no coordinate system; fetch the "
                + "metadata file again")
    }
}

extension Sentinel2Tile {
    /// The angles per node of a grid of 5 km, as rasters whose pixel centres are the nodes.
    ///
    /// The first node is the tile's upper left corner. Detectors see their own strips of the tile; where two overlap
    /// their zeniths are averaged, and their azimuths as directions. A node that no detector sees is NaN.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` that says which grid is damaged.
    func angleLayers() throws(SceneError) -> [AngleLayer] {
        guard let angles, !angles.children.isEmpty else { return [] }
        let corner = try corner()
        var layers: [AngleLayer] = []
        if let sun = angles.first("Sun_Angles_Grid"), let grid = try AngleGrid(sun, in: xml, "Sun_Angles_Grid") {
            let merged = AngleGrid.Merger(grid)
            layers += try self.layers(merged, kinds: (.sunZenith, .sunAzimuth), band: nil, corner: corner)
        }
        var byBand: [Int: AngleGrid.Merger] = [:]
        for element in angles.all("Viewing_Incidence_Angles_Grids") {
            guard let id = element.attributes["bandId"].flatMap({ Int($0) }), Sentinel2Band.all.indices.contains(id)
            else {
                throw damaged("Viewing_Incidence_Angles_Grids", "has a bandId that no band has")
            }
            let name = "Viewing_Incidence_Angles_Grids of bandId \(id)"
            guard let grid = try AngleGrid(element, in: xml, name) else { continue }
            guard var merger = byBand[id] else {
                byBand[id] = AngleGrid.Merger(grid)
                continue
            }
            if !merger.add(grid) { throw damaged(name, "differ in size from detector to detector") }
            byBand[id] = merger
        }
        for (id, merger) in byBand.sorted(by: { $0.key < $1.key }) {
            let band = Sentinel2Band.all[id].name
            layers += try self.layers(merger, kinds: (.viewZenith, .viewAzimuth), band: band, corner: corner)
        }
        return layers
    }

    private func damaged(_ name: String, _ what: String) -> SceneError {
        SceneError(code: .badMetadata, message: "\(name) in \(xml.path) \(what); fetch the metadata file again")
    }

    /// The grid of the finest pixels that the metadata describes.
    private func corner() throws(SceneError) -> Grid {
        for resolution in [10, 20, 60] {
            if let grid = try grid(resolution: resolution) { return grid }
        }
        throw xml.missing("Geometric_Info/Tile_Geocoding/Geoposition")
    }

    private func layers(
        _ merged: AngleGrid.Merger, kinds: (AngleLayer.Kind, AngleLayer.Kind), band: String?, corner: Grid
    ) throws(SceneError) -> [AngleLayer] {
        let shape = merged.shape
        let transform = GeoTransform(
            originX: corner.transform.originX - shape.columnStep / 2, columnX: shape.columnStep, rowX: 0,
            originY: corner.transform.originY + shape.rowStep / 2, columnY: 0, rowY: -shape.rowStep)
        let grid = Grid(width: shape.columns, height: shape.rows, transform: transform, crs: corner.crs)
        var layers: [AngleLayer] = []
        for (kind, values) in [(kinds.0, merged.zeniths), (kinds.1, merged.azimuths)] {
            let name = (band.map { $0 + "_" } ?? "") + kind.rawValue + ".tif"
            layers.append(
                AngleLayer(
                    kind: kind, bands: band.map { [$0] }, source: try .inMemory(values, grid: grid, name: name),
                    file: xml.path, scale: LinearScale(gain: 1, offset: 0), noData: .nan))
        }
        return layers
    }
}

/// Zenith and azimuth at the nodes of a grid, as one element of the metadata gives them.
private struct AngleGrid {
    /// What two grids must share to be merged.
    struct Shape: Hashable {
        var columns: Int
        var rows: Int
        /// Metres between nodes.
        var columnStep: Double
        var rowStep: Double
    }

    let shape: Shape
    let zeniths: [Double]
    let azimuths: [Double]

    /// Reads `Zenith` and `Azimuth` below an element; nil where it has neither.
    init?(_ element: XMLElement, in xml: MetadataXML, _ name: String) throws(SceneError) {
        guard let zenith = element.first("Zenith"), let azimuth = element.first("Azimuth") else { return nil }
        let first = try Self.read(zenith, in: xml, "\(name)/Zenith", range: 0...180)
        let second = try Self.read(azimuth, in: xml, "\(name)/Azimuth", range: -360...360)
        guard first.shape == second.shape else {
            throw Self.damaged("\(name)", xml, "has zeniths and azimuths of different sizes")
        }
        shape = first.shape
        zeniths = first.values
        azimuths = second.values
    }

    private static func damaged(_ name: String, _ xml: MetadataXML, _ what: String) -> SceneError {
        SceneError(code: .badMetadata, message: "\(name) in \(xml.path) \(what); fetch the metadata file again")
    }

    private static func read(
        _ element: XMLElement, in xml: MetadataXML, _ name: String, range: ClosedRange<Double>
    ) throws(SceneError) -> (shape: Shape, values: [Double]) {
        var steps: [Double] = []
        for step in ["COL_STEP", "ROW_STEP"] {
            guard let text = element.text(step) else { throw xml.missing("\(name)/\(step)") }
            let number = try xml.number(text, of: "\(name)/\(step)")
            guard (1...1e6).contains(number) else { throw damaged(name, xml, "has nodes \(number) apart") }
            steps.append(number)
        }
        let lines = element.all("Values_List/VALUES")
        var values: [Double] = []
        var columns = 0
        for line in lines {
            let words = line.text.split(whereSeparator: \.isWhitespace)
            if columns == 0 { columns = words.count }
            guard (2...1000).contains(words.count), words.count == columns, lines.count <= 1000 else {
                throw damaged(name, xml, "has rows of \(columns) and \(words.count) numbers")
            }
            for word in words {
                if word.count == 3, word.lowercased() == "nan" {
                    values.append(.nan)
                    continue
                }
                guard let number = DecimalNumber.read(String(word)), range.contains(number) else {
                    throw damaged(name, xml, "has a number that is no angle: '\(word.prefix(40))'")
                }
                values.append(number)
            }
        }
        guard lines.count >= 2 else { throw damaged(name, xml, "has \(lines.count) rows of numbers") }
        return (Shape(columns: columns, rows: lines.count, columnStep: steps[0], rowStep: steps[1]), values)
    }

    /// The mean of the grids of several detectors.
    struct Merger {
        let shape: Shape
        private var zenithSums: [Double]
        private var counts: [Double]
        private var directions: [DirectionMean]

        init(_ grid: AngleGrid) {
            shape = grid.shape
            zenithSums = [Double](repeating: 0, count: grid.zeniths.count)
            counts = zenithSums
            directions = [DirectionMean](repeating: DirectionMean(), count: grid.zeniths.count)
            _ = add(grid)
        }

        /// Adds a grid; false where its shape differs.
        mutating func add(_ grid: AngleGrid) -> Bool {
            guard grid.shape == shape else { return false }
            for index in counts.indices where !grid.zeniths[index].isNaN && !grid.azimuths[index].isNaN {
                zenithSums[index] += grid.zeniths[index]
                counts[index] += 1
                directions[index].add(grid.azimuths[index])
            }
            return true
        }

        var zeniths: [Float] { zip(zenithSums, counts).map { $1 > 0 ? Float($0 / $1) : .nan } }
        var azimuths: [Float] { zip(directions, counts).map { $1 > 0 ? Float($0.degrees) : .nan } }
    }
}

/// The mean of directions, as the direction of the sum of their unit vectors.
private struct DirectionMean {
    private var first = 0.0
    private var count = 0
    private var east = 0.0
    private var north = 0.0

    mutating func add(_ degrees: Double) {
        if count == 0 { first = degrees }
        count += 1
        east += sin(degrees * .pi / 180)
        north += cos(degrees * .pi / 180)
    }

    /// From 0 up to 360.
    var degrees: Double {
        // One direction alone keeps all its digits.
        let angle = count == 1 ? first : atan2(east, north) * 180 / .pi
        return angle < 0 ? angle + 360 : angle
    }
}
