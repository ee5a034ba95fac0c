import Foundation
import Testing

/// The command away from where it was built; `make test-install` does the same with an installed release build.
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
}
