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
    static func unquote(_ bytes: UnsafeRawBufferPointer) -> String { unsafe read(bytes, from: 1).text }

    /// The text of the quoted string that `bytes` start with, from an offset on, and the position behind it, nil where it
    /// never ends.
    static func read(_ bytes: UnsafeRawBufferPointer, from start: Int) -> (text: String, end: Int?) {
        var end: Int?
        // No escape is shorter than what it stands for.
        let text = unsafe String(unsafeUninitializedCapacity: max(0, bytes.count - start)) { output in
            var index = start
            var count = 0
            while index < bytes.count {
                let byte = unsafe bytes[index]
                if byte == UInt8(ascii: "\"") {
                    end = index + 1
                    break
                }
                if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                    index += unsafe escape(bytes, at: index + 1, into: output, &count) + 1
                } else {
                    unsafe output[count] = byte
                    count &+= 1
                    index &+= 1
                }
            }
            return count
        }
        return (text, end)
    }

    /// Appends what the escape at `index` stands for; returns how many bytes it takes behind the backslash.
    private static func escape(
        _ bytes: UnsafeRawBufferPointer,
        at index: Int,
        into output: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int
    ) -> Int {
        let letter = unsafe bytes[index]
        let byte: UInt8
        switch letter {
        case UInt8(ascii: "a"): byte = 7
        case UInt8(ascii: "b"): byte = 8
        case UInt8(ascii: "f"): byte = 12
        case UInt8(ascii: "n"): byte = 10
        case UInt8(ascii: "r"): byte = 13
        case UInt8(ascii: "t"): byte = 9
        case UInt8(ascii: "v"): byte = 11
        case UInt8(ascii: "x"): return unsafe code(bytes, index, digits: 2, output, &count)
        case UInt8(ascii: "u"): return unsafe code(bytes, index, digits: 4, output, &count)
        case UInt8(ascii: "U"): return unsafe code(bytes, index, digits: 8, output, &count)
        default: byte = letter
        }
        unsafe output[count] = byte
        count += 1
        return 1
    }

    private static func code(
        _ bytes: UnsafeRawBufferPointer,
        _ index: Int,
        digits: Int,
        _ output: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int
    ) -> Int {
        guard index + digits < bytes.count else { return 1 }
        let text = unsafe String(decoding: bytes[(index + 1)...(index + digits)], as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 != 43 && $0 != 45 }), let value = UInt32(text, radix: 16) else { return 1 }
        if digits == 2 {
            unsafe output[count] = UInt8(value)
            count += 1
        } else if let scalar = UnicodeScalar(value) {
            for byte in UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter {
                unsafe output[count] = byte
                count += 1
            }
        }
        return digits + 1
    }
}
