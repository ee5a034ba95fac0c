import Foundation
import Testing

@testable import RSPipeline

@Suite struct TarArchiveTests {
    private let folder: ScratchFolder
    private var path: String { folder.path + "/a.tar" }

    init() throws { folder = try ScratchFolder() }

    /// The message of the error; empty where the archive is whole.
    private func check(_ bytes: [UInt8]) throws -> String {
        try PackedArchive.write(bytes, to: path)
        return Run.message { try TarArchive.check(path, title: "the archive") }
    }

    private let members = [
        PackedArchive.Member(name: "a", content: [1, 2, 3]),
        PackedArchive.Member(name: "b", content: [UInt8](repeating: 7, count: 1024)),
        PackedArchive.Member(name: "c", kind: "2", link: "/etc/passwd"),
    ]

    @Test func wholeArchivesPass() throws {
        #expect(try check(PackedArchive.tar(members)).isEmpty)
        // Without the end mark, as some programs leave it.
        #expect(try check(PackedArchive.tar(members).dropLast(1024)).isEmpty)
        // With more after it.
        #expect(try check(PackedArchive.tar(members) + [UInt8](repeating: 9, count: 5000)).isEmpty)
    }

    /// Every place to cut at: whole members pass, everything else is found.
    @Test func everyCutIsFound() throws {
        let bytes = PackedArchive.tar(members)
        // Ends: a at 515 of 1024, b at 2560, c at 3072.
        for length in stride(from: 0, to: 3072, by: 1) {
            // The last member may lack its padding, which holds nothing.
            let isWhole = [1024, 2560].contains(length) || (515..<1024).contains(length)
            let message = try check(Array(bytes.prefix(length)))
            #expect(message.isEmpty == isWhole, "\(length): \(message)")
            if !isWhole { #expect(message.contains("the archive") && message.contains("fetch it again"), "\(message)") }
        }
    }

    @Test func otherFilesAreNone() throws {
        #expect(try check([UInt8](repeating: 0, count: 1024)).contains("empty"))
        #expect(try check([UInt8](repeating: 65, count: 4096)).contains("no tar archive"))
        var bytes = PackedArchive.tar(members)
        bytes[1024 + 3] ^= 1
        #expect(try check(bytes).contains("damaged at byte 1024"))
    }

    /// Sizes that would overflow, in octal and in base 256.
    @Test func hugeSizesAreTruncation() throws {
        var bytes = PackedArchive.tar(members)
        func sum() {
            bytes.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
            let text = String(bytes[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
            bytes.replaceSubrange(
                148..<156, with: Array((String(repeating: "0", count: 6 - text.count) + text).utf8) + [0, 32])
        }
        bytes.replaceSubrange(124..<136, with: Array("77777777777".utf8) + [0])
        sum()
        #expect(try check(bytes).contains("truncated"))
        bytes.replaceSubrange(124..<136, with: [0x80, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8))
        sum()
        #expect(try check(bytes).contains("truncated"))
        bytes.replaceSubrange(124..<136, with: [UInt8](repeating: 0xFF, count: 12))
        sum()
        #expect(try check(bytes).contains("fetch it again"))
        bytes.replaceSubrange(124..<136, with: [0x80] + [UInt8](repeating: 0, count: 10) + [3])
        sum()
        #expect(try check(bytes).isEmpty)
    }
}
