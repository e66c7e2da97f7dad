/// What a variable of an access log's format says about a request.
enum AccessLogField: Sendable, Equatable {
    /// When it came, in whichever form: see ``AccessLogTime``.
    case time
    /// The peer that sent it, with or without its port.
    case clientAddress
    /// The same with its port behind the last colon, as HAProxy writes it for IPv6 too.
    case clientEndpoint
    /// `X-Forwarded-For`, as the client and the proxies on the way wrote it.
    case forwardedFor
    case user
    case userAgent
    /// The host that was asked: `Host`, `:authority`.
    case host
    /// Subject of the client's certificate, or its identity in a mesh.
    case tlsSubject
    /// The `ident` column of the common log format; Linkerd writes the client's identity there.
    case ident
    /// Method, target and version in one.
    case requestLine
    case method
    /// Path and query as they were sent.
    case target
    case path
    /// The query, with or without `?`.
    case query
    case status
    /// Anything else.
    case ignored

    /// Whether its values begin with a slash, by which they are told from what stands right before them.
    var beginsWithSlash: Bool { self == .target || self == .path }

    /// Whether a line that ends within the value says enough: servers cut lines that are too long for syslog.
    var countsWhenCut: Bool { self == .requestLine || beginsWithSlash }
}
