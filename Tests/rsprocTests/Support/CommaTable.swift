import Foundation

/// Comma-separated text without quotation marks.
struct CommaTable: Sendable {
    var columns: [String]
    var rows: [[String]]

    init(_ text: String) {
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        (columns, rows) = (lines[0], Array(lines.dropFirst()))
    }

    var text: String { ([columns] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n" }

    /// Changes a column, in every row or in some.
    func with(_ column: String, in places: (Int) -> Bool = { _ in true }, _ change: (String) -> String) -> CommaTable {
        var table = self
        guard let index = columns.firstIndex(of: column) else { return self }
        for row in rows.indices where places(row) { table.rows[row][index] = change(rows[row][index]) }
        return table
    }

    func times(_ factor: Double, _ column: String = "ECe", in places: (Int) -> Bool = { _ in true }) -> CommaTable {
        with(column, in: places) { "\((Double($0) ?? 0) * factor)" }
    }

    func exchanged(in places: (Int) -> Bool = { _ in true }) -> CommaTable {
        var table = self
        guard let x = columns.firstIndex(of: "lon"), let y = columns.firstIndex(of: "lat") else { return self }
        for row in rows.indices where places(row) { table.rows[row].swapAt(x, y) }
        return table
    }

    func without(_ column: String) -> CommaTable {
        var table = self
        guard let index = columns.firstIndex(of: column) else { return self }
        table.columns.remove(at: index)
        for row in rows.indices { table.rows[row].remove(at: index) }
        return table
    }

    func first(_ count: Int) -> CommaTable {
        var table = self
        table.rows = Array(rows.prefix(count))
        return table
    }
}
