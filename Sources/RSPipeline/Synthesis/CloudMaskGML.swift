/// The cloud mask of a DIMAP product: polygons in the coordinates of the map, in GML.
///
/// Up to 512 x 512 pixels the polygons follow the cloudy pixels exactly. A larger scene is cut into cells of some pixels,
/// and a cell counts as cloudy when any of its pixels does, as in a mask that was drawn on a quicklook.
struct CloudMaskGML {
    private static let cellLimit = 512

    private let size: Int
    private let cellPixels: Int
    private let cellCount: Int
    private var cells: [Bool]

    init(size: Int) {
        self.size = size
        cellPixels = (size + Self.cellLimit - 1) / Self.cellLimit
        cellCount = (size + cellPixels - 1) / cellPixels
        cells = Array(repeating: false, count: cellCount * cellCount)
    }

    /// Marks the cloudy pixels of some whole rows; a number above 0 is a cloud.
    mutating func add(rows: Range<Int>, _ flags: [UInt16]) {
        var index = 0
        for row in rows {
            for column in 0..<size {
                if flags[index] > 0 { cells[row / cellPixels * cellCount + column / cellPixels] = true }
                index += 1
            }
        }
    }

    /// The whole file: the structure of the masks of the ground segments of CNES, one feature a polygon.
    ///
    /// - Parameter id: the name of the mask.
    func text(id: String, grid: Grid) -> String {
        let reference = "urn:ogc:def:crs:EPSG::\(SyntheticSite.epsg)"
        let polygons = CellOutlines.polygons(width: cellCount, height: cellCount, cells: cells)
        let corner = grid.transform.map(column: Double(grid.width), row: Double(grid.height))
        let lower = "\(Self.number(grid.transform.originX)) \(Self.number(corner.y))"
        let upper = "\(Self.number(corner.x)) \(Self.number(grid.transform.originY))"
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!-- \(SyntheticOrigin.text) -->",
            "<eop:Mask xmlns:eop=\"http://www.opengis.net/eop/2.0\" xmlns:gml=\"http://www.opengis.net/gml/3.2\" "
                + "gml:id=\"\(id)\">",
            "  <gml:name>\(id)</gml:name>", "  <gml:boundedBy>", "    <gml:Envelope srsName=\"\(reference)\">",
            "      <gml:lowerCorner>\(lower)</gml:lowerCorner>", "      <gml:upperCorner>\(upper)</gml:upperCorner>",
            "    </gml:Envelope>", "  </gml:boundedBy>", "  <eop:maskMembers>",
        ]
        for (index, polygon) in polygons.enumerated() {
            let name = "CLOUD.\(index)"
            lines += [
                "    <eop:MaskFeature gml:id=\"\(name)\">", "      <eop:maskType>CLOUD</eop:maskType>",
                "      <eop:extentOf>",
                "        <gml:Polygon gml:id=\"\(name)_Polygon\" srsName=\"\(reference)\">",
                "          <gml:exterior>\(ring(polygon.exterior, grid))</gml:exterior>",
            ]
            lines += polygon.holes.map { "          <gml:interior>\(ring($0, grid))</gml:interior>" }
            lines += ["        </gml:Polygon>", "      </eop:extentOf>", "    </eop:MaskFeature>"]
        }
        lines += ["  </eop:maskMembers>", "</eop:Mask>"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A closed ring; the exterior runs counter-clockwise, as GML has it.
    private func ring(_ corners: [CellOutlines.Corner], _ grid: Grid) -> String {
        var closed = Array(corners.reversed())
        if let first = closed.first { closed.append(first) }
        let positions = closed.map { corner in
            let point = grid.transform.map(
                column: Double(min(corner.column * cellPixels, size)), row: Double(min(corner.row * cellPixels, size)))
            return "\(Self.number(point.x)) \(Self.number(point.y))"
        }
        return "<gml:LinearRing><gml:posList srsDimension=\"2\">\(positions.joined(separator: " "))</gml:posList>"
            + "</gml:LinearRing>"
    }

    private static func number(_ value: Double) -> String { MetadataNumber.fixed(value, 1) }
}
