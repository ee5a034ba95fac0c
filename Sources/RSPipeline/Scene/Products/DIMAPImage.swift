/// An image of a DIMAP product as bands to read: one file, or tiles side by side.
struct DIMAPImage {
    /// By band of the file, the first one first; empty when the image cannot be read.
    let sources: [RasterSource]
    /// Why it cannot be read; names the file.
    let problem: String?

    /// What the header of a tile says.
    private struct Header {
        let path: String
        let grid: Grid
        let bandCount: Int
        let band: RasterBand
        let isPixelInterleaved: Bool
    }

    /// Opens the headers of an image; no pixel is read.
    ///
    /// What is wrong with files is a ``problem``, because a chain may not need them.
    ///
    /// - Parameter bandCount: how many bands the metadata names.
    /// - Throws: ``SceneError`` for names that lead out of the product, and for a position that contradicts the metadata.
    init(
        _ image: DIMAPMetadata.Image, bandCount: Int, of metadata: DIMAPMetadata, in files: ProductFiles
    ) throws(SceneError) {
        do throws(Trouble) {
            let headers = try Self.headers(image, metadata, files)
            let layout = try Self.layout(image, headers: headers, metadata: metadata)
            guard let first = headers[[1, 1]] else { throw .problem("\(metadata.path) names no tile R1C1") }
            if first.bandCount != bandCount {
                throw .problem(
                    "\(first.path) has \(first.bandCount) bands, and \(metadata.path) names \(bandCount)")
            }
            let grid = try Self.grid(first, width: layout.width, height: layout.height, metadata: metadata)
            try Self.checkPositions(layout.tiles, headers: headers, grid: grid, metadata: metadata)
            sources = try Self.sources(first, layout: layout, grid: grid, metadata: metadata)
            problem = nil
        } catch {
            switch error {
            case .problem(let text):
                sources = []
                problem = text
            case .error(let error): throw error
            }
        }
    }

    /// What a failure is: of some bands only, or of the whole product.
    private enum Trouble: Error {
        case problem(String)
        case error(SceneError)
    }

    private static func headers(
        _ image: DIMAPMetadata.Image, _ metadata: DIMAPMetadata, _ files: ProductFiles
    ) throws(Trouble) -> [[Int]: Header] {
        var paths: [(tile: DIMAPMetadata.Tile, path: String)] = []
        for tile in image.tiles {
            do throws(SceneError) {
                let name = ProductFiles.folder(of: metadata.name) + tile.file
                paths.append((tile, try files.path(name, namedBy: metadata.path)))
            } catch {
                throw .error(error)
            }
        }
        var headers: [[Int]: Header] = [:]
        for (tile, path) in paths {
            do throws(GDALError) {
                let dataset = try Dataset(reading: path)
                let band = try dataset.band(1)
                for number in 1...max(dataset.bandCount, 1) where try dataset.band(number).sampleType != band.sampleType
                {
                    throw GDALError(
                        code: .openFailed, message: "\(path): its bands hold numbers of different types", notes: [])
                }
                headers[[tile.row, tile.column]] = Header(
                    path: path, grid: dataset.grid, bandCount: dataset.bandCount, band: band,
                    isPixelInterleaved: dataset.isPixelInterleaved)
            } catch {
                let text = "\(error)"
                let place = image.tiles.count > 1 ? " (tile R\(tile.row)C\(tile.column) of the image)" : ""
                throw .problem((text.hasPrefix(path) ? text : "\(path): \(text)") + place)
            }
        }
        return headers
    }

    private static func layout(
        _ image: DIMAPMetadata.Image, headers: [[Int]: Header], metadata: DIMAPMetadata
    ) throws(Trouble) -> (tiles: [(place: [Int], tile: TileMosaic.Tile)], width: Int, height: Int) {
        let rows = image.tiles.map(\.row).max() ?? 1
        let columns = image.tiles.map(\.column).max() ?? 1
        var tiles: [(place: [Int], tile: TileMosaic.Tile)] = []
        var top = 0
        var width = 0
        if rows * columns != headers.count {
            for row in 1...rows {
                for column in 1...columns where headers[[row, column]] == nil {
                    throw .problem("\(metadata.path) names no file for the tile R\(row)C\(column)")
                }
            }
        }
        for row in 1...rows {
            var left = 0
            var height = 0
            for column in 1...columns {
                guard let header = headers[[row, column]], let first = headers[[1, 1]],
                    let above = headers[[1, column]], let beside = headers[[row, 1]]
                else { throw .problem("\(metadata.path) names no file for the tile R\(row)C\(column)") }
                let size = header.grid
                guard size.width == above.grid.width, size.height == beside.grid.height else {
                    throw .problem(
                        "\(header.path) is \(size.width) x \(size.height) pixels and does not fit beside the other tiles "
                            + "(\(above.grid.width) columns in its column, \(beside.grid.height) rows in its row)")
                }
                guard header.bandCount == first.bandCount, header.band.sampleType == first.band.sampleType else {
                    throw .problem(
                        "\(header.path) has \(header.bandCount) bands of \(header.band.sampleType.rawValue), and "
                            + "\(first.path) \(first.bandCount) of \(first.band.sampleType.rawValue)")
                }
                tiles.append(
                    (
                        [row, column],
                        TileMosaic.Tile(
                            path: header.path, column: left, row: top, width: size.width, height: size.height)
                    ))
                left += size.width
                height = size.height
            }
            top += height
            width = left
        }
        let stated: (columns: Int?, rows: Int?)
        do throws(SceneError) {
            stated = (try metadata.dimension("NCOLS"), try metadata.dimension("NROWS"))
        } catch {
            throw .error(error)
        }
        if stated.columns ?? width != width || stated.rows ?? top != top {
            throw .problem(
                "the image of \(metadata.path) is \(width) x \(top) pixels, and Raster_Dimensions says "
                    + "\(stated.columns ?? width) x \(stated.rows ?? top); fetch the product again")
        }
        return (tiles, width, top)
    }

    /// Where the whole image lies: as its first tile says, checked against the metadata, or as the metadata says.
    private static func grid(
        _ first: Header, width: Int, height: Int, metadata: DIMAPMetadata
    ) throws(Trouble) -> Grid {
        if metadata.isSensorGeometry {
            return Grid(width: width, height: height, transform: .identity, crs: nil)
        }
        let own = first.grid
        let position: DIMAPMetadata.Position?
        do throws(SceneError) { position = try metadata.position() } catch { throw .error(error) }
        guard let position else {
            return Grid(width: width, height: height, transform: own.transform, crs: own.crs)
        }
        let half = position.isCentre ? 0.5 : 0
        let stated = GeoTransform(
            originX: position.left - half * position.columnStep, columnX: position.columnStep, rowX: 0,
            originY: position.top + half * position.rowStep, columnY: 0, rowY: -position.rowStep)
        let crs: CoordinateSystem?
        do throws(GDALError) {
            crs = try position.epsg.map { (code) throws(GDALError) in try CoordinateSystem(text: "EPSG:\(code)") }
        } catch {
            throw .error(
                SceneError(
                    code: .badMetadata, message: "\(metadata.path): EPSG:\(position.epsg ?? 0) is no coordinate system")
            )
        }
        if own.transform == .identity, own.crs == nil {
            return Grid(width: width, height: height, transform: stated, crs: crs)
        }
        if let mine = own.crs?.epsg, let theirs = crs?.epsg, mine != theirs {
            throw conflict(metadata, first, "EPSG:\(theirs)", "EPSG:\(mine)")
        }
        var shift = 0.0
        for (column, row) in [(0.0, 0.0), (Double(own.width), Double(own.height))] {
            let a = own.transform.map(column: column, row: row)
            let b = stated.map(column: column, row: row)
            shift = max(shift, abs(a.x - b.x) / position.columnStep, abs(a.y - b.y) / position.rowStep)
        }
        // Products round to centimetres; a shift of half a pixel is a question of corner or centre.
        guard shift <= 0.55 else {
            throw conflict(
                metadata, first,
                "\(position.left), \(position.top) with pixels of \(position.columnStep) x \(position.rowStep)",
                "\(own.transform.originX), \(own.transform.originY) with pixels of \(own.transform.pixelWidth) x "
                    + "\(own.transform.pixelHeight)")
        }
        return Grid(width: width, height: height, transform: own.transform, crs: own.crs ?? crs)
    }

    private static func conflict(
        _ metadata: DIMAPMetadata, _ first: Header, _ stated: String, _ own: String
    ) -> Trouble {
        .error(
            SceneError(
                code: .badMetadata,
                message:
                    "\(metadata.path) places the image at \(stated), and \(first.path) itself at \(own); one of them "
                    + "is not of this product"))
    }

    /// Checks that tiles with a position of their own leave no gap and do not overlap.
    private static func checkPositions(
        _ tiles: [(place: [Int], tile: TileMosaic.Tile)], headers: [[Int]: Header], grid: Grid, metadata: DIMAPMetadata
    ) throws(Trouble) {
        guard tiles.count > 1, !metadata.isSensorGeometry else { return }
        for (place, tile) in tiles {
            guard let own = headers[place]?.grid, own.transform != .identity || own.crs != nil else { continue }
            let expected = grid.transform.map(column: Double(tile.column), row: Double(tile.row))
            let found = own.transform.map(column: 0, row: 0)
            let columns = (found.x - expected.x) / grid.transform.pixelWidth
            let rows = (found.y - expected.y) / grid.transform.pixelHeight
            let steps = [
                own.transform.pixelWidth / grid.transform.pixelWidth,
                own.transform.pixelHeight / grid.transform.pixelHeight,
            ]
            let fits = abs(columns) < 0.01 && abs(rows) < 0.01 && steps.allSatisfy { abs($0 - 1) < 1e-6 }
            if fits { continue }
            throw .problem(
                "\(tile.path) (tile R\(place[0])C\(place[1])) lies \(columns.rounded(toPlaces: 2)) columns and "
                    + "\(rows.rounded(toPlaces: 2)) rows away from where the other tiles leave room for it")
        }
    }

    private static func sources(
        _ first: Header, layout: (tiles: [(place: [Int], tile: TileMosaic.Tile)], width: Int, height: Int), grid: Grid,
        metadata: DIMAPMetadata
    ) throws(Trouble) -> [RasterSource] {
        var path = first.path
        var memory: MemoryFile?
        if layout.tiles.count > 1 {
            let mosaic = TileMosaic(
                tiles: layout.tiles.map(\.tile), width: layout.width, height: layout.height,
                bandCount: first.bandCount, sampleType: first.band.sampleType, blockWidth: first.band.blockWidth,
                blockHeight: first.band.blockHeight, isPixelInterleaved: first.isPixelInterleaved)
            do throws(GDALError) {
                let file = try mosaic.make(name: "IMG_" + metadata.identifier)
                path = file.path
                memory = file
            } catch {
                throw .problem("\(metadata.path): \(error)")
            }
        }
        return (1...first.bandCount).map { number in
            var source = RasterSource(
                path: path, band: number, grid: grid, sampleType: first.band.sampleType,
                blockWidth: first.band.blockWidth, blockHeight: first.band.blockHeight)
            source.memory = memory
            if memory != nil { source.parts = layout.tiles.map(\.tile.path) }
            return source
        }
    }
}
