import Synchronization

extension ZonalStatistics {
    /// One row per zone, when all pixels have been added.
    public func table() -> ZonalTable {
        let classes = classes
        return ZonalTable(
            idName: layer.selection.id, columns: columns(classes),
            rows: layer.zones.indices.map { zone in
                let state = state(of: zone)
                let whole = layer.zones[zone].hectares
                let covered = state.tallies.first?.coveredArea ?? 0
                let outside = layer.zones[zone].reachesOutside ? max(0, whole - covered) : 0
                return ZonalTable.Row(
                    id: layer.zones[zone].id, feature: layer.zones[zone].feature,
                    values: row(
                        [whole, areas == nil ? .nan : outside], state.tallies, state.quantiles, classes))
            })
    }

    /// One row per group of zones, in the order of their names, when all pixels have been added.
    ///
    /// Hectares, counts and sums are sums over the zones; means, deviations and quantiles are those of all their pixels
    /// together. A pixel of overlapping zones counts in each.
    ///
    /// - Parameter zones: the ``table()``.
    public func groupTable(of zones: ZonalTable) -> ZonalTable {
        let classes = classes
        var wholes = [[Double]](repeating: [0, 0, 0], count: groupNames.count)
        var tallies = [[ZoneTally]](
            repeating: [ZoneTally](repeating: ZoneTally(), count: planes.count), count: groupNames.count)
        for (zone, row) in zip(layer.zones.indices, zones.rows) {
            guard let group = groupOfZone[zone] else { continue }
            wholes[group][0] += 1
            wholes[group][1] += row.values[0]
            wholes[group][2] += row.values[1]
            for (plane, tally) in state(of: zone).tallies.enumerated() { tallies[group][plane].merge(tally) }
        }
        return ZonalTable(
            idName: layer.selection.group ?? "", columns: ["zones"] + columns(classes),
            rows: groupNames.indices.map { group in
                let values = groups[group].distributions.withLock { $0 }
                let found = planes.indices.flatMap { plane in
                    planes[plane].holdsClasses || quantiles.isEmpty ? [] : values[plane].quantiles(quantiles)
                }
                return ZonalTable.Row(
                    id: groupNames[group], feature: nil,
                    values: row(wholes[group], tallies[group], found, classes))
            })
    }

    private func state(of zone: Int) -> State {
        shards[zone % Self.shardCount].states.withLock { $0[zone / Self.shardCount] }
    }

    /// By plane, the classes that have a name or occur in any zone.
    private var classes: [[Float]] {
        var found = planes.map { plane in Set(plane.holdsClasses ? plane.categories.map { Float($0.value) } : []) }
        for zone in layer.zones.indices {
            for (plane, tally) in state(of: zone).tallies.enumerated() {
                found[plane].formUnion(tally.classes.map(\.number))
            }
        }
        return found.map { $0.sorted() }
    }

    private func columns(_ classes: [[Float]]) -> [String] {
        var columns = ["zone_ha", "outside_ha"]
        for (plane, numbers) in zip(planes, classes) {
            for statistic in statistics where fits(statistic, plane) && statistic != .areaByClass {
                columns.append("\(plane.name)_\(statistic.word)")
            }
            columns.append("\(plane.name)_valid_ha")
            columns += plane.reasons.map { "\(plane.name)_\($0.name)_ha" }
            if statistics.contains(.areaByClass) {
                columns += numbers.map { "\(plane.name)_ha_\(plane.className($0))" }
            }
        }
        return columns
    }

    private func fits(_ statistic: ZonalStatistic, _ plane: ZonalPlane) -> Bool {
        plane.holdsClasses ? statistic.fitsClasses : statistic.fitsQuantities
    }

    private func row(
        _ leading: [Double], _ tallies: [ZoneTally], _ quantiles: [Double], _ classes: [[Float]]
    ) -> [Double] {
        var values = leading
        var next = 0
        for (index, plane) in planes.enumerated() {
            let tally = index < tallies.count ? tallies[index] : ZoneTally()
            for statistic in statistics where fits(statistic, plane) && statistic != .areaByClass {
                if statistic.quantile != nil {
                    values.append(next < quantiles.count ? quantiles[next] : .nan)
                    next += 1
                } else {
                    values.append(tally.value(of: statistic))
                }
            }
            func hectares(_ area: Double) -> Double { areas == nil ? .nan : area }
            values.append(hectares(tally.area))
            values += plane.reasons.map { hectares(tally.missing($0)) }
            if statistics.contains(.areaByClass) {
                values += classes[index].map { number in
                    hectares(tally.classes.first { $0.number == number }?.area ?? 0)
                }
            }
        }
        return values.map { $0.rounded(toDigits: 12) }
    }

    /// The error of a quantile, as a share of it, from which on it deserves a word.
    private static let tolerableError = 1e-3

    /// What deserves a word when all pixels have been added: rounded quantiles, zones without a group.
    public var notes: [String] {
        var notes: [String] = []
        let coarse = layer.zones.indices.map { state(of: $0).quantileError }.filter { $0 > Self.tolerableError }
        if let worst = coarse.max() {
            notes.append(
                "\(layer.selection.path): quantiles of \(coarse.count) zone\(coarse.count == 1 ? "" : "s") with more than "
                    + "\(WeightedDistribution.mostValues) different values are rounded by up to \((worst * 100).rounded(toDigits: 2)) %"
            )
        }
        let alone = zip(layer.zones, groupOfZone).filter { $0.1 == nil }.map(\.0.id)
        if let group = layer.selection.group, !alone.isEmpty {
            notes.append(
                "\(layer.selection.path): \(alone.count) zone\(alone.count == 1 ? " has" : "s have") no '\(group)' and "
                    + "\(alone.count == 1 ? "is" : "are") in no sum: \(alone.prefix(10).joined(separator: ", "))"
                    + (alone.count > 10 ? ", ..." : ""))
        }
        return notes
    }
}

extension ZonalStatistics {
    /// Statistics of planes in memory.
    ///
    /// - Parameters:
    ///   - planes: each with what it is; NaN is no data.
    ///   - layer: the zones, brought to the pixels of `grid`.
    ///   - grid: where the pixels lie; it has as many as each plane.
    public static func table(
        of planes: [(about: ZonalPlane, plane: Plane)], by layer: ZoneLayer, statistics: [ZonalStatistic], on grid: Grid
    ) -> ZonalTable {
        precondition(planes.allSatisfy { $0.plane.values.count == grid.pixelCount }, "planes and grid differ in size")
        let engine = ZonalStatistics(of: layer, planes: planes.map(\.about), statistics: statistics, grid: grid)
        let memory = unsafe planes.map { plane in
            let copy = UnsafeMutablePointer<Float>.allocate(capacity: grid.pixelCount)
            for (index, value) in plane.plane.values.enumerated() { unsafe (copy + index).initialize(to: value) }
            return unsafe copy
        }
        defer { unsafe memory.forEach { unsafe $0.deallocate() } }
        unsafe engine.add(grid.window, values: memory, reasons: planes.map { _ in nil })
        return engine.table()
    }
}

extension ZoneTally {
    /// A statistic that needs no quantiles; NaN where there is no value.
    fileprivate func value(of statistic: ZonalStatistic) -> Double {
        switch statistic {
        case .count: weight
        case _ where weight == 0: .nan
        case .mean: mean
        case .deviation: deviation
        case .minimum: minimum
        case .maximum: maximum
        case .sum: mean * weight
        case .variety: Double(classes.count)
        case .majority:
            classes.reduce(into: (number: Double.nan, weight: 0.0)) { most, entry in
                if entry.weight > most.weight { most = (Double(entry.number), entry.weight) }
            }.number
        case .median, .percentile, .areaByClass: .nan
        }
    }
}
