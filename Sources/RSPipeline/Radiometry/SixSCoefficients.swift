internal import Foundation
internal import Yams

/// Coefficients of a radiative-transfer run of 6S, per band: from at-sensor radiance to surface reflectance.
///
/// `y = xa L - xb`, `rho = y / (1 + xc y)`, with `L` in W m-2 sr-1 um-1. 6S prints the three numbers for the geometry, the
/// air and the band of the run, so they hold for one scene. Source: Vermote et al. 1997, output of 6SV ("coefficients
/// xa xb xc"); xc is the albedo of the sky.
///
/// A file of them is YAML or, when its name ends in `.csv`, a table with the columns band, xa, xb and xc:
///
/// ```yaml
/// unit: W m-2 sr-1 um-1     # of the radiance; may be left out
/// bands:
///   B2: {xa: 0.00285, xb: 0.1012, xc: 0.1568}
///   red: {xa: 0.00264, xb: 0.0311, xc: 0.0742}
/// ```
public struct SixSCoefficients: Sendable, Hashable {
    /// The coefficients of one band.
    public struct Band: Sendable, Hashable {
        /// Reflectance per radiance.
        public var xa: Double
        /// The reflectance of the air.
        public var xb: Double
        /// The albedo of the sky seen from the ground.
        public var xc: Double

        /// Makes coefficients.
        public init(xa: Double, xb: Double, xc: Double) {
            self.xa = xa
            self.xb = xb
            self.xc = xc
        }

        /// The three numbers as text, for records.
        public var text: String { "xa \(xa), xb \(xb), xc \(xc)" }
    }

    /// By delivered band name or role, in lower case.
    public let bands: [String: Band]

    /// The largest file that is read, in bytes.
    private static let sizeLimit = 1 << 20
    private static let unit = "W m-2 sr-1 um-1"

    /// The surface reflectance of a radiance, 0...1; no-data where `1 + xc y` is 0.
    public static func formula(radiance: Expression, _ band: Band) -> Expression {
        let y = radiance * band.xa - band.xb
        return y / (1 + band.xc * y)
    }

    /// The coefficients of a band: those of its delivered name, else of its role.
    public func coefficients(name: String, role: BandRole?) -> Band? {
        bands[name.lowercased()] ?? role.flatMap { bands[$0.rawValue] }
    }

    /// Reads a file.
    ///
    /// - Throws: ``SceneError`` with code `badOption` for what is not such a file: missing, repeated or unknown columns,
    ///   numbers that are not finite, coefficients for reflectance (xap, xbp, xcp), another unit of radiance.
    public init(path: String) throws(SceneError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Self.error(path, "the file cannot be read")
        }
        guard data.count <= Self.sizeLimit, let text = String(data: data, encoding: .utf8) else {
            throw Self.error(path, "not a text file of at most 1 MiB")
        }
        bands =
            try path.lowercased().hasSuffix(".csv") ? Self.table(text, name: path) : Self.document(text, name: path)
        if bands.isEmpty { throw Self.error(path, "it names no band") }
    }

    /// Reads the text of a YAML document.
    init(yaml text: String, name: String) throws(SceneError) { bands = try Self.document(text, name: name) }

    /// Reads the text of a table.
    init(csv text: String, name: String) throws(SceneError) { bands = try Self.table(text, name: name) }

    private static func error(_ name: String, _ what: String) -> SceneError {
        SceneError(code: .badOption, message: "coefficients=\(name): \(what)")
    }

    private static func document(_ text: String, name: String) throws(SceneError) -> [String: Band] {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw Self.error(name, "it is not YAML: \(error)")
        }
        guard let map = node?.mapping else {
            throw Self.error(name, "a map of bands is needed, as in B2: {xa: 0.00285, xb: 0.1012, xc: 0.1568}")
        }
        for (key, value) in map where ["unit", "units"].contains(key.string?.lowercased() ?? "") {
            guard value.string.map(isRadianceUnit) == true else {
                throw Self.error(
                    name, "the unit of radiance is '\(value.string ?? "?")'; run 6S for, or convert xa to, \(unit)")
            }
        }
        let body = map["bands"]?.mapping ?? map
        var found: [String: Band] = [:]
        for (key, value) in body {
            let band = key.string ?? ""
            if map["bands"] == nil, ["unit", "units"].contains(band.lowercased()) { continue }
            guard let numbers = value.mapping else {
                throw Self.error(name, "band \(band): {xa: ..., xb: ..., xc: ...} is needed")
            }
            var values: [String: Double] = [:]
            for (letter, number) in numbers {
                let column = letter.string?.lowercased() ?? ""
                try check(column: column, name)
                values[column] = try Self.number(number.string ?? "", band, column, name)
            }
            try add(values, band, to: &found, name)
        }
        return found
    }

    private static func table(_ text: String, name: String) throws(SceneError) -> [String: Band] {
        var header: [String]?
        var found: [String: Band] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let row = String(line).trimmingCharacters(in: .whitespaces)
            if row.isEmpty || row.hasPrefix("#") { continue }
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard let columns = header else {
                header = cells.map { $0.lowercased() }
                guard header?.first == "band", cells.count == 4 else {
                    throw Self.error(name, "the first line must be band,xa,xb,xc")
                }
                for column in (header ?? []).dropFirst() { try check(column: column, name) }
                continue
            }
            guard cells.count == columns.count else {
                throw Self.error(name, "'\(row.prefix(60))': \(columns.count) columns are needed")
            }
            var values: [String: Double] = [:]
            for (column, cell) in zip(columns, cells).dropFirst() {
                values[column] = try number(cell, cells[0], column, name)
            }
            try add(values, cells[0], to: &found, name)
        }
        return found
    }

    private static func check(column: String, _ name: String) throws(SceneError) {
        if ["xa", "xb", "xc"].contains(column) { return }
        if ["xap", "xbp", "xcp"].contains(column) {
            throw Self.error(
                name,
                "\(column) belongs to top-of-atmosphere reflectance; the coefficients for radiance (xa, xb, xc) are "
                    + "needed")
        }
        throw Self.error(name, "'\(column.prefix(40))' is unknown; a band has xa, xb and xc")
    }

    private static func number(
        _ text: String, _ band: String, _ column: String, _ name: String
    ) throws(SceneError) -> Double {
        guard let number = Double(text), number.isFinite else {
            throw Self.error(name, "band \(band): \(column) is '\(text.prefix(40))', not a number")
        }
        return number
    }

    private static func add(
        _ values: [String: Double], _ band: String, to found: inout [String: Band], _ name: String
    ) throws(SceneError) {
        guard let xa = values["xa"], let xb = values["xb"], let xc = values["xc"] else {
            let missing = ["xa", "xb", "xc"].filter { values[$0] == nil }
            throw Self.error(name, "band \(band): \(missing.joined(separator: ", ")) is missing")
        }
        guard xa > 0, xb > -1, xb < 5, xc >= 0, xc < 1 else {
            throw Self.error(
                name,
                "band \(band): xa \(xa), xb \(xb), xc \(xc) cannot be: xa lies above 0, xb is the reflectance of the "
                    + "air, xc the albedo of the sky")
        }
        // A role in any of its spellings is one.
        let key = BandRole(name: band)?.rawValue ?? band.lowercased()
        if band.isEmpty { throw Self.error(name, "a band has no name") }
        if found.updateValue(Band(xa: xa, xb: xb, xc: xc), forKey: key) != nil {
            throw Self.error(name, "band \(band) stands there twice")
        }
    }

    /// Whether a text is the unit of radiance, in one of its usual spellings.
    private static func isRadianceUnit(_ text: String) -> Bool {
        let plain = text.lowercased().replacingOccurrences(of: "\u{b5}", with: "u")
            .replacingOccurrences(of: "\u{3bc}", with: "u").filter { !" ^*()-_.".contains($0) }
        return ["wm2sr1um1", "w/m2/sr/um", "w/m2srum", "w/m2/um/sr", "wm2um1sr1"].contains(plain)
    }
}
