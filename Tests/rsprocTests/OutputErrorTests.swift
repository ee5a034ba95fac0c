import Foundation
import Testing

/// Outputs that cannot be written: exit 4, and nothing left behind.
@Suite struct OutputErrorTests {
    private static func chain(_ target: String) throws -> [String] {
        ["run", "read", try MadeScene.small.get().path, "!", "toa", "!", "index", "ndvi", "!", "write", target]
    }

    @Test(arguments: ["file/", "file/map.tif", "file/deep/er/map.tif"]) func fileInTheWay(target: String) throws {
        let scratch = try Scratch()
        try scratch.write("mine", to: "file")
        let outcome = try Command.run(try Self.chain(target), in: scratch.path)
        #expect(outcome.status == 4, "\(outcome.said)")
        #expect(outcome.stderr.contains("file: a file stands where a folder is needed"), "\(outcome.said)")
        #expect(scratch.list() == ["file"])
        #expect(try scratch.text("file") == "mine")
    }

    @Test func folderThatCannotBeMade() throws {
        let scratch = try Scratch()
        let outcome = try Command.run(try Self.chain("/proc/nowhere/map.tif"), in: scratch.path)
        #expect(outcome.status == 4, "\(outcome.said)")
        #expect(outcome.stderr.contains("/proc/nowhere: the folder cannot be made"), "\(outcome.said)")
    }

    @Test func existingOutputIsLeftAlone() throws {
        let scratch = try Scratch()
        let target = "\(MadeScene.id)_ndvi.tif"
        for name in [target, "\(MadeScene.id).stac.json"] {
            try FileManager.default.createDirectory(atPath: scratch.path + "/out", withIntermediateDirectories: false)
            try scratch.write("mine", to: "out/" + name)
            let outcome = try Command.run(try Self.chain("out/"), in: scratch.path)
            #expect(outcome.status == 4, "\(outcome.said)")
            #expect(
                outcome.stderr.contains("\(name) exists") && outcome.stderr.contains("--overwrite"), "\(outcome.said)")
            #expect(scratch.list() == ["out", "out/" + name])
            #expect(try scratch.text("out/" + name) == "mine")
            try FileManager.default.removeItem(atPath: scratch.path + "/out")
        }
    }

    @Test func overwriteReplaces() throws {
        let scratch = try Scratch()
        try scratch.write("mine", to: "map.tif")
        let outcome = try Command.run(try Self.chain("map.tif") + ["--overwrite"], in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(try Data(contentsOf: scratch.url("map.tif")).prefix(2) == Data("II".utf8))
        #expect(scratch.list() == ["map.stac.json", "map.tif"])
    }

    /// Every size of disk from hopeless to ample: all outputs or none, whether the spool, the final file, the picture or
    /// the item finds no room.
    @Test(.enabled(if: Disk.isPossible, "a small file system cannot be mounted here")) func fullDisk() throws {
        var whileSpooling = 0
        var failedLater = 0
        var done = 0
        for kilobytes in stride(from: 16, through: 256, by: 16) {
            let disk = try Disk(kilobytes: kilobytes)
            let outcome = try Command.run(
                try Self.chain(disk.path + "/out/") + ["quicklook=128"], in: disk.path)
            if outcome.status == 0 {
                #expect(Files.below(disk.path).count == 4, "\(Files.below(disk.path))")
                done += 1
                continue
            }
            #expect(outcome.status == 4, "\(kilobytes) KiB: \(outcome.said)")
            #expect(outcome.stderr.contains(disk.path + "/out"), "\(outcome.said)")
            #expect(Files.below(disk.path) == [], "\(kilobytes) KiB: \(Files.below(disk.path))")
            #expect(outcome.stderr.contains("is the disk full?"), "\(outcome.said)")
            if outcome.stderr.contains("tiles cannot be written") { whileSpooling += 1 } else { failedLater += 1 }
        }
        #expect(whileSpooling > 0 && failedLater > 0 && done > 0, "\(whileSpooling) \(failedLater) \(done)")
    }

    /// There is room until somebody else fills the disk.
    @Test(.enabled(if: Disk.isPossible, "a small file system cannot be mounted here")) func diskFilledMeanwhile() throws
    {
        let disk = try Disk(kilobytes: 16 << 10)
        let run = try RunningCommand([
            "run", "--threads", "1", "read", try MadeScene.large.get().path, "!", "toa", "!", "index", "ndvi,crsi", "!",
            "write", disk.path + "/out/",
        ])
        #expect(run.wait { !Files.temporary(in: disk.path + "/out").isEmpty })
        run.send(SIGSTOP)
        try disk.fill()
        run.send(SIGCONT)
        let outcome = try run.wait()
        #expect(outcome.status == 4, "\(outcome.said)")
        #expect(outcome.stderr.contains(disk.path + "/out") && outcome.stderr.contains("full"), "\(outcome.said)")
        #expect(Files.below(disk.path) == ["filler"])
    }
}

/// A small file system of its own.
final class Disk {
    let path: String
    private let scratch: Scratch

    /// Whether one can be mounted: needs root, and a kernel that lets it.
    static let isPossible = (try? Disk(kilobytes: 64)) != nil

    init(kilobytes: Int) throws {
        scratch = try Scratch()
        path = scratch.path + "/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let options = "size=\(kilobytes)k"
        guard try Command.run(["-t", "tmpfs", "-o", options, "tmpfs", path], binary: "/bin/mount").status == 0
        else { throw Refused() }
    }

    /// Takes all the room that is left.
    func fill() throws {
        let descriptor = unsafe open(path + "/filler", O_CREAT | O_WRONLY, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4096)
        while unsafe write(descriptor, block, block.count) > 0 {}
    }

    deinit { _ = try? Command.run([path], binary: "/bin/umount") }

    private struct Refused: Error {}
}
