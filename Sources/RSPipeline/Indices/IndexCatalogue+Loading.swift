public import Foundation

extension IndexCatalogue {
    /// The largest catalogue file, in bytes.
    public static let maximumFileSize = 10_000_000
    /// The most entries of a catalogue file.
    public static let maximumEntries = 10_000

    /// This catalogue with the entries of a JSON file added.
    ///
    /// Two formats are known by their top-level keys. Ours is `{"version": 1, "indices": [{"id", "title", "formula",
    /// "parameters": {"n": 2}, "range": [-1, 1], "scale_free", "direction", "aliases", "source"}]}`, of which only `id`
    /// and `formula` are required; its formulas are written over band roles. The other is the dictionary of Awesome
    /// Spectral Indices (`{"SpectralIndices": {...}}`), whose entries get ids like `asi:NDVI`; those that cannot be
    /// computed here are kept in `refused`.
    ///
    /// - Parameters:
    ///   - data: The bytes of the file.
    ///   - name: The name of the file, for messages.
    /// - Throws: `IndexError.badCatalogue`: not JSON, not of a known format, too large, an unknown key, a wrong entry,
    ///   an id or alias that is taken. Nothing is added then.
    public func loading(_ data: Data, name: String) throws(IndexError) -> IndexCatalogue {
        func wrong(_ message: String) -> IndexError { IndexError(.badCatalogue, "\(name): \(message)") }
        if data.count > Self.maximumFileSize {
            throw wrong("the file has \(data.count) bytes; a catalogue has at most \(Self.maximumFileSize)")
        }
        do {
            let shape = try JSONDecoder().decode(CatalogueShape.self, from: data)
            var catalogue = self
            if shape.isCommunity {
                let file = try JSONDecoder().decode(CommunityCatalogue.self, from: data)
                try checkCount(file.entries.count)
                try file.add(to: &catalogue)
            } else {
                let file = try JSONDecoder().decode(CatalogueFile.self, from: data)
                try checkCount(file.indices.count)
                for entry in file.indices {
                    let index = try entry.index()
                    try catalogue.checkPaperNames(of: index)
                    try catalogue.add(index)
                }
            }
            return catalogue
        } catch let error as IndexError {
            throw wrong(error.message)
        } catch let error as DecodingError {
            throw wrong(Self.text(of: error))
        } catch {
            throw wrong("the file cannot be read as JSON")
        }
    }

    private func checkCount(_ count: Int) throws(IndexError) {
        if count > Self.maximumEntries {
            throw IndexError(
                .badCatalogue, "the file has \(count) entries; a catalogue has at most \(Self.maximumEntries)")
        }
    }

    private static func text(of error: DecodingError) -> String {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .typeMismatch(_, let context): (context, "has the wrong type")
            case .valueNotFound(_, let context): (context, "has no value")
            case .keyNotFound(let key, let context): (context, "has no key `\(key.stringValue)`")
            case .dataCorrupted(let context): (context, "cannot be read: \(context.debugDescription)")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "cannot be read")
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return "\(path.isEmpty ? "the file" : "`" + path.joined(separator: ".") + "`") \(what)"
    }
}

/// Any key of a JSON object.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Tells the formats apart by the top-level keys.
private struct CatalogueShape: Decodable {
    let isCommunity: Bool

    init(from decoder: any Decoder) throws {
        let keys = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue))
        isCommunity = keys.contains(CommunityCatalogue.key)
        if isCommunity || keys == ["version", "indices"] { return }
        throw IndexError(
            .badCatalogue,
            "not a catalogue: it needs the top-level keys `version` and `indices`, or `\(CommunityCatalogue.key)`")
    }
}

/// A catalogue in our own format.
private struct CatalogueFile: Decodable {
    let version: Int
    let indices: [Entry]

    private enum CodingKeys: String, CodingKey { case version, indices }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        if version != 1 {
            throw IndexError(.badCatalogue, "the catalogue has version \(version); this program reads version 1")
        }
        indices = try container.decode([Entry].self, forKey: .indices)
    }

    struct Entry: Decodable {
        let id: String
        let title: String?
        let formula: String
        let parameters: [String: Double?]?
        let range: [Double]?
        let scaleFree: Bool?
        let direction: SpectralIndex.Direction?
        let aliases: [String]?
        let source: String?

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case id, title, formula, parameters, range, direction, aliases, source
            case scaleFree = "scale_free"
        }

        init(from decoder: any Decoder) throws {
            let known = Set(CodingKeys.allCases.map(\.rawValue))
            let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
            if let unknown = keys.first(where: { !known.contains($0) }) {
                throw IndexError(
                    .badCatalogue,
                    "an index has the unknown key `\(unknown)`; known are \(known.sorted().joined(separator: ", "))")
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            title = try container.decodeIfPresent(String.self, forKey: .title)
            formula = try container.decode(String.self, forKey: .formula)
            parameters = try container.decodeIfPresent([String: Double?].self, forKey: .parameters)
            range = try container.decodeIfPresent([Double].self, forKey: .range)
            scaleFree = try container.decodeIfPresent(Bool.self, forKey: .scaleFree)
            direction = try container.decodeIfPresent(SpectralIndex.Direction.self, forKey: .direction)
            aliases = try container.decodeIfPresent([String].self, forKey: .aliases)
            source = try container.decodeIfPresent(String.self, forKey: .source)
        }

        func index() throws(IndexError) -> SpectralIndex {
            if id.hasPrefix(IndexName.communityPrefix) {
                throw IndexError(.badCatalogue, "index `\(id)`: the prefix `asi:` belongs to community catalogues")
            }
            let index = try SpectralIndex(
                id: id, title: title ?? id, formula: formula, parameters: parameters ?? [:], aliases: aliases ?? [],
                range: checkedRange(), direction: direction ?? .unknown, source: source ?? "")
            if scaleFree == true, !index.isScaleFree {
                throw IndexError(
                    .badCatalogue,
                    "index `\(id)` claims to be scale-free, but its formula changes when all bands are multiplied")
            }
            return index
        }

        private func checkedRange() throws(IndexError) -> ClosedRange<Double>? {
            guard let range else { return nil }
            guard range.count == 2, range[0] <= range[1] else {
                throw IndexError(.badCatalogue, "index `\(id)`: the range is two numbers, the lower one first")
            }
            return range[0]...range[1]
        }
    }
}
