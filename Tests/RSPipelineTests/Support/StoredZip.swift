import Foundation

/// A zip archive whose files are stored without compression.
enum StoredZip {
    /// Packs every file below a folder under a name of its own.
    static func pack(_ folder: String, under root: String, to path: String) throws {
        var body: [UInt8] = []
        var directory: [UInt8] = []
        var count = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            var isFolder: ObjCBool = false
            _ = unsafe FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            if isFolder.boolValue { continue }
            let content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            let stored = Array((root + "/" + name).utf8)
            let facts =
                number(0, 2) + number(0, 2) + number(0, 4) + number(crc(content), 4) + number(UInt32(content.count), 4)
                + number(UInt32(content.count), 4) + number(UInt32(stored.count), 2) + number(0, 2)
            directory +=
                [0x50, 0x4B, 1, 2] + number(20, 2) + number(20, 2) + facts + number(0, 2) + number(0, 2) + number(0, 2)
                + number(0, 4) + number(UInt32(body.count), 4) + stored
            body += [0x50, 0x4B, 3, 4] + number(20, 2) + facts + stored + content
            count += 1
        }
        let end =
            [0x50, 0x4B, 5, 6] + number(0, 4) + number(UInt32(count), 2) + number(UInt32(count), 2)
            + number(UInt32(directory.count), 4) + number(UInt32(body.count), 4) + number(0, 2)
        try Data(body + directory + end).write(to: URL(fileURLWithPath: path))
    }

    private static func number(_ value: UInt32, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    }

    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
