import Foundation

@testable import RSPipeline

#if canImport(Glibc)
    import Glibc
#endif

/// A product folder among files that are none of its business, watched by the kernel.
///
/// On Linux every open of a file or folder beside the product is seen, whoever opens it, and so is a connection to the
/// port that ``lures`` name; elsewhere nothing is seen.
final class Canary {
    private let scratch: ScratchFolder
    private let name: String
    private var watch: Int32 = -1
    private var socket: Int32 = -1
    private var port = 9

    /// Makes the folders and the traps.
    ///
    /// - Parameter name: of the product's folder or file.
    init(product name: String = "product") throws {
        self.name = name
        scratch = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: scratch.path + "/other", withIntermediateDirectories: true)
        for path in ["SECRET.TIF", "secret.tif", "other/SECRET.TIF"] {
            try SceneTestData.writeTIFF(to: scratch.path + "/" + path)
        }
        for name in ["SECRET.xml", "SECRET.gml", "SECRET_MTL.txt", "SECRET.json"] {
            try SceneTestData.write("secret", to: scratch.path + "/" + name)
        }
        listen()
        #if os(Linux)
            watch = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            for path in [scratch.path, scratch.path + "/other"] {
                _ = unsafe inotify_add_watch(watch, path, UInt32(IN_OPEN))
            }
        #endif
    }

    deinit {
        if watch >= 0 { close(watch) }
        if socket >= 0 { close(socket) }
    }

    /// Where the product belongs.
    var product: String { scratch.path + "/" + name }

    /// The folder around it.
    var folder: String { scratch.path }

    /// Names that metadata could give for the traps.
    var lures: [String] {
        let folder = scratch.path
        return [
            "../SECRET.TIF", "../secret.tif", "../../SECRET.TIF", "..\\SECRET.TIF", "a/../../SECRET.TIF",
            "./../SECRET.TIF",
            "..%2fSECRET.TIF", "../other/SECRET.TIF", "\(folder)/SECRET.TIF", "\(folder)/other/../SECRET.TIF",
            "//\(folder)/SECRET.TIF", "file://\(folder)/SECRET.TIF", "file:\(folder)/SECRET.TIF", "vsimem/x.TIF",
            "/vsicurl/file://\(folder)/SECRET.TIF", "/vsisubfile/0_100,\(folder)/SECRET.TIF", "vsizip/x.zip/a.TIF",
            "/vsizip/\(folder)/SECRET.zip/a.TIF", "../SECRET.xml", "\(folder)/SECRET.xml", "\(folder)/SECRET.gml",
            "../SECRET_MTL.txt", "\(folder)/SECRET.json", "GTIFF_DIR:1:\(folder)/SECRET.TIF", "C:/SECRET.TIF",
            "../SECRET.TIF\u{1}", ".hidden.TIF", "product/../../SECRET.TIF", "\(folder)/product/../SECRET.TIF",
        ]
    }

    /// Names that lead over a network, for formats that know none.
    var remoteLures: [String] {
        ["http://127.0.0.1:\(port)/x.TIF", "/vsicurl/http://127.0.0.1:\(port)/x.xml", "//127.0.0.1:\(port)/x.TIF"]
    }

    /// What has been opened outside of the product since the last call.
    func opened() -> [String] {
        var names: [String] = []
        #if os(Linux)
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while true {
                let count = unsafe read(watch, &buffer, buffer.count)
                if count <= 0 { break }
                var place = 0
                while place + 16 <= count {
                    let length = (0..<4).reduce(0) { $0 | Int(buffer[place + 12 + $1]) << (8 * $1) }
                    let text = String(
                        decoding: buffer[(place + 16)..<(place + 16 + length)].prefix { $0 != 0 }, as: UTF8.self)
                    if text != name { names.append(text.isEmpty ? "the folder itself" : text) }
                    place += 16 + length
                }
            }
        #endif
        if socket >= 0 {
            let visitor = accept(socket, nil, nil)
            if visitor >= 0 {
                close(visitor)
                names.append("a connection to port \(port)")
            }
        }
        return names
    }

    /// A port of this machine that nobody else listens on, and that answers nobody.
    private func listen() {
        #if canImport(Glibc)
            socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe bind(socket, pointer, size) == 0 && Glibc.listen(socket, 4) == 0
                        && getsockname(socket, pointer, &size) == 0
                }
            }
            if isBound { port = Int(UInt16(bigEndian: address.sin_port)) }
        #endif
    }
}
