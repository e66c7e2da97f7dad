internal import Deployments
internal import JSON

/// Reads the bytes of a request's body as Go's decoder does, which takes more than JSON.
///
/// Its first value counts whatever follows, and bytes that are no UTF-8 are replaced. What only such a reading takes is
/// told as a defect.
struct RequestBody {
    enum Source {
        /// The exact bytes, or the daemon's own print of them.
        case text(String)
        /// As a log holds it.
        case logged(String, isCut: Bool)
    }

    // Go's own limit of depth.
    private let parser: JSONParser

    init(maximumBytes: Int = 16 << 20) {
        parser = JSONParser(maximumBytes: maximumBytes, maximumDepth: 10_000)
    }

    /// Lends the body to `read` with what is wrong with it: a value, or nil where there is none that can be read.
    @discardableResult
    func read<Result>(_ source: Source, _ read: (JSONValue?, Set<RecordDefect>) -> Result) -> Result {
        switch source {
        case .text(let text): return self.read(text, isCut: false, read)
        case .logged(let text, let isCut): return self.read(text, isCut: isCut, read)
        }
    }

    private func read<Result>(_ text: String, isCut: Bool, _ read: (JSONValue?, Set<RecordDefect>) -> Result) -> Result
    {
        do throws(JSONError) {
            return try parser.withDocument(text) { read($0, isCut ? [.truncated] : []) }
        } catch {
            return repaired(text, isCut: isCut, read)
        }
    }

    private func repaired<Result>(
        _ text: String,
        isCut: Bool,
        _ read: (JSONValue?, Set<RecordDefect>) -> Result
    ) -> Result {
        if isCut, let closed = CutValue.closed(text) {
            let found = try? parser.withDocument(closed) { read($0, [.truncated]) }
            if let found { return found }
        }
        if let first = LeadingValue.text(of: text) {
            let found = try? parser.withDocument(first) { read($0, [.trailingData]) }
            if let found { return found }
        }
        let lenient = GoEscapes.replaced(LeadingValue.text(of: text) ?? text)
        if lenient != text {
            let found = try? parser.withDocument(lenient) { read($0, [.invalidUTF8]) }
            if let found { return found }
        }
        return read(nil, isCut ? [.truncated] : [.unparseableBody])
    }
}

/// Finds where the first JSON value of a text ends: Go's decoder reads that one and may leave the rest.
enum LeadingValue {
    /// The first object or array; nil when the text does not start with one, it never ends, or nothing follows it.
    static func text(of text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(where: { $0 > 32 }),
            bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[")
        else { return nil }
        var nesting = JSONNesting()
        for index in start..<bytes.count {
            nesting.take(bytes[index])
            if nesting.isDone {
                return index + 1 < bytes.count ? String(decoding: bytes[start...index], as: UTF8.self) : nil
            }
        }
        return nil
    }
}

/// Closes a JSON text that was cut, so that what stands before the cut can be read.
enum CutValue {
    /// The text up to its last whole member, with the brackets closed; nil when there is nothing to keep.
    static func closed(_ text: String) -> String? {
        var nesting = JSONNesting()
        // Where the text can be ended, and the brackets open there.
        var keep: (end: Int, open: [UInt8])?
        let bytes = Array(text.utf8.prefix(1 << 20))
        for (index, byte) in bytes.enumerated() {
            let isOutside = !nesting.isInString
            if isOutside, byte == UInt8(ascii: ","), !nesting.open.isEmpty { keep = (index, nesting.open) }
            nesting.take(byte)
            if isOutside, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { keep = (index + 1, nesting.open) }
            if nesting.open.count > 64 { return nil }
        }
        guard let keep else { return nil }
        let closing = keep.open.reversed().map { $0 == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]") }
        return String(decoding: bytes[..<keep.end] + closing, as: UTF8.self)
    }
}

/// Follows the brackets and strings of a JSON text, byte by byte.
struct JSONNesting {
    private(set) var open: [UInt8] = []
    private(set) var isInString = false
    private(set) var isDone = false
    private var isEscaped = false

    mutating func take(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            _ = open.popLast()
            isDone = open.isEmpty
        default: break
        }
    }
}

/// Half of a surrogate pair in an escape (`\ud800`), which Go replaces and strict readers refuse.
enum GoEscapes {
    static func replaced(_ text: String) -> String {
        guard text.contains("\\u") || text.contains("\\U") else { return text }
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                output.append(bytes[index])
                index += 1
                continue
            }
            if let unit = unit(bytes, at: index), (0xD800...0xDFFF).contains(unit) {
                let isPair =
                    unit < 0xDC00 && self.unit(bytes, at: index + 6).map { (0xDC00...0xDFFF).contains($0) } == true
                output += isPair ? bytes[index..<(index + 12)] : ArraySlice("\\ufffd".utf8)
                index += isPair ? 12 : 6
            } else {
                output += bytes[index...(index + 1)]
                index += 2
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func unit(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let digits = bytes[(index + 2)..<(index + 6)]
        guard digits.allSatisfy({ $0 != 43 && $0 != 45 }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
