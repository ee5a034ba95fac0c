import Foundation
import Testing

@testable import RSPipeline

@Suite struct FileFactsTests {
    private let folder = try? ScratchFolder()

    private func write(_ bytes: [UInt8], _ name: String = "a") throws -> String {
        let path = try #require(folder).path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// One changed byte anywhere, swapped bytes and another length give another hash.
    @Test func theHashFollowsTheBytes() throws {
        let bytes = (0..<1003).map { UInt8($0 % 251) }
        let hash = try #require(FileFacts.contentHash(try write(bytes)))
        #expect(FileFacts.contentHash(try write(bytes, "b")) == hash, "the name does not count")
        for position in [0, 7, 8, 500, 999, 1000, 1002] {
            var other = bytes
            other[position] ^= 1
            #expect(FileFacts.contentHash(try write(other, "c")) != hash, "byte \(position)")
        }
        var swapped = bytes
        swapped.swapAt(8, 16)
        #expect(FileFacts.contentHash(try write(swapped, "d")) != hash)
        #expect(FileFacts.contentHash(try write(bytes + [0], "e")) != hash)
        #expect(FileFacts.contentHash(try write([], "f")) != FileFacts.contentHash(try write([0], "g")))
        #expect(FileFacts.contentHash("/nowhere/at/all") == nil)
    }

    @Test(arguments: [1, 2, 5]) func severalAtOnce(threads: Int) throws {
        let paths = try (0..<4).map { try write([UInt8](repeating: UInt8($0), count: 100 * $0), "n\($0)") }
        let hashes = FileFacts.contentHashes(paths + ["/nowhere"], threads: threads)
        #expect(hashes.count == 4)
        for path in paths { #expect(hashes[path] == FileFacts.contentHash(path)) }
    }

    @Test func timesAndSizes() throws {
        let path = try write([1, 2, 3])
        #expect(FileFacts.size(path) == 3 && FileFacts.size("/nowhere") == 0)
        let old = Date(timeIntervalSince1970: 1_000_000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
        #expect(FileFacts.modified(path) == old)
        // The time of change cannot be set back.
        #expect(try #require(FileFacts.changed(path)) > Date(timeIntervalSinceNow: -60))
        #expect(FileFacts.isFolder(try #require(folder).path) && !FileFacts.isFolder(path))
    }
}
