import Foundation

/// Archives packed byte by byte for one test.
enum PackedArchive {
    /// One member.
    struct Member {
        var name: String
        var content: [UInt8] = []
        /// `0` for a file, `2` for a symbolic link.
        var kind: Character = "0"
        var link = ""
    }

    /// Every file below a folder, under names that begin with `prefix`.
    static func members(of folder: String, prefix: String = "") throws -> [Member] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            Member(
                name: prefix + name, content: [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// A tar archive (POSIX ustar).
    static func tar(_ members: [Member]) -> [UInt8] {
        var archive: [UInt8] = []
        for member in members {
            var header = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, at place: Int) {
                header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
            }
            func octal(_ number: Int, digits: Int) -> String {
                let text = String(number, radix: 8)
                return String(repeating: "0", count: digits - text.count) + text
            }
            put(member.name, at: 0)
            put("0000644", at: 100)
            put(octal(member.content.count, digits: 11), at: 124)
            put("00000000000", at: 136)
            put("        " + String(member.kind), at: 148)
            put(member.link, at: 157)
            put("ustar", at: 257)
            put("00", at: 263)
            put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
            header[154] = 0
            archive += header + member.content
            archive += [UInt8](repeating: 0, count: (512 - member.content.count % 512) % 512)
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    /// A gzip file whose deflate blocks are stored.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + stored(bytes) + little(crc(bytes)) + little(UInt32(bytes.count))
    }

    /// A zip archive whose members are stored, or in deflate blocks.
    static func zip(_ members: [Member], isDeflated: Bool = false) -> [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let packed = isDeflated ? stored(member.content) : member.content
            let name = Array(member.name.utf8)
            let facts =
                [20, 0, 0, 0, isDeflated ? 8 : 0, 0, 0, 0, 0x21, 0x50] + little(crc(member.content))
                + little(UInt32(packed.count)) + little(UInt32(member.content.count)) + [UInt8(name.count), 0, 0, 0]
            directory +=
                [0x50, 0x4B, 1, 2, 20, 0] + facts + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(UInt32(archive.count))
                + name
            archive += [0x50, 0x4B, 3, 4] + facts + name + packed
        }
        let count = UInt8(members.count)
        return archive + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, count, 0, count, 0]
            + little(UInt32(directory.count)) + little(UInt32(archive.count)) + [0, 0]
    }

    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var blocks: [UInt8] = []
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            let count = UInt16(end - start)
            blocks.append(end == bytes.count ? 1 : 0)
            blocks += [UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)]
            blocks += bytes[start..<end]
            start = end
        } while start < bytes.count
        return blocks
    }

    private static func little(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 0xFF) } }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
