import Foundation
import Yams

extension ClassScheme {
    /// The largest file that is read, in bytes.
    private static let sizeLimit = 1 << 20

    /// Reads a scheme from a file, YAML or JSON.
    ///
    /// ```yaml
    /// id: tss_fields
    /// title: Total soluble salts of irrigated fields
    /// property: TSS %
    /// source: the paper or regulation the bounds stand in
    /// classes:
    ///   - {lower: 0, name: not salty, colour: "#e8efd8"}
    ///   - {lower: 0.25, name: slightly salty, colour: "#f6dc8c"}
    /// ```
    ///
    /// `property` is a ``SoilProperty/label``. The first class may do without `lower`.
    ///
    /// - Throws: ``SceneError`` that names the file and the entry: a file that cannot be read, anything missing, unknown or
    ///   out of order.
    public init(path: String) throws(SceneError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file, or it cannot be read")
        }
        guard data.count <= Self.sizeLimit, let text = String(data: data, encoding: .utf8) else {
            throw SceneError(code: .unreadable, message: "\(path): no scheme of classes: more than 1 MiB, or not UTF-8")
        }
        try self.init(text, name: path)
    }

    /// Reads a scheme from the text of a file.
    init(_ text: String, name file: String) throws(SceneError) {
        func bad(_ what: String) -> SceneError { SceneError(code: .badMetadata, message: "\(file): \(what)") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw bad("neither YAML nor JSON: \(error)")
        }
        guard let map = node?.mapping else { throw bad("a scheme has id, title, property, source and classes") }
        func member(_ name: String) throws(SceneError) -> String {
            guard let text = map[name]?.scalar?.string, !text.isEmpty else { throw bad("'\(name)' is missing") }
            return text
        }
        try Self.check(map, has: ["id", "title", "property", "source", "classes"], bad)
        let label = try member("property")
        guard let property = SoilProperty(label: label) else {
            throw bad("property '\(label)' is not known; write for example 'ECe dS/m', 'TSS %' or 'Cl % 0-30cm'")
        }
        guard let entries = map["classes"]?.sequence else { throw bad("'classes' is missing or no list") }
        var classes: [Class] = []
        for (place, entry) in entries.enumerated() {
            classes.append(try Self.entry(entry) { bad("class \(place + 1): \($0)") })
        }
        if let problem = Self.problem(in: classes) { throw bad(problem) }
        try self.init(
            id: try member("id"), title: try member("title"), property: property, classes: classes,
            source: try member("source"))
    }

    private static func entry(_ node: Node, bad: (String) -> SceneError) throws(SceneError) -> Class {
        guard let map = node.mapping else { throw bad("write {lower: 2, name: slightly saline, colour: \"#f6dc8c\"}") }
        try check(map, has: ["lower", "name", "colour"], bad)
        var lower: Double?
        if let text = map["lower"]?.scalar?.string {
            guard let number = DecimalNumber.read(text) else { throw bad("lower '\(text)' is no number") }
            lower = number
        }
        guard let name = map["name"]?.scalar?.string else { throw bad("'name' is missing") }
        let text = map["colour"]?.scalar?.string ?? ""
        guard let colour = RasterCategory.colour(text) else {
            throw bad("colour '\(text)' is none; write it as \"#rrggbb\", in quotation marks")
        }
        return Class(from: lower, name, colour)
    }

    private static func check(
        _ map: Node.Mapping, has names: [String], _ bad: (String) -> SceneError
    ) throws(SceneError) {
        for (key, _) in map {
            let name = key.string ?? "?"
            if names.contains(name) { continue }
            throw bad(
                "'\(name)' is not known\(Suggestion.text(for: name, among: names)); there are \(names.joined(separator: ", "))"
            )
        }
    }
}
