import Foundation

/// URLs as paths that GDAL opens, and back.
enum RemotePath {
    /// The prefixes of paths to remote files.
    private static let prefixes = ["/vsicurl/", "/vsis3/"]
    /// No URL is longer.
    private static let longest = 8000

    /// Whether a path leads to another machine.
    static func isRemote(_ path: String) -> Bool { prefixes.contains { path.hasPrefix($0) } }

    /// The scheme of a URL in lower case; nil for a plain path.
    static func scheme(of text: String) -> String? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let word = text[..<colon]
        guard let first = word.first, first.isASCII, first.isLetter,
            word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        return word.lowercased()
    }

    /// The path of an `http`, `https` or `s3` URL; nil for any other text.
    ///
    /// The query string and what stands before `@` count as secrets from now on.
    static func path(of url: String) -> String? {
        let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f } && !url.contains { "\"'<>`\\{}|^".contains($0) }
        guard isPlain, url.utf8.count <= longest, let scheme = scheme(of: url) else { return nil }
        let start = url.index(url.startIndex, offsetBy: scheme.count + 1)
        guard url[start...].hasPrefix("//") else { return nil }
        let place = url[start...].dropFirst(2)
        let host = place.prefix { !"/?#".contains($0) }
        if let at = host.lastIndex(of: "@") { Redaction.remember(host[..<at]) }
        if let mark = place.firstIndex(where: { $0 == "?" }) { Redaction.remember(place[mark...].dropFirst()) }
        switch scheme {
        case "http", "https":
            return host.split(separator: "@").last?.first == nil ? nil : "/vsicurl/\(scheme)://\(place)"
        case "s3":
            let isBucket =
                !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
            let key = place.dropFirst(host.count)
            guard isBucket, key.hasPrefix("/"), key.count > 1, !key.split(separator: "/").contains("..") else {
                return nil
            }
            return "/vsis3/\(place)"
        default: return nil
        }
    }

    /// The name of a remote file without folders, query and fragment.
    static func name(of path: String) -> String {
        let plain = path.prefix { $0 != "?" && $0 != "#" }
        return plain.split(separator: "/").last.map(String.init) ?? ""
    }

    /// What a link means that stands in a remote document (RFC 3986, section 5.2, for links without scheme).
    ///
    /// - Returns: the path, which stays on the document's host; nil for a link that is no plain reference.
    static func path(of link: String, from document: String) -> String? {
        let isWeb = document.hasPrefix("/vsicurl/")
        guard let schemeEnd = isWeb ? document.range(of: "://")?.upperBound : prefixEnd(document) else { return nil }
        let place = document[schemeEnd...].prefix { $0 != "?" && $0 != "#" }
        let host = place.prefix { $0 != "/" }
        let url = isWeb ? document[..<schemeEnd].dropFirst("/vsicurl/".count) : "s3://"
        if link.hasPrefix("//") { return isWeb ? path(of: url.prefix { $0 != "/" } + link) : nil }
        let query = link.firstIndex { $0 == "?" || $0 == "#" } ?? link.endIndex
        var parts: [Substring] = []
        if !link.hasPrefix("/") {
            parts = place.dropFirst(host.count).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                .dropLast()
        }
        for part in link[..<query].split(separator: "/", omittingEmptySubsequences: link.hasPrefix("/"))
        where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return path(of: "\(url)\(host)/" + parts.joined(separator: "/") + link[query...])
    }

    private static func prefixEnd(_ path: String) -> String.Index? {
        path.hasPrefix("/vsis3/") ? path.index(path.startIndex, offsetBy: "/vsis3/".count) : nil
    }
}
