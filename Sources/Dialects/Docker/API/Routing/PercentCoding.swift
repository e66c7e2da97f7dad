/// Percent-encoding (RFC 3986, section 2.1), each way without a choice.
enum PercentCoding {
    /// - Throws: where an escape is broken, or what is encoded is no UTF-8 or NUL.
    static func decoded(
        _ text: Span<UInt8>,
        place: String,
        plusIsSpace: Bool
    ) throws(ReadingRefusal) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        var isASCII = true
        while index < text.count {
            var byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.count, let high = digit(text[index + 1]), let low = digit(text[index + 2]) else {
                    throw ReadingRefusal(place: place, "a % is not followed by two hexadecimal digits")
                }
                byte = high << 4 | low
                guard byte != 0 else { throw ReadingRefusal(place: place, "the text holds NUL") }
                index += 2
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            if byte > 127 { isASCII = false }
            bytes.append(byte)
            index += 1
        }
        guard isASCII || String(validating: bytes, as: UTF8.self) != nil else {
            throw ReadingRefusal(place: place, "what is percent-encoded is no UTF-8")
        }
        return bytes
    }

    /// Appends a text, all but unreserved characters and those of `plain` encoded.
    static func append(_ text: String, plain: StaticString = "", to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) || contains(plain, byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimal(byte >> 4))
                bytes.append(hexadecimal(byte & 15))
            }
        }
    }

    private static func contains(_ text: StaticString, _ byte: UInt8) -> Bool {
        unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).contains(byte)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The value of a hexadecimal digit; nil for another byte.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70, 97...102: (byte | 32) - 87
        default: nil
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? digit + 48 : digit + 55 }
}
