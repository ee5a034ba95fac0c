// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "RSPipeline", path: "..")],
    targets: [
        .systemLibrary(name: "LibTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
        .executableTarget(
            name: "codec-floor", dependencies: ["LibTIFF"], path: "Sources/CodecFloor",
            cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("tiff"), .linkedLibrary("pthread")]),
        // Reaches into the library by `@testable import`, so it is built with -Xswiftc -enable-testing.
        .executableTarget(
            name: "kernels", dependencies: [.product(name: "RSPipeline", package: "RSPipeline")],
            path: "Sources/Kernels", swiftSettings: [.strictMemorySafety()]),
    ],
    swiftLanguageModes: [.v6]
)
