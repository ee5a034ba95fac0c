import Foundation
import Testing

@testable import RSPipeline

@Suite struct ArchiveSpoolTests {
    private let folder: ScratchFolder
    private var archive: String { folder.path + "/a.tar.gz" }
    private var place: String { folder.path + "/tmp" }

    private let tar = PackedArchive.tar([
        PackedArchive.Member(name: "a", content: [UInt8](repeating: 5, count: 200_000)),
        PackedArchive.Member(name: "b", content: [1, 2, 3]),
    ])

    init() throws {
        folder = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/tmp", withIntermediateDirectories: true)
        try PackedArchive.write(PackedArchive.gzip(tar), to: folder.path + "/a.tar.gz")
    }

    @Test func theTemporaryFileIsTheArchiveAndGoesWithTheLastHolder() throws {
        do {
            let spool = try ArchiveSpool(inflating: archive, in: place + "/")
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: spool.path))) == tar)
            #expect(spool.size == tar.count && folder.names("tmp").count == 1)
            #expect(ArchiveSpool.delivered(in: "x \(spool.root)/b y") == "x \(archive)/b y")
            #expect(ArchiveSpool.delivered("\(spool.root)/b") == archive)
            // One that lives is not cleared away, whoever asks.
            ArchiveSpool.removeStale(in: place)
            #expect(folder.names("tmp").count == 1)
        }
        #expect(folder.names("tmp").isEmpty)
        // Nothing is left beside the archive either.
        #expect(folder.names() == ["a.tar.gz", "tmp"])
    }

    @Test func whatAKilledProcessLeftIsRemoved() throws {
        try Data([1]).write(to: URL(fileURLWithPath: place + "/rsproc-spool-1-0.tar"))
        try Data([1]).write(to: URL(fileURLWithPath: place + "/other.tar"))
        let spool = try ArchiveSpool(inflating: archive, in: place)
        #expect(folder.names("tmp").count == 2 && folder.names("tmp").contains("other.tar"))
        withExtendedLifetime(spool) {}
    }

    @Test func aBombIsRefusedAndLeavesNothing() throws {
        let message = Run.message { _ = try ArchiveSpool(inflating: archive, limit: 100_000, in: place) }
        #expect(message.contains(archive) && message.contains("more than 100000 bytes"), "\(message)")
        #expect(folder.names("tmp").isEmpty)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let message = Run.message { _ = try ArchiveSpool(inflating: archive, in: place + "/none") }
        #expect(message.contains(place + "/none") && message.contains("TMPDIR"), "\(message)")
    }

    /// Every hundredth byte to cut at, and each of the last ones.
    @Test func everyTruncationIsFound() throws {
        let bytes = PackedArchive.gzip(tar)
        for length in Array(stride(from: 0, to: bytes.count, by: 9973)) + Array(bytes.count - 8..<bytes.count) {
            try PackedArchive.write(Array(bytes.prefix(length)), to: archive)
            let message = Run.message { _ = try ArchiveSpool(inflating: archive, in: place) }
            #expect(message.contains(archive) && message.contains("fetch it again"), "\(length): \(message)")
            #expect(folder.names("tmp").isEmpty)
        }
    }

    @Test func otherContentIsRefused() throws {
        try PackedArchive.write(PackedArchive.gzip([UInt8](repeating: 66, count: 5000)), to: archive)
        #expect(Run.message { _ = try ArchiveSpool(inflating: archive, in: place) }.contains("no tar archive"))
        try PackedArchive.write(tar, to: archive)
        #expect(Run.message { _ = try ArchiveSpool(inflating: archive, in: place) }.contains("no gzip file"))
        var bytes = PackedArchive.gzip(tar)
        bytes[1000] ^= 1
        try PackedArchive.write(bytes, to: archive)
        #expect(Run.message { _ = try ArchiveSpool(inflating: archive, in: place) }.contains("damaged"))
    }
}
