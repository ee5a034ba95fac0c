import ArgumentParser
import RSPipeline

/// `rsproc conversions`: how extracts are brought to ECe.
struct ConversionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conversions", abstract: "List published conversions of soil extracts to ECe.",
        discussion: """
            For rsproc sample --conversion NAME. Others: fao-saturation(sp=45) for any extract, by the water that saturates \
            the soil; a file of your own; and a formula, such as "ECe = 2.1 + 13*TSS", with --citation.
            """)

    func run() {
        for conversion in ExtractConversion.catalogue {
            print(conversion.name + (conversion.texture.map { "  (\($0) soils)" } ?? ""))
            for equation in conversion.equations { print("  from \(equation.label): ECe = \(equation.formula)") }
            print("  source: \(conversion.source)")
            if let note = conversion.note { print("  note: \(note)") }
        }
        if let spread = ExtractConversion.spread(ratio: 5, at: 1) {
            print(
                """

                These equations do not agree: for EC1:5 = 1 dS/m they give ECe from \(spread.lowerBound) to \
                \(spread.upperBound) dS/m.
                Take one that was found on soils like yours, and say which; the number as delivered stays in the table.
                """)
        }
    }
}
