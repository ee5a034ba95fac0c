/// The values of a report's template, made from an assessment in one language.
///
/// This file holds the head of the page, the map and the areas; `ReportPage+Evidence.swift` what they rest on.
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
        let bounds = assessment.classes.flatMap { [$0.lower, $0.upper] }.compactMap(\.self)
        let decimals = [0, 1, 2, 3].first { places in
            bounds.allSatisfy { abs($0 - $0.rounded(toPlaces: places)) <= 1e-9 * max($0.magnitude, 1) }
        }
        func bound(_ value: Double, _ side: String) -> Markup {
            number(value, "/classes/\(index)/\(side)", decimals: decimals ?? 4)
        }
        switch (known.lower, known.upper) {
        case (nil, nil): return text("range_all")
        case (nil, let upper?): return fill("range_below", ["upper": bound(upper, "upper")])
        case (let lower?, nil): return fill("range_from", ["lower": bound(lower, "lower")])
        case (let lower?, let upper?):
            return fill("range_between", ["lower": bound(lower, "lower"), "upper": bound(upper, "upper")])
        }
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
                ["sensor": Markup(escaping: scene.sensor), "date": Markup(escaping: texts.date(scene.date ?? "?"))])
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
        var headline: [String: Any] = ["label": text("affected_label"), "parts": parts(Array(listed))]
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

    // MARK: Areas

    private var areas: [String: Any] {
        let classes = assessment.classes
        let accuracy = assessment.accuracy
        let decimals = DecimalText.decimals(for: classes.map(\.hectares))
        let longest = max(classes.map(\.share).max() ?? 0, .leastNonzeroMagnitude)
        var rows: [[String: Any]] = classes.indices.map { index in
            var row: [String: Any] = [
                "swatch": charts.swatch(classes[index].colour), "name": className(index), "range": range(index),
                "hectares": number(classes[index].hectares, "/classes/\(index)/hectares", decimals: decimals),
                "share": share(classes[index].share, "/classes/\(index)/share"),
                "bar": charts.bar([(classes[index].share / longest, classes[index].colour)]),
            ]
            if let accuracy {
                let area = accuracy.classes[index].area
                let path = "/accuracy/classes/\(index)"
                row["estimate"] = number(area.hectares, path + "/area/hectares", decimals: decimals)
                row["interval"] =
                    interval(area.low, area.high, path + "/area", decimals: decimals) ?? text("not_known")
                row["excess"] = number(accuracy.classes[index].excess, path + "/excess", decimals: decimals)
            }
            return row
        }
        var total: [String: Any] = [
            "total": true, "name": text("assessed"), "range": Markup.empty,
            "hectares": number(assessment.extent.assessed, "/extent/assessed", decimals: decimals),
        ]
        if accuracy != nil {
            total["estimate"] = number(assessment.extent.assessed, "/extent/assessed", decimals: decimals)
        }
        rows.append(total)
        return [
            "rows": rows, "estimated": accuracy != nil, "notes": areaNotes,
            "range_head": unit.isEmpty ? text("range") : fill("range_unit", ["unit": Markup(escaping: unit)]),
        ]
    }

    private var areaNotes: [Markup] {
        if let accuracy = assessment.accuracy {
            let notes = [fill("areas_estimated", ["places": count(accuracy.places, "/accuracy/places")])]
            return notes + (excessNote(accuracy).map { [$0] } ?? [])
        }
        if isIndex { return [text("areas_counted_index")] }
        var notes = [text("areas_counted")]
        if let slope = assessment.model?.crossValidation?.slope, (0..<Self.fullSlope).contains(slope) {
            notes.append(fill("areas_shrinkage", ["share": share(slope, "/model/cross_validation/slope")]))
        }
        if let model = assessment.model, let top = model.classCounts.lastIndex(where: { $0.observed > 0 }),
            let metrics = model.crossValidation
        {
            let path = "/model/class_counts/\(top)"
            notes.append(
                fill(
                    "areas_counted_model",
                    [
                        "count": count(metrics.count, "/model/cross_validation/count"), "class": className(top),
                        "predicted": count(model.classCounts[top].predicted, path + "/predicted"),
                        "observed": count(model.classCounts[top].observed, path + "/observed"),
                    ]))
        }
        return notes
    }

    private var districts: [String: Any]? {
        if assessment.districts.isEmpty { return nil }
        let classes = assessment.classes
        let decimals = DecimalText.decimals(for: assessment.districts.flatMap(\.classes), most: 1)
        func stack(_ areas: [Double], of whole: Double) -> Markup {
            whole > 0 ? charts.bar(zip(areas, classes).map { ($0 / whole, $1.colour) }) : .empty
        }
        let rows: [[String: Any]] = assessment.districts.enumerated().map { index, district in
            let path = "/districts/\(index)"
            return [
                "name": name(district.name),
                "assessed": number(district.assessed, path + "/assessed", decimals: decimals),
                "bar": stack(district.classes, of: district.assessed),
                "classes": district.classes.enumerated().map { position, hectares in
                    number(hectares, path + "/classes/\(position)", decimals: decimals)
                },
                "hectares": district.affected.map { number($0, path + "/affected", decimals: decimals) } ?? .empty,
                "affected_share": district.affectedShare.map { share($0, path + "/affected_share") } ?? .empty,
            ]
        }
        var total: [String: Any] = [
            "total": true, "name": text("whole"),
            "assessed": number(assessment.extent.assessed, "/extent/assessed", decimals: decimals),
            "bar": stack(classes.map(\.hectares), of: assessment.extent.assessed),
            "classes": classes.indices.map { index in
                number(classes[index].hectares, "/classes/\(index)/hectares", decimals: decimals)
            },
        ]
        if let affected = assessment.affected {
            total["hectares"] = number(affected.hectares, "/affected/hectares", decimals: decimals)
            total["affected_share"] = share(affected.share, "/affected/share")
        }
        return [
            "rows": rows + [total], "affected": assessment.affected != nil,
            "heads": classes.indices.map { index in
                ["swatch": charts.swatch(classes[index].colour), "name": className(index)]
            },
        ]
    }

    private var plots: [String: Any]? {
        guard let plots = assessment.plots, !plots.worst.isEmpty else { return nil }
        let areaDecimals = DecimalText.decimals(for: plots.worst.map(\.hectares), most: 1)
        let rows: [[String: Any]] = plots.worst.enumerated().map { index, plot in
            let path = "/plots/worst/\(index)"
            let position = plot.meanClass.flatMap { number in
                assessment.classes.firstIndex { $0.number == number }
            }
            return [
                "rank": Markup(escaping: String(index + 1)), "id": name(plot.id),
                "district": plot.district.map(name) ?? .empty,
                "hectares": number(plot.hectares, path + "/hectares", decimals: areaDecimals),
                "mean": plot.mean.map { level($0, path + "/mean") } ?? .empty,
                "swatch": position.map { charts.swatch(assessment.classes[$0].colour) } ?? .empty,
                "class": position.map(className) ?? .empty,
                "affected_share": plot.affectedShare.map { share($0, path + "/affected_share") } ?? .empty,
            ]
        }
        var note = fill(
            "plots_note",
            [
                "shown": Markup(escaping: String(plots.worst.count)), "count": count(plots.count, "/plots/count"),
                "assessed": count(plots.assessed, "/plots/assessed"),
            ])
        if let table = plots.table { note += " " + fill("plots_table", ["table": name(table)]) }
        return [
            "rows": rows, "note": note, "affected": !isIndex,
            "mean_head": unit.isEmpty ? text("mean") : fill("mean_unit", ["unit": Markup(escaping: unit)]),
        ]
    }
}
