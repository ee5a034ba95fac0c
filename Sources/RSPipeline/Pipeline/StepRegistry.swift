/// The list of all steps.
public enum StepRegistry {
    /// Every step, in the order of a usual chain.
    public static let all: [any Step.Type] = [
        ReadStep.self, SelectStep.self, RadianceStep.self, TOAStep.self, BrightnessStep.self, SurfaceStep.self,
        MaskStep.self, IndexStep.self, ExprStep.self, WriteStep.self,
    ]

    /// Every word.
    public static var words: [String] { all.map { $0.declaration.word } }

    /// The step behind a word.
    public static func type(for word: String) -> (any Step.Type)? { all.first { $0.declaration.word == word } }
}
