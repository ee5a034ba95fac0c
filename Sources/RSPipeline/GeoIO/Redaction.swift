import Foundation
import Synchronization

/// Keeps credentials out of every text that leaves the library: messages, records, STAC items, summaries.
///
/// URLs lose what stands before `@` and from `?` or `#` on, which is where signatures and passwords are. Secrets that
/// GDAL takes from the environment, and the query strings of URLs that were opened, are removed wherever they stand.
public enum Redaction {
    /// What stands in place of a secret.
    static let mark = "***"
    /// Shorter words are no secrets: removing them would garble texts.
    private static let shortest = 6

    /// The variables from which GDAL takes credentials.
    ///
    /// Source: GDAL documentation, GDAL virtual file systems and configuration options, release 3.6 and later.
    private static let variables = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GDAL_HTTP_HEADERS", "GDAL_HTTP_USERPWD",
        "GDAL_HTTP_PROXYUSERPWD", "GDAL_HTTP_BEARER", "GDAL_HTTP_COOKIE", "AZURE_STORAGE_ACCESS_KEY",
        "AZURE_STORAGE_ACCESS_TOKEN", "AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_SAS_TOKEN", "AZURE_SAS",
        "GS_ACCESS_KEY_ID", "GS_SECRET_ACCESS_KEY", "GS_OAUTH2_REFRESH_TOKEN", "GS_OAUTH2_CLIENT_SECRET",
        "GS_OAUTH2_PRIVATE_KEY", "OSS_ACCESS_KEY_ID", "OSS_SECRET_ACCESS_KEY", "SWIFT_KEY", "SWIFT_AUTH_TOKEN",
    ]

    private static let environment: [String] = {
        var found: [String] = []
        for name in variables {
            guard let value = ProcessInfo.processInfo.environment[name] else { continue }
            found.append(value)
            // `Authorization: Bearer abc, X-Key: def`: each part is a secret of its own.
            found += value.split { ",:; =\n\r".contains($0) }.map(String.init).filter { $0.count >= 12 }
        }
        return found.filter { $0.count >= shortest }
    }()

    private static let remembered = Mutex<Set<String>>([])

    /// Removes a text from everything that is said from now on.
    static func remember(_ secret: some StringProtocol) {
        if secret.count < shortest { return }
        _ = remembered.withLock { $0.insert(String(secret)) }
    }

    /// A path or URL as it may be shown: URLs without credentials, GDAL's names for remote files as URLs.
    public static func path(_ path: String) -> String {
        text(path)
    }

    /// A text without credentials.
    public static func text(_ text: String) -> String {
        var result = text.contains("://") || text.contains("/vsi") ? withoutQueries(text) : text
        let secrets = environment + remembered.withLock { Array($0) }
        for secret in secrets.sorted(by: { $0.count > $1.count }) where result.contains(secret) {
            result = result.replacing(secret, with: mark)
        }
        return result
    }

    private static func withoutQueries(_ text: String) -> String {
        var rest = text.replacing("/vsirspipeline/", with: "/").replacing("/vsis3/", with: "s3://")[...]
        for kind in ["/vsicurl/", "/vsicurl_streaming/"] {
            rest = rest.replacing(kind + "http", with: "http")[...]
        }
        var result = ""
        while let marker = rest.range(of: "://") {
            result += rest[..<marker.upperBound]
            rest = rest[marker.upperBound...]
            let end = rest.firstIndex { $0.isWhitespace || "\"'<>`".contains($0) } ?? rest.endIndex
            var url = rest[..<end]
            rest = rest[end...]
            // What closes the sentence is not part of the URL.
            let closing = String(url.reversed().prefix { ",;:.)".contains($0) }.reversed())
            url = url.dropLast(closing.count)
            let host = url.prefix { !"/?#".contains($0) }
            if let at = host.lastIndex(of: "@") { url = url[url.index(after: at)...] }
            result += url.prefix { $0 != "?" && $0 != "#" } + closing
        }
        return result + rest
    }
}
