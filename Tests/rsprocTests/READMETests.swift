import Foundation
import Testing

/// Every command that README.md shows works as shown.
///
/// Lines of ```` ```sh ```` blocks that start with `rsproc ` are run, in order, in a copy of the folder; a line that ends
/// with `# exit N` must end with that code, all others with 0. A line may go on after a backslash. Lines that start with
/// `make ` must name targets of the Makefile.
@Suite struct READMETests {
    private struct Line {
        let text: String
        let status: Int32
    }

    private func commands() throws -> [Line] {
        let url = Repository.root.appendingPathComponent("README.md")
        guard let data = try? Data(contentsOf: url) else { return [] }
        var lines: [Line] = []
        var isShell = false
        var pending = ""
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasPrefix("```") {
                isShell = trimmed == "```sh" && !isShell
                pending = ""
                continue
            }
            guard isShell else { continue }
            if trimmed.hasSuffix("\\") {
                pending += trimmed.dropLast() + " "
                continue
            }
            let whole = pending + trimmed
            pending = ""
            guard whole.hasPrefix("rsproc ") || whole.hasPrefix("make ") || whole == "make" else { continue }
            var status: Int32 = 0
            if let comment = whole.range(of: "# exit ", options: .backwards) {
                status = try #require(Int32(whole[comment.upperBound...].prefix { $0.isNumber }), "\(whole)")
            }
            lines.append(Line(text: whole, status: status))
        }
        return lines
    }

    @Test func commandsWork() throws {
        let lines = try commands().filter { $0.text.hasPrefix("rsproc ") }
        if lines.isEmpty { return }
        let scratch = try Scratch()
        for name in ["samples", "README.md"] {
            try FileManager.default.copyItem(
                at: Repository.root.appendingPathComponent(name), to: scratch.url(name))
        }
        let folder = URL(fileURLWithPath: Command.binary).deletingLastPathComponent().path
        let path = folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        for line in lines {
            let outcome = try Command.run(
                ["-c", line.text], in: scratch.path, environment: ["PATH": path], binary: "/bin/sh")
            #expect(outcome.status == line.status, "\(line.text)\n\(outcome.said)")
        }
    }

    @Test func makeTargetsExist() throws {
        let makefile = String(
            decoding: try Data(contentsOf: Repository.root.appendingPathComponent("Makefile")), as: UTF8.self)
        let targets = Set(
            makefile.split(separator: "\n").filter { !$0.hasPrefix("\t") && !$0.hasPrefix("#") }
                .compactMap { line in
                    line.range(of: #"^[a-z-]+(?=:)"#, options: .regularExpression).map { String(line[$0]) }
                })
        #expect(targets.contains("test"))
        for line in try commands() where line.text.hasPrefix("make") {
            let words = line.text.components(separatedBy: "#")[0].split(separator: " ").dropFirst()
            for word in words where !word.contains("=") && !word.hasPrefix("-") {
                #expect(targets.contains(String(word)), "\(line.text)")
            }
        }
    }
}
