/// Numbers as text and text as numbers.
enum NumberText {
    /// The spelling by which a number is compared as text: whole numbers without a fraction.
    static func spelled(_ number: Double) -> String {
        if let integer = Int64(exactly: number) { return "\(integer)" }
        return "\(number)"
    }

    /// The number that a text is, whole: `1024`, `-3.5`, `1e3`; not `0x10`, and not `12 apples`.
    static func number(_ text: UnsafeBufferPointer<UInt8>) -> Number? {
        guard text.count > 0, text.count <= 40 else { return nil }
        var position = 0
        let isNegative = unsafe text[0] == UInt8(ascii: "-")
        if isNegative { position = 1 }
        var integer: Int64 = 0
        var isInteger = position < text.count
        for index in position..<text.count {
            let byte = unsafe text[index]
            guard byte &- 48 < 10 else {
                isInteger = false
                guard "+-.eE".utf8.contains(byte) else { return nil }
                continue
            }
            let (product, overflow) = integer.multipliedReportingOverflow(by: 10)
            let (sum, again) = product.addingReportingOverflow(Int64(byte &- 48))
            if overflow || again { isInteger = false }
            integer = sum
        }
        if isInteger { return .integer(isNegative ? -integer : integer) }
        guard let number = unsafe Double(String(decoding: text, as: UTF8.self)), number.isFinite else { return nil }
        return .number(number)
    }
}

extension Comparison {
    /// Compares numbers, whole ones exactly.
    func holds(_ left: Number, _ right: Number) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): holds(left, right)
        case (.integer(let left), .number(let right)): holds(Double(left), right)
        case (.number(let left), .integer(let right)): holds(left, Double(right))
        case (.number(let left), .number(let right)): holds(left, right)
        }
    }
}

/// A whole number spelled in decimal, without taking memory.
struct InlineDigits {
    private var digits: InlineArray<20, UInt8>
    private var start: Int

    init(_ number: Int64) {
        digits = InlineArray(repeating: 0)
        start = 20
        var rest = number.magnitude
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
            rest /= 10
        } while rest > 0
        if number < 0 {
            start -= 1
            digits[start] = UInt8(ascii: "-")
        }
    }

    /// Lends the characters.
    mutating func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        unsafe digits.span.withUnsafeBufferPointer { unsafe body(UnsafeBufferPointer(rebasing: $0[start...])) }
    }
}
