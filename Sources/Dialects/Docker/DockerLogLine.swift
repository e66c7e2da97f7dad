internal import Deployments
internal import Patterns

/// A line of dockerd's own log, as far as it speaks of requests; logrus text format, in any envelope that keeps the line.
struct DockerLogLine {
    enum Kind {
        /// `Calling POST /v1.41/containers/create?name=x`.
        case calling(method: String, target: String)
        /// `form data: {…}`: the body of a request that is not named.
        case body(String)
        /// From version 28 on, one line holds both.
        case handling(method: String, target: String, body: String?)
        /// `Handler for POST /v1.41/containers/create returned error: …`.
        case failure(method: String, target: String, reason: String)
        /// At info level: the daemon's own word that it pulled, or that a container ended.
        case containerEvent(id: String)
    }

    var kind: Kind
    var time: Timestamp?
    var host: String?

    /// Reads a line; nil, without having allocated, for one that speaks of no request.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = unsafe Self.message(in: bytes) else { return nil }
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
        guard let kind = unsafe Self.kind(of: rest, line: bytes) else { return nil }
        self.kind = kind
        (time, host) = unsafe Self.prefix(UnsafeRawBufferPointer(rebasing: bytes[..<start]))
    }

    /// The position behind `msg=`.
    private static func message(in bytes: UnsafeRawBufferPointer) -> Int? {
        unsafe ByteSearch.first("msg=", in: bytes).map { $0 + 4 }
    }

    private static func kind(of rest: UnsafeRawBufferPointer, line: UnsafeRawBufferPointer) -> Kind? {
        guard rest.count > 12, unsafe rest[0] == UInt8(ascii: "\"") else { return nil }
        switch unsafe rest[1] {
        case UInt8(ascii: "C"):
            guard unsafe starts(rest, "\"Calling ") else { return nil }
            // Reads fill the log; only what changes something is taken apart.
            let verb = unsafe rest[9]
            guard verb == UInt8(ascii: "P") else { return nil }
            let parts = unsafe GoQuoted.unquote(rest).split(separator: " ", maxSplits: 2).map(String.init)
            return parts.count >= 3 ? .calling(method: parts[1], target: parts[2]) : nil
        case UInt8(ascii: "f"):
            guard unsafe starts(rest, "\"form data: ") else { return nil }
            return unsafe .body(String(GoQuoted.unquote(rest).dropFirst(11)))
        case UInt8(ascii: "h"):
            guard unsafe starts(rest, "\"handling ") else { return nil }
            return unsafe handling(line)
        case UInt8(ascii: "H"):
            guard unsafe starts(rest, "\"Handler for ") else { return nil }
            return unsafe failure(GoQuoted.unquote(rest))
        case UInt8(ascii: "i"):
            guard unsafe starts(rest, "\"ignoring event\""), let id = unsafe field("container=", in: line) else {
                return nil
            }
            return .containerEvent(id: id)
        default: return nil
        }
    }

    private static func handling(_ line: UnsafeRawBufferPointer) -> Kind? {
        guard let method = unsafe field("method=", in: line), method != "GET", method != "HEAD",
            let target = unsafe field("request-url=", in: line)
        else { return nil }
        return unsafe .handling(method: method, target: target, body: field("form-data=", in: line))
    }

    private static func failure(_ text: String) -> Kind? {
        // Handler for POST /v1.41/containers/create returned error: No such image: x
        let words = text.split(separator: " ", maxSplits: 4).map(String.init)
        guard words.count == 5, words[4].hasPrefix("returned error: ") else { return nil }
        return .failure(method: words[2], target: words[3], reason: String(words[4].dropFirst(16)))
    }

    /// A logfmt field's value, quoted or bare.
    private static func field(_ name: StaticString, in line: UnsafeRawBufferPointer) -> String? {
        guard let found = unsafe ByteSearch.first(name, in: line) else { return nil }
        let start = found + name.utf8CodeUnitCount
        let rest = unsafe UnsafeRawBufferPointer(rebasing: line[start...])
        if unsafe rest.first == UInt8(ascii: "\"") { return unsafe GoQuoted.unquote(rest) }
        return unsafe String(decoding: rest.prefix { $0 > 32 }, as: UTF8.self)
    }

    private static func starts(_ bytes: UnsafeRawBufferPointer, _ prefix: StaticString) -> Bool {
        guard bytes.count >= prefix.utf8CodeUnitCount else { return false }
        for position in 0..<prefix.utf8CodeUnitCount where unsafe bytes[position] != prefix.utf8Start[position] {
            return false
        }
        return true
    }

    /// The time and host that stand before the message: dockerd's own `time="…"`, else the envelope's.
    private static func prefix(_ bytes: UnsafeRawBufferPointer) -> (Timestamp?, String?) {
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "time=\"", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: " ")
        let outer = words.first.flatMap { Timestamp(rfc3339: Array($0.utf8)) }
        let own = parts.count > 1 ? Timestamp(rfc3339: Array(parts[1].prefix { $0 != "\"" }.utf8)) : nil
        // short-iso: TIME HOST dockerd[1]: …; syslog: MONTH DAY TIME HOST dockerd[1]: …
        let host = words.firstIndex { $0.hasSuffix(":") }.flatMap { $0 > 0 ? String(words[$0 - 1]) : nil }
        return (own ?? outer, host)
    }
}

/// Go's quoted strings (strconv.Quote).
enum GoQuoted {
    /// The text of the quoted string that `bytes` start with.
    static func unquote(_ bytes: UnsafeRawBufferPointer) -> String {
        var output: [UInt8] = []
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
        case UInt8(ascii: "n"): output.append(10)
        case UInt8(ascii: "t"): output.append(9)
        case UInt8(ascii: "r"): output.append(13)
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
        guard let value = UInt32(text, radix: 16) else { return 1 }
        if digits == 2 {
            output.append(UInt8(value))
        } else if let scalar = UnicodeScalar(value) {
            output += Array(String(Character(scalar)).utf8)
        }
        return digits + 1
    }
}
