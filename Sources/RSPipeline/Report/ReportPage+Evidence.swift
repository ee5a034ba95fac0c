/// What the hectares rest on: accuracy, distribution, limits, method and origin.
extension ReportPage {
    // MARK: Accuracy

    var accuracySentence: Markup {
        guard let accuracy = assessment.accuracy else {
            if isIndex { return text("accuracy_index") }
            return fill("accuracy_none", ["places": Markup(escaping: String(AreaEstimate.placesPerClass))])
        }
        return fill(
            "accuracy_overall",
            [
                "share": share(accuracy.overall.share, "/accuracy/overall/share"),
                "margin": marginOfShare(accuracy.overall, "/accuracy/overall"),
                "places": count(accuracy.places, "/accuracy/places"),
            ])
    }

    var scatter: [String: Any]? {
        guard let model = assessment.model, !model.pairs.isEmpty, let metrics = model.crossValidation else {
            return nil
        }
        return [
            "drawing": charts.scatter(model.pairs, unit: unit),
            "note": fill("scatter_note", ["count": count(metrics.count, "/model/cross_validation/count")]),
        ]
    }

    var metrics: [String: Any]? {
        guard let model = assessment.model, model.fit != nil || model.crossValidation != nil else { return nil }
        func row(
            _ key: String, _ place: String, decimals: Int, _ value: (Assessment.Metrics) -> Double?
        ) -> [String: Any]? {
            func cell(_ metrics: Assessment.Metrics?, _ path: String) -> Markup? {
                metrics.flatMap(value).map { number($0, "\(path)/\(place)", decimals: decimals) }
            }
            let cross = cell(model.crossValidation, "/model/cross_validation")
            let fit = cell(model.fit, "/model/fit")
            if cross == nil && fit == nil { return nil }
            return [
                "name": fill(key, ["unit": Markup(escaping: unit)]), "cross": cross ?? .empty, "fit": fit ?? .empty,
            ]
        }
        let rows = [
            row("metric_count", "count", decimals: 0) { Double($0.count) },
            row("metric_efficiency", "efficiency", decimals: 2, \.efficiency),
            row("metric_squared_correlation", "squared_correlation", decimals: 2, \.squaredCorrelation),
            row("metric_rmse", "rmse", decimals: 2) { $0.rmse }, row("metric_mae", "mae", decimals: 2, \.mae),
            row("metric_bias", "bias", decimals: 2, \.bias), row("metric_rpd", "rpd", decimals: 2, \.rpd),
            row("metric_rpiq", "rpiq", decimals: 2, \.rpiq), row("metric_ccc", "ccc", decimals: 2, \.ccc),
        ]
        return [
            "rows": rows.compactMap(\.self), "validated": model.crossValidation != nil, "fitted": model.fit != nil,
            "note": model.crossValidation == nil
                ? text("metrics_note_none") : fill("metrics_note", ["scheme": schemeOfFolds]),
        ]
    }

    /// How samples were left out, in words.
    private var schemeOfFolds: Markup {
        guard let scheme = assessment.model?.scheme else { return text("not_known") }
        return Markup(escaping: texts.name("scheme", scheme))
    }

    var matrix: [String: Any]? {
        guard let accuracy = assessment.accuracy else { return nil }
        func part(_ value: Assessment.EstimatedShare?, _ path: String) -> Markup {
            value.map { share($0.share, path + "/share") } ?? "\u{2013}"
        }
        let rows: [[String: Any]] = accuracy.classes.indices.map { row in
            let path = "/accuracy/classes/\(row)"
            return [
                "swatch": charts.swatch(assessment.classes[row].colour), "name": className(row),
                "users": part(accuracy.classes[row].users, path + "/users"),
                "cells": accuracy.classes[row].places.enumerated().map { column, places -> [String: Any] in
                    ["number": count(places, path + "/places/\(column)"), "right": row == column]
                },
            ]
        }
        return [
            "rows": rows, "heads": assessment.classes.indices.map(className),
            "producers": accuracy.classes.indices.map { index in
                part(accuracy.classes[index].producers, "/accuracy/classes/\(index)/producers")
            },
            "warnings": matrixWarnings(accuracy),
        ]
    }

    /// What ``AreaEstimate/warnings`` say, in the language of the page.
    private func matrixWarnings(_ accuracy: Assessment.Accuracy) -> [Markup] {
        let least = AreaEstimate.placesPerClass
        let ofMap: [Markup] = accuracy.classes.indices.compactMap { index in
            let places = accuracy.classes[index].places.reduce(0, +)
            if assessment.classes[index].hectares <= 0 || places >= least { return nil }
            return fill(
                places == 1 ? "matrix_single" : "matrix_few",
                ["class": className(index), "least": Markup(escaping: String(least))])
        }
        let notFound = accuracy.classes.indices.filter { index in accuracy.classes.allSatisfy { $0.places[index] == 0 }
        }
        return ofMap + notFound.map { fill("matrix_not_found", ["class": className($0)]) }
    }

    var counts: [String: Any]? {
        guard let counts = assessment.model?.classCounts, !counts.isEmpty else { return nil }
        return [
            "rows": counts.enumerated().map { index, entry in
                [
                    "swatch": charts.swatch(assessment.classes[index].colour), "name": className(index),
                    "observed": count(entry.observed, "/model/class_counts/\(index)/observed"),
                    "predicted": count(entry.predicted, "/model/class_counts/\(index)/predicted"),
                ]
            }
        ]
    }

    // MARK: Distribution

    var histogram: [String: Any]? {
        guard let histogram = assessment.histogram, histogram.bins.contains(where: { $0.hectares > 0 }) else {
            return nil
        }
        let subject = Markup(escaping: assessment.subject.name)
        let title =
            unit.isEmpty
            ? fill("histogram_x_plain", ["name": subject])
            : fill("histogram_x", ["name": subject, "unit": Markup(escaping: unit)])
        var note = Markup.empty
        if let median = histogram.median, let mean = histogram.mean {
            note = fill(
                "histogram_note",
                ["median": quantity(median, "/histogram/median"), "mean": quantity(mean, "/histogram/mean")])
        }
        if histogram.above > 0, let last = histogram.bins.indices.last {
            note +=
                " "
                + fill(
                    "histogram_above",
                    [
                        "area": area(histogram.above, "/histogram/above"),
                        "value": quantity(histogram.bins[last].upper, "/histogram/bins/\(last)/upper"),
                    ])
        }
        return [
            "drawing": charts.histogram(histogram, classes: assessment.classes, title: title), "note": note,
        ]
    }

    var excluded: [String: Any]? {
        let exclusions = assessment.extent.exclusions
        if exclusions.isEmpty { return nil }
        let decimals = DecimalText.decimals(for: exclusions.map(\.hectares))
        let longest = exclusions.map(\.share).max() ?? 1
        return [
            "rows": exclusions.enumerated().map { index, entry in
                let path = "/extent/exclusions/\(index)"
                return [
                    "name": Markup(escaping: texts.name("reason", entry.reason)),
                    // What is little does not become nothing.
                    "hectares": number(
                        entry.hectares, path + "/hectares",
                        decimals: entry.hectares < 0.5 ? DecimalText.decimals(for: [entry.hectares]) : decimals),
                    "share": share(entry.share, path + "/share"),
                    "bar": charts.bar([(longest > 0 ? entry.share / longest : 0, "#7c8a96")]),
                ]
            }
        ]
    }

    // MARK: Limits

    /// The hectares without a class for a reason; nil where there are none.
    private func excludedArea(_ reason: String) -> Markup? {
        let exclusions = assessment.extent.exclusions
        return exclusions.firstIndex { $0.reason == reason }
            .map { area(exclusions[$0].hectares, "/extent/exclusions/\($0)/hectares") }
    }

    var limits: [Markup] {
        var limits: [Markup] = []
        if isIndex { limits.append(text("limit_index")) }
        if let model = assessment.model {
            if let metrics = model.crossValidation, let efficiency = metrics.efficiency {
                let path = "/model/cross_validation/efficiency"
                if efficiency <= 0 {
                    limits.append(fill("limit_useless", ["value": number(efficiency, path, decimals: 2)]))
                } else {
                    limits.append(fill("limit_weak", ["share": share(efficiency, path)]))
                }
            }
            if model.method == "published" {
                limits.append(text("limit_published"))
            } else if let days = model.sampleDays {
                if days > SampleExtraction.manyDays {
                    limits.append(fill("limit_samples", ["days": count(days, "/model/sample_days")]))
                }
            } else {
                limits.append(text("limit_samples_undated"))
            }
        }
        if !isIndex && assessment.accuracy == nil { limits.append(text("limit_counts")) }
        if let gated = excludedArea("gated") {
            let sentence = fill("limit_gated", ["area": gated])
            limits.append(isIndex ? sentence : "\(sentence) \(text("limit_gated_salt"))")
        }
        if !isIndex && !assessment.steps.contains(where: { $0.word == "gate" }) { limits.append(text("limit_plants")) }
        if let beyond = excludedArea("extrapolated") { limits.append(fill("limit_extrapolated", ["area": beyond])) }
        switch (excludedArea("cloud"), excludedArea("shadow")) {
        case (let cloud?, let shadow?):
            limits.append(fill("limit_cloud_shadow", ["cloud": cloud, "shadow": shadow]))
        case (let cloud?, nil): limits.append(fill("limit_cloud", ["area": cloud]))
        case (nil, let shadow?): limits.append(fill("limit_shadow", ["area": shadow]))
        case (nil, nil): break
        }
        if !isIndex, let depth {
            limits.append(fill("limit_surface", ["depth": depth]))
        }
        if assessment.scenes.count == 1, let date = assessment.scenes[0].date {
            limits.append(fill("limit_date", ["date": Markup(escaping: texts.date(date))]))
        } else if assessment.scenes.count > 1 {
            limits.append(fill("limit_dates", ["count": Markup(escaping: String(assessment.scenes.count))]))
        }
        return limits
    }

    // MARK: Method

    var steps: [[String: Markup]] {
        assessment.steps.map { step in
            [
                "sentence": texts.has("step", step.word) ? Markup(escaping: texts.name("step", step.word)) : .empty,
                "text": Markup(escaping: step.text),
            ]
        }
    }

    var scheme: Markup? {
        guard assessment.scheme != nil || assessment.schemeSource != nil else { return nil }
        return fill(
            "classes_source",
            [
                "scheme": Markup(escaping: assessment.scheme ?? assessment.subject.name),
                "source": Markup(escaping: assessment.schemeSource ?? ""),
            ])
    }

    var model: [String: Any]? {
        guard let model = assessment.model else { return nil }
        func fact(_ key: String, _ value: Markup?) -> [String: Markup]? {
            value.map { ["name": text(key), "value": $0] }
        }
        let facts = [
            fact("model_method", Markup(escaping: texts.name("method", model.method))),
            fact("model_formula", model.formula.map { "<code>\($0)</code>" }),
            fact("model_citation", model.citation.map { Markup(escaping: $0) }),
            fact("model_scheme", model.scheme == nil ? nil : schemeOfFolds),
        ]
        var context: [String: Any] = ["facts": facts.compactMap(\.self)]
        if !model.predictors.isEmpty {
            context["predictors"] = [
                "linear": model.predictors.contains { $0.coefficient != nil },
                "rows": model.predictors.enumerated().map { index, predictor -> [String: Markup] in
                    let path = "/model/predictors/\(index)"
                    var range = Markup.empty
                    if let low = predictor.minimum, let high = predictor.maximum {
                        range = fill(
                            "interval",
                            [
                                "low": number(low, path + "/minimum", decimals: 4),
                                "high": number(high, path + "/maximum", decimals: 4),
                            ])
                    }
                    return [
                        "name": "<code>\(predictor.name)</code>", "range": range,
                        "coefficient": predictor.coefficient.map { number($0, path + "/coefficient", decimals: 4) }
                            ?? .empty,
                    ]
                },
            ]
        }
        return context
    }

    var constants: [String: Any]? {
        if assessment.constants.isEmpty { return nil }
        return [
            "rows": assessment.constants.map { constant in
                ["name": Markup(escaping: constant.name), "value": Markup(escaping: Self.short(constant.value))]
            }
        ]
    }

    /// A number of a constant to six digits; `assessment.json` has all of them.
    private static func short(_ text: String) -> String {
        guard text.count > 9, let value = Double(text), value.isFinite else { return text }
        return String(value.rounded(toDigits: 6))
    }

    // MARK: Origin

    var provenance: [[String: Markup]] {
        let origin = assessment.provenance
        var facts = assessment.scenes.map {
            ["name": text("provenance_scene"), "value": "<code>\($0.id)</code>" as Markup]
        }
        facts.append(["name": text("provenance_chain"), "value": "<code>\(origin.chain)</code>"])
        facts.append(["name": text("provenance_software"), "value": Markup(escaping: origin.software)])
        if !origin.libraries.isEmpty {
            let libraries = origin.libraries.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            facts.append(["name": text("provenance_libraries"), "value": Markup(escaping: libraries)])
        }
        return facts
    }

    var inputs: [String: Any]? {
        if assessment.provenance.inputs.isEmpty { return nil }
        return [
            "rows": assessment.provenance.inputs.enumerated().map { index, input -> [String: Markup] in
                [
                    "file": name(input.file), "size": count(input.size, "/provenance/inputs/\(index)/size"),
                    "checksum": Markup(escaping: input.checksum ?? "\u{2013}"),
                ]
            }
        ]
    }
}
