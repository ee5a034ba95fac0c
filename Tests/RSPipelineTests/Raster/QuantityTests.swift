import Testing

@testable import RSPipeline

@Suite struct QuantityTests {
    static let all: [Quantity] = [
        .digitalNumber, .radiance, .toaReflectance, .surfaceReflectance(method: ""),
        .surfaceReflectance(method: "LaSRC"), .brightnessTemperature, .surfaceTemperature, .relative,
        .index(range: nil), .index(range: -1...1), .index(range: 0...2.0.squareRoot()), .classes, .mask,
        .qualityBits, .angle, .probability,
    ]

    @Test(arguments: all) func labelsReadBack(quantity: Quantity) {
        #expect(Quantity(label: quantity.label) == quantity)
    }

    @Test func whatIsNoQuantityIsRefused() {
        #expect(Quantity(label: "reflectance") == nil)
        #expect(Quantity(label: "") == nil)
        #expect(Quantity(label: "SURFACEREFLECTANCE:dos1") == .surfaceReflectance(method: "dos1"))
    }

    @Test func onlyReflectanceFeedsIndices() {
        #expect(Self.all.filter(\.isReflectance).map(\.label).allSatisfy { $0.contains("eflectance") })
        #expect(Self.all.filter(\.isReflectance).count == 3)
    }

    @Test func methodAndRangeDoNotSeparateKinds() {
        #expect(Quantity.index(range: nil).isSameKind(as: .index(range: -1...1)))
        #expect(Quantity.surfaceReflectance(method: "a").isSameKind(as: .surfaceReflectance(method: "b")))
        #expect(!Quantity.toaReflectance.isSameKind(as: .surfaceReflectance(method: "")))
    }
}
