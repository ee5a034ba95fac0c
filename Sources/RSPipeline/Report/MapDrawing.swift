import Foundation

/// The map of a report as SVG: the picture of the classes, outlines over it, a frame with corners, scale and north.
struct MapDrawing {
    let texts: ReportTexts
    let map: ReportMap
    let facts: Assessment.Map?
    /// The plots of the table, worst first.
    let worst: [String]

    /// All drawings are this wide.
    private static let width = 1000.0
    /// Above and below the picture.
    private static let strip = 44.0
    /// More corners than this would make the page large; only plots of the table are drawn then.
    private static let mostCorners = 60_000
    /// Corners nearer to each other than this are drawn as one.
    private static let detail = 0.6
    /// Ranks that are written into the map.
    private static let ranks = 10

    private var scale: Double { Self.width / Double(map.picture.grid.width) }
    private var height: Double { Double(map.picture.grid.height) * scale }

    /// Whether all plots are outlined.
    var showsAllPlots: Bool { map.plots.reduce(0) { $0 + $1.rings.reduce(0) { $0 + $1.count } } <= Self.mostCorners }

    /// The drawing.
    var markup: Markup {
        let height = self.height
        let full = height + 2 * Self.strip
        let ranks = Dictionary(zip(worst, worst.indices), uniquingKeysWith: { first, _ in first })
        let ordinary = showsAllPlots ? map.plots.filter { ranks[$0.name] == nil } : []
        let marked = map.plots.filter { ranks[$0.name] != nil }
        let smoothing: Markup = map.picture.width < 700 ? " class=\"coarse\"" : ""
        let encoded = map.picture.png.base64EncodedString()
        var drawing: Markup = """
            <rect class="land" width="1000" height="\(height)"/>\
            <image\(smoothing) width="1000" height="\(height)" preserveAspectRatio="none" \
            href="data:image/png;base64,\(encoded)"/>\
            <g clip-path="url(#neatline)"><path class="plot" d="\(path(ordinary))"/>\
            <path class="district-casing" d="\(path(map.districts))"/>\
            <path class="district" d="\(path(map.districts))"/>\
            <path class="worst-casing" d="\(path(marked))"/><path class="worst" d="\(path(marked))"/>
            """
        let numbered = marked.filter { ranks[$0.name, default: 0] < Self.ranks }
        drawing += rankMarks(marked, ranks) + districtNames(beside: numbered) + "</g>"
        drawing += "<rect class=\"neatline\" width=\"1000\" height=\"\(height)\"/>"
        if let facts { drawing += corners(facts) + north(facts) + scaleBar(facts) }
        return """
            <svg class="map" viewBox="0 \(-Self.strip) 1000 \(full)" role="img" aria-label="\(texts["map_alt"])">\
            <clipPath id="neatline"><rect width="1000" height="\(height)"/></clipPath>\(drawing)</svg>
            """
    }

    /// Rings as the data of a path, corners that cannot be told apart left out.
    private func path(_ outlines: [MapOutline]) -> Markup {
        var data = ""
        for ring in outlines.flatMap(\.rings) {
            var kept: [SIMD2<Double>] = []
            for corner in ring.map({ $0 * scale }) {
                if let last = kept.last, ((corner - last) * (corner - last)).sum() < Self.detail * Self.detail {
                    continue
                }
                kept.append(corner)
            }
            if kept.count < 3 { continue }
            for (index, corner) in kept.enumerated() {
                data += index == 0 ? "M" : "L"
                data += DecimalText.plain(corner.x, decimals: 1) + " " + DecimalText.plain(corner.y, decimals: 1)
            }
            data += "Z"
        }
        return Markup(escaping: data)
    }

    /// The centre of the largest ring's area; nil for outlines without area.
    private func centre(_ outline: MapOutline) -> SIMD2<Double>? {
        var best: (area: Double, centre: SIMD2<Double>)?
        for ring in outline.rings {
            guard let origin = ring.first else { continue }
            var area = 0.0
            var sum = SIMD2(0.0, 0.0)
            for (index, point) in ring.enumerated() {
                let a = point - origin
                let b = ring[index + 1 == ring.count ? 0 : index + 1] - origin
                let cross = a.x * b.y - b.x * a.y
                area += cross
                sum += (a + b) * cross
            }
            if area != 0, area.magnitude > best?.area ?? 0 {
                best = (area.magnitude, (origin + sum / (3 * area)) * scale)
            }
        }
        return best?.centre
    }

    /// The names of districts at their centres, or above or below where ranks stand there.
    private func districtNames(beside plots: [MapOutline]) -> Markup {
        let marks = plots.compactMap(centre)
        return map.districts.compactMap { district -> Markup? in
            guard let centre = centre(district) else { return nil }
            let short = district.name.count > 24 ? district.name.prefix(23) + "\u{2026}" : district.name
            let x = min(max(centre.x, 90), Self.width - 90)
            // Letters are about 14 wide and 25 high, marks 34 across.
            let reach = 7 * Double(short.count) + 17
            func isFree(_ y: Double) -> Bool {
                !marks.contains { abs($0.x - x) < reach && abs($0.y - (y - 9)) < 30 }
            }
            let places = [0.0, -40, 40, -80, 80, -120, 120].map { min(max(centre.y + $0, 30), height - 20) }
            let y = places.first(where: isFree) ?? places[0]
            return """
                <text class="name" x="\(x)" y="\(y)" text-anchor="middle">\(short)<title>\(district.name)</title></text>
                """
        }
        .joined()
    }

    private func rankMarks(_ plots: [MapOutline], _ ranks: [String: Int]) -> Markup {
        plots.compactMap { plot -> Markup? in
            guard let rank = ranks[plot.name], rank < Self.ranks, let centre = centre(plot) else { return nil }
            return """
                <g class="rank"><circle cx="\(centre.x)" cy="\(centre.y)" r="17"/>\
                <text x="\(centre.x)" y="\(centre.y + 7)" text-anchor="middle">\(rank + 1)</text>\
                <title>\(plot.name)</title></g>
                """
        }
        .joined()
    }

    private func corners(_ facts: Assessment.Map) -> Markup {
        let places: [(x: Double, y: Double, anchor: Markup)] = [
            (0, -14, "start"), (1000, -14, "end"), (1000, height + 32, "end"), (0, height + 32, "start"),
        ]
        return zip(facts.corners, places).enumerated().map { index, pair -> Markup in
            let (corner, place) = pair
            func degrees(_ value: Double, _ path: Markup, _ above: String, _ below: String) -> Markup {
                // Degrees without a sign: the hemisphere is written behind.
                """
                <tspan data-magnitude="\(DecimalText.plain(value.magnitude, decimals: 9))" \
                data-path="/map/corners/\(index)/\(path)">\(texts.number(value.magnitude, decimals: 4))</tspan>\
                °\u{A0}\(value < 0 ? below : above)
                """
            }
            return """
                <text class="corner" x="\(place.x)" y="\(place.y)" text-anchor="\(place.anchor)">\
                \(degrees(corner.latitude, "latitude", texts["north"], texts["south"])), \
                \(degrees(corner.longitude, "longitude", texts["east"], texts["west"]))</text>
                """
        }
        .joined()
    }

    private func north(_ facts: Assessment.Map) -> Markup {
        """
        <g class="north" transform="translate(946 58) rotate(\(facts.north))"><circle r="36"/>\
        <path d="M0-29L11 9L0 2L-11 9Z"/><text y="27" text-anchor="middle">\(texts["arrow"])</text></g>
        """
    }

    private func scaleBar(_ facts: Assessment.Map) -> Markup {
        guard facts.width > 0, facts.scaleBar > 0 else { return .empty }
        let length = facts.scaleBar / facts.width * Self.width
        let left = (Self.width - length) / 2
        let y = height + 12
        let isLong = facts.scaleBar >= 1000
        let shown = isLong ? facts.scaleBar / 1000 : facts.scaleBar
        let number: Markup = """
            <tspan data-value="\(DecimalText.plain(facts.scaleBar, decimals: 6))" data-path="/map/scale_bar" \
            data-factor="\(isLong ? 1000 : 1)">\(texts.number(shown, decimals: shown < 1 ? 3 : 0))</tspan>
            """
        return """
            <g class="scale"><rect x="\(left)" y="\(y)" width="\(length / 2)" height="8"/>\
            <rect class="open" x="\(left + length / 2)" y="\(y)" width="\(length / 2)" height="8"/>\
            <text x="\(left + length + 12)" y="\(y + 13)">\
            \(texts.fill(isLong ? "kilometres" : "metres", ["number": number]))</text></g>
            """
    }
}
