/// Hectares by class and by district, and the plots.
extension ReportPage {
    var areas: [String: Any] {
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

    var districts: [String: Any]? {
        if assessment.districts.isEmpty { return nil }
        let classes = assessment.classes
        let decimals = DecimalText.decimals(for: assessment.districts.flatMap(\.classes), most: 1)
        func stack(_ areas: [Double], of whole: Double) -> Markup {
            whole > 0 ? charts.bar(zip(areas, classes).map { ($0 / whole, $1.colour) }) : .empty
        }
        func row(
            _ label: Markup, _ path: String, _ assessed: Double, _ areas: [Double], _ affected: Double?, _ part: Double?
        ) -> [String: Any] {
            [
                "name": label, "assessed": number(assessed, path + "/assessed", decimals: decimals),
                "bar": stack(areas, of: assessed),
                "classes": areas.enumerated().map { position, hectares in
                    number(hectares, path + "/classes/\(position)", decimals: decimals)
                },
                "hectares": affected.map { number($0, path + "/affected", decimals: decimals) } ?? .empty,
                "affected_share": part.map { share($0, path + "/affected_share") } ?? .empty,
            ]
        }
        var rows = assessment.districts.enumerated().map { index, land in
            row(
                name(land.name), "/districts/\(index)", land.assessed, land.classes, land.affected, land.affectedShare)
        }
        if let land = assessment.outsideDistricts {
            rows.append(
                row(
                    text("outside_districts"), "/outside_districts", land.assessed, land.classes, land.affected,
                    land.affectedShare))
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
        var note = text("districts_note")
        if let affected = assessment.affected, let estimate = affected.estimate {
            note = fill(
                "districts_note_estimated",
                [
                    "counted": area(affected.hectares, "/affected/hectares"),
                    "estimated": area(estimate.hectares, "/affected/estimate/hectares"),
                ])
        }
        return [
            "note": note,
            // Longer ones are cut between pages.
            "rows": rows + [total], "keep": rows.count <= 25, "affected": assessment.affected != nil,
            "heads": classes.indices.map { index in
                ["swatch": charts.swatch(classes[index].colour), "name": className(index)]
            },
        ]
    }

    var plots: [String: Any]? {
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
