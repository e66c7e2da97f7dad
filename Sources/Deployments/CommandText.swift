internal import Foundation

/// A shell command's text with what only hides removed, so that a rule meets one spelling of it.
///
/// Quotes and needless backslashes go, `${IFS}` becomes a space, `\x41` its letter, operators stand between single
/// spaces. It reads no shell grammar and runs nothing: the result is for matching only.
enum CommandText {
    /// Longer commands are cut: what follows is out of reach of rules on normalized commands, not of those on
    /// `process.command_line`.
    static let maximumBytes = 32 << 10
    /// How many commands within commands are opened.
    static let maximumDepth = 3

    /// The command and those that it carries in base64, normalized.
    static func readings(of arguments: [String]) -> [String] {
        let text = arguments.joined(separator: " ")
        let first = normalize(text)
        var readings = [first]
        var frontier = [first]
        for _ in 0..<maximumDepth {
            frontier = frontier.flatMap(carried).map(normalize).filter { !readings.contains($0) }
            guard !frontier.isEmpty, readings.count < 16 else { break }
            readings += frontier.prefix(8)
        }
        return readings
    }

    /// One spelling of `text`.
    static func normalize(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) || text.holds("  ") else { return text }
        let bytes = Array(text.utf8.prefix(maximumBytes))
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        var index = 0
        while index < bytes.count {
            index += step(bytes, at: index, into: &output)
        }
        while output.last == space { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }

    private static let space = UInt8(ascii: " ")

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<32, UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "|"),
            UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "`"),
            UInt8(ascii: "{"):
            true
        default: false
        }
    }

    /// Reads what stands at `index`, appends its one spelling, and returns how many bytes it took.
    private static func step(_ bytes: [UInt8], at index: Int, into output: inout [UInt8]) -> Int {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            return 1
        case UInt8(ascii: "\\"):
            return escape(bytes, at: index, into: &output)
        case UInt8(ascii: "$"):
            return expansion(bytes, at: index, into: &output)
        case UInt8(ascii: "{"):
            return braces(bytes, at: index, into: &output)
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            operators([UInt8(ascii: ";")], into: &output)
            return 1
        case 0..<32, space:
            separate(&output)
            return 1
        case UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: ";"), UInt8(ascii: "&"):
            let run = bytes[index...].prefix { "|><;&".utf8.contains($0) }
            operators(run, into: &output)
            return run.count
        default:
            output.append(byte)
            return 1
        }
    }

    /// `${IFS}` is a space, `$@` in a script without arguments nothing, `$'…'` and `$"…"` quotes; others stay.
    private static func expansion(_ bytes: [UInt8], at index: Int, into output: inout [UInt8]) -> Int {
        for name in ["${IFS}", "$IFS$9", "$IFS"] where bytes[index...].starts(with: name.utf8) {
            separate(&output)
            return name.utf8.count
        }
        for name in ["$@", "$*", "${@}", "${*}"] where bytes[index...].starts(with: name.utf8) {
            return name.utf8.count
        }
        if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "'") || bytes[index + 1] == UInt8(ascii: "\"") {
            return 2
        }
        output.append(bytes[index])
        return 1
    }

    /// `{curl,-s,http://x}` where a word starts is the shell's `curl -s http://x`.
    private static func braces(_ bytes: [UInt8], at index: Int, into output: inout [UInt8]) -> Int {
        let content = bytes[(index + 1)...].prefix { $0 > space && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "}") }
        guard output.last == nil || output.last == space, content.endIndex < bytes.count,
            bytes[content.endIndex] == UInt8(ascii: "}"), content.contains(UInt8(ascii: ",")),
            let first = content.first, first | 0x20 >= UInt8(ascii: "a"), first | 0x20 <= UInt8(ascii: "z")
        else {
            output.append(bytes[index])
            return 1
        }
        output += content.map { $0 == UInt8(ascii: ",") ? space : $0 }
        return content.count + 2
    }

    /// `\xNN` and `\NNN` are that byte, a line continuation nothing, any other escaped character itself.
    private static func escape(_ bytes: [UInt8], at index: Int, into output: inout [UInt8]) -> Int {
        guard index + 1 < bytes.count else { return 1 }
        let next = bytes[index + 1]
        if next == UInt8(ascii: "x"), index + 3 < bytes.count,
            let value = UInt8(String(decoding: bytes[(index + 2)...(index + 3)], as: UTF8.self), radix: 16)
        {
            output.append(value < 32 ? space : value)
            return 4
        }
        if index + 3 < bytes.count, next == UInt8(ascii: "0") || next == UInt8(ascii: "1"),
            let value = UInt8(String(decoding: bytes[(index + 1)...(index + 3)], as: UTF8.self), radix: 8)
        {
            output.append(value < 32 ? space : value)
            return 4
        }
        switch next {
        case UInt8(ascii: "\n"): return 2
        case UInt8(ascii: "n"), UInt8(ascii: "t"):
            // In echo and printf these end a line or a column; a word does not begin with them.
            separate(&output)
            return 2
        default:
            output.append(next)
            return 2
        }
    }

    private static func operators(_ run: some Collection<UInt8>, into output: inout [UInt8]) {
        separate(&output)
        output += run
        output.append(space)
    }

    private static func separate(_ output: inout [UInt8]) {
        if let last = output.last, last != space { output.append(space) }
    }

    /// Texts that `command` carries in base64, when it decodes some.
    private static func carried(_ command: String) -> [String] {
        guard command.holds("base64") || command.holds("b64decode") else { return [] }
        let words = command.utf8.split { !isBase64($0) }.filter { $0.count >= 12 }.prefix(8)
        return words.compactMap { word -> String? in
            guard let data = Data(base64Encoded: padded(String(decoding: word, as: UTF8.self))),
                let decoded = String(data: data, encoding: .utf8), decoded.utf8.allSatisfy({ $0 >= 9 && $0 != 127 })
            else { return nil }
            return decoded
        }
    }

    private static func padded(_ text: String) -> String {
        let bare = text.replacing("=", with: "")
        return bare + String(repeating: "=", count: (4 - bare.utf8.count % 4) % 4)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
