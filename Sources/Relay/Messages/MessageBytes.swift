/// Which bytes may stand where in a message head (RFC 9110, section 5; RFC 9112, sections 3 and 5).
enum MessageBytes {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    /// Token characters below 64 and from 64 on, one bit each: `!#$%&'*+-.^_`|~`, digits and letters.
    private static let lowTokens: UInt64 = 0x03FF_6CFA_0000_0000
    private static let highTokens: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        return ((byte < 64 ? lowTokens : highTokens) >> UInt64(byte & 63)) & 1 == 1
    }

    @inline(__always)
    static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    /// Whether a field value may hold the byte: blanks, visible characters, and those beyond ASCII.
    @inline(__always)
    static func isValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == tab }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// The value of one hexadecimal digit.
    @inline(__always)
    static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x41 + 10)
        case 0x61...0x66: Int(byte - 0x61 + 10)
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are `text`, in any case of its ASCII letters; `text` in lower case.
    @inline(__always)
    func isEqual(_ range: Range<Int>, toLowercase text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in 0..<range.count
        where unsafe MessageBytes.lowercased(self[range.lowerBound + index]) != expected[index] {
            return false
        }
        return true
    }

    /// Leaves out the blanks at both ends.
    @inline(__always)
    func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, MessageBytes.isBlank(self[first]) { range = (first + 1)..<range.upperBound }
        while let last = range.last, MessageBytes.isBlank(self[last]) { range = range.lowerBound..<last }
        return range
    }

    /// The text of a range; nil when it is not UTF-8.
    @inline(__always)
    func text(_ range: Range<Int>) -> String? {
        guard let text = try? UTF8Span(validating: extracting(range)) else { return nil }
        return String(copying: text)
    }

    /// The text of a range of ASCII, in lower case.
    @inline(__always)
    func lowercasedText(_ range: Range<Int>) -> String {
        unsafe String(unsafeUninitializedCapacity: range.count) { target in
            for index in 0..<range.count {
                unsafe target[index] = MessageBytes.lowercased(self[range.lowerBound + index])
            }
            return range.count
        }
    }

    /// The number that a run of decimal digits means; nil for anything else and above 18 digits.
    func decimal(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 18 else { return nil }
        var value = 0
        for index in range {
            guard self[index] >= 0x30, self[index] <= 0x39 else { return nil }
            value = value * 10 + Int(self[index] - 0x30)
        }
        return value
    }
}
