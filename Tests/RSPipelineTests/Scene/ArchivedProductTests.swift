import Foundation
import Testing

@testable import RSPipeline

/// Products in archives: found, read, and recorded as those in folders are.
@Suite struct ArchivedProductTests {
    private let folder: ScratchFolder
    private let scene: String

    init() throws {
        folder = try ScratchFolder()
        var small = SmallLandsat()
        small.bands = [
            "B4": (0..<16).map { 10_000 + Double($0) * 100 }, "B5": (0..<16).map { 20_000 - Double($0) * 50 },
            "QA_PIXEL": SmallLandsat.filled(21_824),
        ]
        scene = try small.write(in: folder.path)
    }

    private static let forms = ["tar", "zip", "deflated.zip", "tar.gz", "tgz", "TAR"]

    /// Packs members into an archive of a form; returns its path.
    private func pack(_ form: String, _ members: [PackedArchive.Member], name: String = "packed") throws -> String {
        let path = "\(folder.path)/\(name).\(form)"
        let bytes =
            switch form.lowercased() {
            case "tar": PackedArchive.tar(members)
            case "zip": PackedArchive.zip(members)
            case "deflated.zip": PackedArchive.zip(members, isDeflated: true)
            default: PackedArchive.gzip(PackedArchive.tar(members))
            }
        try PackedArchive.write(bytes, to: path)
        return path
    }

    private func run(_ input: String, _ out: String, _ existing: ExistingOutputs = .refuse) throws -> SceneSummary {
        try Run.run(
            "read \(input) bands=4,5 ! mask cloud ! toa ! index ndvi ! write \(folder.path)/\(out)/", existing: existing
        )
    }

    @Test(arguments: forms, ["", "product/", "./a/b/"])
    func archivesGiveWhatTheFolderGives(form: String, prefix: String) throws {
        let path = try pack(form, PackedArchive.members(of: scene, prefix: prefix))
        let there = try Run.values("read \(scene) bands=4,5 ! toa ! index ndvi ! write \(folder.path)/x/")
        let values = try Run.values("read \(path) bands=4,5 ! toa ! index ndvi ! write \(folder.path)/x/")
        #expect(values["ndvi"]?.map(\.bitPattern) == there["ndvi"]?.map(\.bitPattern))
    }

    @Test(arguments: forms)
    func recordsNameTheMembersAndHoldTheirHashes(form: String) throws {
        let path = try pack(form, PackedArchive.members(of: scene, prefix: "product/"))
        _ = try run(scene, "folder")
        let summary = try run(path, "archive")
        // The chain names what was read; all else is the same.
        let name = URL(fileURLWithPath: path).lastPathComponent
        let files = try ["folder", "archive"].map { out in
            try Dataset(reading: "\(folder.path)/\(out)/LC08_TEST_ndvi.tif").metadata["RSP_RECORD"]?
                .replacingOccurrences(of: "read \(name) ", with: "read scene ")
        }
        #expect(files[0] != nil && files[0] == files[1], "\(files)")
        for input in summary.inputs { #expect(input.contains("packed.") && !input.contains("spool"), "\(input)") }
        let item = String(decoding: try folder.data("archive/LC08_TEST.stac.json"), as: UTF8.self)
        #expect(!item.contains("spool") && !item.contains("vsitar") && item.contains("LC08_TEST_B4.TIF"))
    }

    @Test(arguments: ["tar", "zip", "tar.gz"])
    func aRepeatedRunIsSkippedUntilAMemberChanges(form: String) throws {
        var members = try PackedArchive.members(of: scene)
        let path = try pack(form, members)
        _ = try run(path, "o")
        #expect(try run(path, "o", .skip).state == .skipped)
        // A new time alone changes nothing.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: path)
        #expect(try run(path, "o", .skip).state == .skipped)
        let index = try #require(members.firstIndex { $0.name.hasSuffix("_B5.TIF") })
        members[index].content[members[index].content.count - 1] ^= 1
        _ = try pack(form, members)
        let message = Run.message { _ = try run(path, "o", .skip) }
        #expect(message.contains("LC08_TEST_B5.TIF has changed"), "\(message)")
        #expect(!message.contains("spool"), "\(message)")
    }

    @Test(arguments: ["tar", "zip", "deflated.zip", "tar.gz"])
    func truncatedMembersAreFoundBeforeTheFirstPixel(form: String) throws {
        var members = try PackedArchive.members(of: scene)
        let index = try #require(members.firstIndex { $0.name.hasSuffix("_B5.TIF") })
        members[index].content.removeLast(8)
        let path = try pack(form, members)
        let message = Run.message { _ = try run(path, "o") }
        #expect(message.contains("B5.TIF") && message.contains("should end at byte"), "\(message)")
        #expect(!message.contains("spool") && folder.names("o").isEmpty, "\(message)")
    }

    @Test(arguments: ["tar", "zip", "tar.gz"])
    func truncatedArchivesAreRefused(form: String) throws {
        let path = try pack(form, PackedArchive.members(of: scene))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for part in [0, 1, 300, bytes.count / 2, bytes.count * 3 / 4] {
            try bytes.prefix(part).write(to: URL(fileURLWithPath: path))
            let message = Run.message { _ = try Scene.open([path]) }
            #expect(message.contains(path) && message.contains("fetch it again"), "\(part): \(message)")
        }
    }

    @Test(arguments: forms)
    func archivesOfSeveralProductsNameThem(form: String) throws {
        var members = try PackedArchive.members(of: scene, prefix: "a/")
        for member in try PackedArchive.members(of: scene, prefix: "b/") {
            var other = member
            if other.name.hasSuffix("_MTL.txt") {
                let text = String(decoding: other.content, as: UTF8.self)
                other.content = Array(text.replacingOccurrences(of: "\"LC08_TEST\"", with: "\"LC08_OTHER\"").utf8)
            }
            members.append(other)
        }
        let path = try pack(form, members)
        let message = Run.message { _ = try Scene.open([path]) }
        #expect(message.contains("LC08_TEST") && message.contains("LC08_OTHER") && message.contains(path), "\(message)")
    }

    /// Members that would leave the archive, and links out of it, lead nowhere.
    @Test(arguments: ["tar", "zip", "tar.gz"])
    func membersThatLeadOutsideAreNotFollowed(form: String) throws {
        let secret = folder.path + "/secret.TIF"
        try FileManager.default.copyItem(atPath: scene + "/LC08_TEST_B4.TIF", toPath: secret)
        var members = try PackedArchive.members(of: scene).filter { !$0.name.hasSuffix("_B4.TIF") }
        members.append(PackedArchive.Member(name: "../secret.TIF", content: [1]))
        members.append(PackedArchive.Member(name: "/etc/LC08_TEST_B4.TIF", content: [1]))
        if form != "zip" {
            members.append(PackedArchive.Member(name: "LC08_TEST_B4.TIF", kind: "2", link: secret))
        }
        let path = try pack(form, members)
        let opened = try Scene.open([path])
        #expect(opened.band(named: "B5")?.source != nil)
        #expect(opened.band(named: "B4")?.source == nil, "\(String(describing: opened.band(named: "B4")))")
        #expect(opened.band(named: "B4")?.problem?.contains("B4.TIF") == true)
    }

    @Test func aFolderWithAnArchiveSaysSo() throws {
        let path = try pack("tar.gz", PackedArchive.members(of: scene))
        try FileManager.default.createDirectory(atPath: folder.path + "/d", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/d/packed.tar.gz")
        let message = Run.message { _ = try Scene.open([folder.path + "/d"]) }
        #expect(message.contains("/d/packed.tar.gz") && message.contains("give the archive"), "\(message)")
    }

    @Test(arguments: ["x.TIF.gz", "x.7z", "x.tar.bz2", "x.tar.xz"])
    func otherArchivesAreRefusedWithAWord(name: String) throws {
        try Data([1]).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        let message = Run.message { _ = try Scene.open(["\(folder.path)/\(name)"]) }
        #expect(message.contains("unpack the archive") && message.contains(name), "\(message)")
    }

    @Test func theTemporaryFileLivesAsLongAsTheScene() throws {
        let path = try pack("tgz", PackedArchive.members(of: scene))
        var opened: Scene? = try Scene.open([path])
        let band = try #require(opened?.band(named: "B4")?.source?.path)
        #expect(VirtualFiles.kind(of: band) != nil)
        #expect(opened?.notices.contains { $0.contains(path) && $0.contains("MiB") } == true)
        let description = SceneDescription(try #require(opened))
        #expect(description.bands[3].file == path + "/LC08_TEST_B4.TIF")
        #expect(!(try description.json().contains("spool")) && !description.text.contains("spool"))
        let tar = try #require(opened?.spool?.path)
        opened = nil
        #expect(!FileManager.default.fileExists(atPath: tar))
    }
}
