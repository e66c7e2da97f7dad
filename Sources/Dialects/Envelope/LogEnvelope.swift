internal import Deployments
internal import JSON
internal import Patterns

/// What a journal, a container runtime or dockerd's own JSON format wrapped around a line of its log.
enum LogEnvelope {
    /// A line of dockerd's text log, unwrapped.
    case text(String, host: String?, time: Timestamp?)
    /// A line that dockerd wrote as JSON (`--log-format json`).
    case line(DockerLogLine)

    /// Whether a JSON line may speak of a request, told without parsing it.
    ///
    /// One that is cut passes as well, so that it is reported.
    static func mayMatter(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = unsafe bytes
        while let last = unsafe rest.last, last <= 32 {
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropLast())
        }
        guard unsafe rest.last == UInt8(ascii: "}") else { return true }
        if let message = unsafe ByteSearch.first("\"MESSAGE\"", in: rest), unsafe isArray(rest, behind: message + 9) {
            return true
        }
        for _ in 0..<16 {
            guard let found = unsafe ByteSearch.first("msg", in: rest) else { return false }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[(found + 3)...])
            if unsafe isOfInterest(rest) { return true }
        }
        return true
    }

    private static func isArray(_ bytes: UnsafeRawBufferPointer, behind start: Int) -> Bool {
        unsafe bytes[start...].prefix(8).first { $0 != 32 && $0 != UInt8(ascii: ":") } == UInt8(ascii: "[")
    }

    /// Whether `=` or `:` and the beginning of a message that is read follow, past any quotes and their escapes.
    private static func isOfInterest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < min(bytes.count, 24) {
            switch unsafe bytes[index] {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: ":"), 32: index += 1
            default:
                guard index + 1 < bytes.count else { return false }
                return unsafe isBeginning(bytes[index], bytes[index + 1])
            }
        }
        return false
    }

    private static func isBeginning(_ first: UInt8, _ second: UInt8) -> Bool {
        switch first {
        case UInt8(ascii: "C"), UInt8(ascii: "H"), UInt8(ascii: "h"): second == UInt8(ascii: "a")
        case UInt8(ascii: "f"), UInt8(ascii: "c"): second == UInt8(ascii: "o")
        case UInt8(ascii: "e"), UInt8(ascii: "E"): second == UInt8(ascii: "r")
        case UInt8(ascii: "i"): second == UInt8(ascii: "g") || second == UInt8(ascii: "m")
        case UInt8(ascii: "s"), UInt8(ascii: "S"): second == UInt8(ascii: "t")
        default: false
        }
    }

    /// Reads `journalctl -o json`, Docker's json-file form, and dockerd's own JSON; nil for another object.
    init?(_ entry: JSONValue) {
        if let message = entry["MESSAGE"] {
            // The journald driver writes what containers print into the same journal: theirs is not the daemon's word.
            guard entry["CONTAINER_ID"] == nil, entry["CONTAINER_ID_FULL"] == nil else { return nil }
            let time = entry["__REALTIME_TIMESTAMP"]?.string.flatMap { Int64($0) }.map(Timestamp.init(microseconds:))
            self = .text(Self.text(of: message), host: entry["_HOSTNAME"]?.string, time: time)
        } else if let log = entry["log"]?.string {
            self = .text(log, host: nil, time: entry["time"]?.text?.timestamp)
        } else if entry["msg"] != nil, entry["level"] != nil, let line = DockerLogLine(entry) {
            self = .line(line)
        } else {
            return nil
        }
    }

    /// A message that is no UTF-8 comes as an array of bytes.
    private static func text(of message: JSONValue) -> String {
        if let text = message.string { return text }
        return String(
            decoding: message.elements.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } },
            as: UTF8.self
        )
    }
}

extension DockerLogLine {
    /// Reads a line of `dockerd --log-format json`; nil for one that speaks of no request.
    init?(_ entry: JSONValue) {
        guard let message = entry["msg"]?.string, let kind = Self.kind(message, entry) else { return nil }
        self.init(kind: kind, time: entry["time"]?.text?.timestamp, trace: entry["traceID"]?.string)
    }

    private static func kind(_ message: String, _ entry: JSONValue) -> Kind? {
        if message.hasPrefix("Calling ") {
            guard message.hasPrefix("Calling P") || message.contains("/attach/ws") else { return nil }
            return calling(message)
        }
        if message.hasPrefix("form data: ") { return .body(String(message.dropFirst(11))) }
        if message.hasPrefix("Handler for ") { return failure(message) }
        if message.hasPrefix("handling ") || message.hasPrefix("error response for ") { return request(message, entry) }
        if message.hasPrefix("container mounted via ") { return entry["container"]?.string.map { .mounted(id: $0) } }
        if message.hasPrefix("Error running exec ") { return .execFailed(reason: message) }
        switch message {
        case "ignoring event" where entry["topic"]?.string == "/tasks/delete":
            return entry["container"]?.string.map { .ended(id: $0) }
        case "starting signal loop": return .shimStarted(id: entry["path"]?.string.flatMap(ContainerID.last))
        case "image pulled": return entry["remote"]?.string.map { .pulled(image: $0) }
        case "Starting up": return .daemonStarted
        default: return nil
        }
    }

    private static func request(_ message: String, _ entry: JSONValue) -> Kind? {
        guard let method = entry["method"]?.string, method != "HEAD", let target = entry["request-url"]?.string,
            method != "GET" || target.contains("/attach/ws")
        else { return nil }
        if message.hasPrefix("error") {
            return .failure(method: method, target: target, reason: entry["error-response"]?.string ?? "")
        }
        // An object in this format, text in the other.
        let body = entry["form-data"].map { $0.string ?? $0.jsonText }
        return .handling(method: method, target: target, body: body)
    }
}
