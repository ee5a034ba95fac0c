/// `select`: chooses the planes that the next `write` writes.
struct SelectStep: Step {
    static let declaration = StepDeclaration(
        word: "select", summary: "choose planes by name; 'validity' is why pixels have no value",
        positionals: .names(required: true, help: "bands or planes, in order; 'validity' for the reasons"))

    let names: [String]

    init(_ arguments: StepArguments) throws(ChainError) { names = arguments.positionals }

    func lower(into plan: inout PlanBuilder) throws {
        let before = plan.selection
        var chosen: [Int] = []
        var words: [Int: String] = [:]
        for name in names {
            var position = plan.position(of: name)
            if name.lowercased() == "validity", position.map({ !plan.planes[$0].explained.isEmpty }) ?? true {
                // One that is selected already stands for what it explains.
                let sources = before.flatMap { plan.planes[$0].explained.isEmpty ? [$0] : plan.planes[$0].explained }
                position = try plan.addValidity(of: sources, name: "validity")
            }
            let found = try position ?? plan.requirePosition(of: name)
            if let other = words.updateValue(name, forKey: found) {
                throw ChainError(
                    other.lowercased() == name.lowercased()
                        ? "'\(name)' is chosen twice"
                        : "'\(other)' and '\(name)' both mean \(plan.planes[found].name) here; choose it once")
            }
            chosen.append(found)
        }
        plan.selection = chosen
    }
}
