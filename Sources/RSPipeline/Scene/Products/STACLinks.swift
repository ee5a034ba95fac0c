import Foundation

/// Where the files of a STAC item are.
///
/// An item is a text that nobody has checked. One on this machine names files in its own folder or below it, or URLs; one
/// behind a URL names URLs only. Nothing else is opened.
struct STACLinks {
    /// What is to be opened, or why it is not.
    enum Place: Hashable {
        case path(String)
        case refused(String)
    }

    /// The item's path.
    private let document: String
    /// The item's folder; nil for an item behind a URL.
    private let home: ProductFiles?

    init(item name: String, in files: ProductFiles) {
        document = files.path(of: name)
        if RemotePath.isRemote(document) {
            home = nil
            return
        }
        let folder = ProductFiles.folder(of: name)
        home = ProductFiles(
            root: folder.isEmpty ? files.root : files.root + "/" + folder.dropLast(), title: files.title,
            names: files.names.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count)) })
    }

    /// The place of a file that the item names.
    func place(of href: String) -> Place {
        let href = href.replacing(" ", with: RemotePath.scheme(of: href) == nil ? " " : "%20")
        let shown = ShownText.text(String(href.prefix(200)))
        switch RemotePath.scheme(of: href) {
        case "http", "https", "s3":
            // A file beside a local item is what was fetched from there.
            if let home {
                let name = RemotePath.name(of: href)
                if home.names.contains(name), let path = try? home.path(name, namedBy: document) { return .path(path) }
            }
            if let path = RemotePath.path(of: href) { return .path(path) }
            return .refused("the item names '\(shown)', which is no URL of a file")
        case "file":
            guard home != nil else {
                return .refused(
                    "the item lies behind a URL and names '\(shown)', a file of this machine; it is refused")
            }
            guard href.lowercased().hasPrefix("file://") else { return outside(shown) }
            let rest = href.dropFirst("file://".count)
            let path = rest.lowercased().hasPrefix("localhost/") ? rest.dropFirst("localhost".count) : rest
            return local(String(path), shown)
        case nil:
            if home != nil { return local(href, shown) }
            if let path = RemotePath.path(of: href, from: document) { return .path(path) }
            return .refused("the item names '\(shown)', which is no URL of a file")
        case let scheme?:
            return .refused(
                "the item names '\(shown)'; of URLs only http, https and s3 are read, not \(scheme.prefix(20)). "
                    + "Fetch the file and put it beside the item")
        }
    }

    /// A file in the item's folder or below; as it is written, or with `%20` and the like resolved.
    private func local(_ href: String, _ shown: String) -> Place {
        guard let home else { return outside(shown) }
        var first: String?
        for text in [href, href.removingPercentEncoding ?? href] {
            var name = text
            if text.hasPrefix("/") {
                // The folder may be named relative to the working folder.
                let folder = URL(fileURLWithPath: home.root).standardizedFileURL.path
                let path = URL(fileURLWithPath: text).standardizedFileURL.path
                guard path.hasPrefix(folder + "/") else { continue }
                name = String(path.dropFirst(folder.count + 1))
            }
            guard let path = try? home.path(name, namedBy: document) else { continue }
            if VirtualFiles.kind(of: path) != nil { return .path(path) }
            first = first ?? path
        }
        return first.map { .path($0) } ?? outside(shown)
    }

    private func outside(_ shown: String) -> Place {
        .refused("the item names '\(shown)', which is not in its folder or below; it is refused")
    }
}
