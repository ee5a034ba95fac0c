// swift-tools-version: 6.2
import PackageDescription

/// One set of strict settings for every Swift target (docs/decisions/0001-one-module.md).
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "RSPipeline",
    products: [
        .library(name: "RSPipeline", targets: ["RSPipeline"]),
        // Growing trees, for those who have XGBoost; RSPipeline alone applies them.
        .library(name: "RSPipelineTrees", targets: ["RSPipelineTrees"]),
        .executable(name: "rsproc", targets: ["rsproc"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CGDAL", pkgConfig: "gdal", providers: [.apt(["libgdal-dev"]), .brew(["gdal"])]),
        .systemLibrary(
            name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
        .systemLibrary(
            name: "CDeflate", pkgConfig: "libdeflate",
            providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(
            name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"]), .brew(["lapack"])]),
        .systemLibrary(
            name: "CXGBoost", pkgConfig: "xgboost", providers: [.apt(["libxgboost-dev"]), .brew(["xgboost"])]),
        .target(
            name: "RSPipeline",
            dependencies: [
                "CGDAL", "CTIFF", "CDeflate", "CZstd", "CLAPACK", .product(name: "Yams", package: "Yams"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: strict,
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .target(name: "RSPipelineTrees", dependencies: ["RSPipeline", "CXGBoost"], swiftSettings: strict),
        .executableTarget(
            name: "rsproc",
            dependencies: [
                "RSPipeline", "RSPipelineTrees", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(name: "RSPipelineTests", dependencies: ["RSPipeline"], swiftSettings: strict),
        .testTarget(
            name: "RSPipelineTreesTests", dependencies: ["RSPipeline", "RSPipelineTrees"], swiftSettings: strict),
        .testTarget(name: "rsprocTests", dependencies: ["RSPipeline", "rsproc"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
