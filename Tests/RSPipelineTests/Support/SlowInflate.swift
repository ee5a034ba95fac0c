/// A decoder of zlib streams written from RFC 1950 and 1951 alone, bit by bit, to check encoders with.
///
/// It shares nothing with the library and refuses everything that the formats forbid.
struct SlowInflate {
    struct Damaged: Error { let reason: String }

    private let bytes: [UInt8]
    private var place = 0
    private var bit = 0
    private(set) var output: [UInt8] = []
    /// The blocks by type: stored, fixed, dynamic.
    private(set) var blocks = [0, 0, 0]
    /// The distances and lengths of all copies.
    private(set) var copies: [(length: Int, distance: Int)] = []

    /// Decodes a whole stream; nothing may follow it.
    init(_ stream: [UInt8]) throws {
        bytes = stream
        guard stream.count >= 6, stream[0] & 15 == 8, stream[0] >> 4 <= 7, stream[1] & 32 == 0,
            (Int(stream[0]) * 256 + Int(stream[1])) % 31 == 0
        else { throw Damaged(reason: "header") }
        place = 2
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            let type = try take(2)
            guard type < 3 else { throw Damaged(reason: "block type") }
            blocks[type] += 1
            switch type {
            case 0: try stored()
            case 1:
                let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try symbols(Code(lengths), Code([Int](repeating: 5, count: 32)))
            default: try dynamic()
            }
        }
        if bit > 0 { place += 1 }
        var (a, b) = (1, 0)
        for byte in output {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        let sum = [b >> 8, b & 255, a >> 8, a & 255].map { UInt8($0) }
        guard place + 4 == bytes.count, Array(bytes[place...]) == sum else { throw Damaged(reason: "checksum or end") }
    }

    private mutating func take(_ count: Int) throws -> Int {
        var value = 0
        for index in 0..<count {
            guard place < bytes.count else { throw Damaged(reason: "the end is missing") }
            value |= Int(bytes[place] >> UInt8(bit) & 1) << index
            bit += 1
            if bit == 8 {
                bit = 0
                place += 1
            }
        }
        return value
    }

    private mutating func stored() throws {
        if bit > 0 {
            bit = 0
            place += 1
        }
        let count = try take(16)
        guard try take(16) == count ^ 0xFFFF, place + count <= bytes.count else { throw Damaged(reason: "stored") }
        output += bytes[place..<(place + count)]
        place += count
    }

    private mutating func dynamic() throws {
        let literals = try take(5) + 257
        let distances = try take(5) + 1
        guard literals <= 286, distances <= 30 else { throw Damaged(reason: "too many symbols") }
        var first = [Int](repeating: 0, count: 19)
        let sent = try take(4) + 4
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(sent) {
            first[symbol] = try take(3)
        }
        let code = try Code(first)
        var lengths: [Int] = []
        while lengths.count < literals + distances {
            let symbol = try next(code)
            switch symbol {
            case 16:
                guard let last = lengths.last else { throw Damaged(reason: "nothing to repeat") }
                lengths += [Int](repeating: last, count: try take(2) + 3)
            case 17: lengths += [Int](repeating: 0, count: try take(3) + 3)
            case 18: lengths += [Int](repeating: 0, count: try take(7) + 11)
            default: lengths.append(symbol)
            }
        }
        guard lengths.count == literals + distances, lengths[256] > 0 else { throw Damaged(reason: "lengths") }
        try symbols(Code(Array(lengths[..<literals])), Code(Array(lengths[literals...])))
    }

    private mutating func symbols(_ literals: Code, _ distances: Code) throws {
        while true {
            let symbol = try next(literals)
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol < 286 else { throw Damaged(reason: "length symbol") }
            let length: Int
            if symbol == 285 {
                length = 258
            } else if symbol < 265 {
                length = symbol - 254
            } else {
                let extra = (symbol - 261) / 4
                length = 3 + (4 + (symbol - 261) % 4) << extra + (try take(extra))
            }
            let code = try next(distances)
            guard code < 30 else { throw Damaged(reason: "distance symbol") }
            let distance = code < 2 ? code + 1 : 1 + (2 + code % 2) << (code / 2 - 1) + (try take(code / 2 - 1))
            guard distance <= output.count else { throw Damaged(reason: "distance before the beginning") }
            copies.append((length, distance))
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func next(_ code: Code) throws -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            value = try value << 1 | take(1)
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
        }
        throw Damaged(reason: "no such code")
    }

    /// A complete prefix code, or one of a single symbol.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) throws {
            var room = 1 << 15
            for length in 1...15 {
                for symbol in lengths.indices where lengths[symbol] == length {
                    symbols.append(symbol)
                    counts[length] += 1
                    room -= 1 << (15 - length)
                }
            }
            guard room == 0 || symbols.count == 1 && counts[1] == 1 else { throw Damaged(reason: "incomplete code") }
        }
    }
}
