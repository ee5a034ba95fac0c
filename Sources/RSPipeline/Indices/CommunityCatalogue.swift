/// The dictionary of Awesome Spectral Indices: formulas over short band symbols and named constants.
///
/// Symbols and the defaults of the constants follow the project's `bands.json` and `constants.json`
/// (github.com/awesome-spectral-indices/awesome-spectral-indices).
struct CommunityCatalogue: Decodable {
    /// The top-level key of the format.
    static let key = "SpectralIndices"

    /// The entries by name.
    let entries: [String: Entry]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        entries = try container.decode([String: Entry].self, forKey: AnyKey(Self.key))
    }

    /// What is read of one entry; an entry of another shape has no formula.
    struct Entry: Decodable {
        let formula: String?
        let title: String?
        let reference: String?

        init(from decoder: any Decoder) throws {
            let container = try? decoder.container(keyedBy: AnyKey.self)
            func text(_ key: String) -> String? { try? container?.decode(String.self, forKey: AnyKey(key)) }
            formula = text("formula")
            title = text("long_name")
            reference = text("reference")
        }
    }

    /// Adds the entries in the order of their names; those that cannot be computed are noted as refused.
    func add(to catalogue: inout IndexCatalogue) throws(IndexError) {
        let refusedBefore = Set(catalogue.refused.map(\.name))
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let id = IndexName.communityPrefix + name
            if catalogue.index(id: id) != nil || refusedBefore.contains(id) {
                throw IndexError(.badCatalogue, "`\(id)` is loaded already: load one community catalogue")
            }
            do throws(IndexError) { try catalogue.add(Self.index(id: id, entry)) } catch {
                catalogue.refuse(String(id.prefix(IndexName.maximumLength)), error.message)
            }
        }
    }

    private static func index(id: String, _ entry: Entry) throws(IndexError) -> SpectralIndex {
        guard let formula = entry.formula else { throw IndexError(.refusedIndex, "the entry has no formula") }
        let parsed: Expression
        do throws(ExpressionError) { parsed = try Expression.parse(formula) } catch {
            throw IndexError(.refusedIndex, "the formula cannot be read: \(error)")
        }
        var parameters: [String: Double?] = [:]
        for symbol in parsed.names where roles[symbol] == nil {
            guard let value = constants[symbol] else { throw IndexError(.refusedIndex, reason(against: symbol)) }
            parameters.updateValue(value, forKey: symbol)
        }
        let expression = parsed.substituting { symbol in roles[symbol].map { .name($0.rawValue) } }
        return try SpectralIndex(
            id: id, title: entry.title ?? id, formula: expression.description, parameters: parameters,
            source: ["Awesome Spectral Indices", entry.reference].compactMap(\.self).joined(separator: ", "))
    }

    private static func reason(against symbol: String) -> String {
        if kernels.contains(symbol) {
            return "it uses the kernel value `\(symbol)`, which is not computed by a formula over bands"
        }
        if radar.contains(symbol) {
            return "it uses the radar backscatter `\(symbol)`; this program reads optical bands"
        }
        return "it uses the unknown symbol `\(symbol)`"
    }

    /// `T` is thermal infrared without a channel; it is taken from the sensor's first thermal band.
    private static let roles: [String: BandRole] = [
        "A": .coastal, "B": .blue, "G": .green, "G1": .green05, "Y": .yellow, "R": .red, "RE1": .rededge1,
        "RE2": .rededge2, "RE3": .rededge3, "N": .nir, "N2": .nir08, "WV": .nir09, "S1": .swir16, "S2": .swir22,
        "T": .thermal11, "T1": .thermal11, "T2": .thermal12,
    ]

    /// Nil: no default, a value must be given.
    private static let constants: [String: Double?] = [
        "C1": 6, "C2": 7.5, "L": 1, "PAR": nil, "alpha": 0.1, "beta": 0.05, "c": 1, "cexp": 1.16, "epsilon": 1,
        "eta": 0.5, "fdelta": 0.581, "g": 2.5, "gamma": 1, "k": 0, "lambdaG": nil, "lambdaN": nil, "lambdaN2": nil,
        "lambdaR": nil, "lambdaS1": nil, "lambdaS2": nil, "lmb": 1, "n": 5, "nexp": 2, "omega": 2, "p": 2,
        "sigma": 0.5, "sla": 1, "slb": 0,
    ]

    private static let kernels: Set<String> = [
        "kNN", "kNR", "kNB", "kNL", "kGG", "kGR", "kGB", "kBB", "kBR", "kBL", "kRR", "kRB", "kRL", "kLL",
    ]
    private static let radar: Set<String> = ["VV", "VH", "HV", "HH"]
}
