/// Times the library's pixel loops on blocks that stay in the cache, on one core.
///
///     kernels SCENE [DIR]
///
/// SCENE is a Landsat Level-1 folder of at least 256 x 256 pixels; its middle is the block. With DIR, results are
/// written there as raw Float32, to be compared with those of others. Prints a JSON array, one object per kernel.
import Foundation

guard CommandLine.arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: kernels SCENE [DIR]\n".utf8))
    exit(2)
}
let scene = CommandLine.arguments[1]
// Another group of kernels (predictors, codecs) is one more file that gives an array like this.
let kernels = try expressionKernels(scene: scene)

var lines: [String] = []
for kernel in kernels {
    if CommandLine.arguments.count > 2 {
        kernel.run()
        try kernel.results().write(to: URL(fileURLWithPath: CommandLine.arguments[2] + "/\(kernel.name).raw"))
    }
    let nanoseconds = kernel.nanosecondsPerBlock() / Double(kernel.pixels)
    lines.append(
        "{\"name\": \"\(kernel.name)\", \"pixels\": \(kernel.pixels), \"bytes_per_pixel\": \(kernel.bytesPerPixel), "
            + "\"ns_per_pixel\": \(nanoseconds)}")
}
print("[" + lines.joined(separator: ",\n ") + "]")
