/// One word of a chain: declared as data, made from checked arguments, lowered into a plan.
///
/// A new step is one file in `Steps/` and one line in ``StepRegistry``.
protocol Step: Sendable {
    /// What the step accepts.
    static var declaration: StepDeclaration { get }
    /// Makes the step; everything that can be checked without a scene is checked here.
    init(_ arguments: StepArguments) throws(ChainError)
    /// Adds the step to a plan for one scene. No pixel is read.
    ///
    /// - Throws: ``ChainError`` when the step does not fit what flows into it, ``SceneError`` when the scene lacks what
    ///   the step needs.
    func lower(into plan: inout PlanBuilder) throws
}
