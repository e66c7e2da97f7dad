package import Deployments
package import JSON

/// A request as a web server or proxy logs it, for rules on `category: webserver`.
package struct WebRequest: Sendable {
    /// When it came.
    package var time: Timestamp?
    /// The method, upper case.
    package var method: String
    /// The path, percent-decoded.
    package var path: String
    /// The query as sent, without `?`.
    package var query: String?
    /// What was answered.
    package var statusCode: Int?
    /// The client's address.
    package var clientAddress: String?
    /// The name that the client logged in by.
    package var userName: String?
    /// The client program, in its own words.
    package var userAgent: String?
    /// Subject of the client's certificate.
    package var certificateSubject: String?

    package init(method: String, path: String) {
        self.method = method
        self.path = path
    }
}

/// Hands requests over to rules on raw records, under the field names of Sigma's taxonomy.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/appendix/sigma-taxonomy-appendix.md: `c-ip`, `cs-method`,
/// `cs-uri-stem`, `cs-uri-query`, `cs-username`, `cs-user-agent`, `sc-status`; and `tls_client_subject`, for which it has
/// none.
package struct WebRequestEvents {
    private let parser = JSONParser(maximumBytes: 1 << 20)

    package init() {}

    /// Calls `handler` with the request.
    package func tell(
        _ request: WebRequest,
        at position: ContainerDeployment.LogPosition,
        _ handler: (RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void
    ) {
        let members: [(String, String?)] = [
            ("time", request.time.map { JSONValue.quote($0.description) }),
            ("c-ip", request.clientAddress.map(JSONValue.quote)),
            ("cs-method", JSONValue.quote(request.method)),
            ("cs-uri-stem", JSONValue.quote(request.path)),
            ("cs-uri-query", request.query.map(JSONValue.quote)),
            ("cs-username", request.userName.map(JSONValue.quote)),
            ("cs-user-agent", request.userAgent.map(JSONValue.quote)),
            ("sc-status", request.statusCode.map(String.init)),
            ("tls_client_subject", request.certificateSubject.map(JSONValue.quote)),
        ]
        let text = members.compactMap { name, value in value.map { "\(JSONValue.quote(name)):\($0)" } }
        // A request that is larger than the limit is told by its deployment alone.
        try? parser.withDocument("{\(text.joined(separator: ","))}") { handler(.webServer, $0, position) }
    }
}
