import RSPipeline

/// The documented exit codes.
enum RSProcExit {
    static let done: Int32 = 0
    static let someFailed: Int32 = 1
    static let chain: Int32 = 2
    static let input: Int32 = 3
    static let output: Int32 = 4
    static let interrupted: Int32 = 130
    static let terminated: Int32 = 143
}

extension RunError {
    /// The exit code of a single scene that ended with this error.
    var exitCode: Int32 {
        switch kind {
        case .chain: RSProcExit.chain
        case .input: RSProcExit.input
        case .output: RSProcExit.output
        case .cancelled: Interrupts.exitCode
        }
    }
}
