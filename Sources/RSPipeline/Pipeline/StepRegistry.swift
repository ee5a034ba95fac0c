/// The list of all steps.
public enum StepRegistry {
    /// Every step, in the order of a usual chain.
    static let all: [any Step.Type] = [
        ReadStep.self, OrthoStep.self, SelectStep.self, RadianceStep.self, TOAStep.self, BrightnessStep.self,
        SurfaceStep.self, TopoStep.self, BRDFStep.self, BandpassStep.self, ClampStep.self, PansharpenStep.self,
        MaskStep.self, GateStep.self, RegridStep.self, ClipStep.self, MosaicStep.self, CompositeStep.self,
        IndexStep.self, ExprStep.self,
        ModelStep.self, ClassifyStep.self, WriteStep.self, ZonalStep.self,
    ]

    /// What every step accepts.
    public static var declarations: [StepDeclaration] { all.map { $0.declaration } }

    /// Every word.
    public static var words: [String] { all.map { $0.declaration.word } }

    /// The step behind a word.
    static func type(for word: String) -> (any Step.Type)? { all.first { $0.declaration.word == word } }
}
