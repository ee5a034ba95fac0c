/// The values of a report's template, made from an assessment in one language.
///
/// This file holds the head of the page and the map; `ReportPage+Areas.swift` the hectares, `ReportPage+Evidence.swift` what
/// they rest on.
struct ReportPage {
    let assessment: Assessment
    let map: ReportMap?
    let texts: ReportTexts
    let charts: ReportCharts

    init(_ assessment: Assessment, _ map: ReportMap?, _ texts: ReportTexts) {
        self.assessment = assessment
        self.map = map
        self.texts = texts
        charts = ReportCharts(texts: texts)
    }

    /// All values; sections that have nothing to say are missing.
    var context: [String: Any] {
        var context: [String: Any] = [
            "language": Markup(escaping: texts.language), "style": ReportTemplate.style, "t": texts.plain,
            "software": Markup(escaping: assessment.provenance.software),
            "title": title, "kicker": text(isIndex ? "kicker_index" : "kicker_salinity"), "facts": subtitle,
            "headline": headline, "cards": cards, "areas": areas, "accuracy": ["sentence": accuracySentence],
            "limits": limits, "steps": steps, "provenance": provenance,
        ]
        func add(_ key: String, _ value: [String: Any]?) { if let value { context[key] = value } }
        if isIndex { context["notice"] = text("notice_index") }
        add("map", mapSheet)
        add("districts", districts)
        add("plots", plots)
        add("scatter", scatter)
        add("metrics", metrics)
        add("matrix", matrix)
        add("counts", counts)
        add("histogram", histogram)
        add("excluded", excluded)
        add("notes", lines(assessment.notes))
        add("warnings", lines(assessment.warnings + (assessment.model?.warnings ?? [])))
        add("model", model)
        add("constants", constants)
        add("inputs", inputs)
        if let scheme { context["scheme"] = scheme }
        return context
    }

    // MARK: Words and numbers

    var isIndex: Bool { assessment.subject.kind == .index }

    var unit: String { texts.name("unit", assessment.subject.unit) }

    /// The depth of the samples in words of the language; nil where nobody has said.
    var depth: Markup? {
        assessment.subject.depth.map { text in
            guard let range = SoilProperty.depth(text) else { return Markup(escaping: text) }
            func centimetres(_ value: Double) -> Markup {
                Markup(escaping: texts.number(value, decimals: value == value.rounded() ? 0 : 1))
            }
            return fill("depth", ["top": centimetres(range.lowerBound), "bottom": centimetres(range.upperBound)])
        }
    }

    func text(_ key: String) -> Markup { Markup(escaping: texts[key]) }

    func fill(_ key: String, _ values: [String: Markup]) -> Markup { texts.fill(key, values) }

    /// A name that people have given.
    func name(_ text: String) -> Markup { "<bdi>\(text)</bdi>" }

    func number(_ value: Double, _ path: String, decimals: Int) -> Markup {
        ReportNumber(value, path, .decimals(decimals)).markup(texts)
    }

    func count(_ value: Int, _ path: String) -> Markup { ReportNumber.count(value, path).markup(texts) }

    func share(_ value: Double, _ path: String) -> Markup { ReportNumber.share(value, path).markup(texts) }

    /// Hectares with their unit.
    func area(_ value: Double, _ path: String) -> Markup {
        fill("hectares", ["number": number(value, path, decimals: DecimalText.decimals(for: [value]))])
    }

    /// A value of the subject, as a table shows it.
    func level(_ value: Double, _ path: String) -> Markup { number(value, path, decimals: levelDecimals) }

    /// Decimals of values of the subject.
    var levelDecimals: Int { isIndex ? 3 : 1 }

    /// A value of the subject with its unit.
    func quantity(_ value: Double, _ path: String, decimals: Int? = nil) -> Markup {
        let shown = number(value, path, decimals: decimals ?? levelDecimals)
        return unit.isEmpty ? shown : fill("quantity", ["number": shown, "unit": Markup(escaping: unit)])
    }

    func interval(_ low: Double?, _ high: Double?, _ path: String, decimals: Int) -> Markup? {
        guard let low, let high else { return nil }
        return fill(
            "interval",
            [
                "low": number(low, path + "/low", decimals: decimals),
                "high": number(high, path + "/high", decimals: decimals),
            ])
    }

    func margin(_ value: Double?, _ path: String, decimals: Int) -> Markup? {
        value.map { fill("margin", ["number": number($0, path, decimals: decimals)]) }
    }

    func lines(_ texts: [String]) -> [String: Any]? {
        texts.isEmpty ? nil : ["lines": texts.map { Markup(escaping: $0) }]
    }

    /// A class's name: the catalogue's for a scheme it knows, else the scheme's own.
    func className(_ index: Int) -> Markup {
        let known = assessment.classes[index]
        let key = "\(assessment.scheme ?? "") \(known.number)"
        return texts.has("class", key) ? Markup(escaping: texts.name("class", key)) : name(known.name)
    }

    /// The bounds of a class, half-open.
    func range(_ index: Int) -> Markup {
        let known = assessment.classes[index]
        func bound(_ value: Double, _ side: String) -> Markup {
            number(value, "/classes/\(index)/\(side)", decimals: boundDecimals)
        }
        switch (known.lower, known.upper) {
        case (nil, nil): return text("range_all")
        case (nil, let upper?): return fill("range_below", ["upper": bound(upper, "upper")])
        case (let lower?, nil): return fill("range_from", ["lower": bound(lower, "lower")])
        case (let lower?, let upper?):
            return fill("range_between", ["lower": bound(lower, "lower"), "upper": bound(upper, "upper")])
        }
    }

    /// As many decimals as the bounds of the classes have.
    private var boundDecimals: Int {
        let bounds = assessment.classes.flatMap { [$0.lower, $0.upper] }.compactMap(\.self)
        return [0, 1, 2, 3].first { places in
            bounds.allSatisfy { abs($0 - $0.rounded(toPlaces: places)) <= 1e-9 * max($0.magnitude, 1) }
        } ?? 4
    }

    // MARK: Head

    private var title: Markup {
        if let title = assessment.title { return Markup(escaping: title) }
        return fill(
            isIndex ? "title_index" : "title_salinity",
            ["place": Markup(escaping: assessment.place), "index": Markup(escaping: assessment.subject.name)])
    }

    private var subtitle: [Markup] {
        let scenes = assessment.scenes.map { scene in
            fill(
                "subtitle_scene",
                [
                    "sensor": Markup(escaping: SensorName.text(of: scene.sensor)),
                    "date": Markup(escaping: texts.date(scene.date ?? "?")),
                ])
        }
        if isIndex { return scenes }
        let depth = self.depth
        return scenes + [
            fill(
                depth == nil ? "subtitle_property" : "subtitle_property_depth",
                [
                    "property": Markup(escaping: assessment.subject.name), "unit": Markup(escaping: unit),
                    "depth": depth ?? .empty,
                ])
        ]
    }

    private var headline: [String: Any] {
        let whole = area(assessment.extent.assessed, "/extent/assessed")
        guard let affected = assessment.affected else {
            let last = assessment.classes.count - 1
            let top = assessment.classes[last]
            return [
                "figure": area(top.hectares, "/classes/\(last)/hectares"),
                "label": fill("top_class_label", ["index": Markup(escaping: assessment.subject.name)]),
                "certainty": className(last) + " (" + range(last) + ")",
                "share": fill(
                    "top_class_share", ["share": share(top.share, "/classes/\(last)/share"), "assessed": whole]),
                "parts": parts(Array(assessment.classes.indices.reversed())),
            ]
        }
        let listed = assessment.classes.indices.filter { assessment.classes[$0].isAffected }
        var headline: [String: Any] = ["label": affectedLabel(from: listed.first), "parts": parts(Array(listed))]
        if let estimate = affected.estimate, let part = affected.estimatedShare {
            let decimals = DecimalText.decimals(for: [estimate.hectares])
            headline["figure"] = area(estimate.hectares, "/affected/estimate/hectares")
            headline["certainty"] = fill(
                "affected_interval",
                [
                    "interval": interval(estimate.low, estimate.high, "/affected/estimate", decimals: decimals)
                        .map { fill("hectares", ["number": $0]) } ?? text("not_known")
                ])
            headline["share"] = fill(
                "affected_share_estimated",
                [
                    "share": share(part, "/affected/estimated_share"), "assessed": whole,
                    "counted": area(affected.hectares, "/affected/hectares"),
                ])
        } else {
            headline["figure"] = area(affected.hectares, "/affected/hectares")
            headline["certainty"] = text("affected_counted")
            headline["share"] = fill(
                "affected_share", ["share": share(affected.share, "/affected/share"), "assessed": whole])
        }
        return headline
    }

    /// What counts as salt-affected: everything from the lower bound of a class on.
    private func affectedLabel(from first: Int?) -> Markup {
        var bound = Markup.empty
        if let first, let lower = assessment.classes[first].lower {
            bound = quantity(lower, "/classes/\(first)/lower", decimals: boundDecimals)
        }
        return fill("affected_label", ["property": Markup(escaping: assessment.subject.name), "bound": bound])
    }

    /// Classes with their hectares: estimated where places were checked, else counted.
    private func parts(_ indices: [Int]) -> [[String: Any]] {
        indices.map { index in
            var part: [String: Any] = [
                "swatch": charts.swatch(assessment.classes[index].colour), "name": className(index),
            ]
            if let estimate = assessment.accuracy?.classes[index].area {
                let path = "/accuracy/classes/\(index)/area"
                let decimals = DecimalText.decimals(for: [estimate.hectares])
                part["area"] = area(estimate.hectares, path + "/hectares")
                part["margin"] = margin(estimate.margin, path + "/margin", decimals: decimals) ?? .empty
            } else {
                part["area"] = area(assessment.classes[index].hectares, "/classes/\(index)/hectares")
            }
            return part
        }
    }

    private var cards: [[String: Markup]] {
        let extent = assessment.extent
        var cards: [[String: Markup]] = [
            [
                "name": text("card_assessed"), "value": area(extent.assessed, "/extent/assessed"),
                "note": fill(
                    "card_assessed_note",
                    [
                        "share": share(extent.assessedShare, "/extent/assessed_share"),
                        "whole": area(extent.hectares, "/extent/hectares"),
                    ]),
            ]
        ]
        if let accuracy = assessment.accuracy {
            let overall = accuracy.overall
            cards.append([
                "name": text("card_accuracy"), "value": share(overall.share, "/accuracy/overall/share"),
                "note": fill(
                    "card_accuracy_note",
                    [
                        "margin": marginOfShare(overall, "/accuracy/overall"),
                        "places": count(accuracy.places, "/accuracy/places"),
                    ]),
            ])
        } else {
            cards.append([
                "name": text("card_accuracy"), "value": text("card_accuracy_none"),
                "note": text("card_accuracy_none_note"),
            ])
        }
        if !isIndex {
            if let metrics = assessment.model?.crossValidation {
                cards.append([
                    "name": text("card_error"),
                    "value": quantity(metrics.rmse, "/model/cross_validation/rmse"),
                    "note": fill(
                        "card_error_note", ["count": count(metrics.count, "/model/cross_validation/count")]),
                ])
            } else {
                cards.append([
                    "name": text("card_error"), "value": text("card_error_none"),
                    "note": text("card_error_none_note"),
                ])
            }
        }
        if let plots = assessment.plots {
            cards.append([
                "name": text("card_plots"), "value": count(plots.count, "/plots/count"),
                "note": fill("card_plots_note", ["assessed": count(plots.assessed, "/plots/assessed")]),
            ])
        }
        if cards.count < 4, let scene = assessment.scenes.indices.first, let cloud = assessment.scenes[scene].cloudShare
        {
            cards.append([
                "name": text("card_cloud"), "value": share(cloud, "/scenes/\(scene)/cloud_share"),
                "note": text("card_cloud_note"),
            ])
        }
        return cards
    }

    /// The margin of a share; words where it is not known.
    func marginOfShare(_ value: Assessment.EstimatedShare, _ path: String) -> Markup {
        value.margin.map { margin in
            fill("margin", ["number": ReportNumber(margin, path + "/margin", .percent(1)).markup(texts)])
        } ?? text("not_known")
    }

    // MARK: Map

    private var mapSheet: [String: Any]? {
        guard let map else { return nil }
        let worst = assessment.plots?.worst.map(\.id) ?? []
        let drawing = MapDrawing(texts: texts, map: map, facts: assessment.map, worst: worst)
        var legend: [[String: Markup]] = assessment.classes.indices.reversed().map { index in
            [
                "swatch": charts.swatch(assessment.classes[index].colour), "name": className(index),
                "range": range(index),
            ]
        }
        func sign(_ shape: Markup, _ key: String) {
            legend.append([
                "swatch": "<svg class=\"sign map\" viewBox=\"0 0 26 15\" aria-hidden=\"true\">\(shape)</svg>",
                "name": text(key), "range": .empty,
            ])
        }
        sign(
            ##"<rect x="0.5" y="0.5" width="25" height="14" fill="#fff" stroke="#5b6771" stroke-width=".8"/>"##,
            "legend_none")
        if !map.districts.isEmpty { sign(#"<path class="district" d="M1 12L9 3L25 6"/>"#, "legend_district") }
        if !map.plots.isEmpty && drawing.showsAllPlots {
            sign(#"<path class="plot" d="M4 2H22V13H4Z"/>"#, "legend_plot")
        }
        if !map.plots.isEmpty && !worst.isEmpty { sign(#"<path class="worst" d="M4 2H22V13H4Z"/>"#, "legend_worst") }
        let notes = [
            assessment.map.map { fill("map_note", ["crs": Markup(escaping: $0.crs)]) },
            drawing.showsAllPlots ? nil : text("map_many_plots"),
        ]
        let subject = Markup(escaping: assessment.subject.name)
        return [
            "drawing": drawing.markup, "legend": legend, "note": notes.compactMap(\.self).joined(separator: " "),
            "legend_title": unit.isEmpty
                ? subject : fill("histogram_x", ["name": subject, "unit": Markup(escaping: unit)]),
        ]
    }
}
