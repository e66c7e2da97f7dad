/// Masks the values of names that look secret.
public enum Secrets {
    /// `text` with the values of secret-looking names replaced by `***`.
    ///
    /// A value is what follows such a name and `=` or `:`, a flag of such a name (`--password x`), the `value` that
    /// follows it in Kubernetes' lists of variables, and the password in a URL. Quotes may stand around either.
    ///
    /// ```swift
    /// Secrets.mask("curl -H 'X-Token: abc' -d user=me")  // curl -H 'X-Token: ***' -d user=me
    /// ```
    public static func mask(_ text: String) -> String {
        // A name and its value are never one word.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") || $0 <= 32 }) else {
            return text
        }
        var masker = SecretMasker(text)
        return masker.masked() ?? text
    }
}

/// Walks a text once, from name to name.
private struct SecretMasker {
    private let bytes: [UInt8]
    private var position = 0
    /// Up to here the text has been copied.
    private var copied = 0
    private var output: [UInt8] = []

    /// The words that make a name secret, by their first letter.
    private static let names: [[[UInt8]]] = {
        let names = [
            "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "access_key",
            "access-key", "private_key", "private-key", "credential", "auth",
        ]
        var table = [[[UInt8]]](repeating: [], count: 256)
        for name in names.map({ Array($0.utf8) }) { table[Int(name[0])].append(name) }
        return table
    }()

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The masked text; nil when nothing in it is secret.
    mutating func masked() -> String? {
        while position < bytes.count {
            if isNameByte(bytes[position]) {
                takeName()
            } else if starts(with: "://") {
                position += 3
                takeUserInformation()
            } else {
                position += 1
            }
        }
        guard copied > 0 else { return nil }
        output += bytes[copied...]
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func takeName() {
        let start = position
        while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
        guard position - start < 80, isSecret(start..<position) else { return }
        let isFlag = bytes[start] == UInt8(ascii: "-")
        guard let value = valueStart(isFlag: isFlag) else { return }
        maskValue(at: value)
    }

    /// Where the value of the name that ends here begins.
    private func valueStart(isFlag: Bool) -> Int? {
        let closed = afterQuote(position)
        var place = skippingSpace(closed)
        if place < bytes.count, bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":") {
            // `a = b` in a list of words is no assignment, `"a": "b"` and `a: b` are.
            guard bytes[place] == UInt8(ascii: ":") || place == closed else { return nil }
            let isAssignment = bytes[place] == UInt8(ascii: "=")
            place += 1
            return isAssignment ? place : skippingSpace(place)
        }
        if closed > position, let value = afterValueKey(place) { return value }
        return isFlag && place > closed ? place : nil
    }

    /// Where the value begins in `"name":"DB_PASSWORD","value":"…"`, `place` being behind the name.
    private func afterValueKey(_ place: Int) -> Int? {
        guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { return nil }
        var place = skippingSpace(place + 1)
        let opened = afterQuote(place)
        guard opened > place, bytes[opened...].starts(with: "value".utf8) else { return nil }
        place = skippingSpace(afterQuote(opened + 5))
        guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { return nil }
        return skippingSpace(place + 1)
    }

    private mutating func maskValue(at start: Int) {
        let opened = afterQuote(start)
        var stop = opened > start ? end(ofQuotedAt: opened, from: start) : end(ofWordAt: opened)
        // The secret of `Authorization: Bearer x` is the second word.
        if opened == start, isScheme(opened..<stop), stop + 1 < bytes.count, bytes[stop] == 32 {
            stop = end(ofWordAt: stop + 1)
        }
        guard stop > opened, !isPlain(opened..<stop) else {
            position = max(position, start)
            return
        }
        replace(opened..<stop)
    }

    /// The password in `scheme://user:password@host`.
    private mutating func takeUserInformation() {
        let limit = min(bytes.count, position + 512)
        var colon: Int?
        for place in position..<limit {
            switch bytes[place] {
            case UInt8(ascii: ":"): colon = colon ?? place
            case UInt8(ascii: "@"):
                if let colon, colon + 1 < place { replace((colon + 1)..<place) }
                return
            case 0...32, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""): return
            default: break
            }
        }
    }

    private mutating func replace(_ range: Range<Int>) {
        output += bytes[copied..<range.lowerBound]
        output += "***".utf8
        copied = range.upperBound
        position = range.upperBound
    }

    private func end(ofWordAt start: Int) -> Int {
        bytes[start...].firstIndex { $0 <= 32 || "\"',;&})\\".utf8.contains($0) } ?? bytes.count
    }

    /// Where the closing quote stands, which is escaped if the opening one is.
    private func end(ofQuotedAt start: Int, from opening: Int) -> Int {
        let quote = bytes[start - 1]
        let isEscaped = start - opening > 1
        var place = start
        while place < bytes.count {
            let isBackslash = bytes[place] == UInt8(ascii: "\\")
            if isEscaped, isBackslash, place + 1 < bytes.count, bytes[place + 1] == quote { return place }
            if !isEscaped, bytes[place] == quote { return place }
            place += isBackslash ? 2 : 1
        }
        return bytes.count
    }

    /// Whether the value is one that hides nothing: `automountServiceAccountToken: true`.
    private func isPlain(_ range: Range<Int>) -> Bool {
        ["true", "false", "null", "***"].contains { bytes[range].elementsEqual($0.utf8) }
    }

    private func isScheme(_ range: Range<Int>) -> Bool {
        let word = bytes[range].map(lower)
        return ["bearer", "basic", "token", "digest"].contains { word.elementsEqual($0.utf8) }
    }

    private func isSecret(_ range: Range<Int>) -> Bool {
        let names = Self.names
        return range.contains { start in
            names[Int(lower(bytes[start]))].contains { secret in
                guard range.upperBound - start >= secret.count else { return false }
                return secret.indices.allSatisfy { lower(bytes[start + $0]) == secret[$0] }
            }
        }
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: byte >= 0x80
        }
    }

    private func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private func starts(with text: StaticString) -> Bool {
        unsafe bytes[position...].starts(
            with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    private func skippingSpace(_ place: Int) -> Int {
        var place = place
        while place < bytes.count, bytes[place] == 32 || bytes[place] == 9 { place += 1 }
        return place
    }

    /// Behind the quote at `place`, escaped or not; `place` itself where there is none.
    private func afterQuote(_ place: Int) -> Int {
        let quote = place < bytes.count && bytes[place] == UInt8(ascii: "\\") ? place + 1 : place
        guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") || bytes[quote] == UInt8(ascii: "'") else {
            return place
        }
        return quote + 1
    }
}
