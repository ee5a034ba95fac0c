import Foundation
import Synchronization
import Testing

@testable import RSPipeline

/// What killed runs have left is removed by the next one, and nothing else is.
@Suite struct TemporaryFolderTests {
    private let scratch: ScratchFolder
    init() throws { scratch = try ScratchFolder() }

    private var host: String {
        PlannedFile.fileName(ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "host")
    }

    /// A folder as a run makes it, whose lock nobody holds.
    private func leave(_ name: String, hasLock: Bool = true, age: Double = 0) throws {
        let folder = scratch.path + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        if hasLock {
            for file in ["lock", "map.tif"] { try Data().write(to: URL(fileURLWithPath: folder + "/" + file)) }
        }
        let names = hasLock ? ["/lock", "/map.tif", ""] : [""]
        for file in names {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: folder + file)
        }
    }

    /// The number of a killed process may belong to a living one, here to this one, from the first moment on.
    @Test func theLockDecidesAndNotTheProcess() throws {
        try leave(".rsproc-\(host)-\(getpid())-900.tmp")
        try leave(".rsproc-\(host)-\(getpid())-901.tmp", hasLock: false)
        try leave(".rsproc-\(host)-2147483000-0.tmp")
        try leave(".rsproc-\(host)-1-0.tmp-other")
        TemporaryFolder.removeStale(in: scratch.path)
        #expect(scratch.names() == [".rsproc-\(host)-1-0.tmp-other"], "\(scratch.names())")
    }

    /// Every maker clears up first, so each may find its folder taken away before it has locked it.
    @Test func makersAtOnceKeepWhatTheyHaveMade() {
        let kept = Mutex<[TemporaryFolder]>([])
        let parent = scratch.path
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20 {
                guard let folder = try? TemporaryFolder(in: parent) else { continue }
                kept.withLock { $0.append(folder) }
            }
        }
        let folders = kept.withLock { $0 }
        #expect(folders.count == 160 && folders.allSatisfy { FileFacts.exists($0.path + "/lock") })
        #expect(scratch.names().count == 160)
    }

    @Test func whatIsHeldStays() throws {
        let folder = try TemporaryFolder(in: scratch.path)
        TemporaryFolder.removeStale(in: scratch.path)
        #expect(scratch.names().count == 1)
        let other = try TemporaryFolder(in: scratch.path)
        #expect(scratch.names().count == 2)
        folder.remove()
        other.remove()
        #expect(scratch.names().isEmpty)
    }

    /// A container gets another host name with every run, so its folders are another host's.
    @Test func foldersOfOtherHostsGoAfterADay() throws {
        try leave(".rsproc-8f2a-c-1-0.tmp", age: 25 * 3600)
        try leave(".rsproc-8f2a-c-1-1.tmp", age: 3600)
        try leave(".rsproc-8f2a-c-1-2.tmp", hasLock: false, age: 25 * 3600)
        try leave(".rsproc-notes", age: 25 * 3600)
        try leave(".hidden-1-1.tmp", age: 25 * 3600)
        TemporaryFolder.removeStale(in: scratch.path)
        #expect(
            scratch.names() == [".hidden-1-1.tmp", ".rsproc-8f2a-c-1-1.tmp", ".rsproc-8f2a-c-1-2.tmp", ".rsproc-notes"])
    }
}
