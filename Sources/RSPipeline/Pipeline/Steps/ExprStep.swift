/// `expr`: adds planes by formulas of one's own.
struct ExprStep: Step {
    static let declaration = StepDeclaration(
        word: "expr", summary: "add planes by formulas, for example expr ratio=\"swir16 / swir22\"",
        takesFormulas: true)

    let formulas: [(name: String, expression: Expression)]

    init(_ arguments: StepArguments) throws(ChainError) {
        if arguments.options.isEmpty { throw ChainError("a formula is missing; write: expr name=\"formula\"") }
        var formulas: [(name: String, expression: Expression)] = []
        for option in arguments.options {
            if option.name.lowercased() == "validity" {
                throw ChainError("'validity' is the name of the reasons; take another name")
            }
            do throws(ExpressionError) {
                formulas.append((option.name, try Expression.parse(option.value)))
            } catch {
                throw ChainError("\(option.name): \(error.description)")
            }
        }
        self.formulas = formulas
    }

    func lower(into plan: inout PlanBuilder) throws {
        for (name, expression) in formulas {
            let (value, used) = try plan.add(expression)
            try plan.addPlane(
                name: name, quantity: .index(range: nil), value: value, used: used, isStrict: expression.isStrict)
        }
    }
}
