/// Damages texts and files in ways that broken downloads and hostile senders do; the same ones for the same seed.
struct Mutator {
    /// What a text is written in, which says where its values stand.
    enum Syntax {
        case xml, json, lines, yaml
        /// No text: only bytes are changed, and 512 of them as one block.
        case binary
    }

    /// One kind of damage.
    private enum Damage: CaseIterable {
        case flip, set, delete, repeatBytes, insertJunk, truncate
        case dropLine, repeatLine, swapLines, shuffleLines
        case number, word, lure, swapValues, longText
        case encoding, structure
    }

    private static let numbers = [
        "NaN", "nan", "inf", "-Infinity", "-1", "0", "-0.0", "1e308", "-1e308", "1e309", "1e-320", "0x10", "1,5", "1_0",
        "99999999999999999999", "4294967296", "-2147483649", "65536", "1e999", "٣", "", " ", "+", "-", ".", "1.2.3",
    ]
    private static let words = [
        "null", "true", "\"x\"", "[]", "{}", "REFLECTANCE", "DISPLAY", "SENSOR", "L2A", "B99", "MS", "%s%n", "\u{0}",
        "\u{202E}",
        "<![CDATA[x]]>", "&xxe;", "&#0;", "*a", "&a", "!!python/object:x", "\t", "\r\n",
    ]

    var random: SplitMix64
    private let syntax: Syntax
    /// File names that lead to where nothing of a product is.
    private let lures: [String]

    init(seed: UInt64, _ syntax: Syntax, lures: [String] = []) {
        random = SplitMix64(seed: seed)
        self.syntax = syntax
        self.lures = lures
    }

    /// A damaged copy: mostly one change, up to three.
    mutating func damaged(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<max(1, Int.random(in: -3...3, using: &random)) { damage(&bytes) }
        return bytes
    }

    mutating func damaged(_ text: String) -> [UInt8] { damaged(Array(text.utf8)) }

    private mutating func damage(_ bytes: inout [UInt8]) {
        if bytes.isEmpty { bytes = [0x20] }
        let kinds: [Damage] =
            syntax == .binary
            ? [.flip, .set, .delete, .repeatBytes, .insertJunk, .truncate, .structure] : Damage.allCases
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch kinds.randomElement(using: &random) ?? .flip {
        case .flip: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case .set: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case .delete: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...200, using: &random)))
        case .repeatBytes:
            let part = Array(bytes[place...].prefix(Int.random(in: 1...120, using: &random)))
            bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
        case .insertJunk:
            let junk = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            bytes.insert(contentsOf: junk, at: place)
        case .truncate: bytes.removeSubrange(place...)
        case .dropLine: edit(&bytes) { lines, random in lines.remove(at: .random(in: lines.indices, using: &random)) }
        case .repeatLine:
            edit(&bytes) { lines, random in
                let line = lines[.random(in: lines.indices, using: &random)]
                lines.insert(line, at: .random(in: lines.indices, using: &random))
            }
        case .swapLines:
            edit(&bytes) { lines, random in
                lines.swapAt(.random(in: lines.indices, using: &random), .random(in: lines.indices, using: &random))
            }
        case .shuffleLines:
            edit(&bytes) { lines, random in
                let cut = Int.random(in: lines.indices, using: &random)
                lines = Array(lines[cut...] + lines[..<cut])
            }
        case .number: put(Self.numbers.randomElement(using: &random) ?? "", into: &bytes)
        case .word: put(Self.words.randomElement(using: &random) ?? "", into: &bytes)
        case .lure: put((lures + [".", ".."]).randomElement(using: &random) ?? "", into: &bytes)
        case .longText: put(String(repeating: "9A", count: 4000), into: &bytes)
        case .swapValues:
            guard let a = value(bytes), let b = value(bytes), !a.overlaps(b), a != b else { return }
            let (first, second) = a.lowerBound < b.lowerBound ? (a, b) : (b, a)
            let (one, two) = (Array(bytes[first]), Array(bytes[second]))
            bytes.replaceSubrange(second, with: one)
            bytes.replaceSubrange(first, with: two)
        case .encoding: recode(&bytes)
        case .structure: restructure(&bytes)
        }
    }

    private mutating func edit(
        _ bytes: inout [UInt8], _ change: (inout [ArraySlice<UInt8>], inout SplitMix64) -> Void
    ) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        change(&lines, &random)
        bytes = Array(lines.joined(separator: [0x0A]))
    }

    // MARK: Values

    /// Where some value stands: the text or an attribute of an element, or what follows a key.
    private mutating func value(_ bytes: [UInt8]) -> Range<Int>? {
        let starts: [UInt8]
        let ends: [UInt8]
        switch syntax {
        case .xml: (starts, ends) = (Array(">\"".utf8), Array("<\"\n".utf8))
        case .json: (starts, ends) = (Array(":\"[".utf8), Array(",\"\n]}".utf8))
        case .lines: (starts, ends) = (Array("=".utf8), Array("\n".utf8))
        case .yaml: (starts, ends) = (Array(":[,".utf8), Array(",]}\n".utf8))
        case .binary: return nil
        }
        guard let start = bytes.indices.filter({ starts.contains(bytes[$0]) }).randomElement(using: &random) else {
            return nil
        }
        let end = bytes[(start + 1)...].firstIndex { ends.contains($0) } ?? bytes.count
        return start + 1..<end
    }

    private mutating func put(_ value: String, into bytes: inout [UInt8]) {
        guard let place = self.value(bytes) else { return }
        bytes.replaceSubrange(place, with: value.utf8)
    }

    // MARK: Encodings and structures

    private mutating func recode(_ bytes: inout [UInt8]) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes = [0xEF, 0xBB, 0xBF] + bytes
        case 1: bytes = [0xFF, 0xFE] + bytes.flatMap { [$0, 0] }
        case 2: bytes = [0xFE, 0xFF] + bytes.flatMap { [0, $0] }
        case 3: bytes.insert(0xE9, at: Int.random(in: 0...bytes.count, using: &random))
        case 4: bytes = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        default:
            let names = ["UTF-16", "UTF-7", "windows-1251", "ISO-8859-1", "x"]
            replace("UTF-8", with: names.randomElement(using: &random) ?? "x", in: &bytes)
        }
    }

    private mutating func restructure(_ bytes: inout [UInt8]) {
        switch syntax {
        case .xml: restructureXML(&bytes)
        case .json:
            // Deep lists and objects, also in place of a value.
            let depth = Int.random(in: 1...3000, using: &random)
            let open = Bool.random(using: &random) ? "[" : "{\"a\":"
            put(String(repeating: open, count: depth), into: &bytes)
        case .yaml:
            let additions = [
                "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n", "? {a: [b]}\n: c\n", "--- !!set\n",
                "<<: *x\n",
                String(repeating: "[", count: 3000), "%TAG ! !\n",
            ]
            bytes.insert(
                contentsOf: (additions.randomElement(using: &random) ?? "").utf8,
                at: Bool.random(using: &random) ? 0 : bytes.count)
        case .lines:
            let additions = ["GROUP = X\n", "END_GROUP = X\n", "END\n", "=\n", " = = \n", "GROUP = \n"]
            edit(&bytes) { lines, random in
                lines.insert(
                    Array((additions.randomElement(using: &random) ?? "").utf8)[...],
                    at: .random(in: lines.indices, using: &random))
            }
        case .binary:
            // One block of 512 bytes is lost, repeated or swapped, as in archives.
            let count = bytes.count / 512
            guard count > 1 else { return }
            let a = Int.random(in: 0..<count, using: &random) * 512
            let b = Int.random(in: 0..<count, using: &random) * 512
            let block = Array(bytes[a..<a + 512])
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes.removeSubrange(a..<a + 512)
            case 1: bytes.insert(contentsOf: block, at: b)
            default:
                bytes.replaceSubrange(a..<a + 512, with: Array(bytes[b..<b + 512]))
                bytes.replaceSubrange(b..<b + 512, with: block)
            }
        }
    }

    /// Elements lost, repeated or moved; document types with entities, inclusions and instructions.
    private mutating func restructureXML(_ bytes: inout [UInt8]) {
        let lure = lures.randomElement(using: &random) ?? "/etc/hostname"
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            doctype("<!DOCTYPE x [<!ENTITY xxe SYSTEM \"\(lure)\">]>", &bytes)
            put("&xxe;", into: &bytes)
        case 1:
            let bomb = (1..<10).map { "<!ENTITY l\($0) \"" + String(repeating: "&l\($0 - 1);", count: 10) + "\">" }
            doctype("<!DOCTYPE x [<!ENTITY l0 \"lol\">" + bomb.joined() + "]>", &bytes)
            put("&l9;", into: &bytes)
        case 2: doctype("<!DOCTYPE x SYSTEM \"\(lure)\">", &bytes)
        case 3: doctype("<!DOCTYPE x [<!ENTITY % p SYSTEM \"\(lure)\"> %p;]>", &bytes)
        case 4:
            put(
                "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" parse=\"text\" href=\"\(lure)\"/>",
                into: &bytes)
        case 5: doctype("<?xml-stylesheet type=\"text/xsl\" href=\"\(lure)\"?>", &bytes)
        default:
            guard let element = element(bytes) else { return }
            let text = Array(bytes[element])
            bytes.removeSubrange(element)
            if Bool.random(using: &random), let other = self.element(bytes) {
                bytes.insert(contentsOf: text, at: other.upperBound)
                if Bool.random(using: &random) { bytes.insert(contentsOf: text, at: other.lowerBound) }
            }
        }
    }

    /// A whole element, from its start tag to its end tag.
    private mutating func element(_ bytes: [UInt8]) -> Range<Int>? {
        let starts = bytes.indices.dropLast().filter { index in
            bytes[index] == UInt8(ascii: "<") && Character(Unicode.Scalar(bytes[index + 1])).isLetter
        }
        guard let start = starts.randomElement(using: &random) else { return nil }
        let name = bytes[(start + 1)...].prefix { !">/ \n".utf8.contains($0) }
        guard let end = bytes[start...].firstRange(of: Array("</".utf8) + name + [UInt8(ascii: ">")]) else {
            return nil
        }
        return start..<end.upperBound
    }

    /// Puts something between the declaration and the first element.
    private func doctype(_ text: String, _ bytes: inout [UInt8]) {
        let place = bytes.firstRange(of: Array("?>".utf8))?.upperBound ?? 0
        bytes.insert(contentsOf: text.utf8, at: place)
    }

    private func replace(_ old: String, with new: String, in bytes: inout [UInt8]) {
        guard let place = bytes.firstRange(of: Array(old.utf8)) else { return }
        bytes.replaceSubrange(place, with: new.utf8)
    }
}
