internal import Deployments
internal import JSON

/// Reads access logs in JSON by the names that their keys usually have.
///
/// Sources: Istio's default JSON (pilot/pkg/model/telemetry_logging.go), Traefik's fields
/// (pkg/middlewares/accesslog/logdata.go), Linkerd's (linkerd/http/access-log), and nginx's and HAProxy's own variables,
/// after which those who write a format name their keys.
enum KnownKeys {
    /// The request that an object tells of; nil for one that tells of none.
    static func read(_ root: JSONValue) -> (AccessLogEntry, Dataset)? {
        guard root.isObject else { return nil }
        var entry = AccessLogEntry()
        var isRequest = false
        var best: [AccessLogField: Int] = [:]
        var texts: [AccessLogField: String] = [:]
        var isTarget = false
        var server: AccessLogServer?
        var members = 0
        for (key, value) in root.members {
            members += 1
            guard members <= 512 else { break }
            let name = String(key)
            server = server ?? hints[name]
            guard let known = names[name] else { continue }
            isRequest = isRequest || known.field == .method || known.field == .requestLine
            isTarget = isTarget || known.field == .target || known.field == .requestLine
            guard let text = value.scalarText, !text.isEmpty, text != "-",
                known.rank < best[known.field] ?? .max
            else { continue }
            best[known.field] = known.rank
            texts[known.field] = text
        }
        guard isRequest, isTarget else { return nil }
        for (field, text) in texts where field != .requestLine { entry.take(text, for: field) }
        if entry.method == nil || entry.requestTarget == nil, let line = texts[.requestLine] {
            entry.take(line, for: .requestLine)
        }
        return (entry, server?.dataset ?? .httpAccess)
    }

    private struct Known {
        var field: AccessLogField
        /// Of several keys for one field the lower counts.
        var rank: Int
    }

    private static let names: [String: Known] = [
        (
            .method,
            [
                "request_method", "RequestMethod", "method", "http_method", "http.request.method", "verb",
                "requestMethod",
            ]
        ),
        (.requestLine, ["request", "request_line", "http_request"]),
        (
            .target,
            [
                "request_uri", "RequestPath", "requestURI", "uri", "path", "url", "target", "request_path",
                "url.original",
                "requestUrl", "url.path",
            ]
        ),
        (.query, ["args", "query_string", "query", "url.query"]),
        (
            .status,
            [
                "status", "response_code", "DownstreamStatus", "OriginStatus", "status_code", "statusCode",
                "responseCode",
                "http.response.status_code", "code",
            ]
        ),
        (
            .time,
            [
                "StartUTC", "start_time", "time_iso8601", "time", "timestamp", "@timestamp", "time_local", "msec", "ts",
                "StartLocal", "date", "requestTimestamp",
            ]
        ),
        (
            .clientAddress,
            [
                "remote_addr", "ClientHost", "client_ip", "client.addr", "downstream_remote_address", "ClientAddr",
                "remote_ip", "clientip", "client.ip", "source.ip", "source_ip", "src", "client", "remoteAddr",
                "client_addr",
            ]
        ),
        (
            .forwardedFor,
            [
                "http_x_forwarded_for", "x_forwarded_for", "request_X-Forwarded-For", "X-Forwarded-For", "xff",
                "forwarded_for",
            ]
        ),
        (.user, ["remote_user", "ClientUsername", "user", "username", "user.name", "auth_user", "x_forwarded_user"]),
        (
            .userAgent,
            ["http_user_agent", "user_agent", "request_User-Agent", "agent", "ua", "user_agent.original", "User-Agent"]
        ),
        (.host, ["host", "http_host", "authority", "RequestHost", "RequestAddr", "vhost", "server_name"]),
        (
            .tlsSubject,
            [
                "ssl_client_s_dn", "TLSClientSubject", "client.id", "tls_client_subject", "downstream_peer_subject",
                "ssl_c_s_dn",
            ]
        ),
    ].reduce(into: [:]) { (names: inout [String: Known], row: (AccessLogField, [String])) in
        for (rank, name) in row.1.enumerated() { names[name] = Known(field: row.0, rank: rank) }
    }

    /// Keys that only one server's log has.
    private static let hints: [String: AccessLogServer] = [
        "response_flags": .envoy, "upstream_cluster": .envoy, "downstream_remote_address": .envoy,
        "RequestMethod": .traefik, "DownstreamStatus": .traefik,
        "client.addr": .linkerd, "processing_ns": .linkerd,
        "termination_state": .haproxy, "frontend": .haproxy, "frontend_name": .haproxy,
        "remote_addr": .nginx, "request_uri": .nginx, "body_bytes_sent": .nginx, "time_local": .nginx,
        "http_user_agent": .nginx,
    ]
}
