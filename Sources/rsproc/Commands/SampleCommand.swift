import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc sample`: what a scene shows at the places of field samples.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Take the values of a scene or of maps at field samples.",
        discussion: """
            rsproc sample read SCENE ! toa ! mask cloud,shadow ! index ndvi,sqrt_GR --points samples.csv --value EC \
            --unit dS/m --measure ECe --out table.csv
            rsproc sample MAP.tif [MAP.tif ...] --points samples.gpkg ... --out table.csv

            The chain ends with the selection to take. The table has a row per sample, with its status: ok, or why it must \
            not be used. Exit codes are those of rsproc; samples that cannot be used are no failure, a file in which \
            nothing lies in the scene is (3).
            """)

    @Option(help: "Samples: a table (.csv) or points (GeoPackage, GeoJSON, shapefile).") var points: String
    @Option(help: "The table to write.") var out: String

    @Option(help: "The column of the measured numbers.") var value: String?
    @Option(help: "Their unit (dS/m, mS/cm, uS/cm, mmho/cm, %, g/kg, meq/100g), or its column.") var unit: String?
    @Option(help: "What was measured (ECe, EC1:5, EC1:2.5, TSS, Cl, ...), or its column.") var measure: String?
    @Option(help: "The depth of the samples, such as 0-30cm, or its column.") var depth: String?
    @Option(help: "The day of the samples, such as 2023-07-15, or its column.") var date: String?
    @Option(help: "The column of the samples' names.") var id: String?
    @Option(help: "The column of the fields.") var field: String?
    @Option(help: "The column of eastings or longitudes.") var x: String?
    @Option(help: "The column of northings or latitudes.") var y: String?
    @Option(help: "The samples' coordinate system, where the file does not name it.") var crs: String?
    @Option(help: "The encoding of the text, where it is not UTF-8, such as CP1251.") var encoding: String?
    @Option(help: "The layer of the samples.") var layer: String?
    @Option(name: .customLong("where"), help: "Which points, as an SQL condition on attributes.") var filter: String?

    @Option(help: "How extracts are brought to ECe; see rsproc conversions. May be repeated.")
    var conversion: [String] = []
    @Option(help: "Where a formula given as conversion is from.") var citation: String?

    @Option(help: "What is averaged: pixel, 3x3, window=N or plot.") var support = "pixel"
    @Option(help: "The plots of --support plot.") var zones: String?
    @Option(help: "The layer of the plots.") var zonesLayer: String?
    @Option(help: "The attribute with the plots' names.") var zonesID: String?
    @Option(help: "Samples on one pixel: mark all, use their mean, use the first, or keep all.") var duplicates = "mark"
    @Option(help: "Leave out samples taken more days from the scene.") var maxDays: Int?
    @Option(help: "A table of the same samples to put the new columns beside.") var join: String?

    @Option(help: "Worker threads; all processors by default.") var threads: Int?
    @Option(help: "Memory to stay within, such as 256M or 2G.") var memory = "256M"
    @Flag(help: "Print a summary as JSON.") var json = false
    @Flag(help: "Say nothing but errors and warnings.") var quiet = false
    @Flag(help: "Replace an existing table.") var overwrite = false
    @Argument(help: "The chain, or maps.") var words: [String] = []

    func run() throws {
        if words.isEmpty { throw ChainError("name a chain or maps to take values from") }
        let chain = try Chain(words: words.first == "read" ? words : ["read"] + words)
        try chain.check()
        guard let rule = SampleExtraction.Duplicates(rawValue: duplicates) else {
            throw ChainError("--duplicates \(duplicates): mark, mean, first or keep")
        }
        if let threads, threads < 1 || threads > 1024 { throw ChainError("--threads \(threads): a number from 1") }
        if let maxDays, maxDays < 0 { throw ChainError("--max-days \(maxDays): a number from 0") }
        if !overwrite, FileManager.default.fileExists(atPath: out) {
            throw RunError(.output, "\(out) exists; add --overwrite to replace it")
        }
        let cancellation = Cancellation()
        var options = ExecutionOptions(
            threads: threads, memory: try PassOptions.bytes(memory), cancellation: cancellation)
        let support = try chosenSupport()
        let older = try join.map { try SampleTable(path: $0) }
        let samples = try readSamples()
        let extraction = try SampleExtraction(
            chain, scene: try chain.openScene(), support: support, duplicates: rule, maximumDays: maxDays)
        Interrupts.cancel(cancellation)
        if !quiet {
            let bar = ProgressBar(label: out)
            options.progress = { bar.show($0) }
        }
        var result = try extraction.extract(samples, options: options)
        if let older { result.table = try result.table.joined(to: older) }
        try result.table.write(to: out, overwrite: overwrite)
        for warning in result.warnings { Report.warning(warning) }
        show(result)
    }

    private func readSamples() throws -> FieldSamples {
        var reading = FieldSampleOptions(value: value, unit: unit, measure: measure, depth: depth, date: date)
        if let crs {
            guard let system = try? CoordinateSystem(text: crs) else {
                throw ChainError("--crs \(crs): not a coordinate system; write for example EPSG:4326 or EPSG:28408")
            }
            reading.crs = system
        }
        (reading.id, reading.field, reading.x, reading.y) = (id, field, x, y)
        (reading.encoding, reading.layer, reading.filter) = (encoding, layer, filter)
        var samples = try FieldSamples(path: points, reading)
        try samples.convert(by: try conversion.map { try ExtractConversion.named($0, citation: citation) })
        return samples
    }

    private func chosenSupport() throws -> SampleSupport {
        if support == "plot" {
            guard let zones else { throw ChainError("--support plot: name the file of the plots with --zones") }
            return .plots(path: zones, layer: zonesLayer, id: zonesID)
        }
        if zones != nil || zonesLayer != nil || zonesID != nil {
            throw ChainError("--zones belongs to --support plot")
        }
        guard let known = SampleSupport(support) else {
            throw ChainError("--support \(support): pixel, 3x3, window=N with an odd number N, or plot")
        }
        return known
    }

    private func show(_ result: SampleExtraction.Result) {
        let counts = result.statusCounts
        let targets = result.table.rows.map { "\($0[.target]) \($0[.unit])" }
        let target = targets.first ?? ""
        let values = result.table.rows.filter(\.isUsable).compactMap { $0.number(.value) }
        if json {
            let summary = JSONValue.object([
                "table": .string(out), "scene": .string(result.scene), "samples": .integer(result.table.rows.count),
                "status": .object(counts.mapValues(JSONValue.integer)), "target": .string(target),
                "predictors": .array(result.table.predictors.map(JSONValue.string)),
                "minimum": values.min().map(JSONValue.number) ?? .null,
                "maximum": values.max().map(JSONValue.number) ?? .null,
                "warnings": .array(result.warnings.map(JSONValue.string)),
            ])
            print(summary.text(pretty: true))
        } else if !quiet {
            let parts = counts.sorted { $0.key == "ok" || ($1.key != "ok" && $0.key < $1.key) }
                .map { "\($0.value) \($0.key)" }
            let count = result.table.rows.count
            print("\(count) sample\(count == 1 ? "" : "s"): \(parts.joined(separator: ", "))")
            if let low = values.min(), let high = values.max() { print("  \(target): \(low) ... \(high)") }
            print("  predictors: \(result.table.predictors.joined(separator: ", "))")
            print("  \(out)")
        }
    }
}
