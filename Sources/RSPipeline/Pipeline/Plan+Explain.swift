import Foundation

extension Plan {
    /// What a run would do, in words: bands, passes, the fused program, outputs, bytes, memory and free space.
    ///
    /// No pixel is read.
    public func explanation(options: ExecutionOptions = ExecutionOptions()) -> String {
        let units = Executor.units(of: self, options: options)
        var lines = [
            "scene      \(scene.id) (\(scene.product), \(scene.sensor))",
            "chain      \(chainText)",
            "grid       \(grid.width) x \(grid.height) pixels, \(grid.crs?.label ?? "no coordinate system")",
            "segments   \(segments.count)",
        ]
        lines.insert(contentsOf: furtherScenes.map { "and        \($0.id) (\($0.product), \($0.sensor))" }, at: 1)
        for slot in usedSlots {
            guard let source = inputs[slot].source else { continue }
            let bytes = source.grid.pixelCount * source.sampleType.byteCount
            let sampling = segments.lazy.compactMap { $0.samplings[slot] }.first
            lines.append(
                "reads      input \(slot): \(inputs[slot].name), \(source.sampleType.rawValue), blocks "
                    + "\(source.blockWidth) x \(source.blockHeight), \(Self.size(bytes)) decoded"
                    + (sampling.map { ", brought to the grid by \($0.rule.rawValue)" } ?? ""))
        }
        lines += stages.indices.map { explanation(ofStage: $0, units: units) }
        let number = reductionRounds.count + 1
        for (index, round) in reductionRounds.enumerated() {
            let programs =
                [round.program] + stages(reachedFrom: round.program.inputSlots).map { stages[$0].program }
            let slots = Set(programs.flatMap(\.inputSlots)).sorted()
            let bands = slots.filter { stageOfSlot[$0] == nil }.map { inputs[$0].name }.joined(separator: ", ")
            let bytes = slots.reduce(0) { total, slot in
                total + (inputs[slot].source.map { $0.grid.pixelCount * $0.sampleType.byteCount } ?? 0)
            }
            let isKept = index == number - 2 && Executor(plan: self, options: options).keepsReductions
            lines.append(
                "pass \(index + 1)     \(round.purpose); decodes \(bands) (\(Self.size(bytes))), "
                    + "which pass \(index + 2) \(isKept ? "finds in memory" : "decodes again")")
        }
        lines.append(
            "pass \(number)     \(units.windows.count) units of at most \(units.unitWidth) x \(units.unitHeight) pixels"
                + (units.decodesAgain ? "; blocks are decoded more than once to keep within the memory" : ""))
        lines.append("program    \(program.instructions.count) instructions, \(program.registerCount) registers:")
        lines += program.description.split(separator: "\n").map { "           " + $0 }
        for (index, plane) in planes.enumerated() {
            lines.append("           -> \(plane.label) (\(plane.quantity.label)): result \(index)")
        }
        for file in files {
            let names = file.planes.map { planes[$0].label }.joined(separator: ", ")
            let scale = file.storage.scale.map { ", value = stored * \($0.gain) + \($0.offset)" } ?? ""
            lines.append(
                "writes     \(file.path): \(names); \(file.format.rawValue), \(file.storage.sampleType.rawValue)\(scale), "
                    + "\(file.compression.rawValue), \(Self.size(pixelBytes(of: file))) before compression")
        }
        for table in tables {
            let names = table.planes.map { planes[$0].label }.joined(separator: ", ")
            lines.append(
                "zonal      \(table.request.zones.path) by \(table.request.zones.id): \(names); "
                    + "\(table.request.statistics.map(\.word).joined(separator: ", ")); writes "
                    + table.paths.joined(separator: ", "))
        }
        let workers = min(units.workers, units.windows.count)
        lines.append(
            "memory     \(workers) workers of \(Self.size(units.bytesPerWorker)), overviews "
                + "\(Self.size(units.overviewBytes)), blocks kept \(Self.size(units.cacheBytes)), GDAL "
                + "\(Self.size(units.gdalBytes)), allowed \(Self.size(options.memory))")
        if let folder = outputPaths.first.map({ URL(fileURLWithPath: $0).deletingLastPathComponent() }) {
            var existing = folder
            while !FileFacts.exists(existing.path) && existing.path != "/" {
                existing.deleteLastPathComponent()
            }
            if let free = FileFacts.freeSpace(existing.path) {
                // Overviews add a third; compressed tiles lie in a spool and, at the end, in the file as well; overviews in
                // the making may lie there too.
                let most = files.reduce(0) { $0 + pixelBytes(of: $1) } * 3
                lines.append(
                    "disk       at most \(Self.size(most)) needed while working, less by what compression saves; "
                        + "\(Self.size(free)) free at \(existing.path)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// One stage in words: what it takes and gives, on which grids, and what its neighbours cost.
    private func explanation(ofStage index: Int, units: WorkUnits) -> String {
        let stage = stages[index]
        let source = segments[stage.segment].grid
        func text(_ grid: Grid) -> String { "\(grid.width) x \(grid.height)" }
        let results = stage.slots.map { "input \($0): \(inputs[$0].name)" }.joined(separator: ", ")
        let places =
            source == stage.grid ? "on \(text(source)) pixels" : "from \(text(source)) to \(text(stage.grid)) pixels"
        let unit = Window(
            column: max(0, (stage.grid.width - units.unitWidth) / 2),
            row: max(0, (stage.grid.height - units.unitHeight) / 2), width: min(units.unitWidth, stage.grid.width),
            height: min(units.unitHeight, stage.grid.height))
        let needed = stage.parts(of: unit).compactMap(\.source)
        let ratio = Double(needed.reduce(0) { $0 + $1.pixelCount }) / Double(unit.pixelCount)
        let reads = stage.program.inputSlots.map { "input \($0)" }.joined(separator: ", ")
        return
            "stage \(index)    \(stage.name)\(stage.operation.summary.isEmpty ? "" : ", " + stage.operation.summary); "
            + "\(places); reads \(reads), \(stage.program.instructions.count) instructions; gives \(results); "
            + "\(ratio.rounded(toPlaces: 2)) source pixels per result"
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 10 << 20 ? "\(bytes >> 20) MiB" : "\((bytes + 1023) >> 10) KiB"
    }
}
