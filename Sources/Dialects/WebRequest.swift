internal import Deployments
internal import JSON

/// A request as a web server or proxy logs it, for rules on `category: webserver` and `category: proxy`.
struct WebRequest {
    /// When it came.
    var time: Timestamp?
    /// The method, upper case.
    var method: String
    /// What was asked for, as it was sent: path and query, with whatever else the client put before them.
    var target: String
    /// The host that was asked, where the log shows it.
    var host: String?
    /// What was answered.
    var statusCode: Int?
    /// The client's address.
    var clientAddress: String?
    /// The name that the client logged in by.
    var userName: String?
    /// The client program, in its own words.
    var userAgent: String?
    /// Subject of the client's certificate.
    var certificateSubject: String?

    init(method: String, target: String) {
        self.method = method.uppercased()
        self.target = target
    }
}

/// Hands requests over to rules on raw records, under the field names of Sigma's taxonomy.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/appendix/sigma-taxonomy-appendix.md. Web servers: `c-ip`,
/// `cs-method`, `cs-uri-stem`, `cs-uri-query`, `cs-host`, `cs-username`, `cs-user-agent`, `sc-status`; and `cs-uri` and
/// `tls_client_subject`, for which it has none. Proxies: the same, and `c-uri`, `c-uri-stem`, `c-uri-query`,
/// `c-uri-extension`, `c-useragent`, `src_ip`. Stems are percent-decoded; URIs and queries are as they were sent.
struct WebRequestEvents {
    private let parser = JSONParser(maximumBytes: 16 << 20, keptBytes: 1 << 20)

    /// Calls `handler` with the request, for each of the logs that is asked for.
    func tell(
        _ request: WebRequest,
        of logs: Set<RawLogSource>,
        at position: ContainerDeployment.LogPosition,
        _ handler: (RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void
    ) {
        let members = Members(request)
        if logs.contains(.webServer) { tell(.webServer, members.webServer, position, handler) }
        if logs.contains(.proxy) { tell(.proxy, members.webServer + members.proxy, position, handler) }
    }

    private func tell(
        _ log: RawLogSource,
        _ members: [(String, String?)],
        _ position: ContainerDeployment.LogPosition,
        _ handler: (RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void
    ) {
        var text = "{"
        for (name, value) in members {
            guard let value else { continue }
            text += text.utf8.count > 1 ? ",\"" : "\""
            text += name
            text += "\":"
            text += value
        }
        text += "}"
        // A request that is larger than the limit is told by its deployment alone.
        try? parser.withDocument(text) { handler(log, $0, position) }
    }

    /// The members of a request, their values as JSON.
    private struct Members {
        var webServer: [(String, String?)]
        private let address: String?
        private let target: String
        private let stem: String
        private let path: String
        private let query: String?
        private let agent: String?

        init(_ request: WebRequest) {
            let parts = Query(of: Query.originForm(request.target))
            path = parts.path
            address = request.clientAddress.map(JSONValue.quote)
            target = JSONValue.quote(request.target)
            stem = JSONValue.quote(path)
            query = parts.text.map(JSONValue.quote)
            agent = request.userAgent.map(JSONValue.quote)
            webServer = [
                ("time", request.time.map { JSONValue.quote($0.description) }),
                ("c-ip", address),
                ("cs-method", JSONValue.quote(request.method)),
                ("cs-uri", target),
                ("cs-uri-stem", stem),
                ("cs-uri-query", query),
                ("cs-host", request.host.map(JSONValue.quote)),
                ("cs-username", request.userName.map(JSONValue.quote)),
                ("cs-user-agent", agent),
                ("sc-status", request.statusCode.map(String.init)),
                ("tls_client_subject", request.certificateSubject.map(JSONValue.quote)),
            ]
        }

        var proxy: [(String, String?)] {
            [
                ("src_ip", address), ("c-uri", target), ("c-uri-stem", stem), ("c-uri-query", query),
                ("c-uri-extension", fileExtension.map(JSONValue.quote)), ("c-useragent", agent),
            ]
        }

        /// What stands behind the last dot of the last part of the path.
        private var fileExtension: String? {
            let name =
                path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
            guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
            let found = name[name.utf8.index(after: dot)...]
            return found.isEmpty ? nil : String(found)
        }
    }
}
