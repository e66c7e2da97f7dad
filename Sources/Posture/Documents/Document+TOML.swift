extension Document {
    /// Reads TOML, as containerd, CRI-O and Podman are configured by.
    ///
    /// Source: https://toml.io/en/v1.0.0. Dates are read as texts.
    ///
    /// - Throws: ``DocumentError``, with the line, where it is none.
    package init(toml text: String) throws(DocumentError) {
        var reader = TOMLReader(text)
        self = try reader.document()
    }
}

/// Reads a text of TOML.
struct TOMLReader {
    private let bytes: [UInt8]
    private var position = 0
    private var root: Document = [:]
    /// Where the table is that is being read.
    private var table: [String] = []
    private var depth = 0

    private static let maximumBytes = 4 << 20
    private static let maximumDepth = 32

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func document() throws(DocumentError) -> Document {
        guard bytes.count <= Self.maximumBytes else { throw DocumentError("larger than any configuration: not read") }
        while true {
            skipBlank()
            guard let byte = peek else { return root }
            if byte == UInt8(ascii: "[") {
                try readHeader()
            } else {
                let key = try readKey()
                try expect("=")
                skipSpaces()
                let value = try readValue()
                root = root.settingInTOML(value, at: table + key)
            }
            skipSpaces()
            if let byte = peek, byte != UInt8(ascii: "#"), !isLineEnd(byte) { throw error("more after a value") }
        }
    }

    private mutating func readHeader() throws(DocumentError) {
        try expect("[")
        let isArray = peek == UInt8(ascii: "[")
        if isArray { try expect("[") }
        table = try readKey()
        guard table.count <= Self.maximumDepth else { throw error("deeper than any configuration") }
        try expect("]")
        if isArray { try expect("]") }
        root = isArray ? root.appendingInTOML([:], at: table) : root.settingInTOML(nil, at: table)
    }

    /// `a."b.c".d`.
    private mutating func readKey() throws(DocumentError) -> [String] {
        var parts: [String] = []
        repeat {
            if !parts.isEmpty { position += 1 }
            skipSpaces()
            guard let byte = peek else { throw error("a key is missing") }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                parts.append(try readString())
            } else {
                let start = position
                while let byte = peek, isBare(byte) { position += 1 }
                guard position > start else { throw error("no key") }
                parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
            }
            skipSpaces()
        } while peek == UInt8(ascii: ".")
        return parts
    }

    private mutating func readValue() throws(DocumentError) -> Document {
        guard let byte = peek else { throw error("a value is missing") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try readString())
        case UInt8(ascii: "["): return try readArray()
        case UInt8(ascii: "{"): return try readInlineTable()
        default:
            let start = position
            while let byte = peek, !isLineEnd(byte), !",]}# \t".utf8.contains(byte) { position += 1 }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            guard !word.isEmpty else { throw error("a value is missing") }
            return Self.scalar(word)
        }
    }

    private static func scalar(_ word: String) -> Document {
        if word == "true" || word == "false" { return .bool(word == "true") }
        let plain = word.replacing("_", with: "")
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where plain.hasPrefix(prefix) {
            if let integer = Int64(plain.dropFirst(2), radix: radix) { return .integer(integer) }
        }
        if let integer = Int64(plain) { return .integer(integer) }
        if let number = Double(plain) { return .number(number) }
        return .text(word)
    }

    private mutating func readArray() throws(DocumentError) -> Document {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw error("deeper than any configuration") }
        try expect("[")
        var elements: [Document] = []
        while true {
            skipBlank()
            if peek == UInt8(ascii: "]") { break }
            elements.append(try readValue())
            skipBlank()
            if peek == UInt8(ascii: ",") {
                position += 1
            } else if peek != UInt8(ascii: "]") {
                throw error("no end of a list")
            }
        }
        try expect("]")
        return .list(elements)
    }

    private mutating func readInlineTable() throws(DocumentError) -> Document {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw error("deeper than any configuration") }
        try expect("{")
        var inner: Document = [:]
        while true {
            skipBlank()
            if peek == UInt8(ascii: "}") { break }
            let key = try readKey()
            try expect("=")
            skipSpaces()
            inner = inner.setting(try readValue(), at: key)
            skipBlank()
            if peek == UInt8(ascii: ",") {
                position += 1
            } else if peek != UInt8(ascii: "}") {
                throw error("no end of a table")
            }
        }
        try expect("}")
        return inner
    }

    /// A string of any of the four kinds.
    private mutating func readString() throws(DocumentError) -> String {
        guard let quote = peek else { throw error("a text is missing") }
        let isLong = bytes[position...].starts(with: [quote, quote, quote])
        position += isLong ? 3 : 1
        if isLong {
            if peek == UInt8(ascii: "\r") { position += 1 }
            if peek == UInt8(ascii: "\n") { position += 1 }
        }
        var result: [UInt8] = []
        while let byte = peek {
            if byte == quote, !isLong || bytes[position...].starts(with: [quote, quote, quote]) {
                position += isLong ? 3 : 1
                return String(decoding: result, as: UTF8.self)
            }
            if !isLong, isLineEnd(byte) { break }
            position += 1
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try readEscape(into: &result)
            } else {
                result.append(byte)
            }
        }
        throw error("no end of a text")
    }

    private mutating func readEscape(into result: inout [UInt8]) throws(DocumentError) {
        guard let byte = peek else { throw error("no end of a text") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "b"): result.append(8)
        case UInt8(ascii: "f"): result.append(12)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = byte == UInt8(ascii: "u") ? 4 : 8
            let digits = String(decoding: bytes[position...].prefix(count), as: UTF8.self)
            guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                throw error("no character")
            }
            position += count
            result += Array(String(Character(scalar)).utf8)
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "), UInt8(ascii: "\t"):
            // The line goes on in the next.
            while let byte = peek, isLineEnd(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                position += 1
            }
        default: result.append(byte)
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private func isBare(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(DocumentError) {
        skipSpaces()
        guard peek == UInt8(ascii: character) else { throw error("'\(character)' is missing") }
        position += 1
    }

    private mutating func skipSpaces() {
        while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    /// Skips white space, line ends and comments.
    private mutating func skipBlank() {
        while let byte = peek {
            if byte == UInt8(ascii: "#") {
                while let byte = peek, !isLineEnd(byte) { position += 1 }
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || isLineEnd(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    private func error(_ reason: String) -> DocumentError {
        DocumentError("line \(bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1): \(reason)")
    }
}

extension Document {
    /// The same with a value at a path, where a name on the way that is a list of tables means its last; nil makes a table.
    fileprivate func settingInTOML(_ value: Document?, at path: [String]) -> Document {
        if !path.isEmpty, case .list(var elements) = self, let last = elements.popLast() {
            return .list(elements + [last.settingInTOML(value, at: path)])
        }
        guard let name = path.first else {
            if let value { return value }
            if case .object = self { return self }
            return [:]
        }
        let inner = (self[name] ?? .object([])).settingInTOML(value, at: Array(path.dropFirst()))
        return setting(inner, at: [name])
    }

    fileprivate func appendingInTOML(_ value: Document, at path: [String]) -> Document {
        if case .list(var elements) = self, let last = elements.popLast(), !path.isEmpty {
            return .list(elements + [last.appendingInTOML(value, at: path)])
        }
        guard let name = path.first else { return .list(elements + [value]) }
        let rest = Array(path.dropFirst())
        let inner = (self[name] ?? (rest.isEmpty ? .list([]) : .object([]))).appendingInTOML(value, at: rest)
        return setting(inner, at: [name])
    }
}
