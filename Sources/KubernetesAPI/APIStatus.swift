internal import JSON

/// What an API server says of a request that failed (meta/v1, Status).
struct APIStatus {
    var code: Int
    var reason = ""
    var message = ""
    var retryAfterSeconds: Int64?

    /// - Parameter code: of the response, where the body names none.
    init(code: Int, body: [UInt8]) {
        self.code = code
        try? body.readObject(limit: 1 << 20) { read($0) }
    }

    /// A status that came as an object, as the events of a watch do.
    init(_ object: JSONValue) {
        code = 0
        read(object)
    }

    private mutating func read(_ object: JSONValue) {
        guard object["kind"]?.text.map({ $0 == "Status" }) ?? false else { return }
        code = (object["code"]?.integer).flatMap { Int(exactly: $0) } ?? code
        reason = object["reason"]?.string ?? ""
        message = object["message"]?.string ?? ""
        retryAfterSeconds = object["details"]?["retryAfterSeconds"]?.integer
    }

    var error: APIError {
        let text = message.isEmpty ? "the API server answers \(code)\(reason.isEmpty ? "" : " \(reason)")" : message
        let wait = retryAfterSeconds.flatMap { (1...3_600).contains($0) ? Duration.seconds($0) : nil }
        return APIError(meaning, text, retryAfter: wait)
    }

    private var meaning: APIError.Code {
        switch code {
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409: reason == "AlreadyExists" ? .alreadyExists : .conflict
        case 410: .gone
        case 422: .invalid
        case 429, 500...: .unavailable
        default: .refused
        }
    }
}
