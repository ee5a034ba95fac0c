/// The drawings of a report, as SVG that is part of the page.
struct ReportCharts {
    let texts: ReportTexts

    private static let frame = (left: 66.0, top: 14.0, right: 446.0, bottom: 290.0)

    /// A bar of shares beside each other, filling the cell it stands in.
    ///
    /// - Parameter parts: shares of the whole length, 0...1, with their colours.
    func bar(_ parts: [(share: Double, colour: String)]) -> Markup {
        var left = 0.0
        var rectangles = Markup.empty
        for part in parts where part.share > 0 && part.share.isFinite {
            let width = min(part.share, 1) * 100
            rectangles +=
                "<rect x=\"\(left)\" width=\"\(width)\" height=\"10\" fill=\"\(part.colour)\"/>"
            left += width
        }
        return """
            <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="track" width="100" height="10"/>\(rectangles)</svg>
            """
    }

    /// A patch of colour.
    func swatch(_ colour: String) -> Markup {
        """
        <svg class="swatch" viewBox="0 0 14 14" aria-hidden="true">\
        <rect x=".5" y=".5" width="13" height="13" fill="\(colour)"/></svg>
        """
    }

    /// What was found in the field and what was predicted, with the line on which both agree.
    func scatter(_ pairs: [Assessment.Pair], unit: String) -> Markup {
        let (left, top, right, bottom) = Self.frame
        let axis = ChartAxis(enclosing: pairs.flatMap { [$0.observed, $0.predicted] }, includingZero: true)
        func x(_ value: Double) -> Double { left + axis.position(value) * (right - left) }
        func y(_ value: Double) -> Double { bottom - axis.position(value) * (bottom - top) }
        var drawing = Markup.empty
        for mark in axis.marks {
            drawing += grid(fromX: left, y: y(mark), toX: right, y(mark))
            drawing += grid(fromX: x(mark), y: top, toX: x(mark), bottom)
            let label = texts.number(mark, decimals: axis.decimals)
            drawing += "<text x=\"\(left - 8)\" y=\"\(y(mark) + 4.5)\" text-anchor=\"end\">\(label)</text>"
            drawing += "<text x=\"\(x(mark))\" y=\"\(bottom + 19)\" text-anchor=\"middle\">\(label)</text>"
        }
        drawing += """
            <line class="agree" x1="\(x(axis.low))" y1="\(y(axis.low))" x2="\(x(axis.high))" y2="\(y(axis.high))"/>
            """
        for pair in pairs { drawing += "<circle cx=\"\(x(pair.observed))\" cy=\"\(y(pair.predicted))\" r=\"4\"/>" }
        drawing += titles(
            x: texts.fill("scatter_x", ["unit": Markup(escaping: unit)]),
            y: texts.fill("scatter_y", ["unit": Markup(escaping: unit)]))
        return figure(drawing, class: "scatter", title: texts["scatter_title"])
    }

    /// Land by value, in the colours of the classes.
    func histogram(_ histogram: Assessment.Histogram, classes: [Assessment.Class], title: Markup) -> Markup {
        let (left, top, right, bottom) = Self.frame
        guard let first = histogram.bins.first, let last = histogram.bins.last, last.upper > first.lower
        else { return .empty }
        let up = ChartAxis(enclosing: histogram.bins.map(\.hectares), includingZero: true)
        let across = ChartAxis(enclosing: [first.lower, last.upper], includingZero: false, marks: 7)
        func x(_ value: Double) -> Double {
            left + (value - first.lower) / (last.upper - first.lower) * (right - left)
        }
        func y(_ value: Double) -> Double { bottom - up.position(value) * (bottom - top) }
        var drawing = Markup.empty
        for mark in up.marks {
            drawing += grid(fromX: left, y: y(mark), toX: right, y(mark))
            drawing += """
                <text x="\(left - 8)" y="\(y(mark) + 4.5)" text-anchor="end">\
                \(texts.number(mark, decimals: up.decimals))</text>
                """
        }
        for bin in histogram.bins where bin.hectares > 0 {
            let colour = classes.position(of: (bin.lower + bin.upper) / 2).map { classes[$0].colour } ?? "#999999"
            let (from, to) = (x(bin.lower), x(bin.upper))
            drawing += """
                <rect class="bin" x="\(from + 0.5)" y="\(y(bin.hectares))" width="\(max(to - from - 1, 0.5))" \
                height="\(bottom - y(bin.hectares))" fill="\(colour)"/>
                """
        }
        for mark in across.marks where mark >= first.lower && mark <= last.upper {
            drawing += """
                <text x="\(x(mark))" y="\(bottom + 19)" text-anchor="middle">\
                \(texts.number(mark, decimals: across.decimals))</text>
                """
        }
        drawing += "<line class=\"base\" x1=\"\(left)\" y1=\"\(bottom)\" x2=\"\(right)\" y2=\"\(bottom)\"/>"
        drawing += titles(x: title, y: Markup(escaping: texts["histogram_y"]))
        return figure(drawing, class: "histogram", title: texts["histogram_title"])
    }

    private func grid(fromX x1: Double, y y1: Double, toX x2: Double, _ y2: Double) -> Markup {
        "<line class=\"grid\" x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\"/>"
    }

    private func titles(x: Markup, y: Markup) -> Markup {
        let (left, top, right, bottom) = Self.frame
        return """
            <text class="axis" x="\((left + right) / 2)" y="\(bottom + 42)" text-anchor="middle">\(x)</text>\
            <text class="axis" transform="translate(13 \((top + bottom) / 2)) rotate(-90)" text-anchor="middle">\(y)</text>
            """
    }

    private func figure(_ drawing: Markup, class name: Markup, title: String) -> Markup {
        """
        <svg class="chart \(name)" viewBox="0 0 460 340" role="img" aria-label="\(title)">\(drawing)</svg>
        """
    }
}
