import Foundation
import Testing

/// Another package that depends on this one by path: builds and runs without extra flags.
///
/// Its build folder is kept in `.build-consumer`, so that only the first run takes long.
@Suite struct ConsumerPackageTests {
    private static let manifest = """
        // swift-tools-version: 6.0
        import PackageDescription

        let package = Package(
            name: "Consumer",
            dependencies: [.package(name: "RSPipeline", path: "@ROOT@")],
            targets: [
                .executableTarget(
                    name: "consumer", dependencies: [.product(name: "RSPipeline", package: "RSPipeline")])
            ])

        """

    private static let source = """
        import RSPipeline

        let chain = try Chain("read \\(CommandLine.arguments[1]) ! toa ! mask cloud ! index ndvi")
        let plan = try Plan(chain, scene: chain.openScene())
        for (name, plane) in zip(plan.planeNames, try plan.planesInMemory()) {
            let valid = plane.values.filter { !$0.isNaN }
            print(name, plane.width, plane.height, valid.reduce(0, +) / Float(valid.count))
        }

        """

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["RSP_SKIP_CONSUMER"] != "1", "RSP_SKIP_CONSUMER is 1"))
    func buildsAndRuns() throws {
        let package = Repository.root.appendingPathComponent(".build-consumer/package").path
        try FileManager.default.createDirectory(
            atPath: package + "/Sources/consumer", withIntermediateDirectories: true)
        func write(_ text: String, _ name: String) throws {
            let url = URL(fileURLWithPath: package + "/" + name)
            // An unchanged file is not built again.
            if (try? Data(contentsOf: url)) != Data(text.utf8) { try Data(text.utf8).write(to: url) }
        }
        try write(Self.manifest.replacingOccurrences(of: "@ROOT@", with: Repository.root.path), "Package.swift")
        try write(Self.source, "Sources/consumer/main.swift")
        // A kept plan does not notice files that have come or gone since.
        try? FileManager.default.removeItem(atPath: package + "/../build/debug.yaml")
        let built = try Command.run(
            ["swift", "build", "--scratch-path", package + "/../build"], in: package, binary: "/usr/bin/env")
        #expect(built.status == 0, "\(built.said.suffix(3000))")
        let ran = try Command.run([Repository.sampleScene], binary: package + "/../build/debug/consumer")
        #expect(ran.status == 0, "\(ran.said)")
        let words = ran.stdout.split(separator: " ")
        try #require(words.count == 4, "\(ran.said)")
        #expect(words[0] == "ndvi" && words[1] == "256" && words[2] == "256")
        let mean = try #require(Double(words[3].trimmingCharacters(in: .newlines)))
        #expect(mean > 0.1 && mean < 0.6)
    }
}
