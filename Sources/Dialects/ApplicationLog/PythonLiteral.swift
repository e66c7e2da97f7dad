/// Python's `repr` of a dictionary, as JSON: `{'name': "nb'3", 'shm': True, 'gpus': {'num': None}}`.
///
/// Source: https://docs.python.org/3/reference/lexical_analysis.html#literals
enum PythonLiteral {
    /// The same value as JSON; nil where the text is no literal of numbers, strings, truths, lists and dictionaries.
    static func json(of text: String) -> String? {
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let end = string(bytes, from: index, &output) else { return nil }
                index = end
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"), 32:
                output.append(byte)
                index += 1
            case UInt8(ascii: ","):
                output.append(byte)
                index += 1
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                output.append(byte == UInt8(ascii: "(") ? UInt8(ascii: "[") : UInt8(ascii: "]"))
                index += 1
            default:
                let word = bytes[index...].prefix { isWord($0) }
                guard !word.isEmpty, let json = json(ofWord: String(decoding: word, as: UTF8.self)) else { return nil }
                output += json
                index = word.endIndex
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "+-._".utf8.contains(byte)
    }

    private static func json(ofWord word: String) -> [UInt8]? {
        switch word {
        case "True": return Array("true".utf8)
        case "False": return Array("false".utf8)
        case "None": return Array("null".utf8)
        default:
            guard let first = word.utf8.first, (48...57).contains(first) || first == UInt8(ascii: "-"),
                Double(word) != nil
            else { return nil }
            return Array(word.utf8)
        }
    }

    /// Writes a string; returns the position behind it.
    private static func string(_ bytes: [UInt8], from start: Int, _ output: inout [UInt8]) -> Int? {
        let quote = bytes[start]
        output.append(UInt8(ascii: "\""))
        var index = start + 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == quote {
                output.append(UInt8(ascii: "\""))
                return index + 1
            }
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                index = escape(bytes, at: index + 1, &output)
            } else {
                if byte == UInt8(ascii: "\"") { output.append(UInt8(ascii: "\\")) }
                if byte < 32 {
                    output += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
                } else {
                    output.append(byte)
                }
                index += 1
            }
        }
        return nil
    }

    /// Writes what an escape stands for; returns the position behind it.
    private static func escape(_ bytes: [UInt8], at index: Int, _ output: inout [UInt8]) -> Int {
        let letter = bytes[index]
        switch letter {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "\\"), UInt8(ascii: "\""):
            output += [UInt8(ascii: "\\"), letter]
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[(index + 1)...].prefix(count)
            guard digits.count == count, digits.allSatisfy({ PercentCoding.digit($0) != nil }),
                let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
            else {
                output.append(letter)
                return index + 1
            }
            if value < 32 || (0xD800...0xDFFF).contains(value) || value == 34 || value == 92 {
                let text = String(value, radix: 16)
                output += Array("\\u\(String(repeating: "0", count: 4 - text.utf8.count))\(text)".utf8)
            } else if let scalar = UnicodeScalar(value) {
                output += Array(String(Character(scalar)).utf8)
            }
            return index + 1 + count
        default: output.append(letter)
        }
        return index + 1
    }
}
