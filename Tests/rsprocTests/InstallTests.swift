import Foundation
import Testing

/// The command away from where it was built.
@Suite struct InstallTests {
    /// Lists indices and maps the sample scene from a bare environment.
    private func use(_ binary: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let scratch = try Scratch()
        let bare = ["-i", "PATH=/nowhere", "HOME=/nowhere", binary]
        let list = try Command.run(bare + ["index", "list"], in: scratch.path, binary: "/usr/bin/env")
        #expect(list.status == 0 && list.stdout.contains("ndvi"), "\(list.said)", sourceLocation: sourceLocation)
        let map = try Command.run(
            bare + ["run", "read", Repository.sampleScene, "!", "toa", "!", "index", "ndvi", "!", "write", "out/"],
            in: scratch.path, binary: "/usr/bin/env")
        #expect(map.status == 0, "\(map.said)", sourceLocation: sourceLocation)
        #expect(scratch.list("out").count == 2, sourceLocation: sourceLocation)
    }

    @Test func runsFromAnotherFolder() throws {
        let scratch = try Scratch()
        let copy = scratch.path + "/rsproc"
        try FileManager.default.copyItem(atPath: Command.binary, toPath: copy)
        try use(copy)
    }

    /// Needs a release build, hence minutes: only on request.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["RSP_TEST_INSTALL"] == "1", "RSP_TEST_INSTALL is not 1"))
    func makeInstall() throws {
        let scratch = try Scratch()
        let made = try Command.run(
            ["make", "install", "PREFIX=\(scratch.path)/prefix"], in: Repository.root.path, binary: "/usr/bin/env")
        #expect(made.status == 0, "\(made.said)")
        let binary = scratch.path + "/prefix/bin/rsproc"
        // Swift's own libraries are inside: none is looked for at run time.
        let libraries = try Command.run(["ldd", binary], binary: "/usr/bin/env")
        #expect(!libraries.stdout.contains("libswift") && !libraries.stdout.contains("libFoundation"))
        try use(binary)
    }
}
