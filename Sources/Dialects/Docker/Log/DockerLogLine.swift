internal import Deployments
internal import Patterns

/// A line of dockerd's own log, as far as it speaks of requests; logrus text format, in any envelope that keeps the line.
///
/// What is written where: https://github.com/moby/moby, `daemon/server/middleware/debug.go` and `daemon/server/server.go`
/// (`api/server/…` before version 28).
struct DockerLogLine {
    enum Kind: Equatable {
        /// `Calling POST /v1.41/containers/create?name=x`.
        case calling(method: String, target: String)
        /// `form data: {…}`: the body of a request that is not named.
        case body(String)
        /// From version 28 on, one line holds both.
        case handling(method: String, target: String, body: String?)
        /// `Handler for POST /v1.41/containers/create returned error: …`, or version 28's `error response for POST request`.
        case failure(method: String, target: String, reason: String)
        /// A container's file system was mounted, which a create does first and a start again.
        case mounted(id: String)
        /// A container's shim was started: at info level the only word of a start; its path ends in the container's id.
        case shimStarted(id: String?)
        /// A container's process ended.
        case ended(id: String)
        /// A command in a container could not be run, which is told below debug level as well.
        case execFailed(reason: String)
        /// The daemon's own word that an image was pulled, at info level from version 25 on.
        case pulled(image: String)
        /// The daemon was started.
        case daemonStarted
    }

    var kind: Kind
    var time: Timestamp?
    var host: String?
    /// The request's trace, from version 25 on: lines that share it speak of one request.
    var trace: String?
    /// Whether a quoted string in it never ends: the line was cut.
    var isCut = false

    init(kind: Kind, time: Timestamp? = nil, trace: String? = nil) {
        self.kind = kind
        self.time = time
        self.trace = trace
    }

    /// Reads a line; nil, without having allocated, for one that speaks of no request.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = unsafe Self.message(in: bytes) else { return nil }
        unsafe self.init(bytes, message: start)
    }

    /// Reads a line whose message starts at `start`.
    init?(_ bytes: UnsafeRawBufferPointer, message start: Int) {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
        let end: Int?
        if rest.count > 12, unsafe Self.starts(rest, "\"form data: ") {
            let body = unsafe GoQuoted.read(rest, from: 12)
            (kind, end) = (.body(body.text), body.end)
        } else {
            guard let kind = unsafe Self.kind(of: rest) else { return nil }
            self.kind = kind
            end = unsafe GoQuoted.end(of: rest)
        }
        (time, host) = unsafe Self.prefix(UnsafeRawBufferPointer(rebasing: bytes[..<start]))
        isCut = end == nil
        if let end, end < rest.count {
            trace = unsafe LogField.value("traceID=", in: UnsafeRawBufferPointer(rebasing: rest[end...]))
        }
    }

    /// The position behind `msg=`; nil in a line that is none of dockerd's.
    static func message(in bytes: UnsafeRawBufferPointer) -> Int? {
        unsafe ByteSearch.first("msg=", in: bytes).map { $0 + 4 }
    }

    /// Whether the line tells that a container ended, which is news below debug level alone.
    static func isEnd(_ bytes: UnsafeRawBufferPointer, message start: Int) -> Bool {
        unsafe starts(UnsafeRawBufferPointer(rebasing: bytes[start...]), "\"ignoring event\"")
    }

    /// Most lines are told apart by one letter.
    private static func kind(of rest: UnsafeRawBufferPointer) -> Kind? {
        guard rest.count > 12, unsafe rest[0] == UInt8(ascii: "\"") else { return nil }
        func fields() -> UnsafeRawBufferPointer { unsafe LogField.behind(rest) }
        switch unsafe rest[1] {
        case UInt8(ascii: "C"):
            return unsafe starts(rest, "\"Calling ") && isChange(rest) ? calling(GoQuoted.unquote(rest)) : nil
        case UInt8(ascii: "h"):
            return unsafe starts(rest, "\"handling ") ? handling(fields()) : nil
        case UInt8(ascii: "H"):
            return unsafe starts(rest, "\"Handler for ") ? failure(GoQuoted.unquote(rest)) : nil
        case UInt8(ascii: "e"):
            return unsafe starts(rest, "\"error response for ") ? errorResponse(fields()) : nil
        case UInt8(ascii: "c"):
            guard unsafe starts(rest, "\"container mounted via ") else { return nil }
            return unsafe LogField.value("container=", in: fields()).map { .mounted(id: $0) }
        case UInt8(ascii: "E"):
            return unsafe starts(rest, "\"Error running exec ") ? .execFailed(reason: GoQuoted.unquote(rest)) : nil
        case UInt8(ascii: "i"): return unsafe smallInfo(rest, fields)
        case UInt8(ascii: "s"):
            guard unsafe starts(rest, "\"starting signal loop\"") else { return nil }
            return unsafe .shimStarted(id: LogField.value("path=", in: fields()).flatMap(ContainerID.last))
        case UInt8(ascii: "S"): return unsafe starts(rest, "\"Starting up\"") ? .daemonStarted : nil
        default: return nil
        }
    }

    private static func smallInfo(_ rest: UnsafeRawBufferPointer, _ fields: () -> UnsafeRawBufferPointer) -> Kind? {
        if unsafe starts(rest, "\"ignoring event\"") {
            guard unsafe ByteSearch.first("topic=/tasks/delete", in: fields()) != nil else { return nil }
            return unsafe LogField.value("container=", in: fields()).map { .ended(id: $0) }
        }
        guard unsafe starts(rest, "\"image pulled\"") else { return nil }
        return unsafe LogField.value("remote=", in: fields()).map { .pulled(image: $0) }
    }

    /// Reads fill the log; only what changes something is taken apart, and the read that is none: `attach/ws`; of
    /// deletions those that make room for another volume of the name.
    private static func isChange(_ rest: UnsafeRawBufferPointer) -> Bool {
        switch unsafe rest[9] {
        case UInt8(ascii: "P"): true
        case UInt8(ascii: "G"): unsafe ByteSearch.first("/attach/ws", in: rest) != nil
        case UInt8(ascii: "D"): unsafe ByteSearch.first("/volumes/", in: rest) != nil
        default: false
        }
    }

    static func calling(_ text: String) -> Kind? {
        let parts = text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 2)
        return parts.count == 3 ? .calling(method: String(text: parts[1]), target: String(text: parts[2])) : nil
    }

    private static func handling(_ fields: UnsafeRawBufferPointer) -> Kind? {
        guard let method = unsafe LogField.value("method=", in: fields), method != "HEAD",
            let target = unsafe LogField.value("request-url=", in: fields)
        else { return nil }
        if method == "GET", !target.contains("/attach/ws") { return nil }
        return unsafe .handling(method: method, target: target, body: LogField.value("form-data=", in: fields))
    }

    private static func errorResponse(_ fields: UnsafeRawBufferPointer) -> Kind? {
        guard let method = unsafe LogField.value("method=", in: fields), method != "HEAD", method != "GET",
            let target = unsafe LogField.value("request-url=", in: fields)
        else { return nil }
        return unsafe .failure(
            method: method,
            target: target,
            reason: LogField.value("error-response=", in: fields) ?? ""
        )
    }

    static func failure(_ text: String) -> Kind? {
        // Handler for POST /v1.41/containers/create returned error: No such image: x
        let words = text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 4)
        guard words.count == 5, words[4].starts(with: "returned error: ".utf8) else { return nil }
        return .failure(
            method: String(text: words[2]),
            target: String(text: words[3]),
            reason: String(text: words[4].dropFirst(16))
        )
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
        let near = unsafe UnsafeRawBufferPointer(rebasing: bytes.suffix(1_024))
        guard let mark = unsafe ByteSearch.first("time=\"", in: near) else { return unsafe SyslogHeader.read(near) }
        let own = unsafe near[(mark + 6)...].withMemoryRebound(to: UInt8.self) { unsafe Timestamp(rfc3339: $0) }
        if mark == 0, own != nil { return (own, nil) }
        let (outer, host) = unsafe SyslogHeader.read(UnsafeRawBufferPointer(rebasing: near[..<mark]))
        return (own ?? outer, host)
    }
}

extension String {
    /// Copies a part of another text, which begins and ends with whole characters of UTF-8.
    init(text: Substring.UTF8View) { self.init(Substring(text)) }
}

/// The fields behind a logrus message.
enum LogField {
    /// What follows the quoted message that `rest` starts with; empty where it never ends.
    static func behind(_ rest: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let end = unsafe GoQuoted.end(of: rest) ?? rest.count
        return unsafe UnsafeRawBufferPointer(rebasing: rest[end...])
    }

    /// A field's value, quoted or bare; names inside quoted values do not count.
    static func value(_ name: StaticString, in fields: UnsafeRawBufferPointer) -> String? {
        var index = 0
        while index < fields.count {
            // A field starts behind a space.
            guard unsafe fields[index] == UInt8(ascii: " ") else { return nil }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: fields[(index + 1)...])
            guard let equals = unsafe rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let value = unsafe UnsafeRawBufferPointer(rebasing: rest[(equals + 1)...])
            let isQuoted = unsafe value.first == UInt8(ascii: "\"")
            let count =
                isQuoted
                ? unsafe GoQuoted.end(of: value) ?? value.count
                : unsafe value.firstIndex { $0 <= 32 } ?? value.count
            if equals + 1 == name.utf8CodeUnitCount, unsafe isName(rest, name) {
                if isQuoted { return unsafe GoQuoted.unquote(value) }
                return unsafe String(decoding: value[..<count], as: UTF8.self)
            }
            index += 1 + equals + 1 + count
        }
        return nil
    }

    private static func isName(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        for position in 0..<name.utf8CodeUnitCount where unsafe bytes[position] != name.utf8Start[position] {
            return false
        }
        return true
    }
}

/// Ids of containers: 64 hexadecimal digits.
enum ContainerID {
    static func isFull(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// The id that a path ends in.
    static func last(of path: String) -> String? {
        guard let last = path.utf8.split(separator: UInt8(ascii: "/")).last.map({ Substring($0) }), isFull(last) else {
            return nil
        }
        return String(last)
    }
}
