import ArgumentParser
import RSPipeline

/// What every command may be told that passes over a scene and makes files: with what means, and what of files that stand there.
struct PassOptions: ParsableArguments {
    @Option(help: "Worker threads, at most 1024; all processors by default.") var threads: Int?
    @Option(help: "Memory to stay within, such as 256M or 2G.") var memory = "256M"
    @Flag(help: "Say nothing but errors and warnings.") var quiet = false
    @Flag(help: "Replace existing outputs.") var overwrite = false
    @Flag(help: "Do nothing for outputs that are there; fail for stale ones.") var skipExisting = false
    @Flag(help: "Do nothing for outputs that are there; make stale ones anew.") var update = false

    var existing: ExistingOutputs {
        overwrite ? .overwrite : skipExisting ? .skip : update ? .update : .refuse
    }

    /// - Throws: ``ChainError`` for options that exclude each other, and for numbers that cannot be.
    func execution(_ cancellation: Cancellation) throws(ChainError) -> ExecutionOptions {
        if [overwrite, skipExisting, update].filter({ $0 }).count > 1 {
            throw ChainError("--overwrite, --skip-existing and --update exclude each other")
        }
        if let threads, threads < 1 || threads > 1024 {
            throw ChainError("--threads \(threads): a number from 1 to 1024")
        }
        return ExecutionOptions(threads: threads, memory: try Self.bytes(memory), cancellation: cancellation)
    }

    /// The bytes of a size such as `256M`.
    static func bytes(_ text: String) throws(ChainError) -> Int {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        guard let number = Double(unit == nil ? text : String(text.dropLast())), number > 0,
            number * Double(unit ?? 1) < 1e15
        else {
            throw ChainError("--memory \(text): a size such as 256M or 2G")
        }
        let bytes = Int(number * Double(unit ?? 1))
        if bytes < 32 << 20 { throw ChainError("--memory \(text): at least 32M are needed") }
        return bytes
    }
}
