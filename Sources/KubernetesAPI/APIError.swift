/// Why a request to an API server came to nothing.
///
/// It never holds what was sent: neither tokens nor bodies, which may be secrets.
package struct APIError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What a caller may want to tell apart.
    package enum Code: Sendable, Equatable {
        /// An address, a name or a file that cannot be used; nothing was sent.
        case configuration
        /// No connection, or none that is trusted, or one that broke.
        case unreachable
        /// No whole answer in time.
        case timedOut
        /// An answer larger than is taken.
        case tooLarge
        /// An answer that is none of an API server's.
        case malformed
        /// 401: the token is not taken.
        case unauthorized
        /// 403: the account's roles do not allow it.
        case forbidden
        /// 404.
        case notFound
        /// 409 of a create: there is one of that name.
        case alreadyExists
        /// 409 of a change: the object was changed since it was read.
        case conflict
        /// 410: the version that was asked for is too old to be told from.
        case gone
        /// 422: the object is not valid.
        case invalid
        /// 429, or 500 and above: another try may do.
        case unavailable
        /// Any other status.
        case refused
    }

    package let code: Code
    /// What is wrong; of a refusal in the API server's own words.
    package let message: String
    /// What was asked: `GET /api/v1/namespaces/shop`; empty where nothing was.
    package internal(set) var request: String
    /// How long the server would have another try wait.
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, request: String = "", retryAfter: Duration? = nil) {
        self.code = code
        self.message = Self.cut(message)
        self.request = request
        self.retryAfter = retryAfter
    }

    package var description: String { request.isEmpty ? message : "\(request): \(message)" }

    /// A server's words are not ours to bound otherwise.
    private static func cut(_ text: String) -> String {
        text.unicodeScalars.count <= 1_024 ? text : String(text.unicodeScalars.prefix(1_024)) + "…"
    }

    /// The same, with what was asked.
    func of(_ request: String) -> APIError {
        guard self.request.isEmpty else { return self }
        var error = self
        error.request = request
        return error
    }
}
