/// Go's quoted strings (strconv.Quote).
enum GoQuoted {
    /// The position behind the quoted string that `bytes` start with; nil where it never ends.
    static func end(of bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 1
        while index < bytes.count {
            switch unsafe bytes[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// The text of the quoted string that `bytes` start with.
    static func unquote(_ bytes: UnsafeRawBufferPointer) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(min(bytes.count, 1 << 20))
        var index = 1
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if byte == UInt8(ascii: "\"") { break }
            guard byte == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                output.append(byte)
                index += 1
                continue
            }
            index += unsafe escape(bytes, at: index + 1, into: &output) + 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends what the escape at `index` stands for; returns how many bytes it takes behind the backslash.
    private static func escape(_ bytes: UnsafeRawBufferPointer, at index: Int, into output: inout [UInt8]) -> Int {
        let letter = unsafe bytes[index]
        switch letter {
        case UInt8(ascii: "a"): output.append(7)
        case UInt8(ascii: "b"): output.append(8)
        case UInt8(ascii: "f"): output.append(12)
        case UInt8(ascii: "n"): output.append(10)
        case UInt8(ascii: "r"): output.append(13)
        case UInt8(ascii: "t"): output.append(9)
        case UInt8(ascii: "v"): output.append(11)
        case UInt8(ascii: "x"): return unsafe code(bytes, index, digits: 2, &output)
        case UInt8(ascii: "u"): return unsafe code(bytes, index, digits: 4, &output)
        case UInt8(ascii: "U"): return unsafe code(bytes, index, digits: 8, &output)
        default: output.append(letter)
        }
        return 1
    }

    private static func code(_ bytes: UnsafeRawBufferPointer, _ index: Int, digits: Int, _ output: inout [UInt8]) -> Int
    {
        guard index + digits < bytes.count else { return 1 }
        let text = unsafe String(decoding: bytes[(index + 1)...(index + digits)], as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 != 43 && $0 != 45 }), let value = UInt32(text, radix: 16) else { return 1 }
        if digits == 2 {
            output.append(UInt8(value))
        } else if let scalar = UnicodeScalar(value) {
            output += Array(String(Character(scalar)).utf8)
        }
        return digits + 1
    }
}
