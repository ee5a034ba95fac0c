import Foundation
import Testing

@testable import RSPipeline

@Suite struct RecipeTests {
    private let text = """
        version: 1
        description: test
        steps:
          - read: {saturated: keep}
          - toa:
          - surface: {method: dos1, dark: 0.01%}
          - mask: [cloud, shadow]
          - mask: {args: [snow]}
          - index: ndvi
          - index: {args: [gdvi(n=3), crsi]}
          - select: {args: ndvi}
          - write: {args: ["{date}/"], type: int16, scale: 0.0001}
        """

    @Test func everyFormIsRead() throws {
        let recipe = try Recipe(yaml: text)
        #expect(
            recipe.chain(reading: "my scene").text
                == "read 'my scene' saturated=keep ! toa ! surface method=dos1 dark=0.01% ! mask cloud shadow ! "
                + "mask snow ! index ndvi ! index gdvi(n=3) crsi ! select ndvi ! "
                + "write {date}/ type=int16 scale=0.0001")
    }

    @Test func settingsChangeOptions() throws {
        var recipe = try Recipe(yaml: text)
        try recipe.set("write.type=uint8")
        try recipe.set("write.compress=zstd")
        try recipe.set("mask[2].args=water,snow")
        try recipe.set("index.args=gdvi(n=3),savi(L=0.5,M=1)")
        let calls = recipe.chain.calls
        #expect(calls[8].text == "write {date}/ type=uint8 scale=0.0001 compress=zstd")
        #expect(calls[3].positionals == ["cloud", "shadow"] && calls[4].positionals == ["water", "snow"])
        #expect(calls[5].positionals == ["gdvi(n=3)", "savi(L=0.5,M=1)"])
        for wrong in ["write", "write.type", "masks.args=x", "mask[3].args=x", "mask[0].args=x", "=", ".=x"] {
            #expect(throws: ChainError.self, "\(wrong)") { try recipe.set(wrong) }
        }
    }

    @Test(arguments: [
        ("a: [", "not YAML"), ("- x", "a recipe is a map"), ("version: 2\nsteps: [toa]", "version: 1"),
        ("steps: [toa]", "version: 1"), ("version: 1", "steps: is missing"), ("version: 1\nsteps: []", "empty"),
        ("version: 1\nstep: []", "'step' is not part"), ("version: 1\nsteps: [tao]", "did you mean 'toa'?"),
        ("version: 1\nsteps:\n  - toa:\n    mask: cloud", "step 1: a step is written"),
        ("version: 1\nsteps:\n  - toa\n  - write: {args: {a: b}}", "step 2 (write): a word or a number"),
    ]) func mistakesAreNamed(text: String, part: String) {
        let message = Run.message { _ = try Recipe(yaml: text) }
        #expect(message.contains(part), "\(message)")
    }

    @Test func filesAreNamed() throws {
        #expect(Run.message { _ = try Recipe(path: "/nowhere.yml") }.contains("/nowhere.yml"))
        let folder = try ScratchFolder()
        try Data("version: 3".utf8).write(to: URL(fileURLWithPath: folder.path + "/r.yml"))
        #expect(Run.message { _ = try Recipe(path: folder.path + "/r.yml") }.contains("r.yml: version: 1"))
    }
}
