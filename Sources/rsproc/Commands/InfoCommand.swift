import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc info SCENE... [key=value ...] [--json]`: what a scene holds and what a chain can do with it.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what a scene holds and what can be done with it.",
        discussion: """
            Reads metadata and file headers, never pixels. Several GeoTIFFs are one scene; several product folders or \
            metadata files are shown one after the other. Options of the scene follow as key=value, as in a chain: \
            roles=blue,green,red bands= scale= offset= quantity= nodata= prefix= metadata= assume=. STAC items and GeoTIFFs may \
            be URLs: http://, https:// or s3://BUCKET/KEY.
            """)

    @Argument(help: "A product folder, a metadata file, a STAC item, GeoTIFFs or their URLs, then key=value options.")
    var scene: [String]

    @Flag(help: "Print JSON: one object, or a list when several scenes are shown.")
    var json = false

    func run() throws {
        var inputs: [String] = []
        var options = SceneOptions()
        for word in scene {
            guard let equals = word.firstIndex(of: "="), !FileManager.default.fileExists(atPath: word),
                !word[..<equals].contains("/")
            else {
                inputs.append(word)
                continue
            }
            try options.set(String(word[..<equals]), to: String(word[word.index(after: equals)...]))
        }
        var descriptions: [SceneDescription] = []
        for group in Self.scenes(inputs, options) {
            descriptions.append(SceneDescription(try Scene.open(group, options: options)))
        }
        if json {
            let objects = try descriptions.map { description in try description.json() }
            print(objects.count == 1 ? objects[0] : "[\n" + objects.joined(separator: ",\n") + "\n]")
        } else {
            print(descriptions.map(\.text).joined(separator: "\n\n"))
        }
    }

    /// Products one by one; plain files, or files with `metadata=`, together as one scene.
    private static func scenes(_ inputs: [String], _ options: SceneOptions) -> [[String]] {
        let areProducts = inputs.allSatisfy { input in
            var isFolder: ObjCBool = false
            _ = unsafe FileManager.default.fileExists(atPath: input, isDirectory: &isFolder)
            let ending = URL(fileURLWithPath: input).pathExtension.lowercased()
            return isFolder.boolValue || ["txt", "json", "xml", "zip", "tar", "gz", "tgz"].contains(ending)
        }
        return areProducts && options.metadata == nil && !inputs.isEmpty ? inputs.map { [$0] } : [inputs]
    }
}
