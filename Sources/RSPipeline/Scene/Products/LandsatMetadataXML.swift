/// Reads the XML form of Landsat metadata: elements with elements are groups, elements with text are values.
enum LandsatXMLReader {
    static func read(_ bytes: [UInt8], into tree: inout LandsatGroups) throws(SceneError) {
        try take(try MetadataXML(bytes: bytes, path: tree.path).root, depth: 0, into: &tree)
    }

    private static func take(_ group: XMLElement, depth: Int, into tree: inout LandsatGroups) throws(SceneError) {
        // A single element with text has no group; it says nothing.
        if group.children.isEmpty { return }
        try tree.open(group.name, depth: depth)
        for child in group.children {
            if child.children.isEmpty {
                try tree.set(child.name, to: child.text, in: group.name)
            } else {
                try take(child, depth: depth + 1, into: &tree)
            }
        }
    }
}
