extension ZonalTable {
    /// Writes the table with the attributes of the zones, and in formats that can hold them their geometries.
    ///
    /// - Throws: ``GDALError`` where the file cannot be written, or the zones cannot be read again.
    func write(_ path: String, format: FeatureWriter.Format, zones: ZoneSelection) throws(GDALError) {
        let reader = try zones.reader(keepingEveryAttribute: true)
        let writer = try FeatureWriter(
            path, format: format, name: "zones", source: reader, textColumn: idName, columns: columns)
        var next = rows.startIndex
        // In the order of the file, as the rows are; features that are no zones have none.
        try reader.forEachFeature(within: nil) { (feature) throws(GDALError) in
            guard next < rows.endIndex, rows[next].feature == feature.id else { return }
            try writer.add(feature, text: rows[next].id, values: rows[next].values)
            next += 1
        }
        guard next == rows.endIndex else {
            throw GDALError(
                code: .readFailed, message: "\(zones.path): the zones have changed during the run; start it again",
                notes: [])
        }
        try writer.close()
    }

    /// Writes the ids and the numbers.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`.
    func write(_ path: String, format: FeatureWriter.Format) throws(GDALError) {
        let writer = try FeatureWriter(
            path, format: format, name: "groups", source: nil, textColumn: idName, columns: columns)
        for row in rows { try writer.add(nil, text: row.id, values: row.values) }
        try writer.close()
    }
}
