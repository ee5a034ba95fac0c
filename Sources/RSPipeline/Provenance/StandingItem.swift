import Foundation

/// A STAC item that an earlier run has placed, and what it vouches for.
struct StandingItem {
    let json: JSONValue
    private let folder: String
    /// When the item got its place, which was after the files it lists.
    let placed: Date

    /// Reads the item at a path; nil where there is none or it is not one of ours.
    init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path), let json = JSONValue(data),
            json["properties"]?["rsproc:runs"] != nil
        else { return nil }
        self.json = json
        placed = FileFacts.changed(path) ?? .distantPast
        folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// What the item says of a chain that made some of its assets.
    func run(of chain: String) -> JSONValue? { json["properties"]?["rsproc:runs"]?[chain] }

    /// The entry of a file.
    private func asset(_ file: String) -> JSONValue? {
        let link = STACItem.link(to: file, from: folder)
        return json["assets"]?.members?.values.first { $0["href"]?.text == link }
    }

    /// Whether the item says that a chain made a file.
    func vouches(for file: String, chain: String) -> Bool { asset(file)?["rsproc:chain"]?.text == chain }

    /// What identifies the bytes that a file was written with.
    func content(of file: String) -> String? { asset(file)?["rsproc:content"]?.text }

    /// The number of bytes that a file was written with.
    func size(of file: String) -> Int? {
        if case .integer(let size)? = asset(file)?["file:size"] { return size }
        return nil
    }
}
