/// What the daemon shows an authorization plugin of a request's body.
///
/// moby's `pkg/authorization/authz.go` (`sendBody`, `drainBody`): a body is passed on when its first content type is
/// JSON and it is shorter than one mebibyte; whatever is not passed on is carried out all the same.
enum ShownBody: Sendable, Equatable {
    /// There is none.
    case none
    /// All of it.
    case whole([UInt8])
    /// There is one, or there may be, which the plugin was not shown.
    case hidden(length: Int?, reason: String)

    init(_ call: AuthZCall) {
        let length = call.fields["content-length"]
        let mediaType = call.fields["content-type"].map(Self.mediaType)
        if let body = call.body, !body.isEmpty {
            self = Self.shown(body, length: length, mediaType: mediaType)
        } else {
            self = Self.unshown(call.method, length: length, mediaType: mediaType)
        }
    }

    private static func shown(_ body: [UInt8], length: String?, mediaType: String?) -> ShownBody {
        if let length, Int(length) != body.count {
            return .hidden(
                length: Int(length),
                reason: "the daemon passed on \(body.count) bytes of a body of \(length)"
            )
        }
        // The daemon went by the first content type, and tells the last: they differ.
        guard mediaType == "application/json" else {
            return .hidden(
                length: body.count,
                reason: "Content-Type is there twice: the daemon read the body as JSON, and tells "
                    + "'\(mediaType ?? "none")'"
            )
        }
        return .whole(body)
    }

    private static func unshown(_ method: String, length: String?, mediaType: String?) -> ShownBody {
        guard let length else {
            // A body in chunks has no length. Where the method has no body, the daemon reads none.
            guard method == "POST" || method == "PUT" || method == "PATCH" else { return .none }
            return .hidden(
                length: nil,
                reason: "the daemon passed no body on, and no Content-Length says that there is none"
            )
        }
        guard let count = Int(length), count >= 0 else {
            return .hidden(length: nil, reason: "Content-Length is '\(length)'")
        }
        if count == 0 { return .none }
        let why =
            if mediaType != "application/json" {
                "of the type '\(mediaType ?? "none")', and daemons pass on JSON alone"
            } else if count >= 1 << 20 {
                "which is a mebibyte or more, and the daemon passes on shorter ones alone (CVE-2026-34040)"
            } else {
                "which the daemon kept to itself"
            }
        return .hidden(length: count, reason: "the body has \(count) bytes, \(why)")
    }

    /// The type without its parameters, as Go's `mime.ParseMediaType` takes it.
    private static func mediaType(_ value: String) -> String {
        let type = value.prefix { $0 != ";" }
        return type.lowercased().filter { $0 != " " && $0 != "\t" }
    }
}
