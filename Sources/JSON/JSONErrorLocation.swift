extension JSONError {
    /// Finds the byte at which `bytes` stop being JSON, and why; simdjson tells the why alone, and roughly.
    ///
    /// Only ever run on what simdjson has refused, since it is many times slower.
    static func locating(
        _ reason: Reason,
        in bytes: UnsafeRawBufferPointer,
        maximumBytes: Int,
        maximumDepth: Int
    ) -> (error: JSONError, numbersOutOfRange: [Range<Int>]) {
        switch reason {
        case .tooLarge: return (JSONError(.tooLarge, at: maximumBytes), [])
        case .empty, .outOfMemory: return (JSONError(reason, at: 0), [])
        default:
            var walker = unsafe JSONWalker(bytes, maximumDepth: maximumDepth)
            if let error = walker.firstError() { return (error, []) }
            guard let number = walker.numbersOutOfRange.first else { return (JSONError(reason, at: 0), []) }
            return (JSONError(.numberOutOfRange, at: number.lowerBound), walker.numbersOutOfRange)
        }
    }
}

/// Walks one JSON text (RFC 8259) to its first error, without recursion, in memory bounded by the depth limit.
///
/// It agrees with simdjson on what is valid: escapes must pair surrogates, an empty container is no level of nesting.
/// Numbers that fit neither 64 bits nor a finite double are valid JSON that simdjson refuses; they are gathered.
@safe
struct JSONWalker {
    private let bytes: UnsafeRawBufferPointer
    private let count: Int
    private let maximumDepth: Int
    private var position = 0
    /// The open containers, outermost first; true for objects.
    private var open: [Bool] = []
    /// Numbers that are JSON, but that nothing here can hold.
    private(set) var numbersOutOfRange: [Range<Int>] = []
    /// More of them are no accident, and refused.
    private static let maximumNumbersOutOfRange = 1_000

    init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        unsafe self.bytes = bytes
        count = bytes.count
        self.maximumDepth = maximumDepth
    }

    /// The first error, or nil when there is none.
    mutating func firstError() -> JSONError? {
        do throws(JSONError) {
            skipSpace()
            guard current != nil else { return JSONError(.empty, at: 0) }
            try walk()
            skipSpace()
            return current == nil ? nil : JSONError(.trailingData, at: position)
        } catch {
            return error
        }
    }

    /// Takes one value and everything in it.
    private mutating func walk() throws(JSONError) {
        var isValueComplete = try takeValueStart()
        while !open.isEmpty || !isValueComplete {
            skipSpace()
            if isValueComplete {
                isValueComplete = try takeAfterValue()
            } else {
                isValueComplete = try takeValueStart()
            }
        }
    }

    /// Takes a scalar, an empty container, or a container's start up to its first value; true when the value is over.
    private mutating func takeValueStart() throws(JSONError) -> Bool {
        switch current {
        case UInt8(ascii: "{"): return try takeContainerStart(isObject: true)
        case UInt8(ascii: "["): return try takeContainerStart(isObject: false)
        case UInt8(ascii: "\""): try takeString()
        case UInt8(ascii: "t"): try take("true")
        case UInt8(ascii: "f"): try take("false")
        case UInt8(ascii: "n"): try take("null")
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): try takeNumber()
        default: throw unexpected()
        }
        return true
    }

    private mutating func takeContainerStart(isObject: Bool) throws(JSONError) -> Bool {
        let start = position
        position += 1
        skipSpace()
        if current == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            position += 1
            return true
        }
        guard open.count < maximumDepth else { throw JSONError(.tooDeep, at: start) }
        open.append(isObject)
        if isObject { try takeKey() }
        return false
    }

    /// Takes a comma and what must follow it, or the end of a container; true when that completes a value.
    private mutating func takeAfterValue() throws(JSONError) -> Bool {
        guard let isObject = open.last else { return true }
        switch current {
        case UInt8(ascii: ","):
            position += 1
            skipSpace()
            if isObject { try takeKey() }
            return false
        case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
            position += 1
            open.removeLast()
            return true
        default: throw unexpected()
        }
    }

    /// Takes `"key":`.
    private mutating func takeKey() throws(JSONError) {
        guard current == UInt8(ascii: "\"") else { throw unexpected() }
        try takeString()
        skipSpace()
        guard current == UInt8(ascii: ":") else { throw unexpected() }
        position += 1
    }

    private mutating func take(_ word: StaticString) throws(JSONError) {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard let byte = current else { throw JSONError(.truncated, at: position) }
            guard unsafe byte == word.utf8Start[index] else { throw JSONError(.malformed, at: start) }
            position += 1
        }
        guard isAtBorder else { throw JSONError(.malformed, at: start) }
    }
}

extension JSONWalker {
    /// Takes a string, its quotes included.
    private mutating func takeString() throws(JSONError) {
        position += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try takeEscape()
            case 0..<0x20: throw JSONError(.controlCharacter, at: position)
            case 0x20..<0x80: position += 1
            default: try takeMultibyteScalar()
            }
        }
        throw JSONError(.truncated, at: position)
    }

    private mutating func takeEscape() throws(JSONError) {
        let start = position
        position += 1
        guard let letter = current else { throw JSONError(.truncated, at: position) }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try takeHexadecimal(escapeStart: start)
            switch unit {
            case 0xDC00...0xDFFF: throw JSONError(.loneSurrogate, at: start)
            case 0xD800...0xDBFF: try takeLowSurrogate(escapeStart: start)
            default: return
            }
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    private mutating func takeLowSurrogate(escapeStart start: Int) throws(JSONError) {
        for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard let byte = current else { throw JSONError(.truncated, at: position) }
            guard byte == expected else { throw JSONError(.loneSurrogate, at: start) }
            position += 1
        }
        let low = try takeHexadecimal(escapeStart: position - 2)
        guard (0xDC00...0xDFFF).contains(low) else { throw JSONError(.loneSurrogate, at: start) }
    }

    private mutating func takeHexadecimal(escapeStart start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw JSONError(.truncated, at: position) }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                throw JSONError(.invalidEscape, at: start)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    /// Takes one scalar of two to four bytes (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
    private mutating func takeMultibyteScalar() throws(JSONError) {
        let start = position
        let first = unsafe bytes[start]
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONError(.invalidUTF8, at: start)
        }
        for index in 1..<length {
            guard start + index < count else { throw JSONError(.truncated, at: count) }
            let allowed = index == 1 ? second : 0x80...0xBF
            guard unsafe allowed.contains(bytes[start + index]) else { throw JSONError(.invalidUTF8, at: start) }
        }
        position += length
    }
}

extension JSONWalker {
    /// Takes a number and checks that a 64-bit integer, or a finite double, holds it.
    private mutating func takeNumber() throws(JSONError) {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            try takeDigits(numberStart: start)
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try takeDigits(numberStart: start)
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try takeDigits(numberStart: start)
        }
        guard isAtBorder else { throw JSONError(.invalidNumber, at: start) }
        guard !fits(start..<position, isInteger: isInteger) else { return }
        guard numbersOutOfRange.count < Self.maximumNumbersOutOfRange else {
            throw JSONError(.numberOutOfRange, at: start)
        }
        numbersOutOfRange.append(start..<position)
    }

    private mutating func takeDigits(numberStart start: Int) throws(JSONError) {
        guard let first = current else { throw JSONError(.truncated, at: position) }
        guard isDigit(first) else { throw JSONError(.invalidNumber, at: start) }
        while let byte = current, isDigit(byte) { position += 1 }
    }

    private func fits(_ range: Range<Int>, isInteger: Bool) -> Bool {
        let text = unsafe String(decoding: bytes[range], as: UTF8.self)
        guard isInteger else { return Double(text)?.isFinite == true }
        return Int64(text) != nil || UInt64(text) != nil
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private var current: UInt8? { position < count ? unsafe bytes[position] : nil }

    /// Whether a number or a word may end here.
    private var isAtBorder: Bool {
        switch current {
        case nil, 9, 10, 13, 32, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: "["), UInt8(ascii: "{"):
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 32 || (9...10).contains(byte) || byte == 13 { position += 1 }
    }

    /// The error where something else had to stand.
    private func unexpected() -> JSONError {
        current == nil ? JSONError(.truncated, at: position) : JSONError(.malformed, at: position)
    }
}
