internal import Deployments

/// One request, as a line of an access log tells it.
struct AccessLogEntry: Sendable, Equatable {
    var time: Timestamp?
    /// The peer, without its port.
    var clientAddress: String?
    var forwardedFor: String?
    var user: String?
    var userAgent: String?
    var host: String?
    var tlsSubject: String?
    var ident: String?
    /// Nil where the server could make nothing of what was sent.
    var method: String?
    var status: Int?
    /// Path and query as they were sent, in one.
    private var target: String?
    private var path: String?
    private var query: String?

    /// Takes a value; `-` and nothing are absent.
    mutating func take(_ value: String, for field: AccessLogField) {
        guard !value.isEmpty, value != "-" else { return }
        switch field {
        case .time: time = time ?? AccessLogTime.read(value)
        case .clientAddress: clientAddress = clientAddress ?? Self.withoutPort(value)
        case .clientEndpoint: clientAddress = clientAddress ?? value.lastIndex(of: ":").map { String(value[..<$0]) }
        case .forwardedFor: forwardedFor = value
        case .user: user = value
        case .userAgent: userAgent = value
        case .host: host = value
        case .tlsSubject: tlsSubject = value
        case .ident: ident = value
        case .requestLine: takeRequestLine(value)
        case .method: method = method ?? value
        case .target: target = target ?? value
        case .path: path = path ?? value
        case .query: query = query ?? (value.hasPrefix("?") ? String(value.dropFirst()) : value)
        case .status: status = Int(value)
        case .ignored: break
        }
    }

    /// What was asked for, as far as the log says.
    var requestTarget: String? {
        guard let target = target ?? path else { return nil }
        guard let query, !target.utf8.contains(UInt8(ascii: "?")) else { return target }
        return "\(target)?\(query)"
    }

    /// Whether a request and its time are told, of a line that ended too soon.
    var isCutRequest: Bool { time != nil && method != nil && requestTarget != nil }

    /// Where the request came from.
    ///
    /// The peer's address, which nobody but the peer chooses. Only a format that does not show it is read for
    /// `X-Forwarded-For`, and there the last entry alone: it is what the nearest proxy appended, and all before it is
    /// whatever the client sent.
    var sourceAddress: String? {
        if let clientAddress { return clientAddress }
        guard let last = forwardedFor?.split(separator: ",").last else { return nil }
        let address = last.filter { $0 != " " }
        return address.isEmpty ? nil : Self.withoutPort(address)
    }

    /// `METHOD target HTTP/1.1`; what is none of this is no request that a server could route.
    private mutating func takeRequestLine(_ line: String) {
        let bytes = line.utf8
        guard let space = bytes.firstIndex(of: 32), space > bytes.startIndex,
            bytes[..<space].allSatisfy({ (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 })
        else { return }
        method = String(line[..<space])
        var rest = line[bytes.index(after: space)...]
        if let last = rest.utf8.lastIndex(of: 32), rest[rest.utf8.index(after: last)...].hasPrefix("HTTP/") {
            rest = rest[..<last]
        }
        let spaces = rest.utf8.prefix { $0 == 32 }.count
        target = String(rest.dropFirst(spaces))
        if target?.isEmpty == true { target = nil }
    }

    /// An address without its port; nil for a Unix socket's.
    static func withoutPort(_ text: String) -> String? {
        guard text != "@", !text.hasPrefix("unix:"), !text.hasPrefix("/") else { return nil }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return text }
        return String(text[..<colon])
    }
}
