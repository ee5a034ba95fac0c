import Foundation
import Testing

@testable import RSPipeline

@Suite struct MappedAreasTests {
    private func areas(_ text: String) throws -> MappedAreas {
        try MappedAreas(CSVText(Data(text.utf8), name: "a.csv"), name: "a.csv")
    }

    @Test func areasFollowTheClasses() throws {
        let areas = try areas("Class,Hectares\nhigh,2.5\nlow,10\n")
        #expect(areas.classes == ["high", "low"])
        #expect(try areas.hectares(of: ["low", "high"]) == [10, 2.5])
        #expect(throws: SceneError.self) { try areas.hectares(of: ["low"]) }
        #expect(throws: SceneError.self) { try areas.hectares(of: ["low", "high", "top"]) }
    }

    @Test(arguments: ["class,hectares\nlow,-1\n", "class,hectares\nlow,many\n", "class,hectares\nlow,1\nlow,2\n"])
    func brokenAreasNameTheLine(text: String) {
        let error = #expect(throws: SceneError.self) { try areas(text) }
        #expect(error?.message.contains("line") == true)
    }
}
